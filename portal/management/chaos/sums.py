"""Compares what we have written down with ePayment's books: there a payment is a state and four sums."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from payments.models import Payment
from payments.states import UNPAID, State
from terminals.states import Provider

_OPEN, _APPROVED = "CREATED", "AUTHORIZED"


def differences(units: dict[str, Any]) -> Iterator[str]:
    """Every way in which the books disagree, in a sentence."""
    theirs = {each["reference"]: each for each in units["payments"]}
    ours = {each.remote_id: each for each in Payment.objects.filter(account__provider=Provider.EPAYMENT)}
    for reference, payment in ours.items():
        there = theirs.get(str(reference))
        if there is not None:
            yield from _payment(payment, there)
        elif reference is not None or payment.state not in UNPAID:
            yield f"{payment} is {payment.state} and ePayment does not have it"
    for reference in theirs.keys() - ours.keys():
        if theirs[reference]["state"] in {_OPEN, _APPROVED}:
            yield f"ePayment's payment {reference} is {theirs[reference]['state']} and unknown here"
    yield from _doubles(units)


def _payment(payment: Payment, there: dict[str, Any]) -> Iterator[str]:
    sums = {name: value["value"] for name, value in there["aggregate"].items()}
    if payment.captured_minor != sums["capturedAmount"]:
        yield f"{payment} has another captured amount there"
    if payment.refunded_minor != sums["refundedAmount"]:
        yield f"{payment} has another refunded amount there"
    is_reserved = (
        there["state"] == _APPROVED and sums["authorizedAmount"] > sums["capturedAmount"] + sums["cancelledAmount"]
    )
    if is_reserved != (payment.state == State.RESERVED) or (there["state"] == _OPEN) != payment.is_active:
        yield f"{payment} is {payment.state} here and {there['state']} there, with {sums}"


def _doubles(units: dict[str, Any]) -> Iterator[str]:
    orders = Counter(
        _order(each["reference"]) for each in units["payments"] if each["aggregate"]["capturedAmount"]["value"]
    )
    for order, count in orders.items():
        if count > 1:
            yield f"order {order} was taken {count} times"


def _order(reference: str) -> str:
    return reference.rpartition("-")[0]
