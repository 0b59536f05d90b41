"""Every endpoint of the till API with its parameters, and what no parameter may be."""

from dataclasses import dataclass, field
from typing import Any

UNKNOWN = "00000000-0000-4000-8000-000000000000"

IDENTIFIERS = {
    "terminalId": "terminal_not_found",
    "posId": "pos_not_found",
    "paymentId": "payment_not_found",
    "refundId": "refund_not_found",
    "storeId": "store_not_found",
}
_HOSTILE = ("🍕", "a\nb", "\x00", "a\x00b", "\x1b[2J", "漢字", "\u202egnp")
_NO_WORD = ("'; DROP TABLE payments_payment; --", "<script>alert(1)</script>", "%00", "../../etc/passwd", *_HOSTILE)

# By parameter: texts that are refused wherever they stand.
WRONG_TEXTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("orderId", "refundOrderId"), ("x" * 37, "x" * 60_000, *_HOSTILE)),
    "bioCode": ("x" * 37, *_HOSTILE),
    "previousAccessToken": ("x" * 201,),
    "amount": ("27,06", "1e2", "-1", "27.061", "0", *_NO_WORD),
    "currencyCode": ("SEK", "DK", "D K K", *_NO_WORD),
    "state": ("Created", "Captured,", *_NO_WORD),
    "paymentState": ("Created", "Captured,", *_NO_WORD),
    **dict.fromkeys(("terminalId", "storeId"), ("x" * 37, "x" * 60_000, *_HOSTILE)),
    **dict.fromkeys(
        ("posId", "paymentId", "refundId"),
        (
            "1",
            UNKNOWN[:-1],
            f"{UNKNOWN}0",
            f"{{{UNKNOWN}}}",
            UNKNOWN.replace("-", ""),
            f"urn:uuid:{UNKNOWN}",
            *_NO_WORD,
        ),
    ),
}
# JSON that is no text.
WRONG_JSON: tuple[Any, ...] = ([], {}, ["x"], {"x": "y"}, [[]], True, False)
# Octets that are no UTF-8, a surrogate and a NUL, as a query string can spell them.
WRONG_OCTETS = ("%ff", "%c3%28", "%ed%a0%80", "%00")


@dataclass(frozen=True)
class Endpoint:
    methods: str
    path: str
    parameters: tuple[str, ...]
    own: tuple[str, ...]
    then: int  # what the very same call is answered once nothing is wrong with it
    optional: tuple[str, ...] = ()
    unknown: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.methods} {self.path}"


_NO_PAYMENT = dict.fromkeys(("terminalId", "posId"), "payment_not_found")

ENDPOINTS = (
    Endpoint(
        "GET POST",
        "refund/create",
        ("amount", "currencyCode", "paymentId", "refundOrderId"),
        ("refundId",),
        409,
        optional=("currencyCode",),
    ),
    Endpoint("GET", "refund/details", ("refundId",), ("refundDetails",), 200),
    Endpoint("GET", "refunds", ("paymentId",), ("refundsIds",), 200),
    Endpoint("GET POST", "refund/capture", ("refundId",), ("message",), 409),
    Endpoint("GET POST", "refund/cancel", ("refundId",), ("message",), 200),
    Endpoint("GET", "terminal/qrcode", ("terminalId",), ("qrcodeImagelink",), 200),
    Endpoint(
        "GET POST",
        "payment/start",
        ("orderId", "amount", "terminalId", "currencyCode"),
        ("paymentId",),
        409,
        optional=("currencyCode",),
    ),
    Endpoint(
        "GET POST",
        "payment/start/byPosId",
        ("orderId", "amount", "posId", "currencyCode"),
        ("paymentId",),
        409,
        optional=("currencyCode",),
    ),
    Endpoint("GET POST", "payment/prepare", ("orderId", "terminalId"), ("paymentId",), 200),
    Endpoint(
        "GET POST",
        "payment/ready",
        ("orderId", "amount", "terminalId", "currencyCode", "paymentId"),
        ("message",),
        200,
        optional=("currencyCode",),
    ),
    Endpoint("GET", "payment/details", ("paymentId",), ("paymentDetails",), 200),
    Endpoint(
        "GET",
        "payments",
        ("state", "orderId", "terminalId"),
        ("paymentsIds",),
        200,
        optional=("state", "orderId"),
    ),
    Endpoint("GET", "payment/status", ("paymentId",), ("status", "pollDelayInMs"), 200),
    Endpoint("GET POST", "payment/capture", ("paymentId", "amount"), ("message",), 409, optional=("amount",)),
    Endpoint("GET POST", "payment/cancel", ("paymentId",), ("message",), 200),
    Endpoint("GET", "payment/id/retrieve/bystate", ("orderId", "state"), ("paymentId",), 404),
    Endpoint(
        "GET",
        "payment/id/retrieve/byterminal",
        ("orderId", "terminalId", "paymentState"),
        ("paymentId",),
        404,
        optional=("paymentState",),
        unknown=_NO_PAYMENT,
    ),
    Endpoint(
        "GET",
        "payment/id/retrieve/byposId",
        ("orderId", "posId", "paymentState"),
        ("paymentId",),
        404,
        optional=("paymentState",),
        unknown=_NO_PAYMENT,
    ),
    Endpoint("GET POST", "manage/token", ("bioCode",), ("message",), 403),
    Endpoint("GET POST", "manage/token/reset", ("bioCode", "previousAccessToken"), ("message",), 200),
    Endpoint("GET POST", "manage/create", ("terminalId",), ("message",), 409),
    Endpoint("GET POST DELETE", "manage/delete", ("terminalId",), ("message",), 409),
    Endpoint("GET", "manage/terminal/information", ("terminalId",), ("posInformation",), 200),
    Endpoint("GET", "manage/stores", (), ("storesIds",), 200),
    Endpoint("GET", "manage/store", ("storeId",), ("storeInformation",), 200),
    Endpoint("GET", "manage/checkInStatus/byposId", ("posId",), ("checkInStatus",), 200),
    Endpoint("GET", "manage/checkInStatus/byterminalId", ("terminalId",), ("checkInStatus",), 200),
)
