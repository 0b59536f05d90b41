"""Deliveries as anybody could post them: signed with a registration's secret, and with one thing spoilt."""

from dataclasses import replace
from datetime import timedelta
import json
from urllib.parse import urlsplit

from portal import clock
from portal.mobilepay.simulator.epayment.signatures import signed_headers
from portal.mobilepay.simulator.epayment.webhooks import Registration as Signer
from portal.webhooks.models import Registration

NOT_OURS = {"host", "content-type"}


def registration(*, of="payments", msn="123456"):
    """Ours for that unit, of payments or of check-ins."""
    found = Registration.objects.filter(account__merchant_number=msn).live().order_by("pk")
    return found[0] if of == "payments" else found[1]


def signer_of(row):
    """What the network knows of a registration."""
    return Signer(
        msn=row.account.merchant_number,
        url=row.url,
        events=tuple(row.events),
        registration_id=row.remote_id,
        secret=row.secret,
    )


def event(reference="order-1-0000000000000000", name="AUTHORIZED", *, msn="123456", psp="psp-1", **members):
    """What is told of a payment."""
    return {
        "msn": msn,
        "reference": reference,
        "pspReference": psp,
        "name": name,
        "amount": {"currency": "DKK", "value": 2706},
        "timestamp": clock.now().isoformat(),
        "success": True,
        **members,
    }


def check_in(code, token="a-token", *, msn="123456", at=None):
    """What is told of a customer."""
    return {
        "customerToken": token,
        "merchantQrId": code,
        "msn": msn,
        "initiatedAt": (at or clock.now()).isoformat(),
    }


def post(client, row, said, *, at=None, spoil=None, signer=None, sent=None, path=None, **more):
    """Post a body as the network would; `spoil` changes the headers, `sent` is another body than the signed one."""
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    headers = signed_headers(signer or signer_of(row), body, at or clock.now())
    headers = {name: value for name, value in headers.items() if name.lower() not in NOT_OURS}
    headers |= spoil or {}
    given = {name: value for name, value in headers.items() if value is not None}
    target = path or urlsplit(row.url).path
    return client.post(
        target, body if sent is None else sent, content_type="application/json", headers=given, secure=True, **more
    )


def other_secret(row):
    return replace(signer_of(row), secret="somebody-elses")


def minutes(count):
    return clock.now() + timedelta(minutes=count)
