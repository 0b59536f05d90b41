"""A moment that stands still, and something sold an hour and two before it."""

from django.utils.dateparse import parse_datetime
import pytest

from tests import places

NOW = parse_datetime("2026-03-02T14:00:00Z")


@pytest.fixture(autouse=True)
def _afternoon(time_machine):
    """Three in the afternoon, by the merchants' clock."""
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def kino(merchants):
    return merchants["KINO1"]


@pytest.fixture
def counter(kino):
    return places.new_counter(kino)


@pytest.fixture
def odense(kino):
    return places.new_counter(kino, store="Odense", terminal="Bar")


@pytest.fixture
def payment(counter):
    """27.06 DKK, captured at one o'clock."""
    return places.sold(counter, "order-1")


@pytest.fixture
def theirs(merchants):
    """A payment of the other merchant."""
    return places.sold(places.new_counter(merchants["BAGER7"]), "theirs")
