"""MobilePay says no to a start or a capture: what a till is told, and what is still owed."""

import pytest

from payments.models import Payment
from portal.audit.models import Entry
from tests.payments.posv10_calls import (
    CAPTURE,
    EVERY_TRY,
    LOOK_UP,
    PREPARE,
    START,
    UNKNOWN,
    be_busy,
    books,
    keys,
    own_code,
    tell,
)
from tests.payments.till_sequences import capture, details, prepare, reserve

# Our token is renewed once on a 401, so two refusals make one.
DENIALS = pytest.mark.parametrize(("status", "times"), [(401, 2), (403, 1)])


def deny(simulator, call, status, times):
    simulator.faults.add("refuse", *call, status=status, times=times, code=own_code(status))


def owed():
    payment = Payment.objects.get()
    return payment.state, payment.operation, payment.operation_minor


@pytest.mark.parametrize(("begin", "call"), [("start", START), ("prepare", PREPARE)])
def test_a_start_at_a_store_that_is_not_activated_is_refused_and_frees_the_till(till, pos, simulator, begin, call):
    store = simulator.world.points_of_sale.get(str(pos.pos_id)).store
    store.activated = False

    refused = till.start() if begin == "start" else prepare(till)
    row = Payment.objects.get()
    store.activated = True
    again = till.start("order-2")

    assert (refused.status, refused.codes) == (502, ["mobilepay_refused"])
    assert refused["errors"] == [
        (
            "MobilePay refused (code 1204): it says the store is not activated. Nothing was changed and no money "
            "moved; the service desk must look at the registration."
        )
    ]
    assert (row.state, row.remote_id, row.due_at) == ("CancelledByMobilePay", None, None)
    assert row.events.order_by("pk").last().cause == "MobilePay refused it: the store is not activated"
    assert again.status == 200
    assert books(simulator) == [("order-2", "Initiated", "0")]


@DENIALS
def test_a_start_refused_at_once_ends_the_payment(till, simulator, status, times):
    deny(simulator, START, status, times)

    refused = till.start()

    assert (refused.status, refused.codes) == (502, ["mobilepay_refused"])
    assert Payment.objects.get().state == "CancelledByMobilePay"
    assert till.start("order-2").status == 200


@DENIALS
def test_a_start_refused_after_an_unanswered_try_stays_in_doubt(till, simulator, status, times):
    simulator.faults.add("cut_after", *START)
    deny(simulator, START, status, times)

    lost = till.start()
    still = Payment.objects.get().state
    again = till.start()

    assert (lost.status, lost.codes) == (503, ["outcome_unknown"])
    assert still == "Created"
    assert (again.status, again["paymentId"]) == (200, str(Payment.objects.get().pk))
    assert len(set(keys(simulator, START))) == 1
    assert books(simulator) == [("order-1", "Initiated", "0")]


@DENIALS
def test_a_start_in_doubt_is_not_ended_by_a_refusal_of_a_later_call(till, simulator, status, times):
    be_busy(simulator, START, times=1)
    till.start()
    deny(simulator, START, status, times)

    still_lost = till.start()
    again = till.start()

    assert (still_lost.status, still_lost.codes) == (503, ["outcome_unknown"])
    assert again.status == 200


@DENIALS
def test_a_capture_refused_at_once_is_given_up(till, customer, simulator, status, times):
    payment_id = reserve(till, customer)
    deny(simulator, CAPTURE, status, times)

    refused = capture(till, payment_id)

    assert (refused.status, refused.codes) == (502, ["mobilepay_refused"])
    said = {
        401: ": it says the portal's credentials are not accepted",
        403: f" (code {UNKNOWN}): it says nothing that the portal understands",
    }[status]
    assert refused["errors"] == [
        (
            f"MobilePay refused{said}. Nothing was changed and no money moved; "
            "the service desk must look at the registration."
        )
    ]
    assert owed() == ("Reserved", "", None)
    assert books(simulator) == [("order-1", "Reserved", "0")]
    entry = Entry.objects.get(action="payment:refused")
    assert (entry.details["intent"], entry.details["mobilepay"]) == ("capture", f"HTTP {status}")
    assert capture(till, payment_id).status == 200


@pytest.mark.parametrize("code", ["\x00", "1\ud800", "x" * 10_000, "\u202e\u200b"])
def test_a_refusal_in_words_that_no_database_takes_is_no_answer_of_mobilepays(till, customer, simulator, code):
    payment_id = reserve(till, customer)
    simulator.faults.add("refuse", *CAPTURE, status=403, code=code, times=EVERY_TRY)

    lost = capture(till, payment_id)

    assert (lost.status, lost.codes) == (503, ["outcome_unknown"])
    assert owed() == ("Reserved", "capture", 2706)
    assert Entry.objects.filter(action="payment:refused").count() == 0
    assert capture(till, payment_id).status == 200


