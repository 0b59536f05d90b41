"""Every figure a test may want otherwise, and what the network may do to its merchants."""

from dataclasses import dataclass

from portal.mobilepay.simulator.core.knobs import DAY, Adjustable


@dataclass
class Knobs(Adjustable):
    """Settings of the world; durations are in seconds.

    `webhooks_lost` is the share of deliveries that never leave, from 0 to 1. `webhook_delay` is how late each one
    leaves. With `webhooks_twice` each is sent twice, with `webhooks_forged` one with a wrong signature goes ahead.
    `keys_in_events` off shows the key of the create in every event, as the published samples do.
    """

    payment_lifetime: float = 600.0
    reservation_lifetime: float = 14 * DAY
    capture_guarantee: float = 7 * DAY
    refund_window: float = 365 * DAY
    check_in_lifetime: float = 900.0
    token_lifetime: int = 3600
    idempotency_retention: float = DAY
    keys_in_events: bool = True
    limits_rates: bool = False
    is_production: bool = False
    funds_are_gone: bool = False
    refuses_refunds: bool = False
    webhooks_lost: float = 0.0
    webhooks_twice: bool = False
    webhook_delay: float = 0.0
    webhooks_forged: bool = False
