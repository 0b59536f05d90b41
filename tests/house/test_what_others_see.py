"""No page, part or file tells of another merchant, or of a store that is not the reader's."""

import io
import re
import zipfile

import pytest

from portal.roles import Right
from tests.house.authorisation import ALLOWED, PAGES, UNKNOWN, VISITORS, Place, expected
from tests.house.world import World, found_in, outcome, rows, undone, words_of, words_of_merchant
from tests.people import hire

PARTS = {
    "dashboard:overview": "overview",
    "payments:list": "payment-table",
    "payments:sums": "payment-sums",
    "payments:detail": "payment",
    "refunds:list": "refund-table",
    "refunds:detail": "refund",
    "terminals:list": "terminal-table",
    "terminals:detail": "terminal",
    "terminals:check-in": "check-in",
    "terminals:stores": "stores",
    "audit:list": "audit-table",
    "audit": "audit-table",
}
DIALOG = "dialog-content"
AT_ONE = [name for name, page in PAGES.items() if isinstance(page.needs, Right) and "GET" in page.methods]


@pytest.fixture
def world(till, stranger) -> World:
    return World()


def home_of(visitor):
    return Place.OTHER_MERCHANT if VISITORS[visitor].merchant is Place.OTHER_MERCHANT else Place.OURS


def text_of(answer):
    content = b"".join(answer) if answer.streaming else answer.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"".join(book.read(name) for name in book.namelist())
    return content.decode()


def every_text(world, visitor):
    """Everything that somebody can read at home: each page, each part and each file, by its name."""
    browser, home = world.visitor(visitor), home_of(visitor)
    for name, page in PAGES.items():
        if expected(VISITORS[visitor], page, "GET", home) != ALLOWED or page.thing == "qr":
            continue
        url = world.url(name, home)
        headers = {"HX-Request": "true", "HX-Target": PARTS.get(name, DIALOG)}
        answers = {"page": browser.get(url), "part": browser.get(url, headers=headers)}
        if url.endswith(".csv"):
            answers["book"] = browser.get(url.replace(".csv", ".xlsx"))
        for kind, answer in answers.items():
            assert outcome(answer) == ALLOWED
            yield f"{name}, {kind}", text_of(answer)


@pytest.mark.parametrize("visitor", ["administrator", "auditor", "administrator of the other merchant"])
def test_nothing_of_one_merchant_tells_of_the_other(world, visitor):
    kino, bager = world.aarhus.merchant, world.kolding.merchant
    own, other = (bager, kino) if home_of(visitor) is Place.OTHER_MERCHANT else (kino, bager)
    foreign, familiar = words_of_merchant(other), words_of_merchant(own)

    texts = dict(every_text(world, visitor))

    assert {name: found_in(text, foreign) for name, text in texts.items() if found_in(text, foreign)} == {}
    assert found_in(texts["payments:export, page"], familiar) != []
    assert found_in(texts["payments:export, book"], familiar) != []
    assert found_in(texts["payments:list, part"], familiar) != []
    assert found_in(texts["refunds:export, book"], familiar) != []
    assert found_in(texts["refunds:list, part"], familiar) != []


@pytest.mark.parametrize(
    "visitor",
    ["administrator of one store", "approver of one store", "clerk of one store", "auditor of one store"],
)
def test_nothing_in_one_store_tells_of_another(world, visitor):
    foreign = words_of(world.odense) | words_of_merchant(world.kolding.merchant)
    familiar = words_of(world.aarhus)

    texts = dict(every_text(world, visitor))

    assert {name: found_in(text, foreign) for name, text in texts.items() if found_in(text, foreign)} == {}
    assert found_in(texts["payments:export, page"], familiar) != []
    assert found_in(texts["refunds:export, page"], familiar) != []


def test_people_of_several_stores_tell_a_reader_of_one_store_nothing_of_the_others(world):
    foreign = words_of(world.odense)
    hire("both@kino.example", world.aarhus.merchant, "clerk", stores=[world.aarhus, world.odense])
    browser = world.visitor("administrator of one store")

    page = text_of(browser.get(world.url("people:list", Place.OURS)))

    assert "both@kino.example" in page
    assert found_in(page, foreign) == []


