"""What a merchant's rules for refunds say: what needs whose approval."""

import pytest

from portal.money import Money
from refunds.models import Policy, Refund
from refunds.services import policies
from refunds.states import Origin
from tests.payments.factories import new_payment
from tests.refunds.factories import new_refund, sale
from tests.refunds.scenarios import ask, decline, dkk, give_back, refund_id, rules

DESK, TILL = Origin.BACK_OFFICE, Origin.TILL


@pytest.fixture
def payment(pos):
    """A captured payment of 1000.00 DKK."""
    return new_payment(pos, state="Captured", amount_minor=100_000)


@pytest.mark.parametrize(("origin", "minor", "needed"), [(TILL, 50_000, 0), (TILL, 50_001, 1), (DESK, 1, 1)])
def test_a_merchant_without_rules_of_its_own_has_sensible_ones(origin, minor, needed, payment):
    policy = Policy.objects.current(payment.merchant, "DKK")

    found = policies.approvals_needed(policy=policy, origin=origin, payment=payment, amount=dkk(minor))

    assert (found, policy.pk) == (needed, None)


@pytest.mark.parametrize(
    ("origin", "minor", "needed"),
    [
        (TILL, 1000, 0),
        (TILL, 1001, 1),
        (TILL, 5000, 1),
        (TILL, 5001, 2),
        (DESK, 2000, 0),
        (DESK, 2001, 1),
        (DESK, 5000, 1),
        (DESK, 5001, 2),
    ],
)
def test_the_amount_decides_how_many_people_must_approve(origin, minor, needed, payment):
    policy = rules(payment.merchant, till_limit_minor=1000, desk_limit_minor=2000, two_approvers_above_minor=5000)

    found = policies.approvals_needed(policy=policy, origin=origin, payment=payment, amount=dkk(minor))

    assert found == needed


def test_the_desk_is_held_to_its_rules(payment, clerk):
    rules(payment.merchant, desk_limit_minor=1000, two_approvers_above_minor=5000)

    refunds = [ask(payment, clerk, minor) for minor in (1000, 4000, 10_000)]

    assert [(each.approvals_needed, each.state) for each in refunds] == [
        (0, "Approved"),
        (1, "Requested"),
        (2, "Requested"),
    ]


def test_a_large_refund_in_small_parts_needs_an_approver_all_the_same(payment, clerk):
    rules(payment.merchant, desk_limit_minor=1000)

    needed = [ask(payment, clerk, minor).approvals_needed for minor in (400, 600, 1, 400)]

    assert needed == [0, 0, 1, 1]


def test_a_large_refund_in_small_parts_needs_two_approvers_all_the_same(payment, clerk):
    rules(payment.merchant, two_approvers_above_minor=1000)

    needed = [ask(payment, clerk, minor).approvals_needed for minor in (400, 600, 1, 2000, 1)]

    assert needed == [1, 1, 2, 2, 2]


def test_what_two_people_approve_does_not_count_against_smaller_ones(payment, clerk):
    rules(payment.merchant, two_approvers_above_minor=1000)
    ask(payment, clerk, 5000)

    refund = ask(payment, clerk, 1000)

    assert refund.approvals_needed == 1


def test_what_one_person_approves_does_not_count_against_what_needs_nobody(payment, clerk):
    rules(payment.merchant, desk_limit_minor=1000)
    ask(payment, clerk, 5000)

    refund = ask(payment, clerk, 1000)

    assert refund.approvals_needed == 0


def test_parts_at_the_till_and_at_the_desk_count_together(simulator, till, pos, clerk):
    payment = sale(simulator, pos, 100_000)
    rules(payment.merchant, till_limit_minor=1000, desk_limit_minor=1000)
    at_till = Refund.objects.get(pk=refund_id(give_back(till, payment, "6.00")))

    at_desk = [ask(payment, clerk, minor) for minor in (400, 1)]

    assert [each.approvals_needed for each in (at_till, *at_desk)] == [0, 0, 1]


def test_what_has_ended_without_money_does_not_count(payment, clerk, approver):
    rules(payment.merchant, two_approvers_above_minor=1000)
    decline(ask(payment, clerk, 1000), approver)

    refund = ask(payment, clerk, 1000)

    assert refund.approvals_needed == 1


@pytest.mark.parametrize(
    "state", ["Declined", "Withdrawn", "Lapsed", "CancelledByClient", "CancelledByMobilePay", "Captured", "Created"]
)
def test_only_what_ended_without_money_does_not_count(state, payment):
    policy = rules(payment.merchant, till_limit_minor=1000)
    new_refund(payment, amount_minor=600, state=state)

    needed = policies.approvals_needed(policy=policy, origin=TILL, payment=payment, amount=dkk(500))

    assert needed == (1 if state in {"Captured", "Created"} else 0)


def test_refunds_of_other_payments_do_not_count(pos, clerk):
    payments = [new_payment(pos, state="Captured", order_id=name) for name in ("order-1", "order-2")]
    rules(payments[0].merchant, desk_limit_minor=1000)

    needed = [ask(payment, clerk, 1000).approvals_needed for payment in payments]

    assert needed == [0, 0]


def test_rules_of_one_currency_are_no_rules_of_another(payment, clerk):
    rules(payment.merchant, currency="EUR", desk_limit_minor=50_000)

    refund = ask(payment, clerk)

    assert refund.approvals_needed == 1


def test_limits_are_amounts_of_the_currency_and_an_empty_one_is_none(administrator):
    policy = rules(administrator.merchant, person_day_limit_minor=5, day_limit_minor=7)
    empty = Policy(merchant=administrator.merchant, currency="EUR")

    limits = [
        (each.till_limit, each.person_day_limit, each.day_limit, each.two_approvers_above) for each in (policy, empty)
    ]

    assert limits == [(dkk(50_000), dkk(5), dkk(7), None), (Money(50_000, "EUR"), None, None, None)]


@pytest.mark.parametrize(
    ("person", "everybody", "has"), [(None, None, False), (1, None, True), (None, 1, True), (1, 1, True)]
)
def test_a_ceiling_of_either_kind_is_a_ceiling(person, everybody, has):
    policy = Policy(person_day_limit_minor=person, day_limit_minor=everybody)

    assert policy.has_day_limits is has
