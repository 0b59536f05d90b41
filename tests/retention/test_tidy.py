"""What is over its time is forgotten, a batch at a time; books and what is not done yet stay."""

from datetime import timedelta
import io

from django.core.management import call_command
import pytest

from payments.models import Payment
from payments.states import State
from portal import clock
from portal.accounts.sessions import Session
from portal.audit.models import Entry
from portal.emails.models import Email
from portal.retention import services, tasks
from portal.webhooks.models import Delivery
from terminals.models import CheckIn, PointOfSale
from tests.payments.factories import new_payment, new_pos
from tests.webhooks.posted import check_in, event, post, registration

CUSTOMER = {"customer_token": "a-token", "customer_receipt_token": "a-receipt", "loyalty_ids_json": '["123456"]'}
NOBODY = (None, None, None)
NOTHING = {
    "sessions": 0,
    "letters": 0,
    "deliveries": 0,
    "check-ins": 0,
    "payments' customers": 0,
    "points of sale's customers": 0,
}


def ago(**duration):
    return clock.now() - timedelta(**duration)


def tidied(**more):
    return services.tidy(now=clock.now(), **more)


def customer_of(payment):
    row = Payment.objects.get(pk=payment.pk)
    return row.customer_token, row.customer_receipt_token, row.loyalty_ids_json


def letter(**facts):
    return Email.objects.create(to="anna@kino.example", subject="Hello", **facts)


@pytest.mark.django_db
def test_sessions_go_when_they_have_ended():
    for key, days in (("ended", -1), ("open", 1)):
        Session.objects.create(session_key=key, session_data="x", expire_date=clock.now() + timedelta(days=days))

    forgotten = tidied()

    assert (forgotten, Session.objects.get().session_key) == (NOTHING | {"sessions": 1}, "open")


@pytest.mark.django_db
@pytest.mark.parametrize(("kept", "days", "left"), [(90, 89, 1), (90, 91, 0), (7, 8, 0), (400, 399, 1)])
def test_letters_go_after_the_days_that_are_set(settings, kept, days, left):
    settings.SENT_LETTERS_KEPT_DAYS = kept
    letter(created_at=ago(days=days), due_at=None, sent_at=ago(days=days))

    forgotten = tidied()

    assert (forgotten["letters"], Email.objects.count()) == (1 - left, left)


@pytest.mark.django_db
def test_a_letter_that_is_still_owed_stays_however_old_it_is():
    owed = letter(created_at=ago(days=400), due_at=ago(days=1), body="A link")
    letter(created_at=ago(days=400), due_at=None)  # its reader was refused for good

    tidied()

    assert list(Email.objects.all()) == [owed]


@pytest.mark.parametrize(("kept", "days", "left"), [(30, 29, 1), (30, 31, 0), (7, 8, 0)])
def test_deliveries_and_check_ins_go_after_the_days_that_are_set(settings, pos, client, later, kept, days, left):
    settings.CUSTOMER_TOKENS_KEPT_DAYS = kept
    post(client, registration(of="check-ins"), check_in(pos.beacon_id))

    later(days=days)
    tasks.tidy()

    assert (Delivery.objects.count(), CheckIn.objects.count()) == (left, left)


def test_a_delivery_that_nobody_has_looked_after_is_never_forgotten(shops, client, later):
    post(client, registration(), event())
    Delivery.objects.update(outcome="", due_at=clock.now())

    later(days=400)
    tasks.tidy()

    assert Delivery.objects.get().outcome == ""


@pytest.mark.django_db
@pytest.mark.parametrize(("kept", "days", "is_known"), [(30, 29, True), (30, 31, False), (7, 8, False)])
def test_a_payment_that_ended_forgets_its_customer_after_the_days_that_are_set(settings, kept, days, is_known):
    settings.CUSTOMER_TOKENS_KEPT_DAYS = kept
    payment = new_payment(new_pos(), state="Captured", changed_at=ago(days=days), **CUSTOMER)
    before = Payment.objects.values().get()

    forgotten = tidied()

    assert customer_of(payment) == (tuple(CUSTOMER.values()) if is_known else NOBODY)
    assert forgotten["payments' customers"] == (not is_known)
    # Nothing else of it has moved.
    assert Payment.objects.values().get() == before | ({} if is_known else dict.fromkeys(CUSTOMER))


@pytest.mark.django_db
@pytest.mark.parametrize("known", CUSTOMER)
def test_whatever_names_the_customer_is_enough(known):
    payment = new_payment(new_pos(), state="CancelledByUser", changed_at=ago(days=31), **{known: CUSTOMER[known]})

    tidied()

    assert customer_of(payment) == NOBODY


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.PAIRED, State.RESERVED])
def test_a_payment_that_has_not_ended_knows_its_customer_however_old_it_is(state):
    payment = new_payment(new_pos(), state=state, changed_at=ago(days=400), **CUSTOMER)

    assert (tidied(), customer_of(payment)) == (NOTHING, tuple(CUSTOMER.values()))


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "kept"), [(29, "who was there"), (31, None)])
def test_a_point_of_sale_forgets_who_was_there(days, kept):
    pos = new_pos()
    PointOfSale.objects.update(check_in="who was there", check_in_fresh_until=ago(days=days))

    forgotten = tidied()

    pos.refresh_from_db()
    assert (pos.check_in, forgotten["points of sale's customers"]) == (kept, kept is None)


@pytest.mark.django_db
def test_all_of_many_goes_in_batches(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(services, "BATCH", 2)
    for _ in range(5):
        letter(created_at=ago(days=91), due_at=None)

    # Three batches and a look that finds none left; five looks at what else there is, and none holds the rows of two.
    with django_assert_num_queries(2 * 3 + 1 + 5):
        assert tidied() == NOTHING | {"letters": 5}


@pytest.mark.django_db
def test_a_worker_leaves_the_rest_for_the_next_time(monkeypatch):
    monkeypatch.setattr(services, "BATCH", 2)
    for _ in range(5):
        letter(created_at=ago(days=91), due_at=None)
        new_payment(new_pos(), state="Captured", changed_at=ago(days=31), **CUSTOMER)

    done = [tidied(at_most=2) for _ in range(4)]

    assert [(each["letters"], each["payments' customers"]) for each in done] == [(2, 2), (2, 2), (1, 1), (0, 0)]


@pytest.mark.django_db
def test_books_are_never_touched():
    payment = new_payment(new_pos(), state="Captured", changed_at=ago(days=4000), created_at=ago(days=4000))
    books = (Entry.objects.count(), payment.events.count())

    assert (tidied(), Payment.objects.get()) == (NOTHING, payment)
    assert (Entry.objects.count(), payment.events.count()) == books


@pytest.mark.django_db
def test_the_command_says_what_it_did():
    letter(created_at=ago(days=91), due_at=None)
    out = io.StringIO()

    call_command("tidy", stdout=out)

    assert out.getvalue() == (
        "Forgotten: 0 sessions, 1 letters, 0 deliveries, 0 check-ins, 0 payments' customers, "
        "0 points of sale's customers.\n"
    )


@pytest.mark.django_db
def test_the_log_says_what_was_forgotten_and_nothing_when_that_was_nothing(caplog):
    letter(created_at=ago(days=91), due_at=None)

    with caplog.at_level("INFO", logger="portal.retention"):
        tasks.tidy()
        tasks.tidy()

    assert [(each.message, each.details) for each in caplog.records] == [
        ("Forgot what is over its time", NOTHING | {"letters": 1})
    ]
