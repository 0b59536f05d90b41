"""The outbox: letters are owed with their deed, and sent once, whatever becomes of the mail server and the worker."""

from datetime import UTC, datetime, timedelta
import smtplib

from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
import pytest

from portal import clock
from portal.emails import services, tasks
from portal.emails.models import Email

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
DOWN = "django.core.mail.backends.smtp.EmailBackend"
UP = "django.core.mail.backends.locmem.EmailBackend"
REFUSED = {"bent@kino.example": 550, "dora@kino.example": 450}
LINK = "https://portal.example/accounts/password/reset/key/1-secret/"


class Dying(EmailBackend):
    """The worker dies while it talks to the mail server."""

    def send_messages(self, messages):
        raise SystemExit(len(messages))


class Picky(EmailBackend):
    """A mail server that does not know Bent, and asks for Dora's letter to come again later."""

    def send_messages(self, messages):
        [message] = messages
        [reader] = message.to
        if reader in REFUSED:
            raise smtplib.SMTPRecipientsRefused({reader: (REFUSED[reader], b"no")})
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def _at_noon(time_machine):
    time_machine.move_to(NOON, tick=False)


def owe(*names, body="Hello"):
    for name in names:
        services.enqueue(to=f"{name}@kino.example", subject=f"For {name}", body=body, now=clock.now())


def sent():
    """Send what is due; gives who got something."""
    mail.outbox.clear()
    services.send_due(now=clock.now())
    return [reader.partition("@")[0] for letter in mail.outbox for reader in letter.to]


def facts(name):
    letter = Email.objects.get(to=f"{name}@kino.example")
    return letter.body, letter.due_at, letter.sent_at, letter.attempts


def test_a_letter_that_is_owed_goes_out_as_it_was_written():
    owe("asta", body=f"Hello Asta,\n\n{LINK}\n")

    tasks.send_due()

    [letter] = mail.outbox
    assert (letter.to, letter.cc, letter.bcc, letter.from_email) == (
        ["asta@kino.example"],
        [],
        [],
        "portal@kino.example",
    )
    assert (letter.subject, letter.body) == ("For asta", f"Hello Asta,\n\n{LINK}\n")


def test_a_letter_is_sent_once_and_its_words_are_forgotten():
    owe("asta")

    first, second = sent(), sent()

    assert (first, second) == (["asta"], [])
    assert facts("asta") == (None, None, NOON, 1)


def test_what_a_letter_says_is_encrypted_until_it_is_sent():
    owe("asta", body=LINK)

    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM emails_email")
        [[stored]] = cursor.fetchall()

    assert (Email.objects.get().body, "portal.example" in stored) == (LINK, False)


def test_a_letter_of_a_deed_that_did_not_happen_is_not_owed():
    with transaction.atomic():
        owe("asta")
        transaction.set_rollback(True)

    assert (sent(), Email.objects.count()) == ([], 0)


def test_a_letter_is_not_sent_before_it_is_due():
    services.enqueue(to="asta@kino.example", subject="Soon", body="Hello", now=NOON + timedelta(microseconds=1))

    assert sent() == []


def test_letters_are_sent_oldest_first_and_so_many_at_a_time(time_machine):
    for name in ("asta", "bent", "dora"):
        owe(name)
        time_machine.shift(timedelta(seconds=1))
    readers = []
    for _ in range(3):
        services.send_due(now=clock.now(), batch=1)
        readers.append([letter.to[0].partition("@")[0] for letter in mail.outbox])

    assert readers == [["asta"], ["asta", "bent"], ["asta", "bent", "dora"]]


def test_when_the_mail_server_is_down_the_letter_is_sent_later(settings, time_machine):
    owe("asta", body=LINK)
    settings.EMAIL_BACKEND = DOWN
    first, at_once = sent(), sent()
    kept = facts("asta")
    settings.EMAIL_BACKEND = UP
    time_machine.shift(timedelta(seconds=2))

    later = sent()

    assert (first, at_once, later) == ([], [], ["asta"])
    assert kept == (LINK, NOON + timedelta(seconds=2), None, 1)


