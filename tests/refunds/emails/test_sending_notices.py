"""Letters about refunds are written once, each to its reader; tests/letters tells how they are sent."""

from datetime import timedelta

from django.core import mail
import pytest

from portal import clock
from portal.emails.models import Email
from refunds import tasks
from refunds.models import Notification
from refunds.services import notifications
from tests.refunds.emails.outbox import send, sent, to
from tests.refunds.scenarios import ask

TO_APPROVE = "[PoS Portal] Refund of 10.00 DKK to approve (Kino Nord)"


def test_a_letter_is_sent_once(asked, approver):
    send()

    count, letters = send()

    notice = Notification.objects.get()
    assert (count, letters) == (0, [])
    assert notice.sent_at == clock.now()


def test_the_letters_of_a_notice_are_written_all_or_none(asked, approver, second_approver, settings):
    settings.PORTAL_URL = None
    with pytest.raises(TypeError):
        notifications.write_due(now=clock.now())

    assert (Email.objects.count(), Notification.objects.filter(sent_at=None).count()) == (0, 1)


@pytest.mark.parametrize("name", ["Kino\r\nBcc: everybody@evil.example", "Kino\nSubject: x", "Kino\u2028Nord"])
def test_a_merchants_name_writes_no_header(name, asked, approver):
    asked.merchant.name = name
    asked.merchant.save()

    letters = sent()

    [letter] = mail.outbox
    oneline = " ".join(name.split())
    assert letters == to("asta", subject=f"[PoS Portal] Refund of 10.00 DKK to approve ({oneline})")
    assert (letter.bcc, letter.message()["Bcc"], len(letter.message().get_all("Subject"))) == ([], None, 1)


def test_letters_are_written_oldest_first_and_so_many_at_a_time(payment, clerk, approver, time_machine):
    for minor in (100, 200, 300):
        time_machine.shift(timedelta(seconds=1))
        ask(payment, clerk, minor)
    subjects = []
    for _ in range(3):
        notifications.write_due(now=clock.now(), batch=1)
        subjects.append([letter.subject.split()[4] for letter in Email.objects.order_by("pk")])

    assert subjects == [["1.00"], ["1.00", "2.00"], ["1.00", "2.00", "3.00"]]


def test_beat_writes_what_is_owed(asked, approver):
    tasks.enqueue_notifications()

    assert [letter.to for letter in Email.objects.all()] == ["asta@kino.example"]


def test_a_letter_is_owed_as_soon_as_its_deed_is_written_down_and_not_before(asked):
    later = Notification.objects.create(
        refund=asked, kind="asked", state="Requested", due_at=clock.now() + timedelta(seconds=1)
    )

    due = Notification.objects.due(clock.now())

    assert [str(notice) for notice in due] == [f"Approval is asked for: {asked.pk}"]
    assert later not in due
