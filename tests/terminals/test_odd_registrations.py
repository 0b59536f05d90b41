"""Registrations that MobilePay has of our terminals, and that are not as we would have made them."""

import pytest

from terminals.models import PointOfSale, Terminal
from tests.terminals.registrations import KEY, ONE, manage, registered


@pytest.mark.parametrize("members", [{"beaconId": None}, {"beaconId": 7}, {"storeId": None}, {"storeId": KEY}], ids=str)
def test_a_registration_that_is_of_no_use_is_removed_and_made_anew(till, simulator, members):
    old = registered(simulator)
    Terminal.objects.get(name="Kasse 1").points_of_sale.all().delete()
    simulator.faults.add("alter", "GET", ONE, times=1, members=members)

    reply = manage(till)

    assert (reply.status, len(registered(simulator))) == (200, 1)
    assert registered(simulator) == [str(PointOfSale.objects.get().pos_id)] != old


def test_a_registration_without_a_name_is_adopted_under_ours(till, simulator):
    old = registered(simulator)
    Terminal.objects.get(name="Kasse 1").points_of_sale.all().delete()
    simulator.faults.add("alter", "GET", ONE, times=1, members={"name": None})

    reply = manage(till)

    assert (reply.status, registered(simulator), PointOfSale.objects.get().name) == (200, old, "Kasse 1")


def test_a_registration_of_another_terminal_is_not_adopted(till, simulator):
    old = registered(simulator)
    Terminal.objects.get(name="Kasse 1").points_of_sale.all().delete()
    simulator.faults.add("alter", "GET", ONE, times=1, members={"merchantPosId": "another"})

    lost, again = manage(till), manage(till)

    assert (lost.status, lost.codes, again.status) == (503, ["outcome_unknown"], 200)
    assert registered(simulator) == old


def test_what_mobilepay_leaves_out_of_a_point_of_sale_is_told_as_we_have_it(till, simulator):
    whole = manage(till, "GET", "manage/terminal/information").json
    simulator.faults.add("alter", "GET", ONE, times=1, members={"name": None, "beaconId": None, "storeId": None})

    assert manage(till, "GET", "manage/terminal/information").json == whole
