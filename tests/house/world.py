"""Two merchants with everything an address can name, everybody who may come by, and what they are answered."""

from contextlib import contextmanager
import html
import re
from urllib.parse import quote
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from payments.models import Payment
from payments.states import State
from portal.accounts.models import Membership, User
from portal.accounts.sessions import Session
from portal.roles import Right
from refunds.models import Policy, PolicyChange, Refund
from terminals.models import AccessToken, Merchant, PointOfSale, Store, Terminal
from terminals.services import qr_codes
from terminals.states import PosState
from tests.house.authorisation import (
    ADD_FACTOR,
    ALLOWED,
    ONLY_PLATFORM,
    PAGES,
    PROVE,
    SIGN_IN,
    UNKNOWN,
    VISITORS,
    WRONG_METHOD,
    Page,
    Place,
)
from tests.payments.factories import new_payment, new_store
from tests.people import Person, hire
from tests.refunds.scenarios import ask, prove
from tests.tillapi.raw_calls import WHO_CALLED

OK = {200, 204, 286, 302, 422}
KEPT_APPS = {"accounts", "audit", "dashboard", "mfa", "payments", "refunds", "terminals", "webhooks"}


def addresses() -> set[str]:
    """The name of every page that is ours to guard, or its route where it has none."""
    return {
        name
        for name, route, view in _walk(get_resolver())
        if not route.startswith(("api/pos", "^api/pos", "api/schema", "api/docs", "webhooks/"))
        and not view.__module__.startswith("allauth.")
    }


def forms_of_allauth() -> set[str]:
    """The names of allauth's addresses that take a form."""
    return {
        name
        for name, _, view in _walk(get_resolver())
        if view.__module__.startswith("allauth.") and hasattr(getattr(view, "view_class", None), "post")
    }


def _walk(resolver, prefix="", space=""):
    for each in resolver.url_patterns:
        route = f"{prefix}{each.pattern}"
        if isinstance(each, URLPattern):
            yield (f"{space}{each.name}" if each.name else route), route, each.callback
        else:
            yield from _walk(each, route, f"{space}{each.namespace}:" if each.namespace else space)


class World:
    """Things by place and kind, people by name."""

    def __init__(self) -> None:
        ours, theirs = Merchant.objects.get(bio_code="KINO1"), Merchant.objects.get(bio_code="BAGER7")
        self.aarhus, self.kolding = ours.stores.get(), theirs.stores.get()
        self.odense = new_store(ours, "Kino Nord Odense")
        terminal = Terminal.objects.create(
            store=self.odense, merchant=ours, terminal_id=str(uuid4()), name="Odenses billetluge"
        )
        PointOfSale.objects.create(
            terminal=terminal,
            account=terminal.store.account,
            state=PosState.REGISTERED,
            pos_id=uuid4(),
            beacon_id=str(uuid4()),
            name="Odenses pos",
        )
        self.things = {
            Place.OURS: _things(self.aarhus, "aarhus"),
            Place.OTHER_STORE: _things(self.odense, "odense"),
            Place.OTHER_MERCHANT: _things(self.kolding, "kolding"),
        }
        self.things[Place.SMUGGLED] = {**self.things[Place.OTHER_MERCHANT], "merchant": ours.pk}
        # What a form may ask for: nothing is refused only because a word is missing.
        self.fields = {
            "amount": "0.01",
            "reason": "It has to be.",
            "name": "Another name",
            "store": self.aarhus.pk,
            "stores": [self.aarhus.pk],
            "terminal_id": uuid4(),
            "email": "new@kino.example",
            "role": "clerk",
            "bio_code": "NEW9",
            "vat_number": "DK11111111",
            "currencies": ["DKK"],
            "time_zone": "Europe/Helsinki",
            "payment_timeout_minutes": 7,
            "token_overlap_hours": 3,
            "order": uuid4(),
            "note": "As good as new.",
            "verdict": "in_order",
        }

    def visitor(self, name: str) -> Client:
        """Somebody from the table, with a browser of their own."""
        person = VISITORS[name]
        if not person.is_signed_in and name != "dismissed":
            return Client(raise_request_exception=False)
        user = self._user(name)
        if not person.lacks_factor:
            Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
        somebody = Person(User.objects.get(pk=user.pk), None)
        # What asks for a fresh proof of identity gets one: it is asked for after the right to the page.
        prove(somebody)
        if name == "dismissed":
            User.objects.filter(pk=user.pk).update(is_active=False)
        return somebody.browser

    def _user(self, name: str) -> User:
        person, email = VISITORS[name], f"visitor-{len(name)}@portal.example"
        if not person.role and name != "dismissed":
            return User.objects.create(email=email, name="A visitor", is_platform_administrator=person.is_platform)
        merchant = Merchant.objects.get(pk=self.things[person.merchant or Place.OURS]["merchant"])
        stores = [self.aarhus] if person.is_limited else None
        return hire(email, merchant, person.role or "administrator", stores=stores).user

    def url(self, name: str, place: Place) -> str:
        page, things = PAGES[name], self.things[place]
        if name.endswith("/"):
            return f"/{name}"
        if page.thing == "qr":
            return reverse(name, args=[qr_codes.sign(content="0123456789"), "svg"])
        needs_merchant = isinstance(page.needs, Right) or page.thing == "merchant"
        named = [things["merchant"]] if needs_merchant else []
        if page.thing not in {"", "merchant"}:
            named.append(things[page.thing])
        return reverse(name, args=named)

    def ask(self, browser: Client, method: str, name: str, place: Place, *, with_htmx: bool) -> HttpResponse:
        url = self.url(name, place)
        headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{url}"} if with_htmx else {}
        return getattr(browser, method.lower())(url, self.fields if method == "POST" else None, headers=headers)


