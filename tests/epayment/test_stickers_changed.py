"""Stickers that change: one is one terminal's, however it is spelled, and what was noted with one stays with it."""

import pytest

from terminals import import_file
from terminals.import_file import WrongRows
from terminals.models import PointOfSale, Terminal
from terminals.services.imports import StickerTwice
from tests.epayment.codes import GUID_STICKER, STICKER, codes, import_first_terminal, manage
from tests.epayment.phones import Phone
from tests.shop import KINO, KINO_UNIT

PUT = ("PUT", "/qr/v1/merchant-callback/mobilepay/.*")


def of_two(first, second):
    """An import file in which both tills of Kino Nord carry a sticker."""
    one, two = KINO["stores"][0]["terminals"]
    terminals = [{**one, "beaconId": first}, {**two, "beaconId": second}]
    return {"merchants": [{**KINO, "stores": [{**KINO["stores"][0], **KINO_UNIT, "terminals": terminals}]}]}


def test_a_sticker_that_stands_twice_in_a_file_is_named():
    with pytest.raises(WrongRows) as wrong:
        import_file.read(of_two(GUID_STICKER, GUID_STICKER.lower()))

    assert wrong.value.rows == [
        f"merchant KINO1: beaconId {GUID_STICKER.lower()} stands twice in the file, once as {GUID_STICKER}"
    ]


def test_a_sticker_that_another_terminal_has_is_refused_and_nothing_is_imported(shops):
    Terminal.objects.filter(name="Kasse 2").update(beacon_id=STICKER)

    with pytest.raises(StickerTwice, match=f"the beacon id {STICKER} would be at two terminals"):
        import_first_terminal(beaconId=STICKER)

    assert list(Terminal.objects.exclude(beacon_id="").values_list("name", flat=True)) == ["Kasse 2"]


def test_a_sticker_is_taken_away_again(new_till, simulator):
    import_first_terminal(beaconId=STICKER)

    import_first_terminal(beaconId="")
    manage(new_till)

    pos = PointOfSale.objects.get()
    assert (pos.is_printed, codes(simulator)) == (False, {str(pos.pos_id): "Kasse 1"})


def test_what_was_noted_with_a_sticker_stays_with_it_while_it_is_in_doubt(new_till, simulator):
    import_first_terminal(beaconId=STICKER)
    simulator.faults.add("cut_after", *PUT, times=2)
    lost = manage(new_till)
    import_first_terminal(beaconId=GUID_STICKER)

    again = manage(new_till)

    assert (lost.status, again.status, set(codes(simulator))) == (503, 200, {STICKER})
    assert PointOfSale.objects.get().beacon_id == STICKER


def test_whoever_scans_a_sticker_in_another_spelling_is_known(new_till, simulator, client):
    mixed = "0F0e0D0c-0B0a-4908-8706-050403020100"
    import_first_terminal(beaconId=mixed)
    manage(new_till)
    new_till.start()
    PointOfSale.objects.update(beacon_id=mixed.lower())

    Phone(simulator.epayment, mixed, client).checks_in()

    assert PointOfSale.objects.get().payments.get().state == "IssuedToUser"
