"""MobilePay says no to a till's refund: what the till is told, and what becomes of the money set aside."""

import pytest

from tests.payments.posv10_calls import UNKNOWN, own_code
from tests.refunds.scenarios import (
    CANCEL,
    CAPTURE,
    CREATE,
    LOOK_UP,
    all_refunds,
    at_mobilepay,
    books,
    call_off,
    details,
    fresh,
    give_back,
    pay_out,
    refund_id,
    reserved_at_till,
    status_at_till,
    told,
    told_mobilepay,
)

# Our token is renewed once on a 401, so two refusals make one.
DENIALS = pytest.mark.parametrize(("status", "times"), [(401, 2), (403, 1)])
ABOUT_THE_PAYMENT = {
    "1354": "MobilePay refused it: it says the payment is not captured",
    "1365": "MobilePay refused it: it says the refund has another currency than the payment",
    "1366": "MobilePay refused it: the payment is too old to be refunded; pay it back another way",
    "1367": (
        "MobilePay refused it: less is left of the payment than the portal knows of; look it up at MobilePay, "
        "where somebody may have given money back directly"
    ),
}
BEYOND_A_TILL = [
    (401, 2, None, "the portal's credentials are not accepted", ""),
    (403, 1, "1401", "the payment was created by another integrator", " (code 1401)"),
    (403, 1, UNKNOWN, "nothing that the portal understands", f" (code {UNKNOWN})"),
    (409, 1, "1001", "the payment does not exist there", " (code 1001)"),
    (400, 1, "1114", "the refund order id is not valid", " (code 1114)"),
]


def deny(simulator, call, status, times=1, code=None):
    simulator.faults.add("refuse", *call, status=status, times=times, code=code or own_code(status))


def owed(refund):
    found = fresh(refund)
    return found.state, found.operation


@pytest.mark.parametrize("code", ABOUT_THE_PAYMENT)
def test_a_create_refused_for_a_reason_in_the_payment_ends_in_a_sentence_for_the_cashier(till, sold, simulator, code):
    deny(simulator, CREATE, 409, code=code)

    refused = give_back(till, sold)

    refund = sold.refunds.get()
    assert (refused.status, refused.codes) == (409, ["refund_refused"])
    assert refused["errors"] == [
        f"{ABOUT_THE_PAYMENT[code]}. No money moved, and the refund of order order-1 has ended."
    ]
    assert told(refund) == ["Created", "CancelledByMobilePay"]
    assert (refund.refused_code, refund.remote_id, refund.due_at) == (code, None, None)
    assert books(sold) == (2706, 0, 0)
    assert at_mobilepay(simulator, sold) == []


@pytest.mark.parametrize(("status", "times", "code", "words", "shown"), BEYOND_A_TILL)
def test_a_create_refused_for_a_reason_beyond_the_till_names_the_service_desk(
    till, sold, simulator, status, times, code, words, shown
):
    deny(simulator, CREATE, status, times, code)

    refused = give_back(till, sold)

    refund = sold.refunds.get()
    assert (refused.status, refused.codes) == (502, ["mobilepay_refused"])
    assert refused["errors"] == [
        (
            f"MobilePay refused it: it says {words}{shown}. No money moved, and the refund of order order-1 has ended; "
            "the service desk must look at the registration. Use another refundOrderId to try again."
        )
    ]
    assert told(refund) == ["Created", "CancelledByMobilePay"]
    assert books(sold) == (2706, 0, 0)
    assert at_mobilepay(simulator, sold) == []


@pytest.mark.parametrize(("status", "code"), [(409, "1366"), (409, "1367"), (403, "1401"), (403, None)])
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "till-key-1"}], ids=["by its order", "by a key"])
def test_the_same_create_is_refused_again_in_the_same_words(till, sold, simulator, status, code, headers):
    deny(simulator, CREATE, status, code=code)
    first = give_back(till, sold, headers=headers)
    asked = told_mobilepay(simulator)

    again = give_back(till, sold, headers=headers)

    assert (again.status, again.body) == (first.status, first.body)
    assert again["success"] is False
    assert all_refunds() == [("refund-1", 1000, "CancelledByMobilePay")]
    assert books(sold) == (2706, 0, 0)
    assert told_mobilepay(simulator) == asked


def test_a_refused_refund_has_details_and_cannot_be_changed(till, sold, simulator):
    deny(simulator, CREATE, 409, code="1366")
    give_back(till, sold)
    refund = sold.refunds.get()
    asked = told_mobilepay(simulator)

    status, captured, cancelled = (
        status_at_till(till, refund),
        pay_out(till, refund),
        call_off(till, refund),
    )

    assert status == "CancelledByMobilePay"
    assert [captured.codes, cancelled.codes] == [["refund_ended"]] * 2
    assert till.get("refunds", paymentId=str(sold.pk))["refundsIds"] == [str(refund.pk)]
    assert told_mobilepay(simulator) == asked


