import pytest

from portal.mobilepay.simulator.epayment.codes import Problem
from tests.mobilepay.simulator.epayment.client import ANNA, MSN, OTHER_MSN

ROOT = "/qr/v1/merchant-callback"
BEACON = "123456789012345"
TILL = {"locationDescription": "Till 1"}


def test_a_code_is_put_up_and_shown(api, world):
    put = api.put(f"{ROOT}/till-1", TILL)

    shown = api.get(f"{ROOT}/till-1")
    mark = world.codes.get(MSN, "till-1").mark
    assert (put.status, put.text) == (200, b"")
    assert shown.body == {
        "merchantSerialNumber": MSN,
        "merchantQrId": "till-1",
        "locationDescription": "Till 1",
        "qrImageUrl": f"https://qr.vipps.no/generate/qr.svg?code={mark}",
        "qrContent": f"https://qr.vipps.no/28/2/05/031/{mark}",
    }
    assert api.get(ROOT).body == [shown.body]


def test_putting_again_only_calls_the_place_otherwise(api):
    api.put(f"{ROOT}/till-1", TILL)
    before = api.get(f"{ROOT}/till-1").body

    api.put(f"{ROOT}/till-1", {"locationDescription": "Till 2", "category": "VENDING"})

    assert api.get(ROOT).body == [{**before, "locationDescription": "Till 2"}]


@pytest.mark.parametrize(
    ("query", "ending"),
    [
        ({"QrImageFormat": "PNG"}, "qr.png?code={}&size=1024"),
        ({"qrImageFormat": "PNG", "qrImageSize": 200}, "qr.png?code={}&size=200"),
        ({"QrImageFormat": "SVG", "QrImageSize": 2000}, "qr.svg?code={}"),
    ],
    ids=str,
)
def test_the_picture_can_be_wished_for_in_either_case(api, world, query, ending):
    api.put(f"{ROOT}/till-1", TILL)

    addresses = [api.get(f"{ROOT}/till-1", **query)["qrImageUrl"], api.get(ROOT, **query)[0]["qrImageUrl"]]

    assert addresses == ["https://qr.vipps.no/generate/" + ending.format(world.codes.get(MSN, "till-1").mark)] * 2


def test_what_is_wrong_is_said_in_the_qr_apis_own_shape(api):
    answers = [
        api.get(ROOT, QrImageSize=99),
        api.put(f"{ROOT}/till-1", {"locationDescription": "x" * 37}),
        api.put(f"{ROOT}/mobilepay/{BEACON}", {**TILL, "category": "VENDING"}),
    ]

    for answer in answers:
        assert answer.status == 400
        assert set(answer.body) == {"type", "title", "detail", "instance", "invalidParams"}
    assert [answer["invalidParams"][0]["name"] for answer in answers] == [
        "QrImageSize",
        "locationDescription",
        "category",
    ]


def test_an_unknown_code_is_a_404_without_words_to_look_at_and_with_words_to_delete(api):
    looked, deleted = api.get(f"{ROOT}/till-9"), api.delete(f"{ROOT}/till-9")

    assert (looked.status, looked.text) == (404, b"")
    assert (deleted.status, deleted["title"]) == (404, "Not Found")


def test_a_code_is_taken_down(api, world):
    api.put(f"{ROOT}/till-1", TILL)

    answer = api.delete(f"{ROOT}/till-1")

    assert (answer.status, answer.text) == (200, b"")
    assert api.get(ROOT).body == []
    with pytest.raises(Problem):
        world.check_in("till-1", ANNA)


def test_an_old_sticker_is_taken_over_by_its_beacon(api):
    put = api.put(f"{ROOT}/mobilepay/{BEACON}", TILL)

    shown = api.get(f"{ROOT}/{BEACON}")
    assert put.status == 200
    assert (shown["merchantQrId"], shown["locationDescription"]) == (BEACON, "Till 1")
    assert api.put(f"{ROOT}/mobilepay/{BEACON}", {"locationDescription": "Till 2"}).status == 200


def test_a_sticker_is_one_units_only(api, other_unit):
    other_unit.put(f"{ROOT}/mobilepay/{BEACON}", TILL)

    answer = api.put(f"{ROOT}/mobilepay/{BEACON}", TILL)

    assert (answer.status, answer.body) == (409, {"id": BEACON})
    assert api.get(ROOT).body == []
    assert other_unit.get(ROOT)[0]["merchantSerialNumber"] == OTHER_MSN


def test_units_may_call_their_codes_the_same(api, other_unit, world):
    api.put(f"{ROOT}/till-1", TILL)
    other_unit.put(f"{ROOT}/till-1", {"locationDescription": "Helsinki"})

    assert api.get(f"{ROOT}/till-1")["qrContent"] != other_unit.get(f"{ROOT}/till-1")["qrContent"]
    assert world.code("till-1").unit.msn == MSN


def test_nobody_hears_of_a_check_in_that_nobody_asked_for(api, world):
    api.put(f"{ROOT}/till-1", TILL)

    check_in = world.check_in("till-1", ANNA)

    assert (check_in.phone_number, check_in.is_told) == ("4520031801", False)
