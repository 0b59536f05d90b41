"""A token that MobilePay no longer takes: asked once more with a new one, and no more."""

from uuid import uuid4

import pytest

from portal.mobilepay.errors import Rejected, Unauthorized, Unreachable, Unreadable
from portal.mobilepay.posv10.errors import Code
from portal.money import Money
from tests.mobilepay.clients import TOKEN_PATH, MemoryStore, an_order, gateway_to, tokens_from

AMOUNT = Money(2706, "DKK")
PAYMENTS = "/pos/v10/payments"


def statuses(simulator, method, path):
    return [call.status for call in simulator.calls.find(method, path)]


def test_expired_token_is_replaced_and_the_same_call_made_again(simulator, mobilepay, pos_id):
    key = uuid4()
    simulator.tokens.expire_all()

    remote_id = mobilepay.payments.create(an_order(pos_id, "order-1", AMOUNT), key=key)

    first, second = simulator.calls.find("POST", PAYMENTS)
    assert (first.status, second.status) == (401, 200)
    assert first.idempotency_key == second.idempotency_key == str(key)
    assert (first.body, first.headers, first.correlation_id) == (second.body, second.headers, second.correlation_id)
    assert statuses(simulator, "POST", TOKEN_PATH) == [200, 200]
    assert mobilepay.search.open_on(pos_id) == [remote_id]


def test_second_401_is_an_error_and_starts_nothing(simulator, mobilepay, pos_id, pauses):
    simulator.faults.add("refuse", "POST", PAYMENTS, status=401, times=3)

    with pytest.raises(Unauthorized) as refusal:
        mobilepay.payments.create(an_order(pos_id, "order-1", AMOUNT), key=uuid4())

    assert refusal.value.is_certain is True
    assert statuses(simulator, "POST", PAYMENTS) == [401, 401]
    assert pauses == []
    assert mobilepay.search.open_on(pos_id) == []


def test_wrong_credentials_are_an_error_and_nothing_else_is_asked(simulator, http):
    tokens = tokens_from(simulator.url, http, client_secret="wrong")
    mobilepay = gateway_to(simulator.url, http, tokens=tokens)

    with pytest.raises(Unauthorized) as refusal:
        mobilepay.stores.all()

    assert refusal.value.is_certain is True
    assert [(call.path, call.status) for call in simulator.calls.find()] == [(TOKEN_PATH, 401)]


def test_token_service_that_does_not_answer_is_unreachable_and_nothing_else_is_asked(simulator, mobilepay):
    simulator.faults.add("fail_before", "POST", TOKEN_PATH, times=3)

    with pytest.raises(Unreachable):
        mobilepay.stores.all()

    assert statuses(simulator, None, None) == [500, 500, 500]


def test_new_token_that_cannot_be_had_is_unreachable(simulator, mobilepay):
    mobilepay.stores.all()
    simulator.tokens.expire_all()
    simulator.faults.add("cut_before", "POST", TOKEN_PATH, times=3)

    with pytest.raises(Unreachable):
        mobilepay.stores.all()

    assert statuses(simulator, "GET", "/pos/v10/stores/detailed") == [200, 401]


# "lost" is a 500 although it was carried out, or not: nobody can tell.
LOST = ("fail_before", 500)
EXPIRED = ("refuse", 401)
CONFLICT = ("refuse", 409)


@pytest.mark.parametrize(
    ("fates", "is_certain"),
    [
        ([EXPIRED, CONFLICT], True),
        ([LOST, EXPIRED, CONFLICT], False),
        ([EXPIRED, LOST, CONFLICT], False),
        ([LOST, EXPIRED, LOST, CONFLICT], False),
    ],
    ids=["expired", "lost before", "lost after", "lost twice"],
)
def test_refusal_is_certain_only_when_no_try_before_it_was_lost(simulator, mobilepay, pos_id, fates, is_certain):
    for kind, status in fates:
        simulator.faults.add(kind, "POST", PAYMENTS, status=status, code="1301" if status == 409 else None)

    with pytest.raises(Rejected) as refusal:
        mobilepay.payments.create(an_order(pos_id, "order-1", AMOUNT), key=uuid4())

    assert refusal.value.is_certain is is_certain
    assert refusal.value.code == Code.PAYMENT_ALREADY_ACTIVE
    assert statuses(simulator, "POST", PAYMENTS) == [status for _, status in fates]


