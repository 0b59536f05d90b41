"""Who uses which access token, read off the audit log."""

import pytest

from payments import tasks
from portal.audit.models import Entry
from terminals.models import AccessToken
from terminals.services import token_use
from tests.payments.posv10_calls import start_behind_our_back
from tests.payments.till_sequences import cancel, prepare
from tests.tillapi.raw_calls import BODIES, as_query, call


@pytest.fixture
def kino(merchants):
    return merchants["KINO1"]


def lookup_id(till):
    return till.token.split("_")[1]


def last_used():
    tokens = token_use.with_last_use(AccessToken.objects.all())
    return dict(tokens.values_list("lookup_id", "last_used_at"))


def uses(merchant):
    return [
        (use.terminal.name, use.lookup_id, use.credential_source, use.is_old_form)
        for use in token_use.by_terminal(merchant)
    ]


def test_where_nothing_was_sold_no_token_is_used(kino, till):
    assert token_use.by_terminal(kino) == []
    assert last_used() == {lookup_id(till): None}


@pytest.mark.parametrize("begin", [lambda till: till.start(), prepare], ids=["start", "prepare"])
def test_a_sale_tells_its_terminals_token(kino, till, stranger, begin):
    begin(till)
    stranger.start()

    assert uses(kino) == [("Kasse 1", lookup_id(till), "POST header", False)]
    entry = Entry.objects.get(action="payment:noted", actor=lookup_id(till))
    assert token_use.by_terminal(kino)[0].at == entry.at


@pytest.mark.parametrize("encode", [as_query, *BODIES], ids=["query", "json", "form", "xml"])
def test_a_token_outside_the_header_is_the_old_form(kino, till, encode):
    pairs = [("bioCode", "KINO1"), ("accessToken", till.token), ("orderId", "order-1"), ("amount", "1.00")]
    reply = call("POST", "payment/start", **encode([*pairs, ("terminalId", till.terminal_id)]))

    [use] = token_use.by_terminal(kino)

    assert (reply.status, use.is_old_form, use.lookup_id) == (200, True, lookup_id(till))


def test_the_last_sale_of_a_terminal_counts(kino, till, later):
    cancel(till, till.start("order-1")["paymentId"])
    later(minutes=1)
    call(
        "GET",
        "payment/start",
        query=f"bioCode=KINO1&accessToken={till.token}&orderId=order-2&amount=1&terminalId={till.terminal_id}",
    )

    assert uses(kino) == [("Kasse 1", lookup_id(till), "GET query", True)]


def test_terminals_come_longest_ago_first(kino, till, neighbour, later):
    neighbour.start()
    later(minutes=1)
    till.start()

    assert [name for name, *_ in uses(kino)] == ["Kasse 2", "Kasse 1"]


def test_a_payment_that_was_only_found_at_mobilepay_hides_no_straggler(kino, till, pos, customer, simulator, later):
    cancel(till, till.start()["paymentId"])
    later(minutes=1)
    start_behind_our_back(simulator, pos)
    customer.checks_in()
    customer.accepts()
    tasks.adopt_orphaned_reservations()

    assert uses(kino) == [("Kasse 1", lookup_id(till), "POST header", False)]


def test_a_token_was_last_used_when_its_till_last_did_something(kino, till, stranger, later):
    payment_id = till.start()["paymentId"]
    later(minutes=1)
    cancel(till, payment_id)
    newest = Entry.objects.filter(actor=lookup_id(till)).order_by("-pk").first()

    assert last_used() == {lookup_id(till): newest.at, lookup_id(stranger): None}
