"""The letter to somebody who has got a role: what it is, and a link to set a password."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from portal.accounts.models import Membership, User
from portal.errors import PortalError


class MailFailed(PortalError):
    code = "mail_failed"
    status = 503

    def __init__(self, email: str) -> None:
        super().__init__(
            f"The role is given, but the mail server did not take the letter to {email}. Send it again in a while."
        )


def path(user: User) -> str:
    """Where the user sets a password: good once, and as long as a forgotten password's link."""
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})


def send(*, membership: Membership, by: User, portal_url: str) -> None:
    """Mail the person what they may do and how to begin; `portal_url` ends in a slash. Raises MailFailed."""
    user = membership.user
    link = portal_url if user.has_usable_password() else portal_url.rstrip("/") + path(user)
    words = {"membership": membership, "user": user, "by": by, "link": link}
    body = render_to_string("accounts/invitation.txt", words)
    # Never a line break of somebody's choosing in a header.
    subject = f"[PoS Portal] You can work for {' '.join(str(membership.merchant).split())}"
    try:
        send_mail(subject, body, None, [user.email])
    except OSError as error:
        raise MailFailed(user.email) from error
