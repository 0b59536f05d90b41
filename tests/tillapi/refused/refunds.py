"""How each refund call comes to be refused with each of its codes."""

from payments.models import Payment
from portal import clock
from portal.audit.actors import COMMAND
from portal.mobilepay.errors import Reason
from refunds.models import Refund
from refunds.services import approvals
from refunds.services.cancellations import cancel
from tests.payments.posv10_calls import be_busy
from tests.people import hire
from tests.refunds.factories import sale
from tests.refunds.scenarios import (
    CANCEL,
    CAPTURE,
    CREATE,
    LOOK_UP,
    ask,
    call_off,
    give_back,
    pay_out,
    reserved_at_till,
    rules,
)
from tests.shop import Answer
from tests.tillapi.refused.payments import LONG
from tests.tillapi.refused.shop import Shop, cut_line, refused
from tests.upstream.plain import Plain, put_everybody_at
from tests.upstream.upstreams import PAY_BACK

CREATION, ACTS = "refund/create", {"refund/capture": CAPTURE, "refund/cancel": CANCEL}


@refused("refund_not_found", "refund/details", *ACTS)
def unknown_refund(shop: Shop, path: str) -> Answer:
    return shop.call(path)


@refused("payment_not_captured", CREATION)
def asked_payment(shop: Shop, path: str) -> Answer:
    return shop.call(path, paymentId=shop.till.start()["paymentId"])


@refused("currency_differs", CREATION)
def other_currency(shop: Shop, path: str) -> Answer:
    sold = _sold(shop)
    shop.merchant.currencies = ["DKK", "EUR"]
    shop.merchant.save()
    return shop.call(path, paymentId=sold.pk, currencyCode="EUR")


@refused("refund_too_high", CREATION)
def more_than_captured(shop: Shop, path: str) -> Answer:
    return shop.call(path, paymentId=_sold(shop).pk, amount="27.07")


@refused("payment_too_old", CREATION)
def old_payment(shop: Shop, path: str) -> Answer:
    sold = _sold(shop)
    shop.later(days=91)
    return shop.call(path, paymentId=sold.pk)


@refused("refund_limit_reached", CREATION)
def day_limit(shop: Shop, path: str) -> Answer:
    rules(shop.merchant, day_limit_minor=100)
    return shop.call(path, paymentId=_sold(shop).pk)


@refused("refund_order_reused", CREATION)
def used_order(shop: Shop, path: str) -> Answer:
    sold = _sold(shop)
    give_back(shop.till, sold)
    return shop.call(path, paymentId=sold.pk, amount="1.00")


@refused("idempotency_key_reused", CREATION)
def used_key(shop: Shop, path: str) -> Answer:
    sold, headers = _sold(shop), {"Idempotency-Key": "a-key"}
    give_back(shop.till, sold, "1.00", headers=headers)
    return shop.call(path, headers=headers, paymentId=sold.pk, refundOrderId="refund-2")


@refused("refund_refused", CREATION)
def refused_for_the_payment(shop: Shop, path: str) -> Answer:
    sold = _sold(shop)
    shop.refuse(CREATE, 409, code="1367")
    return shop.call(path, paymentId=sold.pk)


@refused("refund_refused", "refund/capture")
def refused_payout_in_one_step(shop: Shop, path: str) -> Answer:
    plain, sold = Plain(), _sold(shop)
    put_everybody_at(plain, shop.monkeypatch)
    give_back(shop.till, sold)
    plain.refuse(PAY_BACK, Reason.TOO_OLD)
    return shop.call(path, refundId=Refund.objects.get().pk)


@refused("mobilepay_refused", CREATION)
def refused_creation(shop: Shop, path: str) -> Answer:
    sold = _sold(shop)
    shop.refuse(CREATE)
    return shop.call(path, paymentId=sold.pk)


@refused("outcome_unknown", CREATION)
def lost_creation(shop: Shop, path: str) -> Answer:
    sold = _sold(shop)
    be_busy(shop.simulator, CREATE)
    return shop.call(path, paymentId=sold.pk)


@refused("mobilepay_unavailable", CREATION)
def creation_in_an_outage(shop: Shop, path: str) -> Answer:
    sold = _sold(shop)
    cut_line()
    return shop.call(path, paymentId=sold.pk)


@refused("refund_contradicted", CREATION)
def creation_with_the_id_of_another_refund(shop: Shop, path: str) -> Answer:
    sold = _sold(shop)
    reserved_at_till(shop.till, sold, "1.00", "another")
    shop.alter(CREATE, refundId=Refund.objects.get().remote_id)
    return shop.call(path, paymentId=sold.pk, amount="2.00")


