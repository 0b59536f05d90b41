"""How a delivery shows who has sent it."""

from base64 import b64encode
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
import hmac
from urllib.parse import urlsplit

from portal.mobilepay.simulator.epayment.webhooks import Registration

USER_AGENT = "Vipps MobilePay/1.0 Webhooks/1.0"
CONTENT_TYPE = "application/json; charset=utf-8"
PREFIX = "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature="


def signed_headers(registration: Registration, body: bytes, at: datetime) -> dict[str, str]:
    """The headers of one try to deliver the body at that moment, which is in UTC."""
    host = urlsplit(registration.url).netloc
    date = format_datetime(at, usegmt=True)
    digest = _base64(sha256(body).digest())
    authorization = PREFIX + _signature(registration, date=date, host=host, digest=digest)
    return {
        "Host": host,
        "Accept-Encoding": "gzip",
        "User-Agent": USER_AGENT,
        "Content-Type": CONTENT_TYPE,
        "x-ms-date": date,
        "x-ms-content-sha256": digest,
        "Authorization": authorization,
        "X-Vipps-Authorization": authorization,
        "Webhook-Id": registration.registration_id,
    }


def path_and_query(url: str) -> str:
    """What of a registered address the request line and the signature name."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _signature(registration: Registration, *, date: str, host: str, digest: str) -> str:
    signed = f"POST\n{path_and_query(registration.url)}\n{date};{host};{digest}"
    return _base64(hmac.digest(registration.secret.encode(), signed.encode(), sha256))


def _base64(digest: bytes) -> str:
    return b64encode(digest).decode()
