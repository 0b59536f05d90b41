"""Two merchants with everything that a till can name, all of it made over the real wire, and what tells them apart."""

from dataclasses import dataclass
from uuid import uuid4

from payments.models import Payment
from portal import clock
from portal.audit.actors import COMMAND
from refunds.models import Refund
from terminals.models import AccessToken, Merchant, PointOfSale, Terminal
from terminals.services import access, points_of_sale
from tests.house.world import found_in
from tests.payments.till_sequences import capture, prepare, reserve
from tests.refunds.scenarios import give_back, reserved_at_till
from tests.shop import Customer, Till

# By endpoint: a thing of one's own for every parameter, with which the call succeeds; what another's are answered.
_TERMINAL = (404, "terminal_not_found")
_POS = (404, "pos_not_found")
_PAYMENT = (404, "payment_not_found")
_REFUND = (404, "refund_not_found")
NO_PROOF = (401, "not_authenticated")
CALLS = {
    "refund/create": (
        {"amount": "five", "currencyCode": "currency", "paymentId": "sold", "refundOrderId": "new_refund_order"},
        _PAYMENT,
    ),
    "refund/details": ({"refundId": "awaiting_refund"}, _REFUND),
    "refunds": ({"paymentId": "sold"}, _PAYMENT),
    "refund/capture": ({"refundId": "reserved_refund"}, _REFUND),
    "refund/cancel": ({"refundId": "reserved_refund"}, _REFUND),
    "terminal/qrcode": ({"terminalId": "terminal"}, _TERMINAL),
    "payment/start": (
        {"orderId": "asked_order", "amount": "asked_amount", "terminalId": "terminal", "currencyCode": "currency"},
        _TERMINAL,
    ),
    "payment/start/byPosId": (
        {"orderId": "asked_order", "amount": "asked_amount", "posId": "pos", "currencyCode": "currency"},
        _POS,
    ),
    "payment/prepare": ({"orderId": "prepared_order", "terminalId": "prepared_terminal"}, _TERMINAL),
    "payment/ready": (
        {
            "orderId": "prepared_order",
            "amount": "five",
            "terminalId": "prepared_terminal",
            "currencyCode": "currency",
            "paymentId": "prepared",
        },
        _TERMINAL,
    ),
    "payment/details": ({"paymentId": "sold"}, _PAYMENT),
    "payments": ({"state": "issued", "orderId": "asked_order", "terminalId": "terminal"}, _TERMINAL),
    "payment/status": ({"paymentId": "asked"}, _PAYMENT),
    "payment/capture": ({"paymentId": "reserved", "amount": "kept_amount"}, _PAYMENT),
    "payment/cancel": ({"paymentId": "asked"}, _PAYMENT),
    "payment/id/retrieve/bystate": ({"orderId": "sold_order", "state": "captured"}, _PAYMENT),
    "payment/id/retrieve/byterminal": (
        {"orderId": "sold_order", "terminalId": "terminal", "paymentState": "captured"},
        _PAYMENT,
    ),
    "payment/id/retrieve/byposId": ({"orderId": "sold_order", "posId": "pos", "paymentState": "captured"}, _PAYMENT),
    "manage/token": ({"bioCode": "bio_code"}, (403, "enrolment_closed")),
    "manage/token/reset": ({"bioCode": "bio_code", "previousAccessToken": "token"}, NO_PROOF),
    "manage/create": ({"terminalId": "bare_terminal"}, _TERMINAL),
    "manage/delete": ({"terminalId": "free_terminal"}, _TERMINAL),
    "manage/terminal/information": ({"terminalId": "terminal"}, _TERMINAL),
    "manage/stores": ({}, NO_PROOF),
    "manage/store": ({"storeId": "store"}, (404, "store_not_found")),
    "manage/checkInStatus/byposId": ({"posId": "pos"}, _POS),
    "manage/checkInStatus/byterminalId": ({"terminalId": "terminal"}, _TERMINAL),
}
# Everything that is an id of some kind.
IDS = [
    *("terminal", "prepared_terminal", "free_terminal", "bare_terminal", "pos", "beacon", "store"),
    *("sold", "reserved", "asked", "prepared", "remote_payment"),
    *("awaiting_refund", "reserved_refund", "remote_refund"),
]


@dataclass(frozen=True)
class Shop:
    """`things` are the values of parameters by what they name; `words` are what nobody else may read."""

    till: Till
    things: dict[str, str]
    words: set[str]

    def parameters(self, named: dict[str, str]) -> dict[str, str]:
        return {parameter: self.things[thing] for parameter, thing in named.items()}


