"""The two colours of charts differ from the page and from one another, in both themes."""

from itertools import combinations
import re

import pytest

from portal.settings.base import BASE_DIR

TOKENS = (BASE_DIR / "portal" / "static" / "portal" / "css" / "tokens.css").read_text(encoding="utf-8")
FIGURES = (BASE_DIR / "portal" / "static" / "portal" / "css" / "figures.css").read_text(encoding="utf-8")
# What WCAG 2.2 asks of graphics (1.4.11).
LEAST = 3


def _colour(name, theme):
    light, dark = re.search(rf"--{name}: light-dark\((#\w+), (#\w+)\)", TOKENS).groups()
    digits = (dark if theme == "dark" else light)[1:]
    return "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits


def _luminance(colour):
    shares = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return sum(weight * share for weight, share in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _contrast(one, other):
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_is_that_of_the_guidelines():
    assert [round(_contrast("ffffff", other), 2) for other in ("000000", "ffffff", "767676")] == [21.0, 1.0, 4.54]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_bars_are_told_from_their_ground_and_from_each_other(theme):
    colours = {name: _colour(name, theme) for name in ("surface", "chart-strong", "chart-quiet")}

    too_close = [pair for pair in combinations(colours, 2) if _contrast(*map(colours.get, pair)) < LEAST]

    assert too_close == []


def test_charts_and_their_legends_have_no_colours_but_these():
    styles = FIGURES.partition(".chart {")[2].partition(".secret {")[0]

    used = set(re.findall(r"var\(--([\w-]+)\)", styles)) - {"field-line", "ink-soft", "small"}

    assert {name for name in used if not name.startswith("space-")} == {"surface", "chart-strong", "chart-quiet"}
    assert "#" not in styles
