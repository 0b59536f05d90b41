"""The letter to somebody who has got a role or an account: what it is for, and a link to set a password."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from portal import clock
from portal.accounts.models import Membership, User
from portal.emails import services as emails


def link(user: User) -> str:
    """Where the user sets a password: good once, and as long as a forgotten password's link."""
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    return settings.PORTAL_URL + path


def write(*, membership: Membership, by: User) -> None:
    """Owe the person a letter that says what they may do and how to begin."""
    user = membership.user
    way = f"{settings.PORTAL_URL}/" if user.has_usable_password() else link(user)
    words = {"membership": membership, "user": user, "by": by, "link": way}
    body = render_to_string("accounts/invitation.txt", words)
    subject = f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}You can work for {membership.merchant}"
    emails.enqueue(to=user.email, subject=subject, body=body, now=clock.now())


def write_to_platform(*, user: User) -> None:
    """Owe somebody who is to run the portal a letter that says how to begin."""
    body = render_to_string("accounts/platform_invitation.txt", {"user": user, "link": link(user)})
    subject = f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}You can run the portal"
    emails.enqueue(to=user.email, subject=subject, body=body, now=clock.now())
