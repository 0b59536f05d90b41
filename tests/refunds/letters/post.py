"""Letters that are owed, and those that went out."""

from django.core import mail

from portal import clock
from refunds.services import notices


def send():
    """Send what is owed; gives how many letters counted as sent, and who got what."""
    mail.outbox.clear()
    count = notices.send_due(now=clock.now())
    return count, [(letter.to, letter.subject) for letter in mail.outbox]


def sent():
    return send()[1]


def to(*names, subject):
    return [([f"{name}@kino.example"], subject) for name in names]
