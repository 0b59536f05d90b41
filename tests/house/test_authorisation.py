"""Every page, asked for by everybody, in every way: the table in authorisation.py says what comes of it."""

import pytest

from tests.house.authorisation import ALLOWED, PAGES, VISITORS, Place, Visitor, expected
from tests.house.world import World, addresses, every_ask, outcome, rows, undone

SHORT = {Place.OURS: "ours", Place.OTHER_STORE: "other store", Place.OTHER_MERCHANT: "other merchant"}


@pytest.fixture
def world(till, stranger) -> World:
    return World()


def asks(visitor: Visitor, *, is_refused: bool):
    """Every way to ask for every page that the table refuses, or allows; each with what must come of it."""
    return [
        (name, method, place, with_htmx, due)
        for name, page in PAGES.items()
        for method, place, with_htmx in every_ask(page)
        for due in [expected(visitor, page, method, place)]
        if (due != ALLOWED) is is_refused
    ]


def test_every_page_has_a_row_in_the_table():
    assert addresses() == set(PAGES)


@pytest.mark.parametrize("name", VISITORS)
def test_everybody_gets_what_is_theirs(world, name, mailoutbox):
    browser = world.visitor(name)
    surprises = []

    for page, method, place, with_htmx, due in asks(VISITORS[name], is_refused=False):
        with undone():
            came = outcome(world.ask(browser, method, page, place, with_htmx=with_htmx))
        if came != due:
            surprises.append((page, method, place.value, with_htmx, due, came))

    assert surprises == []


@pytest.mark.parametrize("name", VISITORS)
def test_everybody_is_refused_the_rest_and_it_changes_nothing(world, name, simulator, mailoutbox):
    browser = world.visitor(name)
    before, asked = rows(), len(simulator.calls.find())
    surprises = []

    for page, method, place, with_htmx, due in asks(VISITORS[name], is_refused=True):
        came = outcome(world.ask(browser, method, page, place, with_htmx=with_htmx))
        if came != due:
            surprises.append((page, method, place.value, with_htmx, due, came))

    assert surprises == []
    assert rows() == before
    assert len(simulator.calls.find()) == asked
    assert mailoutbox == []
