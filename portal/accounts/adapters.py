"""Where allauth asks the portal: who may sign up, what is encrypted, what the audit log hears."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest, HttpResponse

from portal import encryption
from portal.accounts.models import User
from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import Actor, ActorKind

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Never: people are invited by an administrator."""
        return False

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        audit.record(Action.PERSON_SIGNED_IN, by=user.actor, on=user, merchant_id=None)
        response: HttpResponse = super().post_login(request, user, **details)
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ARG002
        """Write down a wrong password for an account we have; others are strangers' guesses and only counted."""
        user = User.objects.filter(email=(credentials.get("email") or "").lower()).first()
        if user is not None:
            nobody = Actor(ActorKind.PERSON, "not signed in")
            audit.record(Action.SIGN_IN_FAILED, by=nobody, on=user, merchant_id=None)

    def reauthenticate(self, user: User, password: str) -> bool:
        """A password proves enough only to somebody who has nothing better."""
        return not user.factors and bool(super().reauthenticate(user, password))

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [method for method in methods if not user.factors or method["id"] != "reauthenticate"]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a letter; a mail server that is down stops nothing, and tells nobody who has an account."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            logger.exception("A letter could not be sent")


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)
