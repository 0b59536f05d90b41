"""Where allauth asks the portal: who may sign up, what is encrypted, what the audit log hears."""

from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from portal import clock, encryption
from portal.accounts import addresses
from portal.accounts.models import Knock, User
from portal.accounts.services import knocks
from portal.audit import services as audit
from portal.audit.actions import Action
from portal.emails import services as emails


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Never: people are invited by an administrator."""
        return False

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        audit.record(Action.PERSON_SIGNED_IN, by=user.actor, on=user, merchant_id=None)
        response: HttpResponse = super().post_login(request, user, **details)
        return response

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        credentials["email"] = addresses.as_kept(credentials["email"])
        user: User | None = super().authenticate(request, **credentials)
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ARG002
        """Note a wrong password, whether or not there is such an account: it takes as long."""
        knocks.note(Knock.Kind.WRONG_PASSWORD, email=credentials.get("email") or "", now=clock.now())

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords count by who types them: somebody elsewhere keeps nobody out of their account."""
        return f"{credentials.get('email', '')}:{self.get_client_ip(request)}"

    def reauthenticate(self, user: User, password: str) -> bool:
        """A password proves enough only to somebody who has nothing better."""
        return not user.factors and bool(super().reauthenticate(user, password))

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [method for method in methods if not user.factors or method["id"] != "reauthenticate"]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Owe a letter: a worker sends it, and what it calls the portal is not what a request said."""
        site = SimpleNamespace(name="the PoS portal", domain=settings.PORTAL_URL)
        message = self.render_mail(template_prefix, email, {"email": email, "current_site": site, **context})
        emails.enqueue(to=email, subject=message.subject, body=message.body, now=clock.now())


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)
