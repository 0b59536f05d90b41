"""How each payment call comes to be refused with each of its codes."""

from payments.models import Payment
from tests.payments.posv10_calls import CANCEL, CAPTURE, LOOK_UP, PREPARE, READY, START, be_busy
from tests.payments.till_sequences import cancel, capture, prepare, ready, reserve
from tests.shop import Answer
from tests.tillapi.endpoints import UNKNOWN
from tests.tillapi.refused.shop import BARE_TERMINAL, Shop, cut_line, refused

BEGIN = {"payment/start": START, "payment/start/byPosId": START, "payment/prepare": PREPARE}
READ = ("payment/status", "payment/details")
LONG = 11  # seconds: longer than an old word is told


@refused("terminal_not_found", "payment/start", "payment/prepare", "payment/ready", "payments")
def unknown_terminal(shop: Shop, path: str) -> Answer:
    return shop.call(path, terminalId=UNKNOWN)


@refused("pos_missing", "payment/start", "payment/prepare")
def bare_terminal(shop: Shop, path: str) -> Answer:
    return shop.call(path, terminalId=BARE_TERMINAL)


@refused("pos_not_found", "payment/start/byPosId")
def unknown_pos(shop: Shop, path: str) -> Answer:
    return shop.call(path, posId=UNKNOWN)


@refused("payment_active", *BEGIN)
def busy_pos(shop: Shop, path: str) -> Answer:
    shop.till.start("another")
    return shop.call(path)


@refused("order_open", *BEGIN)
def reserved_order(shop: Shop, path: str) -> Answer:
    reserve(shop.till, shop.customer)
    return shop.call(path, amount="1.00")


@refused("idempotency_key_reused", *BEGIN)
def used_key(shop: Shop, path: str) -> Answer:
    headers = {"Idempotency-Key": "a-key"}
    cancel(shop.till, shop.till.post(path, headers=headers, **_begun(shop, "another"))["paymentId"])
    return shop.call(path, headers=headers)


@refused("mobilepay_refused", *BEGIN)
def refused_start(shop: Shop, path: str) -> Answer:
    shop.refuse(BEGIN[path])
    return shop.call(path)


@refused("outcome_unknown", *BEGIN)
def lost_start(shop: Shop, path: str) -> Answer:
    be_busy(shop.simulator, BEGIN[path])
    return shop.call(path)


@refused("mobilepay_unavailable", *BEGIN)
def start_in_an_outage(shop: Shop, path: str) -> Answer:
    cut_line()
    return shop.call(path)


@refused("payment_contradicted", *BEGIN)
def start_with_the_id_of_another_payment(shop: Shop, path: str) -> Answer:
    reserve(shop.till, shop.customer, "another")
    shop.alter(BEGIN[path], paymentId=Payment.objects.get().remote_id)
    return shop.call(path)


@refused("payment_not_found", *READ, "payment/capture", "payment/cancel")
@refused("payment_not_found", *(f"payment/id/retrieve/{by}" for by in ("bystate", "byterminal", "byposId")))
@refused("payment_not_found", "payment/ready", "refund/create", "refunds")
def unknown_payment(shop: Shop, path: str) -> Answer:
    return shop.call(path)


@refused("payment_not_prepared", "payment/ready")
def started_payment(shop: Shop, path: str) -> Answer:
    return shop.call(path, paymentId=shop.till.start()["paymentId"])


@refused("amount_differs", "payment/ready")
def another_amount(shop: Shop, path: str) -> Answer:
    payment_id = prepare(shop.till)["paymentId"]
    ready(shop.till, payment_id)
    return shop.call(path, paymentId=payment_id, amount="1.00")


@refused("outcome_pending", "payment/ready", "payment/capture")
def cancellation_in_doubt(shop: Shop, path: str) -> Answer:
    payment_id = prepare(shop.till)["paymentId"] if path == "payment/ready" else reserve(shop.till, shop.customer)
    be_busy(shop.simulator, CANCEL)
    cancel(shop.till, payment_id)
    return shop.call(path, paymentId=payment_id)


