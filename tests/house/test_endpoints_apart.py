"""No endpoint of the till API does or tells anything of another merchant, whatever of theirs is named."""

from itertools import product

import pytest

from portal import clock
from portal.health import figures
from tests.house.two_shops import CALLS, IDS, NO_PROOF, await_enrolment, open_shop, told_of
from tests.tillapi.endpoints import ENDPOINTS, IDENTIFIERS
from tests.tillapi.raw_calls import as_form, as_json, as_query, call, rows

# What nobody has of another merchant: instead of their token comes ours, and where nothing is named their bioCode.
NOT_STOLEN = {
    "manage/token/reset": lambda ours, _theirs: {"previousAccessToken": ours.things["token"]},
    "manage/stores": lambda _ours, theirs: {"bioCode": theirs.things["bio_code"]},
}
[ENROLMENT] = [endpoint for endpoint in ENDPOINTS if endpoint.path == "manage/token"]
_ORDERS_ALONE = ("payment/id/retrieve/bystate", "payment/id/retrieve/byterminal", "payment/id/retrieve/byposId")

every_endpoint = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)


@pytest.fixture
def shops(till, stranger, simulator, settings):
    """Ours and theirs."""
    settings.WRONG_TOKEN_RATE_LIMIT = "100000/second"
    ours = open_shop(till, simulator.url, word="kino", phone="+4520031803", amounts=("1000.00", "41.42", "27.18"))
    theirs = open_shop(
        stranger, simulator.url, word="bager", phone="+4520031804", amounts=("1234.56", "77.78", "31.41")
    )
    return ours, theirs


def nothing(_ours, _theirs):
    return {}


def proof(endpoint, shop):
    return "" if endpoint.path in {"manage/token", "manage/token/reset"} else shop.till.token


def sent(endpoint, shop, parameters):
    """The call in every method, and in every place for parameters; with the shop's proof where one is asked for."""
    for method in endpoint.methods.split():
        for encode in (as_query,) if method == "GET" else (as_query, as_json, as_form):
            yield call(method, endpoint.path, token=proof(endpoint, shop), **encode(parameters.items()))


def test_the_table_has_every_endpoint_with_all_its_parameters():
    listed = {path: set(parameters) for path, (parameters, _) in CALLS.items()}

    assert listed == {endpoint.path: set(endpoint.parameters) for endpoint in ENDPOINTS}


@every_endpoint
def test_a_call_succeeds_for_each_merchant_with_its_own_things(endpoint, shops):
    method = endpoint.methods.split()[-1]

    for shop, other in (shops, shops[::-1]):
        if endpoint.path == "manage/token":
            await_enrolment(shop)
        query = as_query(shop.parameters(CALLS[endpoint.path][0]).items())
        reply = call(method, endpoint.path, token=proof(endpoint, shop), **query)

        assert (reply.status, reply.json["success"]) == (200, True), reply.content
        assert [name for name in endpoint.own if not reply.json[name]] == []
        assert told_of(other, reply) == []


def test_the_very_same_call_with_what_another_merchant_has_is_refused_untold_and_untouched(shops, simulator):
    ours, theirs = shops
    before, calls = rows(), len(simulator.calls.find())
    answers = {}

    for endpoint in ENDPOINTS:
        foreign = {**theirs.parameters(CALLS[endpoint.path][0]), **NOT_STOLEN.get(endpoint.path, nothing)(ours, theirs)}
        replies = list(sent(endpoint, ours, foreign))
        answers[endpoint.path] = {(reply.status, *reply.codes) for reply in replies}
        assert [told_of(theirs, reply) for reply in replies] == [[]] * len(replies), endpoint

    assert answers == {path: {refusal} for path, (_, refusal) in CALLS.items()}
    assert rows() == before
    assert len(simulator.calls.find()) == calls


def test_any_id_of_theirs_among_our_own_things_is_refused_untold_and_untouched(shops, simulator):
    ours, theirs = shops
    before, calls = rows(), len(simulator.calls.find())
    asked = [(endpoint, name) for endpoint in ENDPOINTS for name in endpoint.parameters if name in IDENTIFIERS]

    for (endpoint, name), thing in product(asked, IDS):
        code = endpoint.unknown.get(name, IDENTIFIERS[name])
        own = ours.parameters(CALLS[endpoint.path][0])
        for reply in sent(endpoint, ours, {**own, name: theirs.things[thing]}):
            assert (reply.status, reply.codes) == (404, [code]), (endpoint, name, thing)
            assert told_of(theirs, reply) == [], (endpoint, name, thing)

    assert rows() == before
    assert len(simulator.calls.find()) == calls


def test_our_token_never_speaks_for_their_bio_code(shops, simulator):
    ours, theirs = shops
    before, calls = rows(), len(simulator.calls.find())
    answers = {}

    for endpoint in ENDPOINTS:
        parameters = {**ours.parameters(CALLS[endpoint.path][0]), "bioCode": theirs.things["bio_code"]}
        by_parameter = as_query({**parameters, "accessToken": ours.till.token}.items())
        replies = list(sent(endpoint, ours, parameters))
        replies += [call(method, endpoint.path, **by_parameter) for method in endpoint.methods.split()]
        answers[endpoint.path] = {(reply.status, *reply.codes) for reply in replies}
        assert [told_of(theirs, reply) for reply in replies] == [[]] * len(replies), endpoint

    assert answers == {path: {NO_PROOF} for path in CALLS} | {"manage/token": {CALLS["manage/token"][1]}}
    assert rows() == before
    assert len(simulator.calls.find()) == calls


def test_our_open_window_gives_no_token_of_theirs(shops):
    ours, theirs = shops
    await_enrolment(ours)
    before = rows()

    replies = list(sent(ENROLMENT, ours, {"bioCode": theirs.things["bio_code"]}))

    assert {(reply.status, *reply.codes) for reply in replies} == {(403, "enrolment_closed")}
    assert rows() == before


@pytest.mark.parametrize("path", _ORDERS_ALONE)
def test_their_order_is_none_of_ours_even_on_our_own_till(path, shops, simulator):
    ours, theirs = shops
    parameters = {**ours.parameters(CALLS[path][0]), "orderId": theirs.things["sold_order"]}
    calls = len(simulator.calls.find())

    reply = call("GET", path, token=ours.till.token, **as_query(parameters.items()))
    listed = ours.till.get("payments", terminalId=ours.till.terminal_id, orderId=theirs.things["asked_order"])

    assert (reply.status, reply.codes) == (404, ["payment_not_found"])
    assert (listed.status, listed["paymentsIds"]) == (200, [])
    assert len(simulator.calls.find()) == calls


def test_what_prometheus_reads_names_no_merchant_and_nothing_of_theirs(shops):
    page = figures.exposition(now=clock.now()).decode()

    assert 'portal_till_calls_total{endpoint="payment/capture",outcome="ok"}' in page
    assert [word for shop in shops for word in sorted(shop.words) if word in page] == []
