"""Real threads on real transactions: however many ask and decide at once, money goes back once and never too much."""

from uuid import uuid4

import pytest

from payments.models import Payment
from portal import clock
from portal.emails.models import Email
from portal.errors import PortalError
from portal.roles import Role
from refunds.models import Refund
from refunds.services import notifications, requests
from refunds.services.refusals import DayLimit
from tests.payments.factories import new_payment
from tests.payments.threads import at_once, twin
from tests.people import hire
from tests.refunds.scenarios import (
    CAPTURE,
    CREATE,
    approve,
    ask,
    at_mobilepay,
    books,
    decline,
    dkk,
    fresh,
    give_back,
    last_seen,
    review,
    rules,
    stand_in,
    told,
    told_mobilepay,
    withdraw,
    work,
)

pytestmark = pytest.mark.usefixtures("transactional_db")

MANY = 50
NOTHING_LEFT = (
    "At most 0.06 DKK of order order-1 can still be given back: 27.06 DKK was taken, "
    "and refunds of 27.00 DKK are paid or on their way. No money moved."
)
NOT_WAITING = "This refund is not waiting for approval: it is approved. Nothing was changed."


def _outcome(deed, *given):
    """What a deed comes to: the state of its refund, or the sentence that refuses it."""
    try:
        return str(deed(*given).state)
    except PortalError as refused:
        return refused.message


def _all_at_once(*deeds):
    return at_once(*(lambda deed=deed: _outcome(*deed) for deed in deeds))


def _at_till(till, payment, order):
    answer = give_back(twin(till), payment, "1.00", order_id=order)
    return "given back" if answer.status == 200 else "".join(answer["errors"])