@DENIALS
def test_a_capture_refused_after_an_unanswered_try_stays_in_doubt(till, customer, simulator, status, times):
    payment_id = reserve(till, customer)
    simulator.faults.add("cut_before", *CAPTURE)
    deny(simulator, CAPTURE, status, times)

    lost = capture(till, payment_id)

    assert (lost.status, lost.codes) == (503, ["outcome_unknown"])
    assert owed() == ("Reserved", "capture", 2706)
    assert capture(till, payment_id).status == 200
    assert len(set(keys(simulator, CAPTURE))) == 1


def test_a_capture_refused_along_with_the_look_up_stays_in_doubt_after_an_unanswered_try(till, customer, simulator):
    payment_id = reserve(till, customer)
    simulator.faults.add("cut_after", *CAPTURE)
    deny(simulator, CAPTURE, 403, 1)
    deny(simulator, LOOK_UP, 403, 1)

    lost = capture(till, payment_id)
    still = owed()
    again = capture(till, payment_id)

    assert (lost.status, lost.codes) == (503, ["outcome_unknown"])
    assert still == ("Reserved", "capture", 2706)
    assert again.status == 200
    assert books(simulator) == [("order-1", "Captured", "27.06")]


def test_a_capture_refused_along_with_the_look_up_is_given_up_when_nobody_asked_before(till, customer, simulator):
    payment_id = reserve(till, customer)
    deny(simulator, CAPTURE, 403, 1)
    deny(simulator, LOOK_UP, 403, 1)

    refused = capture(till, payment_id)

    assert (refused.status, refused.codes) == (502, ["mobilepay_refused"])
    assert owed() == ("Reserved", "", None)


def test_a_capture_carried_out_by_the_unanswered_try_is_known_despite_the_refusal(till, customer, simulator):
    payment_id = reserve(till, customer)
    simulator.faults.add("cut_after", *CAPTURE)
    deny(simulator, CAPTURE, 403, 1)

    answer = capture(till, payment_id)

    assert (answer.status, answer["message"]) == (200, f"Payment {payment_id} is captured: 27.06 DKK.")
    assert owed() == ("Captured", "", None)
    assert books(simulator) == [("order-1", "Captured", "27.06")]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("1305", "capture_too_high"),
        ("1308", "partial_capture_impossible"),
        ("1304", "payment_not_reserved"),
    ],
)
def test_a_capture_that_mobilepay_judges_impossible_is_told_in_our_words(till, customer, simulator, code, told):
    payment_id = reserve(till, customer)
    simulator.faults.add("refuse", *CAPTURE, status=409, code=code)

    refused = capture(till, payment_id)

    assert (refused.status, refused.codes) == (409, [told])
    assert owed() == ("Reserved", "", None)
    assert books(simulator) == [("order-1", "Reserved", "0")]


@pytest.mark.parametrize("theirs", ["10.00", "20.00"])
def test_a_payment_captured_with_another_amount_behind_our_back_is_not_ours(till, customer, simulator, theirs):
    customer.phone_number = "+4520031805"
    payment_id = reserve(till, customer)
    tell(simulator, f"/payments/{Payment.objects.get().remote_id}/capture", {"amount": float(theirs)})

    answer = capture(till, payment_id, amount="15.00")

    assert (answer.status, answer.codes) == (409, ["already_captured"])
    assert books(simulator) == [("order-1", "Captured", str(float(theirs)))]
    assert details(till, payment_id)["status"] == "Captured"


def test_a_whole_capture_is_not_confirmed_when_mobilepay_says_another_amount_was_captured(till, customer, simulator):
    customer.phone_number = "+4520031805"
    payment_id = reserve(till, customer)
    tell(simulator, f"/payments/{Payment.objects.get().remote_id}/capture", {"amount": 10})

    answer = capture(till, payment_id)

    assert (answer.status, answer.codes) == (409, ["already_captured"])
    assert simulator.calls.find(*CAPTURE)[-1].status == 409
    assert owed()[:2] == ("Captured", "")


def test_a_payment_captured_behind_our_back_with_the_same_amount_is_captured(till, customer, simulator):
    payment_id = reserve(till, customer)
    tell(simulator, f"/payments/{Payment.objects.get().remote_id}/capture", {"amount": 27.06})

    answer = capture(till, payment_id)

    assert answer.status == 200
    assert details(till, payment_id)["capturedAmount"] == "27.06"


def test_a_capture_refused_for_a_reason_that_nobody_knows_is_not_in_doubt_for_ever(till, customer, simulator):
    payment_id = reserve(till, customer)
    simulator.faults.add("cut_before", *CAPTURE)
    simulator.faults.add("refuse", *CAPTURE, status=409, code=UNKNOWN)

    refused = capture(till, payment_id)

    assert (refused.status, refused.codes) == (502, ["mobilepay_refused"])
    assert owed() == ("Reserved", "", None)
    assert books(simulator) == [("order-1", "Reserved", "0")]
    assert capture(till, payment_id).status == 200
