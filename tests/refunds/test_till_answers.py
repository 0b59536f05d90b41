"""Endpoints 1 to 6 to the byte: every way to ask, and the envelope of every answer."""

import pytest

from tests.refunds.scenarios import (
    all_refunds,
    at_mobilepay,
    fresh,
    give_back,
    told_mobilepay,
)
from tests.tillapi.raw_calls import (
    ARRAYS,
    BODIES,
    INSTANCE,
    MODELS,
    OBJECTS,
    as_query,
    call,
    refusal,
)

HEAD = '<?xml version="1.0" encoding="utf-8"?>'
OPEN = f'xmlns="{MODELS}" xmlns:i="{INSTANCE}"'
NO_ERRORS = f'<errorCodes xmlns:a="{ARRAYS}"></errorCodes><errors xmlns:a="{ARRAYS}"></errors><success>true</success>'
DONE = {"success": True, "errors": [], "errorCodes": []}


@pytest.fixture
def wanted(sold):
    return {
        "amount": "10.00",
        "currencyCode": "DKK",
        "paymentId": str(sold.pk),
        "refundOrderId": "refund-1",
    }


@pytest.fixture
def refund(till, sold):
    return give_back(till, sold)["refundId"]


def _ask(till, path, accept="application/json", method="GET", **parameters):
    headers = {"Accept": accept}
    return call(method, path, token=till.token, headers=headers, **as_query(parameters.items()))


@pytest.mark.parametrize(
    ("method", "encode"),
    [("GET", as_query), ("POST", as_query), *(("POST", b) for b in BODIES)],
)
def test_a_refund_is_created_by_get_and_by_post_with_every_kind_of_body(till, sold, wanted, simulator, method, encode):
    reply = call(method, "refund/create", token=till.token, **encode(wanted.items()))

    assert reply.status == 200
    assert reply.json == {"refundId": str(sold.refunds.get().pk), **DONE}
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, "Reserved")]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("act", "message", "state"),
    [
        ("capture", "is paid out: 10.00 DKK goes back to the customer.", "Captured"),
        ("cancel", "is cancelled. No money was given back.", "CancelledByClient"),
    ],
)
def test_a_refund_is_finished_by_get_and_by_post(till, sold, refund, simulator, method, act, message, state):
    reply = _ask(till, f"refund/{act}", method=method, refundId=refund)

    assert (reply.status, reply.json) == (
        200,
        {"message": f"Refund {refund} {message}", **DONE},
    )
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, state)]


def test_json_gives_the_contracts_members_in_its_order(till, sold, wanted):
    created = _ask(till, "refund/create", **wanted)
    refund_id = created.json["refundId"]
    details = _ask(till, "refund/details", refundId=refund_id)
    listed = _ask(till, "refunds", paymentId=str(sold.pk))
    captured = _ask(till, "refund/capture", refundId=refund_id)

    verdict = '"success":true,"errors":[],"errorCodes":[]}'
    assert created.content.decode() == f'{{"refundId":"{refund_id}",{verdict}'
    assert details.content.decode() == (
        '{"refundDetails":{"amount":"10.00","currencyCode":"DKK",'
        f'"paymentId":"{sold.pk}","pollDelayInMs":"100","refundId":"{refund_id}","refundOrderId":"refund-1",'
        f'"status":"Reserved"}},{verdict}'
    )
    assert listed.content.decode() == f'{{"refundsIds":["{refund_id}"],{verdict}'
    assert captured.content.decode() == (
        f'{{"message":"Refund {refund_id} is paid out: 10.00 DKK goes back to the customer.",{verdict}'
    )


@pytest.mark.parametrize("accept", ["application/xml", "text/xml"])
def test_a_created_refund_in_xml(till, sold, wanted, accept):
    reply = _ask(till, "refund/create", accept, **wanted)

    refund_id = sold.refunds.get().pk
    assert reply.content.decode() == (
        f"{HEAD}<PosRefundCreateViewModel {OPEN}>{NO_ERRORS}<refundId>{refund_id}</refundId></PosRefundCreateViewModel>"
    )
    assert reply.headers["Content-Type"] == f"{accept}; charset=utf-8"


def test_details_in_xml_are_alphabetical_in_their_own_namespace(till, sold, refund):
    reply = _ask(till, "refund/details", "application/xml", refundId=refund)

    members = (
        f"<b:amount>10.00</b:amount><b:currencyCode>DKK</b:currencyCode><b:paymentId>{sold.pk}</b:paymentId>"
        f"<b:pollDelayInMs>100</b:pollDelayInMs><b:refundId>{refund}</b:refundId>"
        "<b:refundOrderId>refund-1</b:refundOrderId><b:status>Reserved</b:status>"
    )
    assert reply.content.decode() == (
        f'{HEAD}<PosRefundDetailsViewModel {OPEN}>{NO_ERRORS}<refundDetails xmlns:b="{OBJECTS}">{members}'
        "</refundDetails></PosRefundDetailsViewModel>"
    )