def test_refusal_of_the_new_token_is_not_certain_when_a_try_before_it_was_lost(simulator, mobilepay, pos_id):
    for kind, status in (LOST, EXPIRED):
        simulator.faults.add(kind, "POST", PAYMENTS, status=status)
    simulator.faults.add("refuse", "POST", TOKEN_PATH, status=401)

    with pytest.raises(Rejected) as refusal:
        mobilepay.payments.create(an_order(pos_id, "order-1", AMOUNT), key=uuid4())

    assert refusal.value.is_certain is False


FOREIGN_401 = "<html>Sign in</html>"


@pytest.mark.parametrize("kind", ["foreign_before", "foreign_after"])
def test_401_of_a_gateway_is_worth_a_new_token_and_the_payment_is_one(simulator, mobilepay, pos_id, kind):
    simulator.faults.add(kind, "POST", PAYMENTS, status=401, body=FOREIGN_401)

    remote_id = mobilepay.payments.create(an_order(pos_id, "order-1", AMOUNT), key=uuid4())

    assert statuses(simulator, "POST", PAYMENTS) == [401, 200]
    assert mobilepay.search.open_on(pos_id) == [remote_id]


@pytest.mark.parametrize(("kind", "payments"), [("foreign_before", 0), ("foreign_after", 1)])
def test_second_401_of_a_gateway_is_no_answer(simulator, mobilepay, pos_id, kind, payments):
    simulator.faults.add(kind, "POST", PAYMENTS, status=401, body=FOREIGN_401, times=2)

    with pytest.raises(Unreadable, match=r"^HTTP 401 that is not MobilePay's own$"):
        mobilepay.payments.create(an_order(pos_id, "order-1", AMOUNT), key=uuid4())

    assert statuses(simulator, "POST", PAYMENTS) == [401, 401]
    assert len(mobilepay.search.open_on(pos_id)) == payments


@pytest.mark.parametrize(
    ("path", "status", "code"), [(PAYMENTS, 403, "1499"), (PAYMENTS, 401, None), (TOKEN_PATH, 401, None)]
)
def test_refusal_after_a_gateways_401_is_not_certain(simulator, mobilepay, pos_id, path, status, code):
    simulator.faults.add("foreign_after", "POST", PAYMENTS, status=401, body=FOREIGN_401)
    simulator.faults.add("refuse", "POST", path, status=status, code=code)

    with pytest.raises(Rejected) as refusal:
        mobilepay.payments.create(an_order(pos_id, "order-1", AMOUNT), key=uuid4())

    assert refusal.value.is_certain is False
    assert refusal.value.is_final(is_first=True) is False
    assert len(mobilepay.search.open_on(pos_id)) == 1


def test_token_that_another_process_left_and_that_is_refused_too_is_replaced_once_more(simulator, http, pos_id):
    store = MemoryStore()
    idle, busy = (tokens_from(simulator.url, http, store=store) for _ in range(2))
    idle.get()
    simulator.tokens.expire_all()
    gateway_to(simulator.url, http, tokens=busy).stores.all()
    simulator.tokens.expire_all()
    before = len(simulator.calls.find("POST", TOKEN_PATH))

    mobilepay = gateway_to(simulator.url, http, tokens=idle)
    payment_id = mobilepay.payments.create(an_order(pos_id, "order-1", AMOUNT), key=uuid4())

    assert mobilepay.search.open_on(pos_id) == [payment_id]
    assert [call.status for call in simulator.calls.find("POST", PAYMENTS)] == [401, 401, 200]
    assert len(simulator.calls.find("POST", TOKEN_PATH)) - before == 1
