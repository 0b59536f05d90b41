"""The database has the last word about who agreed to what: what no code path may write, it refuses from anybody."""

from datetime import timedelta
from uuid import uuid4

from django.db import IntegrityError, transaction
import pytest

from portal import clock
from portal.accounts.models import User
from refunds import states
from refunds.models import Notification, Policy, Refund
from refunds.states import State
from tests.payments.factories import new_payment, new_pos
from tests.refunds.factories import new_refund

pytestmark = pytest.mark.django_db

MOVING = [state for state in State if state not in states.NOT_APPROVED]


@pytest.fixture
def payment():
    return new_payment(new_pos(), state="Captured", amount_minor=100_000, refund_committed_minor=5000)


@pytest.fixture
def people():
    return {name: User.objects.create(email=f"{name}@kino.example", name=name) for name in ("carl", "asta", "bent")}


def _fields(people, **fields):
    """What the row of a desk's request has, with names for people."""
    facts = {"origin": "back_office", "state": "Requested", "approvals_needed": 1, "requester": "carl", **fields}
    return {name: people.get(value, value) if isinstance(value, str) else value for name, value in facts.items()}


def _refused(payment, constraint, **fields):
    """Whether the database refuses this row by that constraint, and keeps what it had."""
    before = list(Refund.objects.order_by("pk").values())
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        new_refund(payment, **fields)
    return list(Refund.objects.order_by("pk").values()) == before


def _change_refused(refund, constraint, **changes):
    """Whether the database refuses to change the row so, and keeps it."""
    before = list(Refund.objects.order_by("pk").values())
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(**changes)
    return list(Refund.objects.order_by("pk").values()) == before


IMPOSSIBLE = [
    ("refund_state_known", {"state": "Unheard", "first_approver": "asta"}),
    ("refund_within_what_was_left", {"amount_minor": 0}),
    ("refund_within_what_was_left", {"amount_minor": -1}),
    ("refund_within_what_was_left", {"amount_minor": 1001, "refundable_before_minor": 1000}),
    ("refund_requester_is_a_person_at_the_desk", {"requester": None}),
    ("refund_requester_is_a_person_at_the_desk", {"origin": "till"}),
    ("refund_requester_is_a_person_at_the_desk", {"origin": "web"}),
    ("refund_requester_is_a_person_at_the_desk", {"origin": "web", "requester": None}),
    ("first_approver_is_not_the_requester", {"first_approver": "carl"}),
    ("second_approver_is_somebody_else", {"first_approver": "asta", "second_approver": "asta"}),
    ("second_approver_is_somebody_else", {"first_approver": "asta", "second_approver": "carl"}),
    (
        "second_approver_is_somebody_else",
        {"origin": "till", "requester": None, "first_approver": "asta", "second_approver": "asta"},
    ),
    ("second_approver_comes_second", {"second_approver": "bent"}),
    ("reviewer_took_no_part", {"first_approver": "asta", "reviewer": "asta", "review": "in_order"}),
    ("reviewer_took_no_part", {"first_approver": "asta", "reviewer": "carl", "review": "in_order"}),
    (
        "reviewer_took_no_part",
        {"first_approver": "asta", "second_approver": "bent", "reviewer": "bent", "review": "in_order"},
    ),
    ("review_has_its_reviewer", {"first_approver": "asta", "reviewer": "bent"}),
    ("review_has_its_reviewer", {"first_approver": "asta", "review": "in_order"}),
]
POSSIBLE = [
    {},
    {"amount_minor": 1, "refundable_before_minor": 1},
    {"origin": "till", "requester": None, "approvals_needed": 0, "state": "Created"},
    {"origin": "till", "requester": None, "first_approver": "asta", "state": "Approved"},
    {"first_approver": "asta", "second_approver": "bent", "approvals_needed": 2, "state": "Captured"},
    {"first_approver": "asta", "approvals_needed": 2},
    {"first_approver": "asta", "is_emergency": True, "reviewer": "bent", "review": "not_in_order"},
]


@pytest.mark.parametrize(("constraint", "fields"), IMPOSSIBLE, ids=str)
def test_an_impossible_row_is_refused(constraint, fields, payment, people):
    assert _refused(payment, constraint, **_fields(people, **fields))


@pytest.mark.parametrize("fields", POSSIBLE, ids=str)
def test_a_row_at_the_edge_of_the_possible_is_taken(fields, payment, people):
    refund = new_refund(payment, **_fields(people, **fields))

    assert Refund.objects.get() == refund


@pytest.mark.parametrize("state", MOVING)
@pytest.mark.parametrize(
    ("needed", "approvers"),
    [(1, {}), (2, {}), (2, {"first_approver": "asta"}), (3, {"first_approver": "asta"})],
    ids=str,
)
def test_nothing_moves_without_its_approvals(state, needed, approvers, payment, people):
    fields = _fields(people, approvals_needed=needed, **approvers)
    refund = new_refund(payment, **fields)

    assert _refused(payment, "nothing_moves_without_its_approvals", **{**fields, "state": state})
    assert _change_refused(refund, "nothing_moves_without_its_approvals", state=state)


