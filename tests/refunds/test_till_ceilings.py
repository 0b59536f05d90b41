"""What tills give back by themselves in a day has a ceiling: one for each terminal, one for all of them."""

from datetime import timedelta

from django.utils.dateparse import parse_datetime
import pytest

from refunds.models import Policy
from terminals.models import Terminal
from tests.payments.factories import new_payment
from tests.places import new_counter
from tests.refunds.factories import new_refund, sale
from tests.refunds.scenarios import (
    CREATE,
    approve,
    ask,
    at_mobilepay,
    books,
    call_off,
    details,
    fresh,
    give_back,
    pay_out,
    refund_id,
    rules,
    status_at_till,
    told_mobilepay,
    work,
)

NOON = parse_datetime("2026-03-02T11:00:00Z")


@pytest.fixture
def payment(simulator, pos, time_machine):
    """A captured payment of 1000.00 DKK, at noon in Copenhagen."""
    time_machine.move_to(NOON, tick=False)
    return sale(simulator, pos, 100_000)


@pytest.fixture
def other_pos(neighbour, pos):
    """The point of sale of another till of the same merchant."""
    return Terminal.objects.get(terminal_id=neighbour.terminal_id).points_of_sale.get()


def given(payment, minor, **fields):
    """A till has given back that much today already."""
    return new_refund(
        payment, amount_minor=minor, refundable_before_minor=minor, state="Captured", created_at=NOON, **fields
    )


def outcomes(till, *payments, amount="10.00"):
    """What becomes of a refund of each payment, one after the other."""
    pks = [refund_id(give_back(till, each, amount, f"refund-{n}")) for n, each in enumerate(payments)]
    return [(fresh(pk).state, fresh(pk).approvals_needed, fresh(pk).ceiling) for pk in pks]


def test_a_stolen_token_that_gives_back_again_and_again_runs_into_both_ceilings(
    till, payment, pos, other_pos, simulator
):
    rules(payment.merchant, tills_day_limit_minor=300_000)
    payments = [
        sale(simulator, counter, 50_000, order_id=f"order-{number}-{counter.pk}")
        for counter in (pos, other_pos)
        for number in range(6)
    ]

    for number, each in enumerate(payments):
        pay_out(till, refund_id(give_back(till, each, "500.00", f"refund-{number}")))

    states = [fresh(each.refunds.get()) for each in payments]
    assert [refund.ceiling for refund in states] == [*[None] * 4, *["terminal"] * 2, *[None] * 2, *["tills"] * 4]
    assert sum(books(each)[2] for each in payments) == 300_000
    assert told_mobilepay(simulator, CREATE) == 6


def test_all_tills_together_give_back_ten_thousand_a_day_by_default(till, payment, merchants):
    for number in range(5):
        counter = new_counter(merchants["KINO1"], terminal=f"Kasse {number}")
        amount = 199_900 if number == 0 else 200_000
        given(new_payment(counter, state="Captured", order_id=f"order-{number}", amount_minor=amount), amount)

    found = outcomes(till, payment, amount="1.00") + outcomes(
        till, new_payment(payment.point_of_sale, state="Captured")
    )

    assert found == [("Initiated", 0, None), ("Requested", 1, "tills")]
    assert Policy.objects.get().tills_day_limit_minor == 1_000_000


def test_a_terminal_gives_back_two_thousand_a_day_by_default(till, payment, pos, simulator):
    given(new_payment(pos, state="Captured", order_id="order-2", amount_minor=199_000), 199_000)

    found = outcomes(till, payment, sale(simulator, pos, order_id="order-3"))

    assert found == [("Initiated", 0, None), ("Requested", 1, "terminal")]
    assert Policy.objects.get().terminal_day_limit_minor == 200_000


def test_it_is_the_terminal_of_the_payment_that_counts(till, payment, pos, other_pos, simulator):
    rules(payment.merchant, terminal_day_limit_minor=1500)

    found = outcomes(till, payment, sale(simulator, pos, order_id="order-2"), sale(simulator, other_pos))

    assert found == [("Initiated", 0, None), ("Requested", 1, "terminal"), ("Initiated", 0, None)]


def test_all_tills_together_have_a_ceiling_too(till, payment, other_pos, simulator):
    rules(payment.merchant, tills_day_limit_minor=1500)

    found = outcomes(till, payment, sale(simulator, other_pos))

    assert found == [("Initiated", 0, None), ("Requested", 1, "tills")]


def test_up_to_the_ceiling_is_below_it(till, payment):
    rules(payment.merchant, terminal_day_limit_minor=2000, tills_day_limit_minor=2000)

    found = outcomes(till, payment, payment, payment, amount="10.00")

    assert [state for state, _, _ in found] == ["Initiated", "Initiated", "Requested"]


