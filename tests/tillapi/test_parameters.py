"""No parameter of any endpoint can be wrong, missing or hostile enough to do anything."""

from collections.abc import Callable, Iterator
from itertools import product
import re
from typing import Any

import pytest

from payments.models import Payment
from terminals.models import PointOfSale
from tests.payments.factories import new_payment
from tests.shop import BAGER, KINO, Till
from tests.tillapi.endpoints import ENDPOINTS, IDENTIFIERS, UNKNOWN, WRONG_JSON, WRONG_OCTETS, WRONG_TEXTS, Endpoint
from tests.tillapi.raw_calls import BODIES, INSTANCE, Reply, as_json, as_query, as_xml, call, rows

_SENTENCE = r"The parameter {} (is missing|was given more than once|must [^.]*(\.[0-9][^.]*)?)\."

every_endpoint = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)
every_endpoint_with_parameters = pytest.mark.parametrize(
    "endpoint", [each for each in ENDPOINTS if each.parameters], ids=str
)


@pytest.fixture
def right(till, pos) -> dict[str, str]:
    """A right value for every parameter: a prepared payment waits on the till, the stores are known."""
    call("GET", "manage/stores", token=till.token)
    prepared = as_json({"orderId": "order-1", "terminalId": till.terminal_id}.items())
    return {
        "accessToken": till.token,
        "amount": "27.06",
        "bioCode": "KINO1",
        "currencyCode": "DKK",
        "orderId": "order-1",
        "paymentId": call("POST", "payment/prepare", token=till.token, **prepared).json["paymentId"],
        "paymentState": "Captured",
        "posId": str(pos.pos_id),
        "previousAccessToken": till.token,
        "refundId": _request(till, pos),
        "refundOrderId": "refund-1",
        "state": "Captured",
        "storeId": KINO["stores"][0]["storeId"],
        "terminalId": till.terminal_id,
    }


@pytest.fixture
def foreign(stranger) -> dict[str, str]:
    """What belongs to the other merchant."""
    pos = PointOfSale.objects.get(terminal__terminal_id=stranger.terminal_id)
    prepared = as_json({"orderId": "order-1", "terminalId": stranger.terminal_id}.items())
    return {
        "terminalId": stranger.terminal_id,
        "posId": str(pos.pos_id),
        "paymentId": call("POST", "payment/prepare", token=stranger.token, **prepared).json["paymentId"],
        "refundId": _request(stranger, pos),
        "storeId": BAGER["stores"][0]["storeId"],
    }


@pytest.fixture
def nothing_moved(right, simulator) -> Callable[[], bool]:
    """Whether database and MobilePay are as they were when the test began."""
    stored, calls = rows(), len(simulator.calls.find())
    return lambda: rows() == stored and len(simulator.calls.find()) == calls


@every_endpoint_with_parameters
def test_every_wrong_value_is_refused_by_name_and_moves_nothing(endpoint, till, right, nothing_moved):
    valid = {name: right[name] for name in endpoint.parameters}

    for method, name in product(endpoint.methods.split(), endpoint.parameters):
        sentence = re.compile(_SENTENCE.format(name))
        for sent in _wrong(method, name, valid):
            reply = call(method, endpoint.path, token=till.token, **sent)
            assert (reply.status, reply.codes) == (400, ["parameter_invalid"]), (method, name, sent, reply)
            assert sentence.fullmatch(*reply.sentences), (method, name, sent, reply.sentences)
            assert reply.json == _refused(endpoint, reply)

    assert nothing_moved()
    [method, *_] = endpoint.methods.split()
    reply = call(method, endpoint.path, token=till.token, **as_query(valid.items()))
    assert reply.status == endpoint.then


