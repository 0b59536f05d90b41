"""MobilePay reports something else than was asked for: nothing is taken of it, and staff see it."""

import pytest

from payments import tasks
from payments.models import Payment
from portal import clock
from portal.audit.models import Entry
from tests.payments.posv10_calls import (
    CAPTURE,
    EVERY_TRY,
    FIND,
    START,
    alter,
    books,
    own_code,
    swallow,
    tell,
)
from tests.payments.till_sequences import accepted, cancel, capture, details, prepare, ready, reserve

OTHER = "0f2c3a52-7d0e-4b8f-9a41-0c5d2e7b1aff"
OTHER_FACTS = pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"amount": 99}, {"amount": "99 DKK"}),
        ({"amount": 27.05}, {"amount": "27.05 DKK"}),
        ({"amount": 27.065}, {"amount": "27.065 DKK"}),
        ({"amount": "lots"}, {"amount": "lots"}),
        ({"currencyCode": "EUR"}, {"amount": "27.06 EUR"}),
        ({"currencyCode": "CROWNS"}, {"currency": "CROWNS"}),
        ({"orderId": "order-2"}, {"order": "order-2"}),
        ({"orderId": ["order-1"]}, {"order": "['order-1']"}),
        ({"posId": OTHER}, {"point of sale": OTHER}),
        ({"paymentId": OTHER}, {"payment": OTHER}),
    ],
    ids=str,
)


@OTHER_FACTS
def test_a_payment_reported_otherwise_is_neither_believed_nor_captured(till, customer, simulator, members, said):
    payment_id = accepted(till, customer)
    alter(simulator, members)

    refused = capture(till, payment_id)

    payment = Payment.objects.get()
    assert (refused.status, refused.codes) == (503, ["payment_contradicted"])
    assert (payment.state, payment.operation, payment.contradiction) == ("Initiated", "", said)
    assert list(Payment.objects.contradicted()) == [payment]
    assert simulator.calls.find(*CAPTURE) == []
    assert books(simulator) == [("order-1", "Reserved", "0")]


@OTHER_FACTS
def test_a_payment_that_agrees_again_is_captured(till, customer, simulator, members, said):
    payment_id = accepted(till, customer)
    alter(simulator, members)
    capture(till, payment_id)
    simulator.faults.clear()

    taken = capture(till, payment_id)

    assert taken.status == 200
    assert Payment.objects.values_list("state", "contradiction", "contradicted_at").get() == ("Captured", {}, None)
    assert books(simulator) == [("order-1", "Captured", "27.06")]
    assert list(
        Entry.objects.filter(action__in=["payment:disagrees", "payment:agrees"])
        .order_by("pk")
        .values_list("action", flat=True)
    ) == [
        "payment:disagrees",
        "payment:agrees",
    ]


def test_the_till_is_told_what_mobilepay_says_and_what_to_do(till, customer, simulator):
    payment_id = accepted(till, customer)
    alter(simulator, {"amount": 99})

    refused = capture(till, payment_id)

    assert refused["errors"] == [
        (
            "MobilePay reports the payment of order order-1 otherwise than it was asked for (amount "
            "99 DKK). Nothing is "
            "captured until it agrees: hand nothing over, and ask for the status again; staff are shown this."
        )
    ]
    assert refused.headers["Retry-After"] == "2"


def test_a_reserved_payment_that_is_reported_otherwise_later_is_not_captured_by_itself(till, customer, simulator):
    payment_id = reserve(till, customer)
    swallow(simulator, CAPTURE, done=False)
    capture(till, payment_id)
    alter(simulator, {"amount": 99})
    Payment.objects.update(due_at=clock.now(), contradiction={"amount": "99 DKK"}, contradicted_at=clock.now())

    tasks.sweep_due()
    simulator_saw = [call.status for call in simulator.calls.find(*CAPTURE)]
    simulator.faults.clear()
    healed = capture(till, payment_id)

    assert simulator_saw == [None, 429]
    assert healed.status == 200
    assert books(simulator) == [("order-1", "Captured", "27.06")]


def test_a_till_that_polls_is_told_within_ten_seconds(till, customer, simulator, later):
    payment_id = accepted(till, customer)
    alter(simulator, {"orderId": "order-2"})

    first = till.get("payment/status", paymentId=payment_id)
    later(seconds=10)
    late = till.get("payment/status", paymentId=payment_id)

    assert (first.status, first["status"]) == (200, "Initiated")
    assert (late.status, late.codes) == (503, ["payment_contradicted"])


def test_a_contradicted_payment_can_still_be_cancelled(till, customer, simulator):
    payment_id = accepted(till, customer)
    alter(simulator, {"amount": 99})
    capture(till, payment_id)

    answer = cancel(till, payment_id)

    assert answer.status == 200
    assert Payment.objects.values_list("state", "contradiction").get() == ("CancelledByClient", {})
    assert books(simulator) == [("order-1", "CancelledByClient", "0")]