@refused("awaiting_approval", "refund/capture")
def requested_refund(shop: Shop, path: str) -> Answer:
    return shop.call(path, refundId=_requested(shop).pk)


@refused("refund_rejected", *ACTS)
def declined_refund(shop: Shop, path: str) -> Answer:
    asked = _requested(shop)
    asta = hire("asta@kino.example", shop.merchant, "approver")
    approvals.decline(refund=asked, reason="no receipt", by=asta.user, now=clock.now())
    return shop.call(path, refundId=asked.pk)


@refused("refund_not_reserved", "refund/capture")
def refund_on_its_way(shop: Shop, path: str) -> Answer:
    shop.simulator.world.knobs.change({"refund_reserve_delay": 60})
    give_back(shop.till, _sold(shop))
    return shop.call(path, refundId=Refund.objects.get().pk)


@refused("refund_ended", "refund/capture")
def cancelled_refund(shop: Shop, path: str) -> Answer:
    refund = _reserved(shop)
    cancel(refund=refund, by=COMMAND, now=clock.now())
    return shop.call(path, refundId=refund.pk)


@refused("refund_ended", "refund/cancel")
def paid_refund(shop: Shop, path: str) -> Answer:
    refund = _reserved(shop)
    pay_out(shop.till, refund)
    return shop.call(path, refundId=refund.pk)


@refused("refund_of_desk", "refund/cancel")
def refund_of_the_desk(shop: Shop, path: str) -> Answer:
    carl = hire("carl@kino.example", shop.merchant, "clerk")
    return shop.call(path, refundId=ask(_sold(shop), carl).pk)


@refused("outcome_pending", *ACTS)
def the_opposite_in_doubt(shop: Shop, path: str) -> Answer:
    refund = _reserved(shop)
    is_capture = path == "refund/capture"
    be_busy(shop.simulator, CANCEL if is_capture else CAPTURE)
    (call_off if is_capture else pay_out)(shop.till, refund)
    return shop.call(path, refundId=refund.pk)


@refused("mobilepay_refused", *ACTS)
def refused_act(shop: Shop, path: str) -> Answer:
    refund = _reserved(shop)
    shop.refuse(ACTS[path])
    return shop.call(path, refundId=refund.pk)


@refused("outcome_unknown", *ACTS)
def lost_act(shop: Shop, path: str) -> Answer:
    refund = _reserved(shop)
    be_busy(shop.simulator, ACTS[path])
    return shop.call(path, refundId=refund.pk)


@refused("refund_contradicted", *ACTS)
def act_on_what_is_reported_otherwise(shop: Shop, path: str) -> Answer:
    refund = _reserved(shop)
    shop.refuse(ACTS[path])
    shop.alter(LOOK_UP, amount=99)
    return shop.call(path, refundId=refund.pk)


@refused("mobilepay_unavailable", "refund/capture")
def refund_that_cannot_be_looked_up(shop: Shop, path: str) -> Answer:
    give_back(shop.till, _sold(shop))
    be_busy(shop.simulator, LOOK_UP)
    return shop.call(path, refundId=Refund.objects.get().pk)


@refused("outcome_unknown", "refund/details")
def creation_in_doubt(shop: Shop, path: str) -> Answer:
    sold = _sold(shop)
    be_busy(shop.simulator, CREATE)
    give_back(shop.till, sold)
    return shop.call(path, refundId=Refund.objects.get().pk)


@refused("mobilepay_refused", "refund/details")
def refused_look_up(shop: Shop, path: str) -> Answer:
    give_back(shop.till, _sold(shop))
    shop.refuse(LOOK_UP)
    return _asked_for_long(shop, path)


@refused("mobilepay_unavailable", "refund/details")
def lost_look_up(shop: Shop, path: str) -> Answer:
    give_back(shop.till, _sold(shop))
    be_busy(shop.simulator, LOOK_UP)
    return _asked_for_long(shop, path)


@refused("refund_contradicted", "refund/details")
def look_up_that_says_otherwise(shop: Shop, path: str) -> Answer:
    give_back(shop.till, _sold(shop))
    shop.alter(LOOK_UP, amount=99)
    return _asked_for_long(shop, path)


def _sold(shop: Shop) -> Payment:
    return sale(shop.simulator, shop.pos)


def _reserved(shop: Shop) -> Refund:
    return reserved_at_till(shop.till, _sold(shop))


def _requested(shop: Shop) -> Refund:
    rules(shop.merchant, till_limit_minor=100)
    give_back(shop.till, _sold(shop))
    return Refund.objects.get()


def _asked_for_long(shop: Shop, path: str) -> Answer:
    refund = Refund.objects.get()
    shop.call(path, refundId=refund.pk)
    shop.later(seconds=LONG)
    return shop.call(path, refundId=refund.pk)
