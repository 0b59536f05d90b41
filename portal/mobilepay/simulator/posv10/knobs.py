"""Everything MobilePay never promised a figure for, and every figure a test may want shorter."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

DAY = 86_400.0

_ACCEPTED: dict[type, tuple[type, ...]] = {bool: (bool,), int: (int,), float: (int, float, Decimal)}


@dataclass
class Knobs:
    """Settings of the world (protocol section 18). Durations are in seconds unless the name says ms.

    A changed duration counts for what begins afterwards; deadlines already set stay.
    """

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

    def change(self, values: Mapping[str, object]) -> None:
        """Set all the named knobs, or none.

        ValueError for an unknown name, a wrong type or a negative number.
        """
        kinds = {field.name: type(getattr(self, field.name)) for field in fields(self)}
        for name, value in values.items():
            if name not in kinds:
                raise ValueError(f"there is no knob {name}")
            if type(value) not in _ACCEPTED[kinds[name]] or value < 0:  # type: ignore[operator]
                raise ValueError(f"{name} must be of type {kinds[name].__name__} and not negative")
        for name, value in values.items():
            setattr(self, name, kinds[name](value))
