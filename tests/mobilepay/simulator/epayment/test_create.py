import pytest

from portal.mobilepay.simulator.epayment.people import own_code
from tests.mobilepay.simulator.epayment.client import ANNA, KEY, kroner, order, outcome, part, sums


def test_a_push_reaches_who_has_checked_in_and_the_till_sees_it_wait(api, scan, world):
    answer = api.pay("", order(scan(), metadata={"till": "1"}))

    found = api.look("order-0001")
    assert (answer.status, answer.body) == (201, {"reference": "order-0001"})
    assert found.body == {
        "aggregate": {
            "authorizedAmount": kroner(0),
            "cancelledAmount": kroner(0),
            "capturedAmount": kroner(0),
            "refundedAmount": kroner(0),
        },
        "amount": kroner(1250),
        "state": "CREATED",
        "paymentMethod": {"type": "WALLET"},
        "profile": {},
        "pspReference": found["pspReference"],
        "reference": "order-0001",
        "metadata": {"till": "1"},
    }
    assert world.asked("order-0001").phone_number == "4520031801"


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ({}, "https://qr.vipps.no/generate/qr.svg?payment={}"),
        ({"qrFormat": {"format": "IMAGE/PNG"}}, "https://qr.vipps.no/generate/qr.png?payment={}&size=1024"),
        ({"qrFormat": {"format": "IMAGE/PNG", "size": 200}}, "https://qr.vipps.no/generate/qr.png?payment={}&size=200"),
        ({"qrFormat": {"format": "TEXT/TARGETURL"}}, "https://pay.mobilepay.dk/?token={}"),
        ({"userFlow": "WEB_REDIRECT", "returnUrl": "https://shop.example"}, "https://pay.mobilepay.dk/?token={}"),
    ],
    ids=str,
)
def test_other_flows_say_where_the_customer_goes(api, asked, address):
    answer = api.pay("", order(**asked))

    found = api.look("order-0001")
    assert answer["redirectUrl"] == found["redirectUrl"] == address.format(found["pspReference"])


@pytest.mark.parametrize(
    "customer", [{"phoneNumber": "4520031801"}, {"personalQr": "https://qr.vipps.no/p/4520031801"}], ids=str
)
def test_a_push_may_name_the_customer_by_number_or_by_their_own_code(api, world, customer):
    api.pay("", order(userFlow="PUSH_MESSAGE", customer=customer))

    assert world.asked("order-0001").phone_number == "4520031801"
    assert own_code(ANNA) == "https://qr.vipps.no/p/4520031801"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": {"currency": "EUR", "value": 1250}}, "5040"),
        ({"amount": kroner(0)}, "6010"),
        ({"expiresAt": "2027-01-12T12:00:00Z"}, "5050"),
        ({"paymentMethod": {"type": "CARD"}}, "4160"),
        ({"userFlow": "PUSH_MESSAGE"}, "4130"),
        ({"userFlow": "WEB_REDIRECT"}, "4130"),
        ({"userFlow": "PUSH_MESSAGE", "customer": {"customerToken": "unknown"}}, "4050"),
        ({"userFlow": "PUSH_MESSAGE", "customer": {"personalQr": "https://shop.example/1"}}, "4060"),
        ({"userFlow": "PUSH_MESSAGE", "customer": {"personalQr": "https://qr.vipps.no/p/anna"}}, "4060"),
        ({"userFlow": "PUSH_MESSAGE", "customer": {"phoneNumber": "990031801"}}, "4070"),
        ({"userFlow": "PUSH_MESSAGE", "customer": {"phoneNumber": "4520030000"}}, "7010"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_refused_with_its_code_and_nothing_is_there(api, changes, code):
    answer = api.pay("", order(**changes))

    assert outcome(answer) == (400, code)
    assert outcome(api.look("order-0001")) == (404, "5090")


def test_a_unit_that_may_not_push_is_told_so(other_unit):
    asked = order(userFlow="PUSH_MESSAGE", customer={"phoneNumber": "4520031801"})

    answer = other_unit.pay("", {**asked, "amount": {"currency": "EUR", "value": 1250}})

    assert outcome(answer) == (400, "5080")


def test_a_customers_token_is_good_once(api, scan):
    token = scan()

    answers = [api.pay("", order(token, reference=f"order-000{number}")) for number in (1, 2)]

    assert [outcome(answer) for answer in answers] == [(201, None), (400, "4050")]


def test_a_customers_token_is_good_for_fifteen_minutes(api, scan, later):
    early, late = scan(), scan()
    later(899)
    in_time = api.pay("", order(early))
    later(1)

    assert in_time.status == 201
    assert outcome(api.pay("", order(late, reference="order-0002"))) == (400, "4050")


def test_a_customers_token_is_good_at_the_unit_they_checked_in_at_only(other_unit, scan, world):
    world.units.get("654321").push_allowed = True

    answer = other_unit.pay("", order(scan(), amount={"currency": "EUR", "value": 1250}))

    assert outcome(answer) == (400, "4050")


def test_a_refused_create_leaves_the_token_unused(api, scan):
    token = scan()

    refused = api.pay("", order(token, amount=kroner(0)))

    assert outcome(refused) == (400, "6010")
    assert api.pay("", order(token)).status == 201


def test_a_reference_is_one_payments_for_ever(api, asked):
    reference = asked()

    answer = api.pay("", order(amount=kroner(100)))

    assert outcome(answer) == (409, "4150")
    assert api.look(reference)["amount"] == kroner(1250)


def test_a_reference_of_another_unit_is_unknown_and_free(api, asked, other_unit):
    reference = asked()

    own = other_unit.pay("", order(amount={"currency": "EUR", "value": 1}))

    assert (own.status, own["reference"]) == (201, reference)
    assert other_unit.look(reference)["amount"] == {"currency": "EUR", "value": 1}
    assert api.look(reference)["amount"] == kroner(1250)


@pytest.mark.parametrize("act", ["", "/events"])
def test_what_is_not_there_cannot_be_looked_at(api, act):
    answer = api.look("order-9999", act)

    assert outcome(answer) == (404, "5090")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.body == {
        "type": "about:blank",
        "title": "Not Found",
        "detail": answer["detail"],
        "instance": f"/epayment/v1/payments/order-9999{act}",
        "status": 404,
        "traceId": answer["traceId"],
        "extraDetails": [{"name": "ErrorCode", "reason": "5090"}],
    }


@pytest.mark.parametrize("act", ["capture", "refund"])
def test_what_is_not_there_cannot_be_changed(api, act):
    assert outcome(api.pay(f"/order-9999/{act}", part(1))) == (404, "5090")


def test_what_is_not_there_cannot_be_cancelled(api):
    assert outcome(api.pay("/order-9999/cancel")) == (404, "5090")


def test_nobody_answers_and_it_expires_after_ten_minutes(api, asked, later):
    reference = asked()
    later(599)
    before = api.look(reference)["state"]
    later(1)

    found = api.look(reference)

    assert (before, found["state"], sums(found)) == ("CREATED", "EXPIRED", (0, 0, 0, 0))


def test_a_customer_declines(api, asked, world):
    reference = asked()

    world.decline(reference)

    found = api.look(reference)
    assert (found["state"], sums(found)) == ("ABORTED", (0, 0, 0, 0))


def test_a_create_is_answered_again_under_its_key(api, scan):
    asked = order(scan())

    answers = [api.pay("", asked, **{KEY: "key-1"}) for _ in range(2)]

    assert [(answer.status, answer.body) for answer in answers] == [(201, {"reference": "order-0001"})] * 2