def open_shop(till: Till, simulator_url: str, *, word: str, phone: str, amounts: tuple[str, str, str]) -> Shop:
    """Payments in five states, refunds in two, three points of sale and one to come, and a customer checked in."""
    merchant = AccessToken.objects.get(lookup_id=till.token.split("_")[1]).merchant
    store, (first, second, third, bare) = merchant.stores.get(), _terminals(merchant, word)
    for terminal in (second, third):
        points_of_sale.register(terminal=terminal, by=COMMAND, now=clock.now())
    pos = PointOfSale.objects.get(terminal=first)
    customer = Customer(simulator_url, pos.beacon_id, phone)
    sold, kept, asked = amounts

    sold_id = reserve(till, customer, f"{word}-sold", sold)
    assert capture(till, sold_id).status == 200
    payment = Payment.objects.select_related("merchant").get(pk=sold_id)
    awaiting = give_back(till, payment, "600.00", f"{word}-much-back")["refundId"]
    refund = reserved_at_till(till, payment, "10.00", f"{word}-back")
    assert till.post("payment/cancel", paymentId=till.start(f"{word}-off", sold)["paymentId"]).status == 200
    reserved_id = reserve(till, customer, f"{word}-kept", kept)
    asked_id = till.start(f"{word}-asked", asked)["paymentId"]
    prepared_id = prepare(Till(till.token, str(second.terminal_id)), f"{word}-prepared")["paymentId"]
    customer.checks_in()
    assert till.status(asked_id) == "IssuedToUser"
    assert till.get("manage/checkInStatus/byposId", posId=str(pos.pos_id)).status == 200
    assert till.get("manage/stores").status == 200

    things = {
        "terminal": till.terminal_id,
        "prepared_terminal": str(second.terminal_id),
        "free_terminal": str(third.terminal_id),
        "bare_terminal": str(bare.terminal_id),
        "pos": str(pos.pos_id),
        "store": str(store.store_id),
        "sold": sold_id,
        "reserved": reserved_id,
        "asked": asked_id,
        "prepared": prepared_id,
        "awaiting_refund": awaiting,
        "reserved_refund": str(refund.pk),
        "beacon": pos.beacon_id,
        "remote_payment": payment.remote_id,
        "remote_refund": refund.remote_id,
        "sold_order": f"{word}-sold",
        "asked_order": f"{word}-asked",
        "prepared_order": f"{word}-prepared",
        "new_refund_order": f"{word}-back-again",
        "asked_amount": asked,
        "kept_amount": kept,
        "five": "5",
        "currency": "DKK",
        "captured": "Captured",
        "issued": "IssuedToUser",
        "bio_code": merchant.bio_code,
        "token": till.token,
    }
    return Shop(till, things, _words(merchant) | {sold, kept, asked})


def told_of(shop: Shop, reply) -> list[str]:
    """Which of the shop's words an answer holds, in its body or its headers."""
    headers = "\n".join(f"{name}: {value}" for name, value in reply.headers.items())
    return found_in(f"{headers}\n{reply.content.decode()}", shop.words)


def _terminals(merchant: Merchant, word: str) -> list[Terminal]:
    """Four terminals; the import has brought one or two."""
    store = merchant.stores.get()
    for number in range(merchant.terminals.count(), 4):
        terminal = {"store": store, "merchant": merchant, "terminal_id": uuid4(), "name": f"{word} till {number}"}
        Terminal.objects.create(**terminal)
    return list(merchant.terminals.select_related("store", "merchant").order_by("pk"))


def _words(merchant: Merchant) -> set[str]:
    """Everything by which a merchant's things are known: names, ids, customers."""
    store, payments = merchant.stores.get(), Payment.objects.filter(merchant=merchant)
    terminals = merchant.terminals.all()
    of_poses = PointOfSale.objects.filter(terminal__in=terminals).values_list("pos_id", "beacon_id", "operation_key")
    of_refunds = Refund.objects.filter(payment__in=payments).values_list("pk", "remote_id", "refund_order_id")
    of_payments = payments.values_list("pk", "remote_id", "order_id", "operation_key")
    rows = [
        (merchant.name, merchant.bio_code, merchant.vat_number, merchant.tokens.get().lookup_id),
        (store.store_id, store.name),
        *((each.terminal_id, each.name) for each in terminals),
        *of_poses,
        *of_payments,
        *of_refunds,
        *((each.customer_token, each.customer_receipt_token) for each in payments),
    ]
    return {str(word) for row in rows for word in row if word}


def await_enrolment(shop: Shop) -> None:
    """The shop has no access token any more, and an administrator holds the window open."""
    merchant = Merchant.objects.get(bio_code=shop.things["bio_code"])
    access.revoke(token=merchant.tokens.get(), by=COMMAND, now=clock.now(), reason="lost")
    access.open_enrolment(merchant=merchant, by=COMMAND, now=clock.now())
