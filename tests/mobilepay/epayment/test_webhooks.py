"""Who has signed a delivery, and what it says."""

from datetime import UTC, datetime, timedelta
import json

import pytest

from portal.mobilepay.epayment import webhooks
from portal.mobilepay.epayment.webhooks import Delivery
from portal.mobilepay.errors import Unreadable

# The sample that Vipps MobilePay published with its signature.
BODY = b'{"some-unique-content":"ee6e441b-cc4a-46f8-895d-a5af79bcc233/hello-world"}'
AT = datetime(2023, 3, 30, 8, 38, 32, tzinfo=UTC)
_SIGNED_HEADERS = "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&"
SIGNATURE = f"{_SIGNED_HEADERS}Signature=agAiSyogQbDHpeucoNwYz+yAr5nJ+v+zasdkSbqzv+U="
SIGNED = {
    "secret": "A0+AeKBRG2KRGvnNwJpQlb6IJFk48CKXCIcrLoHncVJKDILsQSxS6NWCccwWm6r6FhGKhiHTBsG2wo/xU6FY/A==",
    "host": "webhook.site",
    "path_and_query": "/e2cee29b-012e-4f1d-8ef4-e95fd74a7a63",
    "headers": {
        "x-ms-date": "Thu, 30 Mar 2023 08:38:32 GMT",
        "x-ms-content-sha256": "lNlsp1XA03N34HrQsVzPgJKtC+r7l/RBF4V3JQUWMj4=",
        "authorization": SIGNATURE,
    },
    "body": BODY,
    "now": AT,
}


def with_headers(**headers):
    return SIGNED | {"headers": SIGNED["headers"] | {name.replace("_", "-"): value for name, value in headers.items()}}


def test_the_published_sample_is_genuine():
    assert webhooks.is_genuine(**SIGNED) is True


def test_a_signature_may_come_past_a_proxy_that_takes_authorization_away():
    past = with_headers(authorization="", x_vipps_authorization=SIGNATURE)

    assert webhooks.is_genuine(**past) is True


@pytest.mark.parametrize(
    "forged",
    [
        SIGNED | {"secret": "another"},
        SIGNED | {"host": "portal.example"},
        SIGNED | {"path_and_query": "/another"},
        SIGNED | {"body": BODY + b" "},
        SIGNED | {"now": AT + timedelta(minutes=5, seconds=1)},
        SIGNED | {"now": AT - timedelta(minutes=5, seconds=1)},
        SIGNED | {"headers": {}},
        with_headers(authorization=""),
        with_headers(authorization=SIGNATURE[:-2]),
        with_headers(authorization="æ"),
        with_headers(x_ms_date="Thu, 30 Mar 2023 08:38:33 GMT"),
        with_headers(x_ms_date="today"),
        with_headers(x_ms_content_sha256="æ"),
    ],
    ids=[
        "secret",
        "host",
        "path",
        "body",
        "too late",
        "too early",
        "no headers",
        "no signature",
        "half a signature",
        "odd signature",
        "another date",
        "odd date",
        "odd digest",
    ],
)
def test_whatever_differs_is_not_genuine(forged):
    assert webhooks.is_genuine(**forged) is False


@pytest.mark.parametrize("minutes", [-5, 5])
def test_a_date_within_five_minutes_is_recent(minutes):
    assert webhooks.is_genuine(**SIGNED | {"now": AT + timedelta(minutes=minutes)}) is True


def test_a_delivery_about_a_payment_names_it():
    said = {
        "msn": 123456,
        "reference": "order-1-8f3a",
        "pspReference": "psp-1",
        "name": "AUTHORIZED",
        "timestamp": "2026-12-01T12:00:00Z",
        "success": True,
    }

    assert webhooks.parse(json.dumps(said).encode()) == Delivery(
        msn="123456",
        name="AUTHORIZED",
        reference="order-1-8f3a",
        psp_reference="psp-1",
        customer_token="",
        merchant_qr_id="",
        at=datetime(2026, 12, 1, 12, tzinfo=UTC),
    )


def test_a_delivery_about_a_customer_names_the_code_and_the_token():
    said = {"msn": "123456", "customerToken": "a-token", "merchantQrId": "code-1", "initiatedAt": "2026-12-01T12:00:00"}

    assert webhooks.parse(json.dumps(said).encode()) == Delivery(
        msn="123456",
        name="user.checked-in.v1",
        reference="",
        psp_reference="",
        customer_token="a-token",
        merchant_qr_id="code-1",
        at=None,
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'"ok"',
        b"\xff",
        b'{"msn": "1"}',
        b'{"msn": "1", "name": "CREATED"}',
        b'{"name": "CREATED", "reference": "r"}',
        b'{"msn": "1", "customerToken": "t"}',
    ],
)
def test_a_delivery_about_nothing_cannot_be_read(body):
    with pytest.raises(Unreadable, match=r"^a delivery that says nothing: "):
        webhooks.parse(body)


def test_what_is_odd_in_a_delivery_and_decides_nothing_is_left_out():
    found = webhooks.parse(b'{"msn": "1", "name": "CREATED", "reference": "r", "pspReference": 7, "timestamp": 7}')

    assert (found.psp_reference, found.at) == ("", None)
