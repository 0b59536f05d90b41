"""What is said of many terminals, one and none."""

import pytest

from terminals.words import terminals_go_on, terminals_stop


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (0, "No terminal is ready to sell, so none stops."),
        (1, "1 terminal stops selling now."),
        (34, "34 terminals stop selling now."),
    ],
)
def test_so_many_stop_selling(count, sentence):
    assert terminals_stop(count) == sentence


@pytest.mark.parametrize(
    ("count", "hours", "sentence"),
    [
        (0, 1, "No terminal is ready to sell. The old token works for 1 hour more, if it is kept."),
        (
            1,
            2,
            "1 terminal sells on with the old token for 2 hours, if it is kept; if not, it stops selling now.",
        ),
        (
            34,
            1,
            "34 terminals sell on with the old token for 1 hour, if it is kept; if not, they stop selling now.",
        ),
    ],
)
def test_so_many_sell_on_for_the_overlap(count, hours, sentence):
    assert terminals_go_on(count, hours) == sentence