@every_endpoint_with_parameters
def test_every_missing_or_empty_parameter_is_named_and_moves_nothing(endpoint, till, right, nothing_moved):
    valid = {name: right[name] for name in endpoint.parameters}
    required = [name for name in endpoint.parameters if name not in endpoint.optional]

    for method, name in product(endpoint.methods.split(), required):
        for sent in _without(method, name, valid):
            reply = call(method, endpoint.path, token=till.token, **sent)
            assert (reply.status, reply.codes) == (400, ["parameter_missing"]), (method, name, sent, reply)
            assert reply.sentences == [f"The parameter {name} is missing."]
    for method, encode in product(endpoint.methods.split(), (as_query, *BODIES)):
        reply = call(method, endpoint.path, token=till.token, **encode([]))
        assert (reply.status, set(reply.codes)) == (400, {"parameter_missing"})
        assert sorted(reply.sentences) == sorted(f"The parameter {name} is missing." for name in required)
        assert reply.json == _refused(endpoint, reply)

    assert nothing_moved()


@pytest.mark.parametrize("endpoint", [each for each in ENDPOINTS if each.optional], ids=str)
def test_every_optional_parameter_without_a_value_is_as_good_as_left_out(endpoint, till, right, simulator):
    for method, name in product(endpoint.methods.split(), endpoint.optional):
        others = [(each, right[each]) for each in endpoint.parameters if each not in endpoint.optional]
        plain = call(method, endpoint.path, token=till.token, **as_query(others))
        for sent in _empty(method, name, others):
            reply = call(method, endpoint.path, token=till.token, **sent)
            assert (reply.status, reply.content) == (plain.status, plain.content), (method, name, sent, reply)
        everything = [*others, *((each, "") for each in endpoint.optional)]
        assert call(method, endpoint.path, token=till.token, **as_query(everything)).content == plain.content


@every_endpoint
def test_an_empty_proof_is_none_where_a_bearer_token_is(endpoint, till, right, nothing_moved):
    proofs = [each for each in ("accessToken", "bioCode") if each not in endpoint.parameters]

    for method, name in product(endpoint.methods.split(), proofs):
        for sent in _empty(method, name, []):
            reply = call(method, endpoint.path, token=till.token, **sent)
            if endpoint.parameters:
                assert (reply.status, set(reply.codes)) == (400, {"parameter_missing"}), (method, name, sent, reply)
            else:
                assert reply.status == 200

    assert nothing_moved()


@every_endpoint_with_parameters
def test_names_match_in_any_letter_case_and_the_exact_one_comes_first(endpoint, till, right):
    valid = [(name, right[name]) for name in endpoint.parameters]
    wrong = [(name.upper(), "\u202egnp") for name in endpoint.parameters]
    [method, *_] = endpoint.methods.split()
    if endpoint.path == "manage/token/reset":
        assert call(method, endpoint.path, **as_query([(name.lower(), value) for name, value in valid])).status == 200
        return

    for encode in _encoders(endpoint.methods.split()[-1]):
        spelt = [[(name.lower(), value) for name, value in valid], [*wrong, *valid], [*valid, *wrong]]
        for pairs in spelt:
            reply = call(endpoint.methods.split()[-1], endpoint.path, token=till.token, **encode(pairs))
            assert reply.status == endpoint.then, (encode, pairs, reply)


@every_endpoint_with_parameters
def test_two_spellings_of_which_none_is_exact_are_one_parameter_given_twice(endpoint, till, right, nothing_moved):
    [method, *_] = endpoint.methods.split()

    for name in endpoint.parameters:
        others = [(each, right[each]) for each in endpoint.parameters if each != name]
        twice = [(name.lower(), right[name]), (name.upper(), right[name])]
        twice = twice if name != name.lower() else [(name.upper(), right[name]), (name.title(), right[name])]
        reply = call(method, endpoint.path, token=till.token, **as_query([*others, *twice]))
        assert (reply.status, reply.sentences) == (400, [f"The parameter {name} was given more than once."])

    assert nothing_moved()


@every_endpoint
def test_a_repeated_parameter_is_refused_by_name_and_moves_nothing(endpoint, till, right, nothing_moved):
    valid = {name: right[name] for name in endpoint.parameters}
    proofs = () if endpoint.path.startswith("manage/token") else ("accessToken", "bioCode")

    for method, name in product(endpoint.methods.split(), (*endpoint.parameters, *proofs)):
        once = {**valid, name: right[name]}
        sendings = [encode([*once.items(), (name, right[name])]) for encode in _encoders(method)]
        if method != "GET":
            sendings += [{**as_query([(name, right[name])]), **as_body(once.items())} for as_body in BODIES]
        for sent in sendings:
            reply = call(method, endpoint.path, token=till.token, **sent)
            assert (reply.status, reply.codes) == (400, ["parameter_repeated"]), (method, name, sent, reply)
            assert reply.sentences == [f"The parameter {name} was given more than once."]
            assert reply.json == _refused(endpoint, reply)

    assert nothing_moved()