@pytest.mark.parametrize("state", states.NOT_APPROVED)
@pytest.mark.parametrize("needed", [1, 2])
def test_what_nobody_has_approved_can_end(state, needed, payment, people):
    refund = new_refund(payment, **_fields(people, approvals_needed=needed))

    Refund.objects.filter(pk=refund.pk).update(state=state)

    assert Refund.objects.get().state == state


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("first_approver_is_not_the_requester", {"first_approver": "carl"}),
        ("second_approver_comes_second", {"second_approver": "bent"}),
        ("second_approver_is_somebody_else", {"first_approver": "asta", "second_approver": "asta"}),
        ("second_approver_is_somebody_else", {"first_approver": "asta", "second_approver": "carl"}),
        ("reviewer_took_no_part", {"reviewer": "carl", "review": "in_order"}),
        ("review_has_its_reviewer", {"reviewer": "asta"}),
        ("refund_state_known", {"first_approver": "asta", "state": "approved"}),
    ],
    ids=str,
)
def test_an_impossible_change_is_refused(constraint, changes, payment, people):
    refund = new_refund(payment, **_fields(people))
    changes = {name: people.get(value, value) for name, value in changes.items()}

    assert _change_refused(refund, constraint, **changes)


def test_an_order_stands_once_per_payment(payment):
    new_refund(payment, state="Created", refund_order_id="refund-1")

    assert _refused(
        payment,
        "refund_order_once_per_payment|refunds_refund.payment_id, refunds_refund.refund_order_id",
        state="Created",
        refund_order_id="refund-1",
    )


def test_an_order_may_stand_on_two_payments(payment):
    other = new_payment(new_pos(), state="Captured", order_id="order-2")

    refunds = [new_refund(each, state="Created", refund_order_id="refund-1") for each in (payment, other)]

    assert set(Refund.objects.all()) == set(refunds)


def test_a_key_stands_once_per_merchant(payment):
    new_refund(payment, state="Created", idempotency_key="key")
    other = new_payment(new_pos(), state="Captured", order_id="order-2")

    assert _refused(
        other,
        "refund_key_once_per_merchant|refunds_refund.merchant_id, refunds_refund.idempotency_key",
        state="Created",
        idempotency_key="key",
    )


def test_a_key_may_stand_at_two_merchants_and_none_any_number_of_times(payment):
    elsewhere = new_payment(new_pos("BAGER7", "DK87654321"), state="Captured", amount_minor=100_000)
    for key in ("key", None, None):
        for each in (payment, elsewhere):
            new_refund(each, state="Created", idempotency_key=key)

    assert [Refund.objects.filter(idempotency_key=key).count() for key in ("key", None)] == [2, 4]


def test_a_refund_of_mobilepay_is_known_once(payment):
    remote_id = str(uuid4())
    new_refund(payment, state="Reserved", remote_id=remote_id)

    assert _refused(payment, "remote_id", state="Reserved", remote_id=remote_id)


def test_nobody_who_took_part_can_be_deleted(payment, people):
    new_refund(payment, **_fields(people, first_approver="asta", second_approver="bent"))

    for person in people.values():
        with pytest.raises(IntegrityError), transaction.atomic():
            person.delete()

    assert User.objects.count() == 3


@pytest.mark.parametrize(
    ("constraint", "rules"),
    [
        ("policy_limits_sensible", {"till_limit_minor": -1}),
        ("policy_limits_sensible", {"desk_limit_minor": -1}),
        ("policy_limits_sensible", {"desk_limit_minor": 10, "two_approvers_above_minor": 9}),
        ("policy_limits_sensible", {"person_day_limit_minor": 0}),
        ("policy_limits_sensible", {"day_limit_minor": 0}),
        ("policy_times_sensible", {"lifetime": timedelta(0)}),
        ("policy_times_sensible", {"window": timedelta(0)}),
    ],
    ids=str,
)
def test_rules_that_make_no_sense_are_refused(constraint, rules, payment):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Policy.objects.create(merchant=payment.merchant, currency="DKK", **rules)

    assert Policy.objects.count() == 0


@pytest.mark.parametrize(
    "rules",
    [
        {"till_limit_minor": 0, "desk_limit_minor": 0, "two_approvers_above_minor": 0},
        {"person_day_limit_minor": 1, "day_limit_minor": 1},
        {"lifetime": timedelta(microseconds=1), "window": timedelta(days=90)},
    ],
    ids=str,
)
def test_rules_at_the_edge_of_sense_are_taken(rules, payment):
    policy = Policy.objects.create(merchant=payment.merchant, currency="DKK", **rules)

    assert Policy.objects.get() == policy


def test_a_merchant_has_one_policy_per_currency(payment):
    for currency in ("DKK", "EUR"):
        Policy.objects.create(merchant=payment.merchant, currency=currency)

    with pytest.raises(IntegrityError, match=r"one_policy_per_currency|refunds_policy\.currency"), transaction.atomic():
        Policy.objects.create(merchant=payment.merchant, currency="DKK", desk_limit_minor=500)

    assert list(Policy.objects.order_by("pk").values_list("currency", "desk_limit_minor")) == [("DKK", 0), ("EUR", 0)]


def test_a_letter_is_of_a_known_kind(payment):
    refund = new_refund(payment, state="Created")

    with pytest.raises(IntegrityError, match="notice_kind_known"), transaction.atomic():
        Notification.objects.create(refund=refund, kind="advert", state="Created", due_at=clock.now())

    assert Notification.objects.count() == 0