def test_fifty_who_want_money_back_at_once_get_no_more_than_there_is(payment, till, clerk, simulator):
    desks = [lambda: _outcome(ask, payment, clerk, 100) for _ in range(MANY // 2)]
    tills = [lambda order=f"refund-{number}": _at_till(till, payment, order) for number in range(MANY // 2)]

    outcomes = at_once(*desks, *tills)

    work()
    asked, given = outcomes.count("Requested"), outcomes.count("given back")
    refused = [outcome for outcome in outcomes if outcome not in {"Requested", "given back"}]
    assert (asked + given, books(payment)) == (27, (2706, 2700, 0))
    assert refused == [NOTHING_LEFT.format(payment.pk)] * (MANY - 27)
    assert Refund.objects.count() == 27
    assert [minor for _, minor, _ in at_mobilepay(simulator, payment)] == [100] * given


def test_what_was_left_is_told_truly_however_many_ask_at_once(payment, clerk):
    _all_at_once(*[(ask, payment, clerk, 300)] * 12)

    left = Refund.objects.order_by("-refundable_before_minor").values_list("refundable_before_minor", flat=True)
    assert list(left) == [2706 - 300 * number for number in range(9)]


def test_fifty_who_approve_at_once_pay_once(payment, clerk, simulator):
    refund = ask(payment, clerk, 1000)
    approvers = [hire(f"a{number}@kino.example", payment.merchant, Role.APPROVER) for number in range(MANY)]

    outcomes = _all_at_once(*[(approve, refund, person) for person in approvers])

    work()
    row = fresh(refund)
    winner = approvers[outcomes.index("Approved")]
    assert sorted(outcomes) == ["Approved"] + [NOT_WAITING] * (MANY - 1)
    assert (row.first_approver, row.second_approver, row.state) == (winner.user, None, "Captured")
    assert told(refund).count("Approved") == 1
    assert at_mobilepay(simulator, payment) == [(refund.refund_order_id, 1000, "Captured")]
    assert (told_mobilepay(simulator, CREATE), told_mobilepay(simulator, CAPTURE)) == (1, 1)
    assert books(payment) == (2706, 1000, 1000)


def test_two_who_approve_at_once_are_two_approvals(payment, clerk, approver, second_approver):
    rules(payment.merchant, two_approvers_above_minor=0)
    refund = ask(payment, clerk, 1000)

    outcomes = _all_at_once((approve, refund, approver), (approve, refund, second_approver))

    assert sorted(outcomes) == ["Approved", "Requested"]
    assert fresh(refund).people == {clerk.user.pk, approver.user.pk, second_approver.user.pk}
    assert told(refund) == ["Requested", "Approved"]


def test_one_who_approves_twice_at_once_is_one_approval(payment, clerk, approver, simulator):
    rules(payment.merchant, two_approvers_above_minor=0)
    refund = ask(payment, clerk, 1000)

    outcomes = _all_at_once(*[(approve, refund, approver)] * 4)

    work()
    twice = "You have approved this refund already; it needs a second person. Nothing was changed."
    assert sorted(outcomes) == ["Requested", *[twice] * 3]
    assert (fresh(refund).approvals, told(refund), told_mobilepay(simulator)) == (1, ["Requested"], 0)


def test_of_two_clerks_who_want_the_last_krone_one_gets_it_and_the_other_reads_why(payment, clerk, administrator):
    ask(payment, clerk, 2606)

    outcomes = _all_at_once((ask, payment, clerk, 100), (ask, payment, administrator, 100))

    sentence = (
        "At most 0.00 DKK of order order-1 can still be given back: 27.06 DKK was taken, "
        "and refunds of 27.06 DKK are paid or on their way. No money moved."
    )
    assert sorted(outcomes) == sorted(["Requested", sentence])
    assert (books(payment), Refund.objects.count()) == ((2706, 2706, 0), 2)


@pytest.mark.parametrize(
    ("end", "state", "word"), [(withdraw, "Withdrawn", "withdrawn"), (decline, "Declined", "declined")]
)
def test_an_approval_and_an_end_at_once_leave_one_truth(
    end, state, word, payment, clerk, approver, second_approver, simulator
):
    refund = fresh(ask(payment, clerk, 1000))
    other = clerk if end is withdraw else second_approver

    approved, ended = _all_at_once((approve, refund, approver), (end, fresh(refund), other))

    work()
    quicker = "Somebody else was quicker: this refund is approved by now. Nothing was changed."
    too_late = f"This refund is not waiting for approval: it is {word}. Nothing was changed."
    paid = [(refund.refund_order_id, 1000, "Captured")]
    assert (approved, ended, told(refund)[1], books(payment), at_mobilepay(simulator, payment)) in [
        ("Approved", quicker, "Approved", (2706, 1000, 1000), paid),
        (too_late, state, state, (2706, 0, 0), []),
    ]


def test_the_same_form_sent_many_times_at_once_is_one_request(payment, clerk):
    order = uuid4()

    def send():
        return requests.ask(
            payment=Payment.objects.select_related("merchant").get(pk=payment.pk),
            order=order,
            amount=dkk(2706),
            reason="returned",
            note="",
            requester=clerk.user,
            now=clock.now(),
        ).pk

    found = at_once(*[send] * 12)

    assert found == [Refund.objects.get().pk] * 12
    assert books(payment) == (2706, 2706, 0)


def test_two_at_once_are_not_both_the_last_one_under_the_days_ceiling(payment, pos, clerk, administrator):
    rules(payment.merchant, day_limit_minor=1500)
    other = new_payment(pos, state="Captured", order_id="order-2")

    outcomes = _all_at_once((ask, payment, clerk, 1000), (ask, other, administrator, 1000))

    assert sorted(outcomes) == sorted(["Requested", DayLimit(dkk(1500), dkk(1000)).message])
    assert sorted([books(payment)[1], books(other)[1]]) == [0, 1000]


def test_two_at_once_do_not_both_need_nobody_when_together_they_would(payment, clerk, administrator):
    rules(payment.merchant, desk_limit_minor=1000)

    outcomes = _all_at_once((ask, payment, clerk, 600), (ask, payment, administrator, 600))

    assert sorted(outcomes) == ["Approved", "Requested"]


def test_two_workers_pay_once(payment, clerk, approver, simulator):
    refund = approve(ask(payment, clerk, 1000), approver)

    at_once(work, work)

    work()
    assert fresh(refund).state == "Captured"
    assert at_mobilepay(simulator, payment) == [(refund.refund_order_id, 1000, "Captured")]
    assert (told_mobilepay(simulator, CREATE), told_mobilepay(simulator, CAPTURE)) == (1, 1)


def test_two_workers_write_a_letter_once(payment, clerk, approver):
    ask(payment, clerk, 1000)
    now = clock.now()

    counts = at_once(*[lambda: notifications.write_due(now=now)] * 4)

    assert sorted(counts) == [0, 0, 0, 1]
    assert [letter.to for letter in Email.objects.all()] == ["asta@kino.example"]


def test_of_two_who_review_at_once_one_has_done_so(payment, clerk, administrator, approver, second_approver):
    for person in (approver, second_approver):
        last_seen(person)
    refund = stand_in(ask(payment, clerk, 1000), administrator)

    outcomes = _all_at_once((review, refund, approver, "in_order"), (review, refund, second_approver, "not_in_order"))

    nothing = "There is nothing to review, or somebody has done so already. Nothing was changed."
    won = outcomes.index("Approved")
    assert sorted(outcomes) == sorted(["Approved", nothing])
    assert (fresh(refund).reviewer, fresh(refund).review) == [
        (approver.user, "in_order"),
        (second_approver.user, "not_in_order"),
    ][won]