@pytest.mark.parametrize("endpoint", [each for each in ENDPOINTS if set(each.parameters) & set(IDENTIFIERS)], ids=str)
def test_unknown_and_foreign_ids_do_not_exist_and_move_nothing(endpoint, till, foreign, right, simulator):
    valid = {name: right[name] for name in endpoint.parameters}
    stored, calls = rows(), len(simulator.calls.find())

    for method, name in product(endpoint.methods.split(), set(endpoint.parameters) & set(IDENTIFIERS)):
        code = endpoint.unknown.get(name, IDENTIFIERS[name])
        for identifier, encode in product((UNKNOWN, foreign[name], foreign[name].upper()), _encoders(method)):
            reply = call(method, endpoint.path, token=till.token, **encode({**valid, name: identifier}.items()))
            assert (reply.status, reply.codes) == (404, [code]), (method, name, identifier, reply)
            assert reply.json == _refused(endpoint, reply)

    assert rows() == stored
    assert len(simulator.calls.find()) == calls


@pytest.mark.parametrize("encode", [as_query, *BODIES])
def test_ids_are_read_in_any_letter_case_and_unknown_parameters_ignored(encode, till, right):
    pairs = {"terminalId": right["terminalId"].upper(), "orderId": "order-1", "colour": "<b>'\"--", "x" * 200: "y"}
    pairs = pairs if encode is not as_xml else {**pairs, "x" * 200: "<b/>"}

    reply = call("POST", "payment/prepare", token=till.token, **encode(pairs.items()))

    assert (reply.status, reply.json["paymentId"]) == (200, right["paymentId"])


@pytest.mark.parametrize("order_id", ["' OR 1=1; --", "<b>&amp;</b>", '"]]>', "%00%ff", "{{7*7}}", "ÆØÅ ñ §", "x" * 36])
@pytest.mark.parametrize("encode", [as_query, *BODIES])
def test_an_order_id_that_looks_dangerous_is_only_a_text(order_id, encode, till):
    pairs = {"orderId": order_id, "terminalId": till.terminal_id}

    payment_id = call("POST", "payment/prepare", token=till.token, **encode(pairs.items())).json["paymentId"]

    query = as_query({"paymentId": payment_id}.items())
    details = call("GET", "payment/details", token=till.token, headers={"Accept": "text/xml"}, **query)
    assert details.xml.findtext(".//{*}orderId") == order_id
    assert Payment.objects.get(order_id=order_id).pk == Payment.objects.get(pk=payment_id).pk


@pytest.mark.parametrize("encode", [as_query, *BODIES])
def test_blanks_around_a_parameter_are_not_part_of_it_and_the_same_order_is_found_again(encode, till):
    pairs = {"orderId": " \tordre æ 1\r\n", "terminalId": f" {till.terminal_id}\n", "amount": "\t27.06 "}

    started = call("POST", "payment/start", token=till.token, **encode(pairs.items()))

    assert (started.status, Payment.objects.get().order_id) == (200, "ordre æ 1")
    for other in (as_query, *BODIES):
        again = call("POST", "payment/start", token=till.token, **other(pairs.items()))
        assert again.json["paymentId"] == started.json["paymentId"]
    query = as_query([("terminalId", till.terminal_id), ("orderId", "ordre æ 1 ")])
    assert call("GET", "payments", token=till.token, **query).json["paymentsIds"] == [started.json["paymentId"]]


@pytest.mark.parametrize("blank", ["\u00a0", "\u2003", "\x0b", "\x1c", "\u200b"])
def test_what_only_looks_like_a_blank_is_not_taken_away(blank, till):
    pairs = {"orderId": f"order-1{blank}", "terminalId": till.terminal_id, "amount": "27.06"}

    reply = call("POST", "payment/start", token=till.token, **as_json(pairs.items()))

    assert (reply.status, reply.codes) == (400, ["parameter_invalid"])
    assert Payment.objects.count() == 0


