"""Four weeks of sales that never were, written straight into the database: no till could be that quick."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import islice, pairwise
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from payments.models import Payment, PaymentEvent
from payments.states import Flow, State
from portal.audit.actions import Action
from portal.audit.actors import ActorKind
from portal.audit.models import Entry
from terminals.models import PointOfSale
from terminals.states import Provider

DAYS = 28
_BATCH = 1000
# How much of a day's trade falls into each hour, from midnight on.
_BUSY = (1, 1, 1, 1, 1, 1, 2, 5, 9, 10, 11, 15, 20, 18, 15, 16, 20, 26, 30, 32, 26, 16, 8, 3)
_WEEKDAYS = (8, 8, 9, 10, 14, 16, 13)
_ENDINGS = {
    State.CAPTURED: 88,
    State.CANCELLED_BY_USER: 4,
    State.CANCELLED_BY_CLIENT: 4,
    State.EXPIRED_AND_CANCELLED: 2,
    State.CANCELLED_BY_MOBILEPAY: 1,
    State.REJECTED_AGE: 1,
}
_CUSTOMER_STEPS = [State.CREATED, State.INITIATED, State.ISSUED_TO_USER]
_CAUSES: dict[str, str] = {State.CREATED: "the till asked for it", State.INITIATED: "MobilePay has it"}


def write(*, count: int, now: datetime, tokens: dict[int, str], seed: int = 1, with_story: bool = True) -> None:
    """Write that many ended payments of the last four weeks, spread over all registered points of sale.

    `tokens` are the lookup ids of each merchant's access token, by merchant. Without their story the payments
    have no events and no audit rows.
    """
    dice = Random(seed)  # noqa: S311 - invented sales, not secrets
    tills = list(PointOfSale.objects.registered().whole())
    zones = {pos.pk: ZoneInfo(pos.terminal.merchant.time_zone) for pos in tills}
    days = [now.date() - timedelta(days=back) for back in range(DAYS + 1)]
    day_weights = [_WEEKDAYS[day.weekday()] for day in days]

    def payments() -> Iterator[Payment]:
        for number in range(count):
            pos = dice.choice(tills)
            (day,) = dice.choices(days, day_weights)
            (hour,) = dice.choices(range(24), _BUSY)
            clock_time = time(hour, dice.randrange(60), dice.randrange(60), dice.randrange(1_000_000))
            at = datetime.combine(day, clock_time, zones[pos.pk])
            yield _payment(pos, at if at < now - timedelta(minutes=2) else at - timedelta(days=DAYS), number, dice)

    invented = payments()
    while batch := list(islice(invented, _BATCH)):
        Payment.objects.bulk_create(batch)
        if with_story:
            stories = [_story(payment, tokens[payment.merchant_id]) for payment in batch]
            PaymentEvent.objects.bulk_create([event for events, _ in stories for event in events])
            Entry.objects.bulk_create([entry for _, entry in stories])


def _payment(pos: PointOfSale, at: datetime, number: int, dice: Random) -> Payment:
    (state,) = dice.choices(list(_ENDINGS), list(_ENDINGS.values()))
    merchant = pos.terminal.merchant
    currency = dice.choices(merchant.currencies, [9, 1][: len(merchant.currencies)])[0]
    kroner = dice.choice((2500, 3900, 4500, 7900, 9500, 11000, 13500, 21500, 27000, 41000))
    amount = kroner + dice.randrange(0, 1000, 50) if currency == "DKK" else kroner // 7
    captured = amount if state == State.CAPTURED else 0
    if captured and dice.random() < 0.03:  # noqa: PLR2004 - three in a hundred are captured in part
        captured = amount // 2
    return Payment(
        id=UUID(int=dice.getrandbits(128), version=4),
        merchant=merchant,
        store_id=pos.terminal.store_id,
        terminal=pos.terminal,
        point_of_sale=pos,
        account=pos.account,
        flow=Flow.PREPARED if dice.random() < 0.2 else Flow.DIRECT,  # noqa: PLR2004 - one in five
        order_id=str(10000 + number),
        amount_minor=amount,
        currency=currency,
        captured_minor=captured,
        state=state,
        remote_id=_remote_id(pos, order_id=str(10000 + number), dice=dice),
        created_at=at,
        changed_at=at + timedelta(seconds=dice.randrange(8, 90)),
        fresh_until=at,
    )


def _remote_id(pos: PointOfSale, *, order_id: str, dice: Random) -> str:
    """As the network would call it: by an id of its own, or by a reference that shows the order."""
    some_id = UUID(int=dice.getrandbits(128), version=4)
    return f"{order_id}-{some_id.hex[:16]}" if pos.account.provider == Provider.EPAYMENT else str(some_id)


def _story(payment: Payment, lookup_id: str) -> tuple[list[PaymentEvent], Entry]:
    steps = [*_CUSTOMER_STEPS, *([State.RESERVED] if payment.state == State.CAPTURED else []), State(payment.state)]
    length = payment.changed_at - payment.created_at
    events = [
        PaymentEvent(
            payment=payment,
            at=payment.created_at + length * place / (len(steps) - 1),
            from_state=before,
            to_state=after,
            cause=_CAUSES.get(after, "MobilePay reported it"),
            actor_kind=ActorKind.TILL,
            actor=lookup_id,
            correlation_id=str(UUID(int=payment.pk.int ^ place, version=4)),
        )
        for place, (before, after) in enumerate(pairwise(["", *map(str, steps)]))
    ]
    entry = Entry(
        at=payment.created_at,
        action=Action.PAYMENT_NOTED,
        actor_kind=ActorKind.TILL,
        actor=lookup_id,
        credential_source="POST header",
        merchant_id=payment.merchant_id,
        subject_kind="payment",
        subject_id=str(payment.pk),
        details={"to_state": State.CREATED, "amount": str(payment.amount)},
        is_routine=True,
        request_id=events[0].correlation_id,
        address="127.0.0.1",
    )
    return events, entry
