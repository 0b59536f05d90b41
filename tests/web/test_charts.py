"""Bars of a chart: as high as their values, side by side, within the chart."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as some
import pytest

from portal.money import Money
from portal.web.charts import HEIGHT, WIDTH, Bar, bars, pairs


def _kroner(minor):
    return Money(minor, "DKK")


TALLEST = HEIGHT - 12 - 24

values = some.lists(some.integers(0, 999_999_999_999), min_size=1, max_size=25)


def test_bars_are_as_high_as_their_values():
    found = bars([("08", 0), ("09", 50), ("10", 100)], highest=100)

    assert found == [
        Bar("08", 0, x=3, y=176, width=207, height=0),
        Bar("09", 50, x=216, y=94, width=207, height=82),
        Bar("10", 100, x=429, y=12, width=207, height=164),
    ]
    assert [bar.middle for bar in found] == [106, 319, 532]


def test_no_values_make_no_bars_and_zeros_make_flat_ones():
    assert bars([], highest=0) == []
    assert [bar.height for bar in bars([("08", 0), ("09", 0)], highest=0)] == [0, 0]


def test_a_bar_in_front_stands_in_the_middle_of_the_one_behind():
    [bar] = bars([("08", 1)], highest=2)

    assert (bar.inner_x, bar.inner_width) == (3 + 126, 634 - 252)
    assert abs(bar.inner_x + bar.inner_width // 2 - bar.middle) <= 1


@given(values, some.integers(0, 10**12))
def test_bars_stand_within_the_chart_beside_each_other_and_on_its_ground(numbers, more):
    highest = max(numbers) + more

    found = bars([(str(place), value) for place, value in enumerate(numbers)], highest=highest)

    assert [(bar.label, bar.value) for bar in found] == [(str(place), value) for place, value in enumerate(numbers)]
    assert {bar.y + bar.height for bar in found} == {HEIGHT - 24}
    assert all(0 <= bar.height <= TALLEST and bar.width > 0 and bar.inner_width > 0 for bar in found)
    assert all(bar.x < bar.inner_x and bar.inner_x + bar.inner_width < bar.x + bar.width for bar in found)
    assert (found[0].x >= 0, found[-1].x + found[-1].width <= WIDTH) == (True, True)
    assert all(left.x + left.width < right.x for left, right in pairwise(found))


@given(values)
def test_a_higher_value_has_no_lower_bar_and_the_highest_is_as_tall_as_the_chart(numbers):
    found = sorted(bars([("", value) for value in numbers], highest=max(numbers)), key=lambda bar: bar.value)

    assert [bar.height for bar in found] == sorted(bar.height for bar in found)
    assert found[-1].height == (TALLEST if max(numbers) else 0)


def test_pairs_stand_on_one_scale_and_hold_their_values():
    chart = pairs([("08", _kroner(50), _kroner(100)), ("09", _kroner(0), _kroner(25))])

    assert chart.highest == _kroner(100)
    assert [(behind.height, front.height, front.label) for behind, front in chart.bars] == [
        (82, 164, "08"),
        (0, 41, "09"),
    ]


@pytest.mark.parametrize(
    ("label", "number", "shown"),
    [("08", 24, 24), ("31", 31, 31), ("31", 32, 16), ("31", 62, 31), ("Jan 26", 3, 3), ("Jan 26", 121, 10)],
)
def test_there_are_as_many_labels_as_there_is_room_for(label, number, shown):
    chart = pairs([(label, _kroner(1), _kroner(1))] * number)

    assert len([front for _, front in chart.bars if front.label]) == shown
    assert chart.bars[0][1].label == label
