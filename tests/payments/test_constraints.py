"""The database has the last word about money: what no code path may write, it refuses from anybody."""

from uuid import uuid4

from django.db import DatabaseError, IntegrityError, connection, transaction
import pytest

from payments import states
from payments.models import Payment, PaymentEvent
from payments.states import State
from terminals.models import ProviderAccount
from tests.payments.factories import new_payment, new_pos

pytestmark = pytest.mark.django_db


def refused(pos, **fields):
    """Whether the database refuses this row, and keeps what it had."""
    before = list(Payment.objects.order_by("pk").values())
    with pytest.raises(IntegrityError), transaction.atomic():
        new_payment(pos, **fields)
    return list(Payment.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("first", states.ACTIVE)
@pytest.mark.parametrize("second", states.ACTIVE)
def test_a_point_of_sale_has_at_most_one_active_payment(first, second):
    pos = new_pos()
    new_payment(pos, state=first)

    assert refused(pos, state=second, order_id="order-2")


@pytest.mark.parametrize("state", [State.RESERVED, State.CAPTURED, *states.UNPAID])
def test_what_is_not_active_does_not_keep_a_point_of_sale_busy(state):
    pos = new_pos()
    new_payment(pos, state=state)
    new_payment(pos, state=state, order_id="order-2")

    active = new_payment(pos, state=State.INITIATED, order_id="order-3")

    assert list(Payment.objects.active()) == [active]


def test_two_points_of_sale_may_each_have_an_active_payment():
    first = new_payment(new_pos(), state=State.INITIATED)

    second = new_payment(new_pos(), state=State.INITIATED)

    assert set(Payment.objects.active()) == {first, second}


def test_an_order_has_at_most_one_open_payment_on_a_point_of_sale():
    pos = new_pos()
    new_payment(pos, state=State.RESERVED)

    assert refused(pos, state=State.RESERVED)


def test_an_adopted_payment_may_share_its_order():
    pos = new_pos()
    ours = new_payment(pos, state=State.RESERVED)

    adopted = new_payment(pos, state=State.RESERVED, flow="adopted")

    assert set(Payment.objects.open()) == {ours, adopted}


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "Captured", "captured_minor": 2707},
        {"state": "Captured", "captured_minor": 0},
        {"state": "Captured", "captured_minor": -1},
        {"state": "Captured", "captured_minor": 1, "amount_minor": None},
        {"state": "Reserved", "captured_minor": 1},
        {"state": "Reserved", "amount_minor": 0},
        {"state": "Reserved", "amount_minor": -2706},
        {"state": "Reserved", "operation": "capture"},
        {"state": "Reserved", "operation": "capture", "operation_minor": 0},
        {"state": "Prepared", "amount_minor": None, "operation": "ready"},
        {"state": "Captured", "refund_committed_minor": 2707},
        {"state": "Captured", "refund_committed_minor": 2706, "refunded_minor": 2707},
        {"state": "Captured", "captured_minor": 1000, "refund_committed_minor": 1001},
        {"state": "Captured", "refund_committed_minor": 1000, "refunded_minor": 1001},
        {"state": "Captured", "refunded_minor": -1},
        {"state": "Reserved", "refund_committed_minor": 1},
        {"state": "Unheard"},
    ],
    ids=str,
)
def test_an_impossible_row_is_refused(fields):
    assert refused(new_pos(), **fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "Captured", "captured_minor": 2706, "refund_committed_minor": 2706, "refunded_minor": 2706},
        {"state": "Captured", "captured_minor": 1},
        {"state": "Prepared", "amount_minor": None},
        {"state": "Reserved", "operation": "capture", "operation_minor": 1},
        {"state": "Reserved", "operation": "cancel"},
    ],
    ids=str,
)
def test_a_row_at_the_edge_of_the_possible_is_taken(fields):
    payment = new_payment(new_pos(), **fields)

    assert Payment.objects.get() == payment


def test_an_idempotency_key_is_used_once_per_merchant():
    new_payment(new_pos(), state=State.CANCELLED_BY_USER, idempotency_key="key")

    assert refused(new_pos(), state=State.CANCELLED_BY_USER, idempotency_key="key")


def test_an_idempotency_key_of_another_merchant_is_another_key():
    new_payment(new_pos(), idempotency_key="key")

    theirs = new_payment(new_pos("BAGER7", "DK87654321"), idempotency_key="key")

    assert Payment.objects.filter(idempotency_key="key").count() == 2
    assert theirs.merchant.bio_code == "BAGER7"


def test_any_number_of_payments_has_no_idempotency_key():
    new_payment(new_pos())
    new_payment(new_pos())

    assert Payment.objects.filter(idempotency_key=None).count() == 2


def test_a_payment_of_mobilepay_is_known_once():
    remote_id = str(uuid4())
    new_payment(new_pos(), remote_id=remote_id)

    assert refused(new_pos(), remote_id=remote_id)


@pytest.mark.parametrize(
    "statement", ["UPDATE payments_paymentevent SET cause = 'x'", "DELETE FROM payments_paymentevent"]
)
def test_events_are_never_changed(statement):
    payment = new_payment(new_pos())
    payment.events.create(to_state="Created", cause="a test", actor_kind="till", actor="t", correlation_id="c")

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert PaymentEvent.objects.get().cause == "a test"


def test_a_payment_keeps_the_account_that_it_was_begun_with():
    payment = new_payment(new_pos())
    account = payment.account
    other = ProviderAccount.objects.create(
        merchant=payment.merchant, provider=account.provider, merchant_number="DK99999999"
    )

    with pytest.raises(DatabaseError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(account=other)

    assert Payment.objects.get(pk=payment.pk).account == account
    assert str(account) == "MobilePay PoS V10 DK12345678"
