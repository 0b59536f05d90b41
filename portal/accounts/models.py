"""People of the back office, and what each is at which merchant."""

from collections.abc import Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property

from portal import clock
from portal.accounts import addresses
from portal.accounts.querysets import MembershipQuerySet, UserManager
from portal.accounts.scope import ADMINISTRATOR, Grant, Scope
from portal.accounts.sessions import Session  # noqa: F401 - where Django looks for tables
from portal.audit.actors import Actor, ActorKind
from portal.roles import Right, Role


class User(AbstractBaseUser):
    """Somebody who signs in; without a membership they see nothing."""

    email = models.EmailField(unique=True)
    # The default in the database is for the version before, which goes on for a moment while machines are upgraded.
    mailbox = models.CharField(
        max_length=254,
        db_index=True,
        db_default="",
        default="",
        editable=False,
        help_text="Accounts that share one are one person.",
    )
    name = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)
    is_platform_administrator = models.BooleanField(
        default=False, help_text="Adds and disables merchants, and administers each of them."
    )
    created_at = models.DateTimeField(default=clock.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    objects = UserManager()

    class Meta:
        verbose_name = "person"
        constraints = (models.UniqueConstraint(Lower("email"), name="email_once_in_any_case"),)

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    def save(self, *args: Any, **options: Any) -> None:
        self.mailbox = addresses.mailbox(self.email)
        super().save(*args, **options)

    @property
    def accounts(self) -> "models.QuerySet[User]":
        """All accounts of this person."""
        return User.objects.filter(mailbox=self.mailbox)

    def is_same_person_as(self, other: "User") -> bool:
        return self.mailbox == other.mailbox

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.PERSON, self.email[:120])

    @cached_property
    def scope(self) -> Scope:
        """Read once per request, because each request loads its user anew."""
        return Scope(self.is_platform_administrator, self.memberships.grants())

    def holds(self, right: Right, merchant: models.Model) -> bool:
        return self.scope.holds(right, merchant.pk)

    @cached_property
    def factors(self) -> list[int]:
        """The keys of the second factors they have; recovery codes alone are none."""
        own = Authenticator.objects.filter(user=self).exclude(type=Authenticator.Type.RECOVERY_CODES)
        return list(own.order_by("pk").values_list("pk", flat=True))

    def get_session_auth_hash(self) -> str:
        """What a session proves: the password and the factors. When one changes, all other sessions end."""
        return self._bound(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for secret, proof in zip(settings.SECRET_KEY_FALLBACKS, super().get_session_auth_fallback_hash(), strict=True):
            yield self._bound(proof, secret)

    def arrive_at(self, merchant: models.Model) -> None:
        """Take up an invitation: by opening the merchant's pages, and not by merely having an account."""
        grant = self.scope.grants.get(merchant.pk)
        if grant is not None and grant.is_new:
            self.memberships.filter(merchant_id=merchant.pk, accepted_at=None).update(accepted_at=clock.now())

    def must_add_second_factor_as(self, grant: Grant | None) -> bool:
        """Whether what is granted opens only with a second factor that they have not added yet."""
        return grant is not None and grant.needs_second_factor and not self.factors

    @property
    def is_second_factor_due(self) -> bool:
        """Whether some merchant of theirs opens only with a second factor that they have not added yet."""
        return any(map(self.must_add_second_factor_as, self._grants))

    @property
    def is_second_factor_due_everywhere(self) -> bool:
        """Whether there is nothing for them to do before they have added one."""
        return bool(self._grants) and all(map(self.must_add_second_factor_as, self._grants))

    @property
    def _grants(self) -> list[Grant]:
        return [ADMINISTRATOR] if self.is_platform_administrator else list(self.scope.grants.values())

    def _bound(self, proof: str, secret: str | bytes | None = None) -> str:
        proofs = f"{proof} {self.factors}"
        return salted_hmac("portal.accounts.factors", proofs, secret=secret, algorithm="sha256").hexdigest()


class Membership(models.Model):
    """One person's one role at one merchant, for all of its stores or for those named."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    merchant = models.ForeignKey("terminals.Merchant", on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    # Said in so many words: a list of stores that happens to be empty must never mean all of them.
    all_stores = models.BooleanField(default=False, help_text="For all stores, whatever is listed.")
    stores = models.ManyToManyField("terminals.Store", related_name="memberships", blank=True)
    created_at = models.DateTimeField(default=clock.now)
    invited_as = models.CharField(
        max_length=100, db_default="", default="", help_text="What the inviter calls the person."
    )
    accepted_at = models.DateTimeField(null=True, help_text="When the person first opened the merchant's pages.")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="one_role_per_person_and_merchant", fields=["user", "merchant"]),
            models.CheckConstraint(name="role_known", condition=Q(role__in=Role.values)),
        )

    def __str__(self) -> str:
        return f"{self.user.email} ({self.get_role_display()})"

    @property
    def grant(self) -> Grant:
        stores = None if self.all_stores else frozenset(store.pk for store in self.stores.all())
        return Grant(Role(self.role), stores, is_second_factor_for_all=self.merchant.second_factor_for_all)

    @property
    def person(self) -> User:
        """The person as the merchant knows them: what they are called elsewhere is told when they have come."""
        if self.accepted_at is not None:
            return self.user
        return User(pk=self.user_id, email=self.user.email, name=self.invited_as)


class LastCode(models.Model):
    """The newest code of an authenticator app that was taken: no code is good twice, nor one that is older."""

    factor = models.OneToOneField(Authenticator, on_delete=models.CASCADE, primary_key=True, related_name="last_code")
    counter = models.BigIntegerField(help_text="Which half-minute since 1970 it was the code of.")

    def __str__(self) -> str:
        return f"code {self.counter}"


class Knock(models.Model):
    """What somebody at the door said of an address, before anybody looks whether it has an account.

    A worker does, so that the door answers alike and as fast whoever has one.
    """

    class Kind(models.TextChoices):
        WRONG_PASSWORD = "wrong", "Wrong password"
        FORGOTTEN_PASSWORD = "forgotten", "Forgotten password"

    kind = models.CharField(max_length=10, choices=Kind)
    email = models.CharField(max_length=254)
    at = models.DateTimeField(default=clock.now)
    request_id = models.CharField(max_length=64)
    network_address = models.CharField(max_length=45, blank=True)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: knock {self.pk}"
