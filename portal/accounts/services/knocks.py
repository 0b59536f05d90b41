"""What strangers say at the door is noted alike whatever they name, and looked at afterwards."""

from datetime import datetime, timedelta

from django.db import transaction
from django.template.loader import render_to_string

from portal.accounts import addresses
from portal.accounts.models import Knock, User
from portal.accounts.services import invitations
from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import Actor, ActorKind
from portal.emails import services as emails
from portal.emails.models import Email
from portal.observability import request_context

BATCH = 1000
SUBJECT = "[PoS Portal] A new password"
# The link in the last letter works on: somebody else's impatience fills nobody's mailbox.
BETWEEN_LETTERS = timedelta(minutes=1)
_NOBODY = Actor(ActorKind.PERSON, "not signed in")


def note(kind: Knock.Kind, *, email: str, now: datetime) -> None:
    """Write down what was said, without a look at who has an account."""
    about = {"request_id": request_context.request_id(), "network_address": request_context.client_ip()}
    Knock.objects.create(kind=kind, email=email[:254], at=now, **about)


def answer_due(*, now: datetime, batch: int = BATCH) -> None:
    """Do what is due about each knock: a letter, a line of the audit log, or nothing."""
    for knock in Knock.objects.order_by("pk")[:batch]:
        with request_context.job(request_id=knock.request_id, address=knock.network_address):
            _answer(knock, now=now)


@transaction.atomic
def _answer(knock: Knock, *, now: datetime) -> None:
    is_mine, _ = Knock.objects.filter(pk=knock.pk).delete()
    user = User.objects.filter(email=addresses.as_kept(knock.email)).first()
    if not is_mine or user is None:
        return
    if knock.kind == Knock.Kind.WRONG_PASSWORD:
        audit.record(Action.SIGN_IN_FAILED, by=_NOBODY, on=user, merchant_id=None, tried_at=knock.at.isoformat())
    elif user.is_active:
        _write(user, now=now)


def _write(user: User, *, now: datetime) -> None:
    lately = Email.objects.filter(to=user.email, subject=SUBJECT, created_at__gt=now - BETWEEN_LETTERS)
    if not lately.exists():
        body = render_to_string("accounts/new_password.txt", {"user": user, "link": invitations.link(user)})
        emails.enqueue(to=user.email, subject=SUBJECT, body=body, now=now)