def test_a_forgotten_payment_that_is_reported_otherwise_is_cancelled_all_the_same(till, simulator, later):
    simulator.world.knobs.inactivity_timeout = 1e9
    till.start()
    alter(simulator, {"amount": 99})
    Payment.objects.update(due_at=clock.now())
    tasks.sweep_due()
    looked_at = Payment.objects.get()
    later(minutes=11)

    tasks.sweep_due()

    assert (looked_at.state, looked_at.contradiction) == ("Initiated", {"amount": "99 DKK"})
    assert looked_at.due_at > looked_at.changed_at
    assert Payment.objects.get().state == "CancelledByClient"


@pytest.mark.parametrize("word", ["CancelledByUser", "CancelledByMobilePay", "ExpiredAndCancelled", "Captured"])
@pytest.mark.parametrize("is_reserved", [True, False], ids=["reserved", "active"])
def test_an_end_is_not_believed_while_mobilepay_lists_the_payment_as_open(
    till, customer, simulator, later, word, is_reserved
):
    payment_id = reserve(till, customer) if is_reserved else till.start()["paymentId"]
    state = Payment.objects.get().state
    alter(simulator, {"status": word})

    told = till.status(payment_id)
    payment = Payment.objects.get()
    simulator.faults.clear()
    later(seconds=2)

    assert (told, payment.state) == (state, state)
    assert payment.contradiction == {"state": f"{word} and open at once"}
    assert till.status(payment_id) == state
    assert Payment.objects.get().contradiction == {}


@pytest.mark.parametrize("status", [401, 403, 429])
def test_an_end_is_not_believed_while_the_list_is_refused(till, simulator, status):
    payment_id = till.start()["paymentId"]
    alter(simulator, {"status": "CancelledByUser"})
    simulator.faults.add("refuse", *FIND, status=status, code=own_code(status), times=2)

    assert till.status(payment_id) == "Initiated"
    assert Payment.objects.get().unanswered_since is not None


def test_the_answer_to_a_start_with_the_id_of_another_payment_is_none(till, neighbour, simulator):
    till.start()
    known = Payment.objects.get()
    alter(simulator, {"paymentId": known.remote_id}, call=START, times=1)

    lost = neighbour.start("order-2")
    doubtful = Payment.objects.exclude(pk=known.pk).get()
    again = neighbour.start("order-2")

    assert (lost.status, lost.codes) == (503, ["payment_contradicted"])
    assert (doubtful.state, doubtful.remote_id) == ("Created", None)
    assert (again.status, again["paymentId"]) == (200, str(doubtful.pk))
    assert books(simulator) == [("order-1", "Initiated", "0"), ("order-2", "Initiated", "0")]


@pytest.mark.parametrize("members", [{"orderId": None}, {"amount": 99}], ids=["no order", "other amount"])
def test_a_lost_payment_that_cannot_be_told_for_sure_stays_in_doubt(till, simulator, members):
    swallow(simulator, START, done=True)
    till.start()
    simulator.faults.add("refuse", *START, status=409, code="1306")
    alter(simulator, members)

    lost = till.start()
    still = Payment.objects.get()
    simulator.faults.clear()

    assert (lost.status, still.state) == (503, "Created")
    assert till.start().status == 200
    assert books(simulator) == [("order-1", "Initiated", "0")]


def test_a_prepared_payment_that_has_an_amount_we_did_not_give_waits_for_staff(till, simulator):
    payment_id = prepare(till)["paymentId"]
    alter(simulator, {"amount": 5, "currencyCode": "DKK"})

    assert till.status(payment_id) == "Prepared"
    assert Payment.objects.get().contradiction == {"amount": "5 DKK"}


def test_the_amount_given_to_a_prepared_payment_contradicts_nothing(till, customer, simulator):
    payment_id = prepare(till)["paymentId"]
    customer.checks_in()
    till.status(payment_id)
    assert ready(till, payment_id).status == 200

    assert till.status(payment_id) == "IssuedToUser"
    assert Payment.objects.get().contradiction == {}


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"amount": -5}, "-5 DKK"),
        ({"amount": 0}, "0 DKK"),
        ({"amount": 12.345}, "12.345 DKK"),
        ({"amount": 99}, "99 DKK"),
    ],
    ids=str,
)
def test_an_amount_that_cannot_have_been_captured_is_not_believed(till, customer, simulator, members, said):
    payment_id = reserve(till, customer)
    tell(simulator, f"/payments/{Payment.objects.get().remote_id}/capture", {"amount": 27.06})
    alter(simulator, members)

    told = till.status(payment_id)

    assert (told, Payment.objects.get().contradiction) == ("Reserved", {"amount": said})


def test_a_captured_amount_without_its_currency_is_in_the_payments_own(till, customer, simulator):
    payment_id = reserve(till, customer)
    tell(simulator, f"/payments/{Payment.objects.get().remote_id}/capture", {"amount": 27.06})
    alter(simulator, {"amount": 5, "currencyCode": None})

    assert till.status(payment_id) == "Captured"
    assert details(till, payment_id)["capturedAmount"] == "5.00"


def test_another_amount_than_we_captured_is_not_told_as_ours(till, customer, simulator):
    payment_id = reserve(till, customer)
    simulator.faults.add("foreign_after", *CAPTURE, status=200, times=EVERY_TRY)
    alter(simulator, {"amount": 5})

    lost = capture(till, payment_id)

    assert (lost.status, lost.codes) == (503, ["payment_contradicted"])
    assert Payment.objects.values_list("state", "operation").get() == ("Reserved", "capture")