@refused("outcome_pending", "payment/cancel")
def capture_in_doubt(shop: Shop, path: str) -> Answer:
    payment_id = reserve(shop.till, shop.customer)
    be_busy(shop.simulator, CAPTURE)
    capture(shop.till, payment_id)
    return shop.call(path, paymentId=payment_id)


ACTS = {"payment/ready": READY, "payment/capture": CAPTURE, "payment/cancel": CANCEL}


@refused("mobilepay_refused", *ACTS)
def refused_act(shop: Shop, path: str) -> Answer:
    payment_id = _to_act_on(shop, path)
    shop.refuse(ACTS[path])
    return shop.call(path, paymentId=payment_id)


@refused("outcome_unknown", *ACTS)
def lost_act(shop: Shop, path: str) -> Answer:
    payment_id = _to_act_on(shop, path)
    be_busy(shop.simulator, ACTS[path])
    return shop.call(path, paymentId=payment_id)


@refused("payment_contradicted", *ACTS)
def act_on_what_is_reported_otherwise(shop: Shop, path: str) -> Answer:
    payment_id = _to_act_on(shop, path)
    shop.refuse(ACTS[path])
    shop.alter(LOOK_UP, orderId="another")
    return shop.call(path, paymentId=payment_id)


@refused("payment_not_reserved", "payment/capture")
def asked_payment(shop: Shop, path: str) -> Answer:
    return shop.call(path, paymentId=shop.till.start()["paymentId"])


@refused("mobilepay_unavailable", "payment/capture")
def asked_payment_that_cannot_be_looked_up(shop: Shop, path: str) -> Answer:
    payment_id = shop.till.start()["paymentId"]
    be_busy(shop.simulator, LOOK_UP)
    return shop.call(path, paymentId=payment_id)


@refused("already_captured", "payment/capture")
@refused("payment_ended", "payment/cancel")
def captured_payment(shop: Shop, path: str) -> Answer:
    payment_id = reserve(shop.till, shop.customer)
    capture(shop.till, payment_id)
    return shop.call(path, paymentId=payment_id, amount="1.00")


@refused("capture_too_high", "payment/capture")
def more_than_reserved(shop: Shop, path: str) -> Answer:
    return shop.call(path, paymentId=reserve(shop.till, shop.customer), amount="27.07")


@refused("partial_capture_impossible", "payment/capture")
def less_than_reserved(shop: Shop, path: str) -> Answer:
    return shop.call(path, paymentId=reserve(shop.till, shop.customer), amount="27.05")


@refused("outcome_unknown", *READ)
def start_in_doubt(shop: Shop, path: str) -> Answer:
    be_busy(shop.simulator, START)
    shop.till.start()
    return shop.call(path, paymentId=Payment.objects.get().pk)


@refused("mobilepay_refused", *READ)
def refused_look_up(shop: Shop, path: str) -> Answer:
    payment_id = shop.till.start()["paymentId"]
    shop.refuse(LOOK_UP)
    return _asked_for_long(shop, path, payment_id)


@refused("mobilepay_unavailable", *READ)
def lost_look_up(shop: Shop, path: str) -> Answer:
    payment_id = shop.till.start()["paymentId"]
    be_busy(shop.simulator, LOOK_UP)
    return _asked_for_long(shop, path, payment_id)


@refused("payment_contradicted", *READ)
def look_up_that_says_otherwise(shop: Shop, path: str) -> Answer:
    payment_id = shop.till.start()["paymentId"]
    shop.alter(LOOK_UP, orderId="another")
    return _asked_for_long(shop, path, payment_id)


def _begun(shop: Shop, order_id: str) -> dict[str, str]:
    return {
        "orderId": order_id,
        "amount": "27.06",
        "terminalId": shop.till.terminal_id,
        "posId": str(shop.pos.pos_id),
    }


def _to_act_on(shop: Shop, path: str) -> str:
    return prepare(shop.till)["paymentId"] if path == "payment/ready" else reserve(shop.till, shop.customer)


def _asked_for_long(shop: Shop, path: str, payment_id: str) -> Answer:
    shop.call(path, paymentId=payment_id)
    shop.later(seconds=LONG)
    return shop.call(path, paymentId=payment_id)