def test_the_list_in_xml_holds_strings(till, sold, refund):
    reply = _ask(till, "refunds", "application/xml", paymentId=str(sold.pk))

    assert reply.content.decode() == (
        f'{HEAD}<PosRefundsIdsViewModel {OPEN}>{NO_ERRORS}<refundsIds xmlns:a="{ARRAYS}">'
        f"<a:string>{refund}</a:string></refundsIds></PosRefundsIdsViewModel>"
    )


@pytest.mark.parametrize(
    ("act", "message"),
    [
        ("capture", "is paid out: 10.00 DKK goes back to the customer."),
        ("cancel", "is cancelled. No money was given back."),
    ],
)
def test_a_finished_refund_in_xml(till, refund, act, message):
    reply = _ask(till, f"refund/{act}", "application/xml", refundId=refund)

    assert reply.content.decode() == (
        f"{HEAD}<PosRefundViewModel {OPEN}>{NO_ERRORS}<message>Refund {refund} {message}</message></PosRefundViewModel>"
    )


def test_a_payment_without_refunds_has_an_empty_list(till, sold):
    in_json = _ask(till, "refunds", paymentId=str(sold.pk))
    in_xml = _ask(till, "refunds", "application/xml", paymentId=str(sold.pk))

    assert in_json.json == {"refundsIds": [], **DONE}
    assert in_xml.content.decode() == (
        f'{HEAD}<PosRefundsIdsViewModel {OPEN}>{NO_ERRORS}<refundsIds xmlns:a="{ARRAYS}"></refundsIds>'
        "</PosRefundsIdsViewModel>"
    )


@pytest.mark.parametrize(
    ("path", "own", "missing", "root"),
    [
        (
            "refund/create",
            "refundId",
            ("amount", "paymentId", "refundOrderId"),
            "PosRefundCreateViewModel",
        ),
        ("refund/details", "refundDetails", ("refundId",), "PosRefundDetailsViewModel"),
        ("refunds", "refundsIds", ("paymentId",), "PosRefundsIdsViewModel"),
        ("refund/capture", "message", ("refundId",), "PosRefundViewModel"),
        ("refund/cancel", "message", ("refundId",), "PosRefundViewModel"),
    ],
)
def test_missing_parameters_are_all_named_in_one_answer(till, sold, simulator, path, own, missing, root):
    in_json = _ask(till, path)
    in_xml = _ask(till, path, "application/xml")

    sentences = [f"The parameter {name} is missing." for name in missing]
    codes = ["parameter_missing"] * len(missing)
    assert (in_json.status, in_json.json) == (
        400,
        {own: None, "success": False, "errors": sentences, "errorCodes": codes},
    )
    assert list(in_json.json) == [own, "success", "errors", "errorCodes"]
    assert in_xml.xml.tag == f"{{{MODELS}}}{root}"
    assert in_xml.content.decode().endswith(f'<success>false</success><{own} i:nil="true"/></{root}>')
    assert told_mobilepay(simulator) == 0


@pytest.mark.parametrize("key", ["", "x" * 65, "key 1", "nøgle"])
def test_an_unusable_idempotency_key_is_refused_by_name(till, sold, wanted, simulator, key):
    headers = {"Idempotency-Key": key}

    reply = call(
        "POST",
        "refund/create",
        token=till.token,
        headers=headers,
        **as_query(wanted.items()),
    )

    sentence = "The header Idempotency-Key must be 1 to 64 visible ASCII characters."
    assert (reply.status, reply.json) == (
        400,
        refusal(own=["refundId"], code="idempotency_key_invalid", sentence=sentence),
    )
    assert all_refunds() == []
    assert told_mobilepay(simulator) == 0


def test_a_merchant_that_is_always_answered_200_reads_the_same_envelope(till, sold, simulator):
    sold.merchant.answers_always_200 = True
    sold.merchant.save()

    refused = give_back(till, sold, "27.07")
    created = give_back(till, sold, "10.00")

    sentence = (
        "At most 27.06 DKK of order order-1 can still be given back: 27.06 DKK was taken, "
        "and refunds of 0.00 DKK are paid or on their way. No money moved."
    )
    assert (refused.status, refused.body) == (
        200,
        refusal(own=["refundId"], code="refund_too_high", sentence=sentence),
    )
    assert (created.status, created["success"]) == (200, True)
    assert all_refunds() == [("refund-1", 1000, "Initiated")]


def test_the_currency_is_dkk_when_absent(till, sold):
    created = give_back(till, sold)

    assert str(fresh(created["refundId"]).amount) == "10.00 DKK"