@pytest.mark.parametrize("word", ["dkk", "Dkk", " dKK "])
@pytest.mark.parametrize("encode", [as_query, *BODIES])
def test_words_of_the_contract_match_in_any_letter_case(word, encode, till):
    pairs = {"orderId": "order-1", "terminalId": till.terminal_id, "amount": "27.06", "currencyCode": word}

    reply = call("POST", "payment/start", token=till.token, **encode(pairs.items()))

    assert (reply.status, Payment.objects.get().currency) == (200, "DKK")
    wanted = as_query([("terminalId", till.terminal_id), ("state", "INITIATED")])
    assert call("GET", "payments", token=till.token, **wanted).json["paymentsIds"] == [reply.json["paymentId"]]


def test_json_numbers_are_read_as_the_text_the_till_wrote(till):
    body = f'{{"orderId": 10000000000000000000001, "amount": 9999999999.99, "terminalId": "{till.terminal_id}"}}'

    reply = call("POST", "payment/start", token=till.token, body=body.encode(), content_type="application/json")

    payment = Payment.objects.get(pk=reply.json["paymentId"])
    assert (payment.order_id, payment.amount_minor) == ("10000000000000000000001", 999_999_999_999)


def _request(till: Till, pos: PointOfSale) -> str:
    """A refund above what a till may give back by itself, so MobilePay has not heard of it."""
    payment = new_payment(pos, state="Captured", order_id="order-0", amount_minor=100_000)
    wanted = {"paymentId": str(payment.pk), "refundOrderId": "refund-0", "amount": "1000"}
    return call("POST", "refund/create", token=till.token, **as_json(wanted.items())).json["refundId"]


def _encoders(method: str) -> tuple[Callable[..., dict[str, Any]], ...]:
    return (as_query,) if method == "GET" else (as_query, *BODIES)


def _wrong(method: str, name: str, valid: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Every wrong value among right ones, each in one form, and a few in every form."""
    others = [(each, value) for each, value in valid.items() if each != name]
    form = as_query if method == "GET" else as_json
    yield from (form([*others, (name, text)]) for text in WRONG_TEXTS[name] if len(text) < 1000 or form is as_json)
    for text, encode in product(WRONG_TEXTS[name][:2], _encoders(method)):
        if len(text) < 1000:
            yield encode([*others, (name, text)])
    is_charted = name != "previousAccessToken"  # any other text may be a token, if a wrong one
    for octets in WRONG_OCTETS if is_charted else ():
        yield {"query": f"{as_query(others)['query']}&{name}={octets}"}
    if method != "GET":
        for value in (*WRONG_JSON, *(["\ud800"] if is_charted else [])):
            yield as_json([*others, (name, value)])
        inner = "".join(f"<{each}>{value}</{each}>" for each, value in others)
        yield {"body": f"<call>{inner}<{name}><a/></{name}></call>".encode(), "content_type": "text/xml"}


def _without(method: str, name: str, valid: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Every way not to give a parameter: misspelt, empty, blank, null."""
    others = [(each, value) for each, value in valid.items() if each != name]
    yield from (encode([*others, (f"{name}s", valid[name])]) for encode in _encoders(method))
    yield from _empty(method, name, others)


def _empty(method: str, name: str, others: list[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """Every way to name a parameter and to give it no value."""
    yield from (encode([*others, (name, text)]) for encode in _encoders(method) for text in ("", " \t\r\n"))
    if method != "GET":
        yield as_json([*others, (name, None)])
        inner = "".join(f"<{each}>{value}</{each}>" for each, value in others)
        for nothing in (f"<{name}/>", f'<{name} i:nil="true"/>', f"<{name}><!-- not known --></{name}>"):
            yield {"body": f'<call xmlns:i="{INSTANCE}">{inner}{nothing}</call>'.encode(), "content_type": "text/xml"}


def _refused(endpoint: Endpoint, reply: Reply) -> dict[str, Any]:
    verdict = {"success": False, "errors": reply.sentences, "errorCodes": reply.codes}
    return {**dict.fromkeys(endpoint.own), **verdict}
