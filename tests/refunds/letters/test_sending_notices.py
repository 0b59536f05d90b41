"""Letters about refunds are sent once, whatever becomes of the mail server and of the worker that sends them."""

from datetime import timedelta
import smtplib

from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
import pytest

from portal import clock
from portal.roles import Role
from refunds import tasks
from refunds.models import Notice
from refunds.services import notices
from tests.desk import hire
from tests.refunds.letters.post import send, sent, to
from tests.refunds.stage import ask

SMTP = "django.core.mail.backends.smtp.EmailBackend"


class Dying(EmailBackend):
    """The worker dies while it talks to the mail server."""

    def send_messages(self, messages):
        raise SystemExit(len(messages))


class Picky(EmailBackend):
    """A mail server that refuses one address for good."""

    def send_messages(self, messages):
        [message] = messages
        if message.to == ["bent@kino.example"]:
            raise smtplib.SMTPRecipientsRefused({"bent@kino.example": (550, b"no such user")})
        return super().send_messages(messages)


TO_APPROVE = "[PoS Portal] Refund of 10.00 DKK to approve (Kino Nord)"


def test_a_letter_is_sent_once(asked, approver):
    send()

    count, letters = send()

    notice = Notice.objects.get()
    assert (count, letters) == (0, [])
    assert (notice.sent_at, notice.attempts) == (clock.now(), 1)


def test_when_the_mail_server_is_down_the_letter_is_sent_later(asked, approver, settings, time_machine):
    settings.EMAIL_BACKEND, down = SMTP, settings.EMAIL_BACKEND
    first = send()
    notice = Notice.objects.get()
    at_once = send()
    settings.EMAIL_BACKEND = down
    time_machine.shift(timedelta(seconds=2))

    letters = sent()

    assert (first, at_once) == ((0, []), (0, []))
    assert (notice.sent_at, notice.attempts, notice.due_at - asked.created_at) == (None, 1, timedelta(seconds=2))
    assert letters == to("asta", subject=TO_APPROVE)


def test_a_mail_server_that_stays_down_is_tried_less_and_less(asked, approver, settings, time_machine):
    settings.EMAIL_BACKEND = SMTP
    waits = []
    for _ in range(8):
        send()
        due_at = Notice.objects.get().due_at
        waits.append((due_at - clock.now()).total_seconds())
        time_machine.move_to(due_at, tick=False)

    assert waits == [2, 5, 10, 30, 120, 300, 3600, 3600]


def test_a_letter_whose_worker_died_is_sent_by_another_two_minutes_later(asked, approver, settings, time_machine):
    settings.EMAIL_BACKEND, backend = f"{__name__}.Dying", settings.EMAIL_BACKEND
    with pytest.raises(SystemExit):
        notices.send_due(now=clock.now())
    settings.EMAIL_BACKEND = backend
    time_machine.shift(timedelta(minutes=2, microseconds=-1))
    too_early = sent()
    time_machine.shift(timedelta(microseconds=1))

    letters = sent()

    assert (too_early, letters) == ([], to("asta", subject=TO_APPROVE))


def test_an_address_that_is_refused_keeps_nobody_else_from_reading(
    asked, approver, second_approver, settings, time_machine
):
    hire("dora@kino.example", asked.merchant, Role.APPROVER)
    settings.EMAIL_BACKEND = f"{__name__}.Picky"
    letters = []
    for _ in range(4):
        letters += sent()
        time_machine.shift(timedelta(hours=2))

    assert letters == to("asta", "dora", subject=TO_APPROVE)


@pytest.mark.parametrize("name", ["Kino\r\nBcc: everybody@evil.example", "Kino\nSubject: x", "Kino\u2028Nord"])
def test_a_merchants_name_writes_no_header(name, asked, approver):
    asked.merchant.name = name
    asked.merchant.save()

    letters = sent()

    [letter] = mail.outbox
    oneline = " ".join(name.split())
    assert letters == to("asta", subject=f"[PoS Portal] Refund of 10.00 DKK to approve ({oneline})")
    assert (letter.bcc, letter.message()["Bcc"], len(letter.message().get_all("Subject"))) == ([], None, 1)


def test_letters_are_sent_oldest_first_and_so_many_at_a_time(payment, clerk, approver, time_machine):
    for minor in (100, 200, 300):
        time_machine.shift(timedelta(seconds=1))
        ask(payment, clerk, minor)
    subjects = []
    for _ in range(3):
        notices.send_due(now=clock.now(), batch=1)
        subjects.append([letter.subject.split()[4] for letter in mail.outbox])

    assert subjects == [["1.00"], ["1.00", "2.00"], ["1.00", "2.00", "3.00"]]


def test_beat_sends_what_is_owed(asked, approver):
    tasks.send_notices()

    assert [letter.to for letter in mail.outbox] == [["asta@kino.example"]]


def test_a_letter_is_owed_as_soon_as_its_deed_is_written_down_and_not_before(asked):
    later = Notice.objects.create(
        refund=asked, kind="asked", state="Requested", due_at=clock.now() + timedelta(seconds=1)
    )

    due = Notice.objects.due(clock.now())

    assert [str(notice) for notice in due] == [f"Approval is asked for: {asked.pk}"]
    assert later not in due