def words_of(store: Store) -> set[str]:
    """Everything by which a store's things are known: names, ids, addresses."""
    pos = PointOfSale.objects.get(terminal__store=store)
    payments, refund = Payment.objects.filter(store=store), Refund.objects.get(store=store)
    person = Membership.objects.get(stores=store).user
    ids = [store.store_id, pos.terminal.terminal_id, pos.pos_id, pos.beacon_id, refund.pk, refund.refund_order_id]
    names = [store.name, pos.terminal.name, refund.note, person.name, person.email]
    of_payments = [word for each in payments for word in (each.pk, each.remote_id, each.order_id)]
    return {str(word) for word in (*ids, *names, *of_payments)}


def words_of_merchant(merchant: Merchant) -> set[str]:
    """What is its stores', and the merchant's own."""
    words = {merchant.name, merchant.bio_code, merchant.vat_number, f"/merchants/{merchant.pk}/"}
    words |= {token.lookup_id for token in merchant.tokens.all()}
    words |= {membership.user.email for membership in merchant.memberships.all()}
    return words.union(*(words_of(store) for store in merchant.stores.all()))


def found_in(text: str, words: set[str]) -> list[str]:
    """Which of the words a page holds, as it reads and as it is written."""
    readable = html.unescape(text)
    return sorted(word for word in words if word in readable or quote(word) in text)


def _things(store: Store, word: str) -> dict[str, object]:
    merchant = store.merchant
    pos = PointOfSale.objects.select_related("terminal__merchant").get(terminal__store=store)
    payment = new_payment(pos, order_id=f"order-{word}", state=State.RESERVED)
    colleague = hire(f"{word}@{word}.example", merchant, "clerk", stores=[store], name=f"Person of {word}")
    captured = new_payment(pos, order_id=f"sold-{word}", state=State.CAPTURED)
    refund = ask(captured, Person(colleague.user, merchant), note=f"Brought back to {word}.")
    return {
        "merchant": merchant.pk,
        "store": store.pk,
        "terminal": pos.terminal.pk,
        "payment": payment.pk,
        "refund": refund.pk,
        "person": Membership.objects.get(user=colleague.user).pk,
        "token": AccessToken.objects.get(merchant=merchant).lookup_id,
        "kind": "csv",
        "currency": "DKK",
        "call": "payment/start",
        "session": "0" * 20,
        "change": _change(merchant, colleague.user),
    }


def _change(merchant: Merchant, somebody: User) -> int:
    """What waits to be confirmed of the merchant's rules for refunds."""
    policy = Policy.objects.get_or_create(merchant=merchant, currency="DKK")[0]
    facts = {"was": {"desk_limit_minor": 0}, "becomes": {"desk_limit_minor": 100}, "requester": somebody}
    return PolicyChange.objects.get_or_create(policy=policy, defaults=facts)[0].pk


def outcome(answer: HttpResponse) -> str:
    """What an answer comes to, in the words of the table."""
    target = answer.headers.get("HX-Redirect") or answer.headers.get("Location", "")
    if target.startswith("/accounts/login/?next="):
        return SIGN_IN
    if target == "/accounts/second-factor/":
        return ADD_FACTOR
    if target.startswith("/accounts/reauthenticate/?next="):
        return PROVE
    if answer.status_code == 403:
        page = answer.content.decode()
        named = re.search(r"that takes the role ([a-z ]+),", page)
        only_platform = ONLY_PLATFORM if "Only platform administrators may do this" in page else "403"
        return f"403: {named[1]}" if named else only_platform
    if answer.status_code in {404, 405}:
        return {404: UNKNOWN, 405: WRONG_METHOD}[answer.status_code]
    return ALLOWED if answer.status_code in OK else f"unexpected: {answer.status_code}"


def every_ask(page: Page) -> list[tuple[str, Place, bool]]:
    """Each method at each place, plain and by htmx; where a wrong method is tried makes no difference."""
    places = {method: page.places if method in page.methods else page.places[:1] for method in ("GET", "POST")}
    return [(method, place, htmx) for method, found in places.items() for place in found for htmx in (False, True)]


def rows() -> dict[str, list]:
    """Everything that is written down, sessions and who has called aside."""
    kept = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in KEPT_APPS]
    models = [model for model in kept if model is not Session and model._meta.db_table not in WHO_CALLED]
    return {model._meta.label: sorted(map(str, model.objects.values_list())) for model in models}


@contextmanager
def undone():
    """Whatever is done within has not been done afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