def test_another_refund_order_is_a_new_try(till, sold, simulator):
    deny(simulator, CREATE, 403, code="1401")
    give_back(till, sold)

    again = give_back(till, sold, order_id="refund-2")

    assert again.status == 200
    assert at_mobilepay(simulator, sold) == [("refund-2", 1000, "Reserved")]
    assert books(sold) == (2706, 1000, 0)


def test_a_merchant_that_is_always_answered_200_reads_of_mobilepays_refusal_in_the_envelope(till, sold, simulator):
    sold.merchant.answers_always_200 = True
    sold.merchant.save()
    deny(simulator, CREATE, 403, code="1401")

    refused = give_back(till, sold)

    assert (refused.status, refused["success"], refused.codes) == (
        200,
        False,
        ["mobilepay_refused"],
    )
    assert books(sold) == (2706, 0, 0)


@DENIALS
def test_a_create_refused_after_an_unanswered_try_stays_in_doubt(till, sold, simulator, status, times):
    simulator.faults.add("cut_after", *CREATE)
    deny(simulator, CREATE, status, times)

    lost = give_back(till, sold)
    still = owed(sold.refunds.get()), books(sold)
    again = give_back(till, sold)

    assert (lost.status, lost.codes) == (503, ["outcome_unknown"])
    assert still == (("Created", "create"), (2706, 1000, 0))
    assert (again.status, again["refundId"]) == (200, str(sold.refunds.get().pk))
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, "Reserved")]


@DENIALS
@pytest.mark.parametrize(
    ("act", "call", "intent"),
    [(pay_out, CAPTURE, "capture"), (call_off, CANCEL, "cancel")],
)
def test_an_act_refused_at_once_is_given_up_and_may_be_asked_again(
    till, sold, simulator, act, call, intent, status, times
):
    refund = reserved_at_till(till, sold)
    deny(simulator, call, status, times)

    refused = act(till, refund)
    still = owed(refund), books(sold)

    said = {
        401: ": it says the portal's credentials are not accepted",
        403: f" (code {UNKNOWN}): it says nothing that the portal understands",
    }[status]
    assert (refused.status, refused.codes) == (502, ["mobilepay_refused"])
    assert refused["errors"] == [
        (
            f"MobilePay refused{said}. Nothing was changed and no money moved; "
            "the service desk must look at the registration."
        )
    ]
    assert still == (("Reserved", ""), (2706, 1000, 0))
    assert act(till, refund).status == 200


@DENIALS
@pytest.mark.parametrize(
    ("act", "call", "intent"),
    [(pay_out, CAPTURE, "capture"), (call_off, CANCEL, "cancel")],
)
def test_an_act_refused_after_an_unanswered_try_stays_in_doubt(till, sold, simulator, act, call, intent, status, times):
    refund = reserved_at_till(till, sold)
    simulator.faults.add("cut_before", *call)
    deny(simulator, call, status, times)

    lost = act(till, refund)

    assert (lost.status, lost.codes) == (503, ["outcome_unknown"])
    assert owed(refund) == ("Reserved", intent)
    assert act(till, refund).status == 200


def test_a_capture_that_mobilepay_finds_too_early_may_be_asked_again(till, sold, simulator):
    refund = reserved_at_till(till, sold)
    deny(simulator, CAPTURE, 409, code="1351")

    refused = pay_out(till, refund)

    assert (refused.status, refused.codes) == (409, ["refund_not_reserved"])
    assert owed(refund) == ("Reserved", "")
    assert pay_out(till, refund).status == 200


@pytest.mark.parametrize(
    ("status", "told_till"),
    [(403, (502, ["mobilepay_refused"])), (429, (503, ["mobilepay_unavailable"]))],
)
def test_a_capture_that_cannot_look_first_captures_nothing(till, sold, simulator, status, told_till):
    refund = refund_id(give_back(till, sold))
    deny(simulator, LOOK_UP, status)

    refused = pay_out(till, refund)

    assert (refused.status, refused.codes) == told_till
    assert owed(refund) == ("Initiated", "")
    assert told_mobilepay(simulator, CAPTURE) == 0
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, "Reserved")]


def test_a_capture_of_a_refund_that_mobilepay_takes_back_on_balance_tells_so(till, sold, pos, simulator):
    deny(simulator, CREATE, 429)
    give_back(till, sold)
    refund = sold.refunds.get()
    simulator.world.points_of_sale.get(str(pos.pos_id)).store.balance = 0

    refused = pay_out(till, refund)

    assert (refused.status, refused.codes) == (409, ["refund_not_reserved"])
    assert told(refund) == ["Created", "WaitingForBalance"]
    assert details(till, refund)["refundDetails"]["status"] == "Initiated"
    assert told_mobilepay(simulator, CAPTURE) == 0
