"""Which role holds which right, and what a grant lets its holder give."""

from itertools import product

import pytest

from portal.accounts.scope import ADMINISTRATOR, Grant, Scope
from portal.roles import DECIDING, HOLDERS, Right, Role

ALL = set(Right)
# Written down another way than the source does: by role.
HELD = {
    Role.ADMINISTRATOR: ALL - {Right.APPROVE_REFUNDS},
    Role.CLERK: {Right.SEE, Right.ASK_MOBILEPAY, Right.LOOK_UP_CHECK_INS, Right.ASK_FOR_REFUNDS},
    Role.APPROVER: {Right.SEE, Right.ASK_MOBILEPAY, Right.APPROVE_REFUNDS, Right.REVIEW_REFUNDS},
    Role.AUDITOR: {Right.SEE, Right.READ_AUDIT_LOG},
}
BEYOND_ONE_STORE = {Right.MANAGE_MERCHANT, Right.READ_AUDIT_LOG}
SOME, MORE, NONE = frozenset({1}), frozenset({1, 2}), frozenset()


def _rights(grant):
    return {right for right in Right if grant.holds(right)}


@pytest.mark.parametrize("role", Role)
def test_a_role_for_all_stores_holds_its_rights_and_no_others(role):
    assert _rights(Grant(role)) == HELD[role]


@pytest.mark.parametrize(("role", "stores"), list(product(Role, [SOME, NONE])))
def test_a_role_for_some_stores_holds_nothing_that_reaches_beyond_them(role, stores):
    assert _rights(Grant(role, stores)) == HELD[role] - BEYOND_ONE_STORE


def test_every_right_has_holders_and_completes_a_sentence():
    assert set(HOLDERS) == ALL
    assert all(holders for holders in HOLDERS.values())
    assert all(right.value[0].islower() and right.value[-1] != "." for right in Right)


def test_those_who_decide_about_money_need_a_second_factor():
    assert {Role.ADMINISTRATOR, Role.APPROVER} == DECIDING


@pytest.mark.parametrize(("role", "stores"), list(product(Role, [None, SOME, MORE, NONE])))
def test_an_administrator_of_all_stores_may_give_everything(role, stores):
    assert ADMINISTRATOR.may_give(Grant(role, stores)) is True


@pytest.mark.parametrize("role", Role)
def test_an_administrator_of_some_stores_may_give_any_role_for_these_and_nothing_beyond(role):
    own = Grant(Role.ADMINISTRATOR, MORE)

    assert [own.may_give(Grant(role, stores)) for stores in (MORE, SOME, frozenset({2, 3}), None)] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(("role", "stores"), list(product([Role.CLERK, Role.APPROVER, Role.AUDITOR], [None, SOME])))
def test_nobody_else_may_give_anything(role, stores):
    assert [Grant(role, stores).may_give(Grant(other, SOME)) for other in Role] == [False] * 4


def test_a_person_without_a_role_has_no_grant_and_no_right_anywhere():
    nobody = Scope(is_platform=False, grants={})

    assert (nobody.at(1), [nobody.holds(right, 1) for right in Right]) == (None, [False] * len(Right))


def test_a_role_at_one_merchant_says_nothing_about_another():
    scope = Scope(is_platform=False, grants={1: Grant(Role.ADMINISTRATOR)})

    assert (scope.holds(Right.SEE, 1), scope.holds(Right.SEE, 2)) == (True, False)


def test_a_platform_administrator_is_an_administrator_everywhere_even_where_a_lesser_role_is_held():
    scope = Scope(is_platform=True, grants={1: Grant(Role.AUDITOR, NONE)})

    assert (scope.at(1), scope.at(2)) == (ADMINISTRATOR, ADMINISTRATOR)
    held = [right for right, merchant in product(Right, (1, 2)) if scope.holds(right, merchant)]
    assert sorted(held, key=str) == sorted([*HELD[Role.ADMINISTRATOR]] * 2, key=str)
