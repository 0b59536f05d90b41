from decimal import Decimal

import pytest

from tests.mobilepay.simulator.client import CREDIT, OK, new_pos, order

FOREIGN_STORE = "33333333-3333-4333-8333-333333333333"


def test_a_point_of_sale_is_shown_as_it_was_created(api):
    created = api.post(
        "/pointofsales",
        new_pos(
            beaconId="123456789012345",
            callbackAlias="Alias",
            supportedBeaconTypes=["NFC", "QR"],
            requirePaymentBeforeCheckin=True,
        ),
    )

    answer = api.get(f"/pointofsales/{created['posId']}")

    assert answer.body == {
        "posId": created["posId"],
        "merchantPosId": "till-1",
        "storeId": "11111111-1111-4111-8111-111111111111",
        "name": "Till 1",
        "beaconId": "123456789012345",
        "callbackAlias": "Alias",
        "supportedBeaconTypes": ["NFC", "QR"],
        "requirePaymentBeforeCheckin": True,
    }


def test_a_beacon_is_generated_when_none_is_given(api, pos):
    assert len(pos["beaconId"]) == 36
    assert pos.body.keys() == {
        "posId",
        "merchantPosId",
        "storeId",
        "name",
        "beaconId",
        "supportedBeaconTypes",
        "requirePaymentBeforeCheckin",
    }


def test_a_store_must_exist_and_be_the_merchants(api):
    answers = [
        api.post("/pointofsales", new_pos(storeId=store_id))
        for store_id in ("99999999-9999-4999-8999-999999999999", FOREIGN_STORE)
    ]

    assert [answer.outcome for answer in answers] == [(409, "1002"), (403, "1403")]


def test_a_merchant_pos_id_is_unique_for_integrator_and_merchant(pos, api, other_merchant, other_integrator):
    answers = [
        api.post("/pointofsales", new_pos()),
        other_merchant.post("/pointofsales", new_pos(storeId=FOREIGN_STORE)),
        other_integrator.post("/pointofsales", new_pos()),
    ]

    assert [answer.outcome for answer in answers] == [(409, "1200"), OK, OK]


def test_a_beacon_is_unique_in_the_whole_world(pos, other_merchant):
    answer = other_merchant.post("/pointofsales", new_pos(storeId=FOREIGN_STORE, beaconId=pos["beaconId"].upper()))

    assert answer.outcome == (409, "1202")


def test_deletion_frees_both_ids(api, pos):
    api.delete(f"/pointofsales/{pos['posId']}")

    answer = api.post("/pointofsales", new_pos(beaconId=pos["beaconId"]))

    assert answer.outcome == OK
    assert answer["posId"] != pos["posId"]


def test_a_deleted_point_of_sale_is_gone(api, pos):
    path = f"/pointofsales/{pos['posId']}"

    deleted = api.delete(path)

    assert (deleted.status, deleted.text) == (200, b"")
    assert [api.get(path).text, api.get(path).status] == [b"", 404]
    assert api.get(f"{path}/checkin").status == 404
    assert api.delete(path).status == 404
    assert api.get("/pointofsales", merchantPosId="till-1").body == {"posIds": []}
    assert api.post("/payments", order(pos)).outcome == (409, "1000")
    assert api.act("checkin", beaconId=pos["beaconId"], phoneNumber=CREDIT).outcome == (409, "1000")


def test_deleting_again_can_be_made_to_succeed(api, pos, world, other_merchant):
    world.knobs.delete_again_succeeds = True
    path = f"/pointofsales/{pos['posId']}"

    answers = [api.delete(path), api.delete(path), other_merchant.delete(path)]

    assert [answer.outcome for answer in answers] == [OK, OK, (403, "1409")]


@pytest.mark.parametrize("act", ["capture", "cancel"])
def test_a_reserved_payment_outlives_its_point_of_sale(api, pos, pay, act):
    payment_id = pay()
    api.delete(f"/pointofsales/{pos['posId']}")

    answer = api.post(f"/payments/{payment_id}/{act}", {"amount": Decimal("12.50")})

    assert answer.outcome == OK


def test_an_unknown_point_of_sale_is_not_found(api):
    path = "/pointofsales/99999999-9999-4999-8999-999999999999"

    answers = [api.get(path), api.delete(path), api.get(f"{path}/checkin")]

    assert [(answer.status, answer.text) for answer in answers] == [(404, b"")] * 3


def test_nobody_else_can_touch_a_point_of_sale(api, pos, other_merchant, other_integrator):
    path = f"/pointofsales/{pos['posId']}"

    outcomes = [
        answer.outcome
        for client in (other_merchant, other_integrator)
        for answer in (client.get(path), client.delete(path), client.get(f"{path}/checkin"))
    ]

    assert outcomes == [
        (403, "1410"),
        (403, "1409"),
        (403, "1400"),
        (403, "1400"),
        (403, "1400"),
        (403, "1400"),
    ]
    assert api.get(path).status == 200


def test_points_of_sale_are_found_by_every_filter_given(api, pos, other_merchant):
    second = api.post("/pointofsales", new_pos(merchantPosId="till-2"))["posId"]
    first, store, beacon = pos["posId"], pos["storeId"], pos["beaconId"]

    found = [
        client.get("/pointofsales", **query)["posIds"]
        for client, query in (
            (api, {"storeId": store}),
            (api, {"beaconId": beacon.upper()}),
            (api, {"merchantPosId": "till-2"}),
            (api, {"storeId": store, "beaconId": beacon, "merchantPosId": "till-1"}),
            (api, {"beaconId": beacon, "merchantPosId": "till-2"}),
            (api, {"storeId": FOREIGN_STORE}),
            (other_merchant, {"beaconId": beacon}),
        )
    ]

    assert found == [[first, second], [first], [second], [first], [], [], []]


@pytest.mark.parametrize(("query", "code"), [({}, "1121"), ({"storeId": "1"}, "1099")])
def test_a_point_of_sale_filter_must_be_specific_and_well_formed(api, query, code):
    answer = api.get("/pointofsales", **query)

    assert answer.outcome == (400, code)
