"""Points of sale, check-in and stores at the simulator."""

from dataclasses import replace
from uuid import uuid4

import pytest

from portal.mobilepay.errors import Reason, Rejected
from portal.mobilepay.types import PaymentRef, PointOfSaleInfo, PointOfSaleOrder, PointOfSaleRef, StoreInfo
from tests.mobilepay.clients import BEACON_ID, gateway_to, refund_ref
from tests.shop import BAGER, KINO, Customer

STORE_ID = KINO["stores"][0]["storeId"]
TILL_1 = PointOfSaleOrder("till-1", STORE_ID, "Kasse 1", BEACON_ID)
POS_PATH = "/pos/v10/pointofsales/[^/]+"


def test_registered_point_of_sale_can_be_read_and_found(mobilepay, pos_id):
    info = mobilepay.registry.record(PointOfSaleRef(pos_id, BEACON_ID))

    assert info == PointOfSaleInfo(
        pos_id=pos_id,
        merchant_pos_id="till-1",
        store_id=STORE_ID,
        name="Kasse 1",
        beacon_id=BEACON_ID,
        beacon_types=("QR",),
        require_payment_before_check_in=False,
        callback_alias=None,
    )
    assert mobilepay.registry.find(TILL_1) == pos_id


def test_point_of_sale_that_nobody_registered_is_not_found(mobilepay, pos_id):
    assert mobilepay.registry.find(replace(TILL_1, merchant_pos_id="till-2")) is None


def test_registering_again_with_the_same_key_gives_the_same_point_of_sale(mobilepay):
    key = uuid4()

    first = mobilepay.registry.register(TILL_1, key=key)
    second = mobilepay.registry.register(TILL_1, key=key)

    assert second == first


def test_second_point_of_sale_with_the_same_id_is_refused_and_changes_nothing(mobilepay, pos_id):
    order = PointOfSaleOrder("till-1", STORE_ID, "Kasse 1 again", "987654321098765")

    with pytest.raises(Rejected) as refusal:
        mobilepay.registry.register(order, key=uuid4())

    assert refusal.value.code == "1200"
    assert mobilepay.registry.find(TILL_1) == pos_id
    assert mobilepay.registry.record(PointOfSaleRef(pos_id, BEACON_ID)).name == "Kasse 1"


def test_deleted_point_of_sale_is_gone_and_unknown_when_it_is_deleted_again(simulator, mobilepay, pos_id):
    mobilepay.registry.delete(PointOfSaleRef(pos_id, BEACON_ID))
    with pytest.raises(Rejected) as refusal:
        mobilepay.registry.delete(PointOfSaleRef(pos_id, BEACON_ID))

    assert (refusal.value.reason, refusal.value.is_final(is_first=True)) == (Reason.NOT_FOUND, False)

    assert [call.status for call in simulator.calls.find("DELETE", POS_PATH)] == [200, 404]
    assert mobilepay.registry.find(TILL_1) is None


def test_delete_that_mobilepay_refuses_is_an_error_and_deletes_nothing(simulator, mobilepay, pos_id):
    simulator.faults.add("refuse", "DELETE", POS_PATH, status=403, code="1409")

    with pytest.raises(Rejected) as refusal:
        mobilepay.registry.delete(PointOfSaleRef(pos_id, BEACON_ID))

    assert refusal.value.code == "1409"
    assert mobilepay.registry.find(TILL_1) == pos_id


def test_check_in_tells_whether_somebody_is_there(mobilepay, pos_id, shopper):
    before = mobilepay.check_ins.current(pos_id)
    shopper.checks_in()
    after = mobilepay.check_ins.current(pos_id)

    assert (before.is_user_checked_in, before.customer.token) == (False, None)
    assert after.is_user_checked_in is True
    assert after.poll_delay_ms == 0


@pytest.mark.parametrize(
    ("phone_number", "loyalty_ids", "has_receipts"),
    [("+4520031801", (), False), ("+4520031803", (), True), ("+4520031804", ("123456",), False)],
)
def test_check_in_tells_what_is_known_of_the_customer(
    simulator, mobilepay, pos_id, phone_number, loyalty_ids, has_receipts
):
    Customer(simulator.url, BEACON_ID, phone_number).checks_in()

    customer = mobilepay.check_ins.current(pos_id).customer

    assert len(customer.token) == 40
    assert customer.loyalty_ids == loyalty_ids
    assert len(customer.receipt_token) == (32 if has_receipts else 0)


def test_check_in_leaves_open_what_mobilepay_has_not_looked_up_yet(simulator, mobilepay, pos_id, shopper):
    simulator.world.knobs.change({"loyalty_lookup_delay": 60})
    shopper.checks_in()

    customer = mobilepay.check_ins.current(pos_id).customer

    assert (customer.receipt_token, customer.loyalty_ids) == (None, None)


@pytest.mark.parametrize(
    "ask",
    [
        lambda network, some_id: network.registry.record(PointOfSaleRef(some_id, BEACON_ID)),
        lambda network, some_id: network.check_ins.current(some_id),
        lambda network, some_id: network.stores.one(some_id),
        lambda network, some_id: network.payments.status(PaymentRef(some_id)),
        lambda network, some_id: network.refunds.status(refund_ref(some_id)),
    ],
    ids=["point of sale", "check-in", "store", "payment", "refund"],
)
def test_unknown_id_is_not_found(mobilepay, ask):
    with pytest.raises(Rejected) as refusal:
        ask(mobilepay, str(uuid4()))

    assert (refusal.value.reason, refusal.value.is_final(is_first=True)) == (Reason.NOT_FOUND, False)


def test_stores_are_those_of_the_merchant(simulator, http, mobilepay):
    expected = StoreInfo(
        store_id=STORE_ID,
        name="Kino Nord Aarhus",
        street="Havnegade 4",
        zip_code="8000",
        city="Aarhus C",
        brand_name="Kino Nord",
        brand_id="POSDK00001",
        location_id="00001",
    )
    bakery = gateway_to(simulator.url, http, vat_number=BAGER["vatNumber"])

    assert mobilepay.stores.all() == [expected]
    assert mobilepay.stores.one(STORE_ID) == expected
    assert [store.store_id for store in bakery.stores.all()] == [BAGER["stores"][0]["storeId"]]