@pytest.mark.parametrize("visitor", ["administrator", "administrator of one store", "nobody's"])
def test_a_refusal_says_nothing_of_what_it_keeps_back(world, visitor):
    browser = world.visitor(visitor)
    foreign = words_of_merchant(world.kolding.merchant) | words_of(world.odense)
    told = {}

    for name in AT_ONE:
        for place in PAGES[name].places:
            answer = world.ask(browser, "GET", name, place, with_htmx=False)
            if outcome(answer) == UNKNOWN:
                told[name, place.value] = found_in(text_of(answer), foreign)

    assert {asked: words for asked, words in told.items() if words} == {}
    assert len(told) >= len(AT_ONE)


def test_a_question_about_anothers_things_finds_nothing(world):
    browser = world.visitor("administrator")
    things, foreign = world.things[Place.OTHER_MERCHANT], words_of_merchant(world.kolding.merchant)
    payments, terminals = world.url("payments:list", Place.OURS), world.url("terminals:list", Place.OURS)
    log, labels = world.url("audit:list", Place.OURS), world.url("terminals:labels", Place.OURS)
    refunds, figures = world.url("refunds:list", Place.OURS), world.url("dashboard:figures", Place.OURS)
    questions = {
        f"{payments}?store={things['store']}",
        f"{payments}?terminal={things['terminal']}",
        f"{payments}?q={things['payment']}",
        f"{payments}?q=order-kolding",
        f"{payments}export.csv?store={things['store']}",
        f"{payments}sums/?terminal={things['terminal']}",
        f"{figures}?store={things['store']}",
        f"{figures}export.csv?store={things['store']}",
        f"{refunds}?store={things['store']}",
        f"{refunds}?q={things['refund']}",
        f"{refunds}?q=sold-kolding",
        f"{refunds}?tab=mine&q={things['payment']}",
        f"{refunds}export.csv?q={things['refund']}",
        f"{terminals}?store={things['store']}",
        f"{terminals}?q=Disken",
        f"{labels}?store={things['store']}",
        f"{log}?subject={things['payment']}",
        f"{log}?subject={things['refund']}",
        f"{log}?actor=kolding@kolding.example",
        f"{log}export.csv?subject={things['payment']}",
    }
    told = {}

    for question in questions:
        asked = question.rpartition("=")[2]
        told[question] = [word for word in found_in(text_of(browser.get(question)), foreign) if word != asked]

    assert {question: words for question, words in told.items() if words} == {}


@pytest.mark.parametrize(
    ("visitor", "store"),
    [
        ("administrator", "kolding"),
        ("administrator of one store", "odense"),
        ("administrator of one store", "kolding"),
    ],
)
@pytest.mark.parametrize("page", ["terminals:add", "terminals:change", "people:invite", "people:change"])
def test_no_form_takes_a_store_that_is_not_the_writers(world, visitor, store, page):
    browser = world.visitor(visitor)
    world.things[Place.OURS]["terminal"] = world.aarhus.terminals.get(points_of_sale=None).pk
    url, key = world.url(page, Place.OURS), getattr(world, store).pk
    seen = re.search(r'name="seen" value="(\w+)"', text_of(browser.get(url)))
    fields = {**world.fields, "seen": seen[1] if seen else ""}
    with undone():
        own = browser.post(url, fields)
    before = rows()

    answer = browser.post(url, {**fields, "store": key, "stores": [key]})

    assert own.status_code == 302
    assert answer.status_code == 422
    assert rows() == before


@pytest.mark.parametrize("page", ["people:invite", "people:change"])
def test_whoever_is_limited_to_stores_gives_nobody_all_of_them(world, page):
    browser = world.visitor("administrator of one store")
    url = world.url(page, Place.OURS)
    seen = re.search(r'name="seen" value="(\w+)"', text_of(browser.get(url)))
    before = rows()

    answer = browser.post(url, {**world.fields, "seen": seen[1] if seen else "", "all_stores": "on", "stores": []})

    assert answer.status_code == 422
    assert rows() == before
