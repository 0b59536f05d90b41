"""Which payments a worker takes on, and that each is taken on by one."""

from datetime import timedelta

import pytest

from payments.models import Payment
from portal import clock
from tests.payments.factories import new_payment, new_pos, traces

pytestmark = pytest.mark.django_db


def due(pos, *, seconds, **fields):
    return new_payment(pos, due_at=clock.now() + timedelta(seconds=seconds), **fields)


def test_what_has_been_due_longest_is_taken_on_first():
    newer = due(new_pos(), seconds=-1, state="Initiated")
    older = due(new_pos(), seconds=-2, state="Reserved")
    due(new_pos(), seconds=60, state="Initiated")

    claimed = Payment.objects.claim_due(now=clock.now())

    assert claimed == [older.pk, newer.pk]


def test_a_claim_lasts_half_a_minute(later):
    payment = due(new_pos(), seconds=-1, state="Initiated")
    first = Payment.objects.claim_due(now=clock.now())
    later(seconds=29)
    meanwhile = Payment.objects.claim_due(now=clock.now())
    later(seconds=2)

    after = Payment.objects.claim_due(now=clock.now())

    assert (first, meanwhile, after) == ([payment.pk], [], [payment.pk])


@pytest.mark.parametrize(("ahead", "is_believed"), [(timedelta(seconds=20), True), (timedelta(days=365), False)])
def test_a_claim_of_a_clock_far_ahead_keeps_nobody_away(ahead, is_believed):
    payment = due(new_pos(), seconds=-1, state="Initiated")
    there = clock.now() + ahead
    assert Payment.objects.claim_due(now=there) == [payment.pk]

    claimed = Payment.objects.claim_due(now=clock.now())

    assert claimed == ([] if is_believed else [payment.pk])


def test_at_most_one_batch_is_taken_on_at_once():
    pos = new_pos()
    for number in range(3):
        due(pos, seconds=-1, state="Reserved", order_id=f"order-{number}")

    rounds = [len(Payment.objects.claim_due(now=clock.now(), batch=2)) for _ in range(3)]

    assert rounds == [2, 1, 0]


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "Created", "attempts": 0},
        {"state": "Initiated", "attempts": 1},
        {"state": "Captured", "attempts": 1},
    ],
    ids=str,
)
def test_nobody_scouts_who_is_not_waiting_in_doubt(fields):
    payment = due(new_pos(), seconds=60, **fields)
    before = traces(payment)

    claimed = Payment.objects.claim_due(now=clock.now())

    assert claimed == []
    assert traces(payment) == before


@pytest.mark.parametrize("fields", [{"state": "Created"}, {"state": "Reserved", "operation": "cancel"}], ids=str)
def test_one_scout_is_taken_on_before_its_time_the_next_one_due(fields):
    due(new_pos(), seconds=3600, attempts=7, **fields)
    scout = due(new_pos(), seconds=60, attempts=3, **fields)

    claimed = Payment.objects.claim_due(now=clock.now())

    assert claimed == [scout.pk]