def test_a_mail_server_that_stays_down_is_tried_less_and_less(settings, time_machine):
    owe("asta")
    settings.EMAIL_BACKEND = DOWN
    waits = []
    for _ in range(8):
        sent()
        due_at = Email.objects.get().due_at
        waits.append((due_at - clock.now()).total_seconds())
        time_machine.move_to(due_at, tick=False)

    assert waits == [2, 5, 10, 30, 120, 300, 3600, 3600]


def test_a_mail_server_that_is_down_is_asked_once_a_run_and_not_for_every_letter(settings):
    owe("asta", "bent", "dora")
    settings.EMAIL_BACKEND = DOWN
    sent()
    tried = list(Email.objects.order_by("pk").values_list("attempts", flat=True))
    settings.EMAIL_BACKEND = UP

    assert (tried, sent()) == ([1, 0, 0], ["bent", "dora"])


def test_a_letter_whose_worker_died_is_sent_by_another_two_minutes_later(settings, time_machine):
    owe("asta")
    settings.EMAIL_BACKEND = f"{__name__}.Dying"
    with pytest.raises(SystemExit):
        services.send_due(now=clock.now())
    settings.EMAIL_BACKEND = UP
    time_machine.shift(timedelta(minutes=2, microseconds=-1))
    too_early = sent()
    time_machine.shift(timedelta(microseconds=1))

    assert (too_early, sent()) == ([], ["asta"])


def test_a_letter_that_another_worker_has_taken_on_is_left_to_it():
    owe("asta")

    def another_worker(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if sql.startswith("SELECT"):
            Email.objects.update(due_at=NOON + timedelta(minutes=2))
        return result

    with connection.execute_wrapper(another_worker):
        readers = sent()

    assert (readers, facts("asta")) == ([], ("Hello", NOON + timedelta(minutes=2), None, 0))


def test_an_address_that_is_refused_for_good_is_given_up_and_keeps_nobody_from_their_letter(settings):
    owe("bent", "asta")
    settings.EMAIL_BACKEND = f"{__name__}.Picky"

    readers = sent()

    assert (readers, facts("bent")) == (["asta"], (None, None, None, 1))


def test_an_address_that_is_refused_for_now_is_tried_again(settings, time_machine):
    owe("dora")
    settings.EMAIL_BACKEND = f"{__name__}.Picky"
    refused, kept = sent(), facts("dora")
    settings.EMAIL_BACKEND = UP
    time_machine.shift(timedelta(seconds=2))

    assert (refused, kept) == ([], ("Hello", NOON + timedelta(seconds=2), None, 1))
    assert sent() == ["dora"]


def test_a_letter_that_cannot_be_read_any_more_steps_back_for_the_others(settings):
    owe("asta")
    settings.ENCRYPTION_KEYS = ["another-key"]
    owe("bent")

    readers = sent() + sent()

    assert readers == ["bent"]
    assert Email.objects.defer("body").get(to="asta@kino.example").due_at == NOON + timedelta(seconds=2)


@pytest.mark.parametrize("subject", ["Kino\r\nBcc: everybody@evil.example", "Kino\nSubject: x", "Kino\u2028Nord"])
def test_a_subject_writes_no_header(subject):
    services.enqueue(to="asta@kino.example", subject=subject, body="Hello", now=NOON)

    readers = sent()

    [letter] = mail.outbox
    assert (readers, letter.subject) == (["asta"], " ".join(subject.split()))
    assert (letter.recipients(), letter.message()["Bcc"], len(letter.message().get_all("Subject"))) == (
        ["asta@kino.example"],
        None,
        1,
    )


def test_a_subject_that_is_far_too_long_is_cut():
    services.enqueue(to="asta@kino.example", subject="x" * 300, body="Hello", now=NOON)

    assert (str(Email.objects.get()), sent()) == (f"letter {Email.objects.get().pk}: {'x' * 250}", ["asta"])
