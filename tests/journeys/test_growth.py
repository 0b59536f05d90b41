"""What a sale leaves in the database, for ever: so many rows, and no word of them twice."""

from django.db import transaction
import pytest

from payments.models import Payment, PaymentEvent
from portal.audit.models import Entry
from refunds.models import Policy, Refund, RefundEvent
from tests.payments.till_sequences import capture, reserve
from tests.refunds.scenarios import work
from tests.tillapi.raw_calls import rows

SALE = {"payments_payment": 1, "payments_paymentevent": 5, "audit_entry": 6}
REFUND = {"refunds_refund": 1, "refunds_refundevent": 4, "audit_entry": 5, "refunds_notification": 1}
# Bytes of all values as texts; a row's frame and its places in indexes come on top (docs/performance.md).
LONGEST_SALE = {"payments_payment": 700, "payments_paymentevent": 800, "audit_entry": 1230}
LONGEST_REFUND = {"refunds_refund": 400, "refunds_refundevent": 650, "audit_entry": 1230, "refunds_notification": 150}


def sell(till, customer):
    """A sale at the counter, polled at every step."""
    payment_id = till.start()["paymentId"]
    seen = [till.status(payment_id)]
    customer.checks_in()
    seen += [till.status(payment_id), till.status(payment_id)]
    customer.accepts()
    seen += [till.status(payment_id), till.status(payment_id)]
    capture(till, payment_id)
    assert seen == ["Initiated", "IssuedToUser", "IssuedToUser", "Reserved", "Reserved"]
    return payment_id


def added(before):
    """The rows that were not there before, by table."""
    now = {table: [row for row in stored if row not in before[table]] for table, stored in rows().items()}
    return {table: stored for table, stored in now.items() if stored}


def lengths(stored):
    return {
        table: sum(len(str(value)) for row in each for value in row if value is not None)
        for table, each in stored.items()
    }


# Or else the digits of their ids would count how many tests have run before.
from_the_first_id = pytest.mark.django_db(transaction=True, reset_sequences=True)


@from_the_first_id
def test_a_sale_leaves_twelve_rows_and_no_more_than_that_many_bytes(till, customer):
    before = rows()

    sell(till, customer)

    left = added(before)
    assert {table: len(each) for table, each in left.items()} == SALE
    assert {table: length for table, length in lengths(left).items() if length > LONGEST_SALE[table]} == {}


def test_polls_that_see_nothing_new_leave_nothing(till, customer):
    payment_id = sell(till, customer)
    before = {table: len(stored) for table, stored in rows().items()}

    assert [till.status(payment_id) for _ in range(5)] == ["Captured"] * 5

    assert {table: len(stored) for table, stored in rows().items()} == before


@from_the_first_id
def test_a_tills_refund_leaves_eleven_rows_and_no_more_than_that_many_bytes(till, customer):
    payment_id = sell(till, customer)
    # A merchant's first refund writes its rules down, once.
    with transaction.atomic():
        Policy.objects.locked(Payment.objects.get().merchant, "DKK")
    before = rows()

    refund_id = till.post("refund/create", paymentId=payment_id, refundOrderId="R-1", amount="10.00")["refundId"]
    till.get("refund/details", refundId=refund_id)
    till.post("refund/capture", refundId=refund_id)
    work()

    left = added(before)
    assert Refund.objects.get().state == "Captured"
    # The payment's own row says how much of it went back.
    assert {table: len(each) for table, each in left.items()} == REFUND | {"payments_payment": 1}
    del left["payments_payment"]
    assert {table: length for table, length in lengths(left).items() if length > LONGEST_REFUND[table]} == {}


def test_event_and_audit_row_tell_the_whole_sale_and_nothing_twice(till, customer):
    payment_id = sell(till, customer)

    events = PaymentEvent.objects.filter(payment=payment_id).order_by("pk")
    entries = Entry.objects.filter(subject_kind="payment", subject_id=payment_id).order_by("pk")
    moved = [entry for entry in entries if entry.action != "payment:intended"]
    assert [event.to_state for event in events] == [entry.details["to_state"] for entry in moved]
    assert [(event.actor, event.correlation_id) for event in events] == [
        (entry.actor, entry.request_id) for entry in moved
    ]
    assert [entry.details for entry in entries] == [
        {"to_state": "Created", "amount": "27.06 DKK"},
        {"to_state": "Initiated"},
        {"to_state": "IssuedToUser"},
        {"to_state": "Reserved"},
        {"intent": "capture", "amount": "27.06 DKK"},
        {"to_state": "Captured", "amount": "27.06 DKK"},
    ]
    assert {(entry.actor_kind, entry.credential_source, entry.address, entry.subject) for entry in entries} == {
        ("till", "POST header", "127.0.0.1", ""),
        ("till", "GET header", "127.0.0.1", ""),
    }
    assert {entry.called for entry in entries} == {f"payment {payment_id}"}


def test_a_partial_capture_is_in_the_audit_log_with_what_was_taken(till, customer):
    customer.phone_number = "+4520031805"
    payment_id = reserve(till, customer)

    capture(till, payment_id, amount="20.00")

    entry = Entry.objects.filter(subject_id=payment_id).latest("pk")
    assert entry.details == {"to_state": "Captured", "amount": "20.00 DKK"}


def test_what_people_say_of_a_refund_stays_in_the_audit_log(till, customer):
    payment_id = sell(till, customer)

    till.post("refund/create", paymentId=payment_id, refundOrderId="R-1", amount="10.00")

    asked = Entry.objects.get(action="refund:requested")
    assert asked.details == {
        "to_state": "Created",
        "cause": RefundEvent.objects.earliest("pk").cause,
        "amount": "10.00 DKK",
        "payment": payment_id,
    }


def test_a_tills_sale_stands_in_no_index_for_what_is_rare(till, customer):
    sell(till, customer)

    everywhere = {index.name for index in Entry._meta.indexes if not index.condition}
    assert everywhere == {
        f"audit_{each}" for each in ("newest", "by_merchant", "by_name", "by_subject_id", "by_request_id")
    }
    assert set(Entry.objects.unusual().values_list("subject_kind", flat=True)) == {
        "merchant",
        "accesstoken",
        "pointofsale",
    }
