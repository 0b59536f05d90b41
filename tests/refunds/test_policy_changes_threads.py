"""Real threads on real transactions: a change of rules ends once, and holds only if it was confirmed."""

import pytest

from portal import clock
from portal.errors import PortalError
from portal.roles import Role
from refunds.models import Policy, PolicyChange
from refunds.services import policy_changes
from tests.payments.threads import at_once
from tests.people import hire
from tests.refunds.scenarios import rules, want

pytestmark = pytest.mark.usefixtures("transactional_db")


def _outcome(deed, **given):
    try:
        return str(deed(now=clock.now(), **given).outcome)
    except PortalError:
        return "refused"


def test_a_confirmation_and_a_withdrawal_at_once_leave_one_truth(administrator, eva):
    change = want(administrator, desk_limit_minor=1000)

    outcomes = at_once(
        lambda: _outcome(policy_changes.confirm, change=change, by=eva.user),
        lambda: _outcome(policy_changes.withdraw, change=change, by=administrator.user),
    )

    found = (outcomes, Policy.objects.get().desk_limit_minor, PolicyChange.objects.get().outcome)
    assert found in [
        (["confirmed", "refused"], 1000, "confirmed"),
        (["refused", "withdrawn"], 0, "withdrawn"),
    ]


def test_of_many_who_decide_at_once_one_does(administrator, merchants):
    others = [hire(f"a{number}@kino.example", merchants["KINO1"], Role.ADMINISTRATOR) for number in range(8)]
    change = want(administrator, desk_limit_minor=1000)

    outcomes = at_once(
        *(lambda each=each: _outcome(policy_changes.confirm, change=change, by=each.user) for each in others)
    )

    assert sorted(outcomes) == ["confirmed", *["refused"] * 7]
    assert Policy.objects.get().desk_limit_minor == 1000


def test_a_confirmation_of_what_is_replaced_at_once_does_not_undo_what_is_stricter(administrator, eva):
    rules(administrator.merchant, two_approvers_above_minor=5000)
    change = want(administrator, desk_limit_minor=4000)

    at_once(
        lambda: _outcome(policy_changes.confirm, change=change, by=eva.user),
        lambda: want(eva, desk_limit_minor=0, two_approvers_above_minor=1000),
    )

    policy = Policy.objects.get()
    assert (policy.desk_limit_minor, policy.two_approvers_above_minor) == (0, 1000)


def test_many_who_ask_at_once_leave_one_change_that_waits(administrator, eva):
    at_once(*(lambda n=n: want(administrator, desk_limit_minor=1000 + n) for n in range(8)))

    assert PolicyChange.objects.waiting().count() == 1
    assert PolicyChange.objects.count() == 8
