"""QR codes on pages: one to show, one to load, a sheet of many to print."""

from datetime import timedelta

from django.test import Client
import pytest

from portal import clock
from terminals.models import PointOfSale
from terminals.states import PosState
from tests.pages import all_of, said
from tests.places import limited_to, new_counter, owing

NOTHING = "No terminal here has a point of sale, so there is nothing to print."


@pytest.fixture
def floor(merchants):
    """Two stores with three points of sale, one that is gone, and somebody else's."""
    kino = merchants["KINO1"]
    gone = new_counter(kino, store="Odense", terminal="Gone")
    PointOfSale.objects.filter(pk=gone.pk).update(state=PosState.DELETED)
    new_counter(merchants["BAGER7"], terminal="Theirs")
    return [
        new_counter(kino, store="Odense", terminal="Kiosk"),
        new_counter(kino, store="Aarhus", terminal="Kasse 2"),
        new_counter(kino, store="Aarhus", terminal="Kasse 1"),
    ]


def labels(page):
    return said(page, "ul[@class='labels']/li")


def test_the_sheet_has_a_label_for_every_point_of_sale_by_store_and_name(clerk, floor):
    page = clerk.get("terminals/labels/")

    assert labels(page) == ["Kasse 1 Aarhus", "Kasse 2 Aarhus", "Kiosk Odense"]
    assert [each.get("alt") for each in all_of(page, "img")] == [
        "QR code of Kasse 1, Aarhus",
        "QR code of Kasse 2, Aarhus",
        "QR code of Kiosk, Odense",
    ]


def test_every_label_shows_the_code_of_its_own_point_of_sale(clerk, floor):
    page = clerk.get("terminals/labels/")
    pictures = [Client().get(each.get("src")) for each in all_of(page, "img")]

    assert [(each.status_code, each["Content-Type"]) for each in pictures] == [(200, "image/svg+xml")] * 3
    assert len({each.content for each in pictures}) == 3


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ({"q": "kasse"}, ["Kasse 1 Aarhus", "Kasse 2 Aarhus"]),
        ({"q": "nobody"}, []),
        ({"problem": "no-pos"}, []),
        ({"problem": "tired"}, []),
        ({"page": "last"}, ["Kasse 1 Aarhus", "Kasse 2 Aarhus", "Kiosk Odense"]),
    ],
)
def test_the_sheet_has_the_labels_that_were_asked_for(clerk, floor, question, shown):
    page = clerk.get("terminals/labels/", **question)

    assert labels(page) == shown
    assert said(page, "p", "empty") == ([] if shown else [NOTHING])


def test_whoever_works_in_one_store_prints_that_stores_labels(floor):
    lone = limited_to(floor[0].terminal.store)

    assert labels(lone.get("terminals/labels/")) == ["Kiosk Odense"]
    assert labels(lone.get("terminals/labels/", store=floor[1].terminal.store_id)) == []


def test_the_lists_link_prints_what_the_list_shows(clerk, floor):
    page = clerk.get("terminals/", q="kasse", page="last")

    [link] = [each.get("href") for each in all_of(page, "a") if "labels" in each.get("href", "")]
    assert link == clerk.url("terminals/labels/?q=kasse")


def test_a_hundred_tills_and_more_are_all_printed(clerk, merchants):
    for number in range(210):
        new_counter(merchants["KINO1"], terminal=f"Kasse {number}")

    assert len(labels(clerk.get("terminals/labels/"))) == 210


@pytest.mark.parametrize(("kind", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_the_terminals_page_offers_its_code_as_a_picture_for_a_day(clerk, pos, time_machine, kind, start):
    time_machine.move_to(clock.now(), tick=False)
    page = clerk.get(f"terminals/{pos.terminal_id}/")
    links = {each.get("href") for each in all_of(page, "a") if each.get("href", "").startswith("/qr/")}

    [link] = [each for each in links if each.endswith(kind)]
    fresh = Client().get(link)
    time_machine.shift(timedelta(days=1, seconds=1))
    old = Client().get(link)

    assert len(links) == 2
    assert (fresh.status_code, fresh.content[: len(start)]) == (200, start)
    assert (old.status_code, old.content.decode()) == (
        404,
        "This link to a QR code is not valid, or not any more. Ask the portal for a new one.",
    )


@pytest.mark.parametrize("state", [PosState.REGISTERING, PosState.DELETING, PosState.DELETED])
def test_a_point_of_sale_that_cannot_be_scanned_has_no_picture(clerk, pos, state):
    PointOfSale.objects.update(**owing({"state": state}))

    page = clerk.get(f"terminals/{pos.terminal_id}/")

    assert all_of(page, "img") == []
    assert labels(clerk.get("terminals/labels/")) == []
