"""Goods come back: from the till's first word to the customer's money."""

from portal.audit.models import Entry
from tests.refunds.scenarios import (
    CANCEL,
    CAPTURE,
    CREATE,
    all_refunds,
    at_mobilepay,
    books,
    call_off,
    details,
    give_back,
    pay_out,
    refund_id,
    reserved_at_till,
    sell,
    told,
    told_mobilepay,
)


def test_a_refund_goes_from_create_over_details_to_the_customer(till, sold, simulator):
    created = give_back(till, sold, "27.06")
    before = books(sold)
    seen = details(till, created["refundId"])
    paid = pay_out(till, created["refundId"])

    refund = sold.refunds.get()
    assert (created.status, created["refundId"]) == (200, str(refund.pk))
    assert seen["refundDetails"]["status"] == "Reserved"
    assert (paid.status, paid["message"]) == (
        200,
        f"Refund {refund.pk} is paid out: 27.06 DKK goes back to the customer.",
    )
    assert before == (2706, 2706, 0)
    assert books(sold) == (2706, 2706, 2706)
    assert at_mobilepay(simulator, sold) == [("refund-1", 2706, "Captured")]
    assert told(refund) == ["Created", "Initiated", "Reserved", "Captured"]
    [create] = simulator.calls.find(*CREATE)
    [paid_out] = simulator.calls.find(*CAPTURE)
    assert create.idempotency_key != paid_out.idempotency_key == str(refund.key_of("capture"))
    assert (create.body["refundOrderId"], str(create.body["amount"])) == (
        "refund-1",
        "27.06",
    )
    assert (
        refund.origin,
        refund.reason,
        refund.requester,
        refund.operation,
        refund.due_at,
    ) == (
        "till",
        "till",
        None,
        "",
        None,
    )
    actions = Entry.objects.filter(subject_id=str(refund.pk)).order_by("pk").values_list("action", flat=True)
    assert list(actions) == [
        "refund:requested",
        "refund:moved",
        "refund:moved",
        "refund:intended",
        "refund:moved",
    ]


def test_the_payments_details_tell_what_was_given_back_once_it_is_paid(till, sold):
    refund = reserved_at_till(till, sold)
    promised = till.get("payment/details", paymentId=str(sold.pk))["paymentDetails"]["refundedAmount"]

    pay_out(till, refund)

    assert promised == "0.00"
    assert till.get("payment/details", paymentId=str(sold.pk))["paymentDetails"]["refundedAmount"] == "10.00"


def test_a_till_may_capture_at_once_without_asking_for_the_details(till, sold, simulator):
    refund = refund_id(give_back(till, sold))

    paid = pay_out(till, refund)

    assert paid.status == 200
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, "Captured")]
    assert told(refund) == ["Created", "Initiated", "Reserved", "Captured"]


def test_parts_go_back_until_nothing_is_left(till, sold, simulator):
    parts = [("10.00", "refund-1"), ("17.05", "refund-2"), ("0.01", "refund-3")]
    for amount, order_id in parts:
        assert pay_out(till, refund_id(give_back(till, sold, amount, order_id))).status == 200

    refused = give_back(till, sold, "0.01", "refund-4")

    assert (refused.status, refused.codes) == (409, ["refund_too_high"])
    assert refused["errors"] == [
        (
            "At most 0.00 DKK of order order-1 can still be given back: 27.06 DKK was taken, "
            "and refunds of 27.06 DKK are paid or on their way. No money moved."
        )
    ]
    assert books(sold) == (2706, 2706, 2706)
    assert at_mobilepay(simulator, sold) == [
        ("refund-1", 1000, "Captured"),
        ("refund-2", 1705, "Captured"),
        ("refund-3", 1, "Captured"),
    ]
    assert told_mobilepay(simulator, CREATE) == 3


def test_a_cancelled_refund_leaves_its_amount_for_another(till, sold, simulator):
    first = reserved_at_till(till, sold, "27.06", "refund-1")
    set_aside = give_back(till, sold, "27.06", "refund-2")

    cancelled = call_off(till, first)
    again = give_back(till, sold, "27.06", "refund-2")

    assert (set_aside.status, set_aside.codes) == (409, ["refund_too_high"])
    assert (cancelled.status, cancelled["message"]) == (
        200,
        f"Refund {first.pk} is cancelled. No money was given back.",
    )
    assert again.status == 200
    assert books(sold) == (2706, 2706, 0)
    assert all_refunds() == [
        ("refund-1", 2706, "CancelledByClient"),
        ("refund-2", 2706, "Initiated"),
    ]
    assert told_mobilepay(simulator, CAPTURE) == 0


def test_a_refund_that_mobilepay_could_not_reserve_leaves_its_amount_for_another(till, sold, simulator):
    simulator.world.knobs.decline_refunds = True
    first = refund_id(give_back(till, sold, "27.06"))
    details(till, first)
    simulator.world.knobs.decline_refunds = False

    again = give_back(till, sold, "27.06", "refund-2")

    assert again.status == 200
    assert all_refunds() == [
        ("refund-1", 2706, "CancelledByMobilePay"),
        ("refund-2", 2706, "Initiated"),
    ]


def test_a_refund_that_is_not_reserved_yet_can_be_cancelled(till, sold, simulator):
    simulator.world.knobs.refund_reserve_delay = 60
    refund = refund_id(give_back(till, sold))

    cancelled = call_off(till, refund)

    assert cancelled.status == 200
    assert told(refund) == ["Created", "Initiated", "CancelledByClient"]
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, "CancelledByClient")]
    assert books(sold) == (2706, 0, 0)
    assert told_mobilepay(simulator, CANCEL) == 1


def test_the_same_refund_order_on_another_payment_is_another_refund(till, customer, sold, simulator):
    other = sell(till, customer, order_id="order-2")

    first, second = give_back(till, sold), give_back(till, other)

    assert first["refundId"] != second["refundId"]
    assert at_mobilepay(simulator, sold) == at_mobilepay(simulator, other) == [("refund-1", 1000, "Reserved")]


def test_any_till_of_the_merchant_may_finish_what_another_began(neighbour, till, sold, simulator):
    refund = reserved_at_till(till, sold)

    paid = pay_out(neighbour, refund)

    assert paid.status == 200
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, "Captured")]
