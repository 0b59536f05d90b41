"""The database has the last word about what was asked of the rules, and who agreed to it."""

from datetime import timedelta

from django.db import DatabaseError, IntegrityError, transaction
import pytest

from portal import clock
from portal.accounts.models import User
from refunds.models import Policy, PolicyChange
from tests.payments.factories import new_pos

pytestmark = pytest.mark.django_db

FROZEN = {
    "id": 9999,
    "policy_id": 9999,
    "was": {"desk_limit_minor": 1},
    "becomes": {"desk_limit_minor": 3},
    "requester_id": 9999,
    "created_at": clock.now() - timedelta(days=1),
    "takes_effect_at": clock.now(),
}
ENDS = {"outcome", "decider_id", "ended_at"}


@pytest.fixture
def people():
    return {name: User.objects.create(email=f"{name}@kino.example", name=name) for name in ("anna", "eva", "otto")}


@pytest.fixture
def waiting(people):
    policy = Policy.objects.create(merchant=new_pos().terminal.merchant, currency="DKK")
    return _asked(policy, people)


def _asked(policy, people, **fields):
    facts = {"was": {"desk_limit_minor": 0}, "becomes": {"desk_limit_minor": 2}, "requester": people["anna"], **fields}
    return PolicyChange.objects.create(policy=policy, **facts)


def _refused(error, match, change, **changes):
    """Whether the database refuses to write this, and keeps the row."""
    before = PolicyChange.objects.filter(pk=change.pk).values().get()
    with pytest.raises(error, match=match), transaction.atomic():
        PolicyChange.objects.filter(pk=change.pk).update(**changes)
    return PolicyChange.objects.filter(pk=change.pk).values().get() == before


def _end(change, **fields):
    PolicyChange.objects.filter(pk=change.pk).update(ended_at=clock.now(), **fields)


def test_it_is_known_of_every_column_whether_it_may_change():
    assert {field.column for field in PolicyChange._meta.concrete_fields} == {*FROZEN, *ENDS}


@pytest.mark.parametrize("column", FROZEN)
def test_what_was_asked_for_never_changes(column, waiting):
    assert _refused(DatabaseError, "is (frozen|append-only)", waiting, **{column: FROZEN[column]})


@pytest.mark.parametrize("outcome", ["confirmed", "declined"])
def test_nobody_decides_about_what_they_asked_for(outcome, waiting, people):
    name, ended = "policy_change_is_decided_by_somebody_else", {"outcome": outcome, "ended_at": clock.now()}

    assert _refused(IntegrityError, name, waiting, decider=people["anna"], **ended)
    assert _refused(IntegrityError, name, waiting, decider=None, **ended)
    _end(waiting, outcome=outcome, decider=people["eva"])
    assert PolicyChange.objects.get().outcome == outcome


def test_it_takes_effect_by_itself_only_where_it_has_a_time_and_not_before(waiting, people):
    name, later = "policy_change_takes_effect_only_where_it_may", clock.now() + timedelta(hours=1)
    _end(waiting, outcome="withdrawn", decider=people["anna"])
    alone = _asked(waiting.policy, people, takes_effect_at=later)

    assert _refused(IntegrityError, name, alone, outcome="took_effect", ended_at=later - timedelta(seconds=1))
    PolicyChange.objects.filter(pk=alone.pk).update(outcome="took_effect", ended_at=later)
    other = _asked(waiting.policy, people)
    assert _refused(IntegrityError, name, other, outcome="took_effect", ended_at=clock.now())


def test_an_outcome_has_its_time(waiting, people):
    name = "policy_change_waits_or_has_ended"

    assert _refused(IntegrityError, name, waiting, outcome="withdrawn")
    assert _refused(IntegrityError, name, waiting, ended_at=clock.now())


def test_an_outcome_is_one_of_those_that_are_known(waiting):
    assert _refused(IntegrityError, "policy_change_outcome_known", waiting, outcome="agreed", ended_at=clock.now())


@pytest.mark.parametrize("changes", [{"outcome": "confirmed"}, {"outcome": "", "ended_at": None}, {"decider": None}])
def test_an_end_is_not_revised(changes, waiting, people):
    _end(waiting, outcome="declined", decider=people["eva"])

    assert _refused(DatabaseError, "is (frozen|append-only)", waiting, **changes)


def test_one_change_of_a_policy_waits(waiting, people):
    with pytest.raises(IntegrityError), transaction.atomic():
        _asked(waiting.policy, people)

    assert PolicyChange.objects.count() == 1
