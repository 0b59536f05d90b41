"""Everything MobilePay never promised a figure for, and every figure a test may want shorter."""

from dataclasses import dataclass

from portal.mobilepay.simulator.core.knobs import DAY, Adjustable

__all__ = ["DAY", "Knobs"]


@dataclass
class Knobs(Adjustable):
    """Settings of the world (protocol section 18). Durations are in seconds unless the name says ms."""

    payment_poll_delay_in_ms: int = 1000
    check_in_poll_delay_in_ms: int = 1000
    refund_poll_delay_in_ms: int = 100
    check_in_lifetime: float = 300.0
    inactivity_timeout: float = 600.0
    reservation_lifetime: float = 7 * DAY
    refund_reserve_delay: float = 0.2
    refund_auto_capture: float = DAY
    refund_window: float = 90 * DAY
    token_lifetime: int = 3700
    idempotency_retention: float = DAY
    loyalty_lookup_delay: float = 0.0
    delete_again_succeeds: bool = False
    decline_reservations: bool = False
    decline_refunds: bool = False
