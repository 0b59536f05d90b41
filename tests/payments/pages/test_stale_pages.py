"""A page that is older than the truth: what is pressed on it is judged by how things are."""

import pytest

from payments import tasks
from payments.models import Payment
from tests.pages import buttons, errors, said, toasts
from tests.payments.factories import row_events, traces
from tests.payments.posv10_calls import CANCEL, CAPTURE, LOOK_UP, READY, START, be_busy, books, keys, swallow, tell
from tests.payments.threads import at_once
from tests.payments.till_sequences import cancel, capture, reserve
from tests.people import Person

BOTH = pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
OVER = "div[@id='dialog-content']/p"


@pytest.fixture
def reserved(till, customer):
    customer.phone_number = "+4520031805"
    return reserve(till, customer)


def path(payment_id, act=""):
    return f"payments/{payment_id}/{act}"


def unknown(payment_id):
    return (
        "MobilePay has not answered about the payment of order order-1 yet, so it is not known whether money moved. "
        "Ask for its status in a moment; the portal keeps asking too."
    )


def pending(payment_id, what):
    return (
        f"MobilePay has not confirmed {what} for the payment of order order-1 yet. "
        "Ask for its status in a moment; nothing else was done."
    )


def toast_after(person, answer):
    return toasts(person.browser.get(answer["Location"]))


def test_a_capture_that_the_till_did_already_is_not_done_twice(administrator, till, reserved, simulator):
    capture(till, reserved)
    before = traces(reserved)

    same = toast_after(administrator, administrator.post(path(reserved, "capture/"), amount="27.06"))
    other = administrator.post(path(reserved, "capture/"), amount="10")

    assert same == ["Captured 27.06 DKK of order order-1."]
    assert (other.status_code, errors(other)) == (
        422,
        ["The payment of order order-1 is captured already, with 27.06 DKK. Nothing more was taken."],
    )
    assert said(other, OVER) == ["This payment is over: captured."]
    assert said(other, "button", "main") == []
    assert (traces(reserved), len(keys(simulator, CAPTURE))) == (before, 1)
    assert books(simulator) == [("order-1", "Captured", "27.06")]


def test_a_capture_of_what_the_till_has_cancelled_moves_nothing(administrator, till, reserved, simulator):
    cancel(till, reserved)
    before = traces(reserved)

    question = administrator.get(path(reserved, "capture/"))
    refused = administrator.post(path(reserved, "capture/"), amount="27.06")

    assert said(question, OVER) == ["This payment is over: cancelled by the shop."]
    assert said(question, "button", "main") == []
    assert (refused.status_code, errors(refused)) == (
        422,
        [
            (
                "Only a reserved payment can be captured, and that of order order-1 is not: cancelled by "
                "the shop. No money moved."
            )
        ],
    )
    assert (traces(reserved), keys(simulator, CAPTURE)) == (before, [])


def test_a_capture_of_what_was_cancelled_behind_our_back_shows_the_truth(administrator, reserved, simulator):
    tell(simulator, f"/payments/{Payment.objects.get().remote_id}/cancel")

    refused = administrator.post(path(reserved, "capture/"), amount="27.06")

    assert (refused.status_code, errors(refused)) == (
        422,
        [
            (
                "Only a reserved payment can be captured, and that of order order-1 is not: cancelled by "
                "the shop. No money moved."
            )
        ],
    )
    assert said(refused, OVER) == ["This payment is over: cancelled by the shop."]
    assert books(simulator) == [("order-1", "CancelledByClient", "0")]


def test_a_capture_of_what_was_captured_behind_our_back_takes_nothing_more(administrator, reserved, simulator):
    tell(simulator, f"/payments/{Payment.objects.get().remote_id}/capture", {"amount": 10})

    refused = administrator.post(path(reserved, "capture/"), amount="15")

    assert refused.status_code == 422
    assert said(refused, OVER) == ["This payment is over: captured."]
    assert books(simulator) == [("order-1", "Captured", "10")]


def test_a_form_that_is_sent_twice_captures_once(administrator, reserved, simulator):
    first = administrator.send(path(reserved, "capture/"), amount="20")
    before = traces(reserved)
    second = administrator.send(path(reserved, "capture/"), amount="20")

    assert [each["HX-Redirect"] for each in (first, second)] == [administrator.url(path(reserved))] * 2
    assert (traces(reserved), len(keys(simulator, CAPTURE))) == (before, 1)
    assert [(order, state) for order, state, _ in books(simulator)] == [("order-1", "Captured")]