def test_a_smaller_one_still_fits(till, payment):
    rules(payment.merchant, terminal_day_limit_minor=1500)
    outcomes(till, payment)

    request, small = (
        fresh(refund_id(give_back(till, payment, amount, order)))
        for amount, order in (("10.00", "large"), ("5.00", "small"))
    )

    assert (request.state, small.state) == ("Requested", "Initiated")


def test_without_ceilings_tills_give_back_what_their_limit_allows(till, payment, pos):
    rules(payment.merchant, terminal_day_limit_minor=None, tills_day_limit_minor=None)
    given(new_payment(pos, state="Captured", order_id="order-2", amount_minor=5_000_000), 5_000_000)

    found = outcomes(till, payment)

    assert found == [("Initiated", 0, None)]


@pytest.mark.parametrize("others", ["of the desk", "approved", "cancelled", "yesterday's", "in euros", "elsewhere"])
def test_only_what_tills_gave_back_today_without_approval_counts(others, till, payment, pos, clerk, merchants):
    rules(payment.merchant, terminal_day_limit_minor=1000, tills_day_limit_minor=1000)
    counter = new_counter(merchants["BAGER7"]) if others == "elsewhere" else pos
    currency = "EUR" if others == "in euros" else "DKK"
    before = new_payment(counter, state="Captured", order_id="order-2", currency=currency)
    fields = {
        "of the desk": {"origin": "back_office", "requester": clerk.user},
        "approved": {"approvals_needed": 1, "first_approver": clerk.user},
        "cancelled": {"state": "CancelledByClient"},
        "yesterday's": {"created_at": NOON - timedelta(hours=12, seconds=1)},
    }
    facts = {"state": "Captured", "created_at": NOON, "amount_minor": 1000, **fields.get(others, {})}
    new_refund(before, **facts)

    found = outcomes(till, payment)

    assert found == [("Initiated", 0, None)]


def test_the_next_day_has_room_again(till, payment, time_machine):
    rules(payment.merchant, terminal_day_limit_minor=1000)
    outcomes(till, payment)
    time_machine.shift(timedelta(hours=12))

    assert fresh(refund_id(give_back(till, payment, "10.00", "tomorrow"))).state == "Initiated"


def test_what_was_called_off_leaves_its_room(till, payment):
    rules(payment.merchant, terminal_day_limit_minor=1000)
    call_off(till, refund_id(give_back(till, payment, "10.00", "refund-1")))

    assert fresh(refund_id(give_back(till, payment, "10.00", "refund-2"))).state == "Initiated"


def test_the_desk_knows_no_such_ceiling(till, payment, clerk):
    rules(payment.merchant, terminal_day_limit_minor=1, tills_day_limit_minor=1, desk_limit_minor=5000)

    refund = ask(payment, clerk, 5000)

    assert (refund.state, refund.ceiling) == ("Approved", None)


def test_what_its_amount_made_a_request_does_not_speak_of_a_ceiling(till, payment):
    rules(payment.merchant, till_limit_minor=500, terminal_day_limit_minor=100)

    found = outcomes(till, payment)

    assert found == [("Requested", 1, None)]


@pytest.mark.parametrize(
    ("ceiling", "why"),
    [
        ("terminal", "This terminal has reached what it may give back by itself in a day"),
        ("tills", "All tills together have reached what they may give back by themselves in a day"),
    ],
)
def test_a_till_reads_why_it_waits_and_people_decide(ceiling, why, till, payment, asta, simulator):
    rules(payment.merchant, **{f"{ceiling}_day_limit_minor": 500})
    created = give_back(till, payment, "10.00")
    refund = fresh(refund_id(created))

    early = pay_out(till, refund)
    word = status_at_till(till, refund)
    before = (books(payment), told_mobilepay(simulator))
    approve(refund, asta)
    work()
    late = pay_out(till, refund)

    assert (created.status, word, before) == (200, "AwaitingApproval", ((100_000, 1000, 0), 0))
    assert (early.status, early.codes, early["errors"]) == (
        409,
        ["awaiting_approval"],
        [f"{why}, so the refund of order order-1 waits for approval in the back office. No money moved."],
    )
    assert refund.events.get(to_state="Requested").cause == why
    assert (late.status, at_mobilepay(simulator, payment)) == (200, [("refund-1", 1000, "Captured")])
    assert told_mobilepay(simulator, CREATE) == 1


def test_the_same_call_again_is_the_same_request(till, payment):
    rules(payment.merchant, terminal_day_limit_minor=500)

    pks = {refund_id(give_back(till, payment, "10.00")) for _ in range(3)}

    assert len(pks) == 1
    assert details(till, pks.pop())["refundDetails"]["status"] == "AwaitingApproval"
    assert books(payment) == (100_000, 1000, 0)


def test_a_lower_ceiling_counts_what_was_given_back_before(till, payment):
    outcomes(till, payment)
    rules(payment.merchant, terminal_day_limit_minor=1000)

    assert fresh(refund_id(give_back(till, payment, "0.01", "more"))).ceiling == "terminal"
