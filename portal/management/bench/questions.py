"""What is asked of the lists: every filter, order and end, each with the address that asks it."""

from collections.abc import Iterator
from urllib.parse import urlencode

from payments.models import Payment
from payments.states import State
from portal.audit.actions import Action
from portal.audit.models import Entry
from portal.dashboard.periods import DAY
from terminals.models import AccessToken, Merchant, Store

NOBODY = "nobody@kino.example"


def all_of(merchant: Merchant) -> Iterator[tuple[str, str]]:
    """Each question in words, with its address."""
    shop = f"/merchants/{merchant.pk}"
    for words, query in _payments(merchant):
        yield f"payments: {words}", f"{shop}/payments/?{urlencode(query)}"
    for words, query in _sums(merchant):
        yield f"sums of payments: {words}", f"{shop}/payments/sums/?{urlencode(query)}"
    for words, query in _figures(merchant):
        yield f"figures: {words}", f"{shop}/figures/?{urlencode(query)}"
    yield "overview", f"{shop}/"
    for words, query in _log(merchant):
        yield f"audit log: {words}", f"{shop}/audit/?{urlencode(query)}"
    for words, query in _log(merchant):
        yield f"platform's audit log: {words}", f"/audit/?{urlencode(query)}"
    yield "one payment with its timeline", f"{shop}/payments/{_newest(merchant).pk}/"
    yield "the access token and who uses it", f"{shop}/token/"


def _newest(merchant: Merchant) -> Payment:
    return Payment.objects.for_merchant(merchant).newest_first().select_related("store")[0]


def _payments(merchant: Merchant) -> Iterator[tuple[str, dict[str, str]]]:
    newest = _newest(merchant)
    rarest = Store.objects.for_merchant(merchant).order_by("-pk")[0]
    store, terminal = {"store": str(rarest.pk)}, {"terminal": str(newest.terminal_id)}
    yield "first page", {}
    yield "last page", {"page": "last"}
    for state in ("open", "in-doubt", State.RESERVED, State.CAPTURED, State.REJECTED_AGE):
        yield f"state {state}", {"state": state}
    yield "store", store
    yield "store, last page", {**store, "page": "last"}
    yield "terminal", terminal
    yield "order id", {"q": newest.order_id}
    yield "order id that nobody has", {"q": "no-such-order"}
    yield "payment id", {"q": str(newest.pk)}
    yield "from a day on", {"first": f"{newest.created_at:%Y-%m-%d}"}
    yield "up to a day that is long past", {"last": "2001-01-01"}
    yield "amount at least", {"least": "400,00"}
    yield "amount at most", {"most": "26,00"}
    yield "amount that nobody paid", {"least": "999,00", "most": "999,01"}
    yield "oldest first", {"order": "oldest"}
    yield "largest first", {"order": "largest"}
    yield "largest first, last page", {"order": "largest", "page": "last"}
    yield "store and state", {**store, "state": State.REJECTED_AGE}
    yield "store and amount that nobody paid", {**store, "least": "999,00"}
    yield "terminal and state", {**terminal, "state": State.REJECTED_AGE}
    yield "terminal and amount that nobody paid", {**terminal, "least": "999,00"}
    yield "state and amount that nobody paid", {"state": State.CAPTURED, "least": "999,00"}
    yield "state, oldest first", {"state": State.REJECTED_AGE, "order": "oldest"}
    yield "state, largest first", {"state": State.REJECTED_AGE, "order": "largest"}
    yield "store, largest first", {**store, "order": "largest"}
    yield "terminal, largest first", {**terminal, "order": "largest"}
    yield "a day, largest first", {"first": f"{newest.created_at:%Y-%m-%d}", "order": "largest"}
    yield "terminal, oldest first", {**terminal, "order": "oldest"}


def _sums(merchant: Merchant) -> Iterator[tuple[str, dict[str, str]]]:
    newest = _newest(merchant)
    yield "all, which are too many", {}
    yield "a day", {"first": f"{newest.created_at:%Y-%m-%d}"}
    yield "a terminal", {"terminal": str(newest.terminal_id)}


def _figures(merchant: Merchant) -> Iterator[tuple[str, dict[str, str]]]:
    payments = Payment.objects.for_merchant(merchant).captured().order_by("changed_at")
    first, last = payments[0].changed_at, payments.reverse()[0].changed_at
    store = {"store": str(_newest(merchant).store_id)}
    month = {"first": f"{last - 30 * DAY:%Y-%m-%d}", "last": f"{last:%Y-%m-%d}"}
    year = {"first": f"{last - 364 * DAY:%Y-%m-%d}", "last": f"{last:%Y-%m-%d}"}
    everything = {"first": f"{first:%Y-%m-%d}", "last": f"{last:%Y-%m-%d}"}
    yield "today", {}
    yield "a month", month
    yield "a month of a store", {**month, **store}
    yield "a year", year
    yield "everything", everything
    yield "everything of a store", {**everything, **store}


def _log(merchant: Merchant) -> Iterator[tuple[str, dict[str, str]]]:
    token = AccessToken.objects.filter(merchant=merchant).get().lookup_id
    entry = Entry.objects.for_merchant(merchant).latest("at")
    today = f"{entry.at:%Y-%m-%d}"
    yield "first page", {}
    yield "last page", {"page": "last"}
    yield "tills' sales too", {"sales": "on"}
    yield "tills' sales too, last page", {"sales": "on", "page": "last"}
    yield "who: a till's token", {"actor": token}
    yield "who: a till's token, last page", {"actor": token, "page": "last"}
    yield "who: a person", {"actor": "anna@kino.example"}
    yield "who: nobody", {"actor": NOBODY}
    for kind in ("till", "person", "worker", "command"):
        yield f"by: {kind}", {"kind": kind}
    yield "by: command, last page", {"kind": "command", "page": "last"}
    for action in (Action.PAYMENT_NOTED, Action.PAYMENT_REFUSED, Action.PERSON_SIGNED_IN, Action.TOKEN_REVOKED):
        yield f"what: {action.label}", {"action": action}
    yield f"what: {Action.PAYMENT_REFUSED.label}, last page", {"action": Action.PAYMENT_REFUSED, "page": "last"}
    yield "on what: a payment", {"subject": entry.subject_id}
    yield "on what: nothing of ours", {"subject": "no-such-thing"}
    yield "from a day on", {"first": today}
    yield "up to a day that is long past", {"last": "2001-01-01"}
    yield "a day, and a person", {"first": today, "last": today, "actor": "carl@kino.example"}
    yield "a person, and what tills do", {"kind": "person", "action": Action.PAYMENT_NOTED}
    yield "a worker, and what only tills do", {"kind": "worker", "action": Action.PAYMENT_NOTED}
    yield "a worker, and what every sale leaves", {"kind": "worker", "action": Action.PAYMENT_MOVED}
    yield "a till's token, and what people do", {"actor": token, "action": Action.REFUND_APPROVED}
