"""Whole numbers of the environment: read, or refused in one sentence that names the variable."""

import pytest

from portal.settings import environment


@pytest.fixture
def variable(monkeypatch):
    """Sets the variable NAME, which starts out unset."""
    monkeypatch.delenv("NAME", raising=False)
    monkeypatch.delenv("NAME_FILE", raising=False)

    def set_to(value):
        monkeypatch.setenv("NAME", value)

    return set_to


@pytest.mark.parametrize(("value", "number"), [("4", 4), ("1", 1), (" 12 ", 12), ("007", 7)])
def test_number_is_a_whole_one(variable, value, number):
    variable(value)

    assert environment.number("NAME", 3, least=1) == number


@pytest.mark.parametrize("value", [None, "", "  "])
def test_number_that_is_not_there_is_the_default(variable, value):
    if value is not None:
        variable(value)

    assert environment.number("NAME", 3, least=1) == 3


@pytest.mark.parametrize("value", ["0", "-4", "+4", "4.0", "1e3", "0x4", "four", "4 5", "1_000", "٤", "²", "9" * 5000])
def test_number_that_is_none_or_too_small_stops_the_start(variable, value):
    variable(value)

    with pytest.raises(SystemExit, match=r"^Configuration: NAME must be a whole number, 1 or more\.$"):
        environment.number("NAME", 3, least=1)