@pytest.mark.parametrize(("act", "call"), [("capture", CAPTURE), ("cancel", CANCEL)])
@BOTH
def test_a_lost_answer_is_told_as_not_known_and_a_check_finds_it_out(
    administrator, reserved, simulator, act, call, done
):
    swallow(simulator, call, done=done)

    lost = administrator.post(path(reserved, f"{act}/"), amount="27.06")
    shown = administrator.get(path(reserved))
    checked = administrator.post(path(reserved, "check/"))

    state = {"capture": "Captured", "cancel": "CancelledByClient"}[act]
    assert (lost.status_code, errors(lost)) == (422, [unknown(reserved)])
    assert said(shown, "span[@class='tag warn']") == ["Not known yet"]
    assert said(shown, "div[@class='notice warn']/p")[0].startswith(
        "MobilePay has not answered yet, so it is not known whether money moved. The portal keeps asking, next in "
    )
    word = {"capture": "captured", "cancel": "cancelled by the shop"}[act]
    assert toast_after(administrator, checked) == [f"MobilePay says: {word}."]
    assert len(set(keys(simulator, call))) == 1
    assert [(order, status) for order, status, _ in books(simulator)] == [("order-1", state)]
    assert [event[1] for event in row_events(reserved)].count(state) == 1
    assert buttons(administrator.get(path(reserved))) == {"capture": ["Refund…"], "cancel": []}[act]


@BOTH
def test_a_lost_answer_is_found_out_by_pressing_the_same_again(administrator, reserved, simulator, done):
    swallow(simulator, CAPTURE, done=done)
    administrator.post(path(reserved, "capture/"), amount="20")

    again = administrator.post(path(reserved, "capture/"), amount="20")

    assert toast_after(administrator, again) == ["Captured 20.00 DKK of order order-1."]
    assert len(set(keys(simulator, CAPTURE))) == 1
    assert Payment.objects.get().captured_minor == 2000


def test_a_check_while_the_outcome_stays_unknown_says_so(administrator, reserved, simulator):
    swallow(simulator, CAPTURE, done=False)
    administrator.post(path(reserved, "capture/"), amount="27.06")
    be_busy(simulator)

    checked = administrator.post(path(reserved, "check/"))

    assert toast_after(administrator, checked) == [unknown(reserved)]
    assert (Payment.objects.get().state, Payment.objects.get().operation) == ("Reserved", "capture")
    assert books(simulator) == [("order-1", "Reserved", "0")]


@pytest.mark.parametrize(
    ("first", "then", "fields", "what"),
    [
        ("capture", "cancel", {}, "its capture"),
        ("capture", "capture", {"amount": "10"}, "its capture"),
        ("cancel", "capture", {"amount": "27.06"}, "its cancellation"),
    ],
)
def test_while_one_thing_is_not_known_the_opposite_is_not_asked(
    administrator, reserved, simulator, first, then, fields, what
):
    swallow(simulator, {"capture": CAPTURE, "cancel": CANCEL}[first], done=False)
    administrator.post(path(reserved, f"{first}/"), amount="27.06")
    before, calls = traces(reserved), len(simulator.calls.find())

    refused = administrator.post(path(reserved, f"{then}/"), **fields)

    assert (refused.status_code, errors(refused)) == (422, [pending(reserved, what)])
    assert (traces(reserved), len(simulator.calls.find())) == (before, calls)
    assert books(simulator) == [("order-1", "Reserved", "0")]


def test_a_start_that_nobody_answered_can_be_cancelled(administrator, till, simulator):
    swallow(simulator, START, done=True)
    till.start()
    payment_id = str(Payment.objects.get().pk)

    administrator.post(path(payment_id, "cancel/"))

    assert Payment.objects.get().state == "CancelledByClient"
    assert books(simulator) == [("order-1", "CancelledByClient", "0")]
    assert keys(simulator, READY) == []


def test_the_worker_finds_out_what_nobody_checks(administrator, reserved, simulator, later):
    swallow(simulator, CAPTURE, done=True)
    administrator.post(path(reserved, "capture/"), amount="27.06")
    later(seconds=5)

    tasks.sweep_due()

    assert said(administrator.get(path(reserved)), "span[@class='tag good']") == ["Captured"]


@pytest.mark.usefixtures("transactional_db")
def test_two_people_who_capture_at_once_capture_once(administrator, merchants, reserved, simulator):
    simulator.faults.add("slow", *CAPTURE, seconds=0.1)
    other = Person(administrator.user, merchants["KINO1"])

    answers = at_once(
        *(lambda each=each: each.send(path(reserved, "capture/"), amount="20") for each in (administrator, other))
    )

    assert [each.status_code for each in answers] == [200, 200]
    assert len(set(keys(simulator, CAPTURE))) == 1
    assert [event[1] for event in row_events(reserved)].count("Captured") == 1
    assert Payment.objects.get().captured_minor == 2000


@pytest.mark.usefixtures("transactional_db")
def test_a_capture_and_a_cancellation_at_once_leave_one_truth(administrator, merchants, reserved, simulator):
    other = Person(administrator.user, merchants["KINO1"])

    captured, cancelled = at_once(
        lambda: administrator.send(path(reserved, "capture/"), amount="27.06"),
        lambda: other.send(path(reserved, "cancel/")),
    )

    state = Payment.objects.get().state
    assert sorted([captured.status_code, cancelled.status_code]) == [200, 422]
    assert state == ("Captured" if captured.status_code == 200 else "CancelledByClient")
    assert [status for _, status, _ in books(simulator)] == [state]
    assert simulator.calls.find(*LOOK_UP) != []
