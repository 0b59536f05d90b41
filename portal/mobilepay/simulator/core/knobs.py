"""Settings of a world that a test may change while it runs."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

DAY = 86_400.0

_ACCEPTED: dict[type, tuple[type, ...]] = {bool: (bool,), int: (int,), float: (int, float, Decimal)}


@dataclass
class Adjustable:
    """A changed duration counts for what begins afterwards; deadlines already set stay."""

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
