"""A sticker whose GUID is printed in upper case keeps that spelling when its code is found in the network's list."""

import pytest

from terminals.models import PointOfSale
from tests.epayment.codes import CODES, GUID_STICKER, ONE, code, codes, import_first_terminal, manage
from tests.epayment.phones import Phone

WRITES = 2


@pytest.fixture
def adopted(new_till, simulator):
    """A till whose sticker was put up, whoever said otherwise."""
    import_first_terminal(beaconId=GUID_STICKER)
    simulator.faults.add("foreign_after", "PUT", ONE, times=WRITES)
    assert manage(new_till).status == 200
    assert simulator.calls.find("GET", CODES) != []
    return new_till


def test_it_is_scanned_compared_and_shown(adopted, simulator, client):
    simulator.faults.clear()
    pos = PointOfSale.objects.get()

    Phone(simulator.epayment, GUID_STICKER, client).checks_in()
    shown = manage(adopted, "terminal/information")

    assert (pos.beacon_id, pos.qr_content) == (GUID_STICKER, code(simulator, GUID_STICKER).content)
    assert (shown.status, PointOfSale.objects.get().drift) == (200, {})
    assert adopted.get("manage/checkInStatus/byposId", posId=str(pos.pos_id))["checkInStatus"]["isUserCheckedIn"] == (
        "true"
    )


def test_it_is_taken_down(adopted, simulator):
    answer = manage(adopted, "delete")

    assert (answer.status, PointOfSale.objects.get().state, codes(simulator)) == (200, "Deleted", {})
