"""Compares what we have written down with MobilePay's books and with what every till was told."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
import json
from typing import Any

from payments.models import Payment
from payments.states import State
from portal.management.chaos import sums
from portal.management.chaos.tills import Told
from refunds.models import Refund
from refunds.states import State as RefundState
from terminals.states import Provider

_ALIVE = {"Initiated", "Reserved", "Captured", "ExpiredAndCaptured"}


def in_doubt() -> int:
    """How many payments and refunds are still to be settled."""
    return Payment.objects.in_doubt().count() + Refund.objects.open().count()


def differences(world: dict[str, Any], units: dict[str, Any], told: list[Told]) -> list[str]:
    """Every way in which the books disagree, in a sentence; empty when all is well.

    `world` are the books of PoS V10, `units` those of ePayment.
    """
    doubtful = in_doubt()
    unsettled = [f"{doubtful} payments and refunds are not settled"] if doubtful else []
    at_posv10 = [*_payments(world["payments"]), *_refunds(world["refunds"]), *_doubles(world)]
    return [*unsettled, *at_posv10, *sums.differences(units), *_words(told)]


def reused_keys(calls: Any) -> list[str]:
    """Keys that went out with two different calls: a network may take the second for the first."""
    sent: defaultdict[str, set[str]] = defaultdict(set)
    for call in calls:
        if call["idempotencyKey"]:
            sent[call["idempotencyKey"]].add(f"{call['path']} {json.dumps(call['body'], sort_keys=True)}")
    return [f"the key {key} went out with {' and '.join(sorted(each))}" for key, each in sent.items() if len(each) > 1]


def _payments(theirs: list[dict[str, Any]]) -> Iterator[str]:
    known = {each["paymentId"]: each for each in theirs}
    ours = list(Payment.objects.filter(account__provider=Provider.POSV10).order_by("created_at"))
    for payment in ours:
        there = known.get(str(payment.remote_id))
        if there is None:
            if not payment.was_refused:
                yield f"{payment} is {payment.state} and MobilePay does not have it"
        elif there["status"] != payment.state:
            yield f"{payment} is {payment.state} here and {there['status']} there"
        elif Decimal(str(there.get("capturedAmount", 0))) != payment.captured.major:
            yield f"{payment} has another captured amount there"
    for remote_id in known.keys() - {payment.remote_id for payment in ours}:
        each = known[remote_id]
        if each["status"] in {State.RESERVED, State.CAPTURED}:
            yield f"MobilePay's payment {remote_id} of order {each['orderId']} is {each['status']} and unknown here"


def _refunds(theirs: list[dict[str, Any]]) -> Iterator[str]:
    known = {each["refundId"]: each for each in theirs}
    ours = list(Refund.objects.filter(payment__account__provider=Provider.POSV10).order_by("created_at"))
    for refund in ours:
        there = known.get(str(refund.remote_id))
        if there is None:
            if not refund.was_refused and refund.state != RefundState.WITHDRAWN:
                yield f"{refund} is {refund.state} and MobilePay does not have it"
        elif there["status"] != refund.state:
            yield f"{refund} is {refund.state} here and {there['status']} there"
    for remote_id in known.keys() - {refund.remote_id for refund in ours}:
        if known[remote_id]["status"] in _ALIVE:
            yield f"MobilePay's refund {remote_id} is {known[remote_id]['status']} and unknown here"


def _doubles(world: dict[str, Any]) -> Iterator[str]:
    captured = Counter(each["orderId"] for each in world["payments"] if each["status"] == "Captured")
    paid = Counter(each["refundOrderId"] for each in world["refunds"] if each["status"] in _ALIVE)
    for order, count in (captured + paid).items():
        if count > 1:
            yield f"order {order} was taken or given back {count} times"


def _words(told: list[Told]) -> Iterator[str]:
    payments = {str(payment.pk): payment for payment in Payment.objects.all()}
    refunds = {str(refund.pk): refund for refund in Refund.objects.all()}
    for each in told:
        yield from each.doubles
        payment, refund = payments.get(each.payment_id), refunds.get(each.refund_id)
        if (each.payment_id and payment is None) or (each.refund_id and refund is None):
            yield f"a till was given an id for order {each.order_id} that is unknown here"
        if each.captured and (payment is None or payment.state != State.CAPTURED):
            yield f"a till was told that order {each.order_id} is captured"
        if each.refunded and (refund is None or not refund.is_paid):
            yield f"a till was told that order {each.order_id} is paid back"
