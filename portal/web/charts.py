"""Bar charts as SVG: the geometry, worked out on the server."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from portal.money import Money

WIDTH, HEIGHT = 640, 200
_TOP, _BOTTOM = 12, 24
_GAP = 6
_NARROWER = 5
# So many labels of two letters stand beside each other, and so many longer ones.
_MOST_SHORT, _MOST_LONG = 31, 10
_SHORT = 2


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
        return self.x + self._margin

    @property
    def inner_width(self) -> int:
        """For a bar that stands in front of another one."""
        return self.width - 2 * self._margin

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def _margin(self) -> int:
        return max(self.width // _NARROWER, 1)


@dataclass(frozen=True, slots=True)
class Chart:
    """Pairs of bars on one scale, the second in front of the first, and the amount that the tallest stands for."""

    bars: list[tuple[Bar, Bar]]
    highest: Money


def pairs(values: Sequence[tuple[str, Money, Money]]) -> Chart:
    """A chart of a label and two amounts each; labels for which there is no room are left out."""
    highest = max((amount for _, *both in values for amount in both), key=lambda amount: amount.minor)
    behind = bars([(label, amount.minor) for label, amount, _ in values], highest=highest.minor)
    front = bars([(label, amount.minor) for label, _, amount in values], highest=highest.minor)
    longest = max(len(label) for label, _, _ in values)
    every = -(-len(values) // (_MOST_SHORT if longest <= _SHORT else _MOST_LONG))
    labelled = [
        (bar, other if place % every == 0 else replace(other, label=""))
        for place, (bar, other) in enumerate(zip(behind, front, strict=True))
    ]
    return Chart(labelled, highest)


def bars(values: Sequence[tuple[str, int]], *, highest: int) -> list[Bar]:
    """One bar for each label and value; `highest` is as tall as the chart, and no value is negative or higher."""
    highest = highest or 1
    room = HEIGHT - _TOP - _BOTTOM
    step = WIDTH // max(len(values), 1)
    gap = min(_GAP, step // 3)
    return [
        Bar(
            label,
            value,
            x=place * step + gap // 2,
            y=HEIGHT - _BOTTOM - value * room // highest,
            width=step - gap,
            height=value * room // highest,
        )
        for place, (label, value) in enumerate(values)
    ]
