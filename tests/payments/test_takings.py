"""What was taken between two moments."""

from datetime import UTC, datetime, timedelta

import pytest

from payments.models import Payment
from tests.payments.factories import new_payment, new_pos

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_what_was_captured_from_the_start_until_before_the_end_was_taken_between_them():
    pos = new_pos()
    for name, minutes in (("before", -1), ("first", 0), ("last", 59), ("after", 60)):
        new_payment(pos, order_id=name, state="Captured", changed_at=NOON + timedelta(minutes=minutes))
    new_payment(pos, order_id="cancelled", state="CancelledByUser", changed_at=NOON)
    new_payment(pos, order_id="reserved", state="Reserved", changed_at=NOON)

    taken = Payment.objects.taken_between(NOON, NOON + timedelta(hours=1))

    assert sorted(taken.values_list("order_id", flat=True)) == ["first", "last"]
