"""Bar charts as SVG: the geometry, worked out on the server."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 200
_TOP, _BOTTOM = 12, 24
_GAP = 6
_NARROWER = 5


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    value: int
    x: int
    y: int
    width: int
    height: int

    @property
    def inner_x(self) -> int:
        return self.x + self.width // _NARROWER

    @property
    def inner_width(self) -> int:
        """For a bar that stands in front of another one."""
        return self.width - 2 * (self.width // _NARROWER)

    @property
    def middle(self) -> int:
        return self.x + self.width // 2


def bars(values: Sequence[tuple[str, int]], *, highest: int) -> list[Bar]:
    """One bar for each label and value; `highest` is as tall as the chart, and no value is negative or higher."""
    highest = highest or 1
    room = HEIGHT - _TOP - _BOTTOM
    step = WIDTH // max(len(values), 1)
    return [
        Bar(
            label,
            value,
            x=place * step + _GAP // 2,
            y=HEIGHT - _BOTTOM - value * room // highest,
            width=step - _GAP,
            height=value * room // highest,
        )
        for place, (label, value) in enumerate(values)
    ]
