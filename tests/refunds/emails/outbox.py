"""Letters that are owed, and those that went out."""

from django.core import mail

from portal import clock
from portal.emails import services as emails
from refunds.services import notifications


def send():
    """Send what is owed; gives how many notices had a reader, and who got what."""
    mail.outbox.clear()
    count = notifications.write_due(now=clock.now())
    emails.send_due(now=clock.now())
    return count, [(letter.to, letter.subject) for letter in mail.outbox]


def sent():
    return send()[1]


def to(*names, subject):
    return [([f"{name}@kino.example"], subject) for name in names]
