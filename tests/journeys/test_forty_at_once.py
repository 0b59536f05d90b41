"""Forty threads at the same moment, on real transactions and the real wire: one truth, here, there, at every till."""

from collections import Counter
from decimal import Decimal

import pytest

from payments.models import Payment
from portal.errors import PortalError
from portal.roles import Role
from refunds.models import Refund
from tests.payments.posv10_calls import books
from tests.payments.threads import at_once, twin
from tests.payments.till_sequences import cancel, capture, reserve
from tests.people import hire
from tests.refunds.scenarios import (
    approve,
    ask,
    at_mobilepay,
    call_off,
    fresh,
    give_back,
    pay_out,
    reserved_at_till,
    rules,
    sell,
    status_at_till,
    withdraw,
    work,
)
from tests.refunds.scenarios import books as ours

pytestmark = pytest.mark.usefixtures("transactional_db")

FORTY = 40


@pytest.fixture
def second_approver(merchants, one_factor):
    return hire("bent@kino.example", merchants["KINO1"], Role.APPROVER)


# What a till may read besides a plain yes: none of these says that something happened.
LATER = {"outcome_pending", "outcome_unknown"}


def _told(answers):
    """How often each was told: `ok`, or the first code of a refusal."""
    return Counter("ok" if answer.status == 200 else answer.codes[0] for answer in answers)


def test_of_forty_starts_at_one_point_of_sale_one_begins_and_all_others_read_which(till, simulator):
    answers = at_once(*(lambda number=number: twin(till).start(f"order-{number}") for number in range(FORTY)))

    payment = Payment.objects.get()
    assert _told(answers) == {"ok": 1, "payment_active": FORTY - 1}
    named = [answer["errors"][0] for answer in answers if answer.status == 409]
    assert [str(payment.pk) in sentence or "at once" in sentence for sentence in named] == [True] * (FORTY - 1)
    assert books(simulator) == [(payment.order_id, "Initiated", "0")]


def test_of_captures_of_two_amounts_one_amount_is_taken_and_each_till_reads_so(till, customer, simulator):
    customer.phone_number = "+4520031805"
    payment_id = reserve(till, customer)
    amounts = ["10.00", "20.00"] * (FORTY // 2)

    answers = at_once(*(lambda amount=amount: capture(twin(till), payment_id, amount=amount) for amount in amounts))

    payment = Payment.objects.get()
    [(order, state, there)] = books(simulator)
    assert (order, state, Decimal(there)) == ("order-1", "Captured", payment.captured.major)
    taken = {amount for amount, answer in zip(amounts, answers, strict=True) if answer.status == 200}
    assert taken == {str(payment.captured.major)}
    assert set(_told(answers)) <= {"ok", "already_captured"} | LATER


def test_captures_against_cancellations_end_in_one_of_the_two_and_nobody_is_told_the_other(till, customer, simulator):
    payment_id = reserve(till, customer)
    acts = [capture, cancel] * (FORTY // 2)

    answers = at_once(*(lambda act=act: act(twin(till), payment_id) for act in acts))
    again = capture(till, payment_id)

    ended = Payment.objects.get().state
    told = {act for act, answer in zip(acts, answers, strict=True) if answer.status == 200}
    assert (ended, told) in [("Captured", {capture}), ("CancelledByClient", {cancel})]
    assert again.status == (200 if ended == "Captured" else 409)
    assert [state for _, state, _ in books(simulator)] == [ended]


def test_of_forty_refunds_of_thirty_percent_three_fit(till, customer, simulator):
    sold = sell(till, customer, amount="100.00")
    rules(sold.merchant, till_limit_minor=100_00)

    answers = at_once(
        *(lambda number=number: give_back(twin(till), sold, "30.00", f"refund-{number}") for number in range(FORTY))
    )

    assert _told(answers) == {"ok": 3, "refund_too_high": FORTY - 3}
    assert [state for *_, state in at_mobilepay(simulator, sold)] == ["Reserved"] * 3
    assert ours(sold) == (10_000, 9_000, 0)


def test_payouts_against_cancellations_of_a_refund_end_in_one_of_the_two(till, customer, simulator):
    sold = sell(till, customer)
    refund = reserved_at_till(till, sold)
    acts = [pay_out, call_off] * (FORTY // 2)

    answers = at_once(*(lambda act=act: act(twin(till), refund) for act in acts))
    ended = status_at_till(till, refund)

    told = {act for act, answer in zip(acts, answers, strict=True) if answer.status == 200}
    assert (ended, told) in [("Captured", {pay_out}), ("CancelledByClient", {call_off})]
    assert [state for *_, state in at_mobilepay(simulator, sold)] == [ended]
    assert ours(sold) == ((2706, 1000, 1000) if ended == "Captured" else (2706, 0, 0))


def test_two_who_approve_and_one_who_withdraws_leave_one_truth(
    till, customer, clerk, approver, second_approver, simulator
):
    sold = sell(till, customer)
    rules(sold.merchant, two_approvers_above_minor=500)
    refund = ask(sold, clerk, 1000)

    def outcome(deed, person):
        try:
            deed(refund, person)
        except PortalError:
            return "refused"
        return deed.__name__

    deeds = [(approve, approver), (approve, second_approver), (withdraw, clerk)] * (FORTY // 3)
    outcomes = Counter(at_once(*(lambda deed=deed: outcome(*deed) for deed in deeds)))
    work()

    ended = fresh(refund)
    is_paid = ended.state in {"Captured", "Created", "Initiated", "Reserved", "Approved"}
    assert ended.state in {"Withdrawn", "Captured", "Initiated", "Reserved", "Created"}
    assert (outcomes["withdraw"] == 0) is is_paid
    assert outcomes["approve"] <= 2
    assert ended.approvals == (2 if is_paid else ended.approvals)
    assert len(at_mobilepay(simulator, sold)) == int(is_paid)
    assert Refund.objects.count() == 1
