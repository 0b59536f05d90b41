"""The list of terminals: how each is doing, and which of them somebody asks for."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
import pytest

from payments.states import State
from portal import clock
from portal.operations.models import Operation
from portal.roles import Role
from terminals.models import PointOfSale, Terminal
from terminals.states import PosState
from tests.pages import all_of, column, errors, one, options, said, table
from tests.people import hire
from tests.places import limited_to, new_counter, owing, secure, sold
from tests.shop import KINO

NOT_A_CHOICE = "Select a valid choice. That choice is not one of the available choices."


@pytest.fixture
def kino(merchants):
    """A merchant with the terminals that a test makes, and no others."""
    Terminal.objects.filter(merchant=merchants["KINO1"]).delete()
    return merchants["KINO1"]


def change(pos, **fields):
    PointOfSale.objects.filter(pk=pos.pk).update(**owing(fields))


@pytest.fixture
def floor(kino, merchants):
    """One terminal for each problem, one without any, and one of somebody else."""
    now = clock.now()
    counters = {
        name: new_counter(kino, store=store, terminal=name)
        for name, store in (
            ("a fine one", "Aarhus"),
            ("b doubtful", "Aarhus"),
            ("c blocked", "Aarhus"),
            ("d without", "Odense"),
            ("e drifted", "Odense"),
            ("f silent", "Odense"),
        )
    }
    change(counters["b doubtful"], state=PosState.DELETING)
    sold(counters["c blocked"], "order-1", state=State.INITIATED, changed_at=now - timedelta(minutes=5))
    change(counters["d without"], state=PosState.DELETED)
    change(counters["e drifted"], drift={"name": "x"}, drifted_at=now)
    change(counters["f silent"], created_at=now - timedelta(days=8))
    new_counter(merchants["BAGER7"], terminal="theirs")
    return counters


def found(person, **question):
    return column(person.get("terminals/", **question), 0)


def test_the_list_shows_how_each_terminal_is_doing(clerk, floor, time_machine):
    time_machine.move_to("2026-03-02T12:00:00Z", tick=False)
    PointOfSale.objects.update(created_at=clock.now())
    change(floor["b doubtful"], changed_at=clock.now() - timedelta(minutes=2))
    change(floor["e drifted"], drifted_at=clock.now() - timedelta(days=1))
    change(floor["f silent"], created_at=clock.now() - timedelta(days=8))
    sold(floor["a fine one"], "order-2", at="2026-03-02T11:00:00Z")
    type(floor["c blocked"].payments.get()).objects.filter(order_id="order-1").update(
        created_at=clock.now() - timedelta(minutes=5), changed_at=clock.now() - timedelta(minutes=5)
    )

    page = clerk.get("terminals/")

    assert table(page) == [
        ["a fine one", "Registered", "Aarhus", "Ready to sell", "1 h ago"],
        ["b doubtful", "Being deleted", "Aarhus", "Not known yet since 12:58:00", "never"],
        ["c blocked", "Registered order order-1", "Aarhus", "Blocked since 12:55:00", "5 min ago"],
        ["d without", "None", "Odense", "No point of sale", "never"],
        ["e drifted", "Registered", "Odense", "Differs from MobilePay since 1 Mar 2026, 13:00", "never"],
        ["f silent", "Registered", "Odense", "Silent since 22 Feb 2026, 13:00", "never"],
    ]
    assert [each.get("class").split()[1] for each in all_of(page, "td[4]/span")] == [
        "good",
        "warn",
        "bad",
        "bad",
        "warn",
        "warn",
    ]


QUESTIONS = [
    ({}, "abcdef"),
    ({"problem": "any"}, "bcdef"),
    ({"problem": "in-doubt"}, "b"),
    ({"problem": "blocked"}, "c"),
    ({"problem": "no-pos"}, "d"),
    ({"problem": "drifted"}, "e"),
    ({"problem": "silent"}, "f"),
    ({"q": "BLOCK"}, "c"),
    ({"q": "o"}, "abcd"),
    ({"q": "o", "problem": "no-pos"}, "d"),
    ({"q": "fine", "problem": "any"}, ""),
    ({"q": "", "store": "", "problem": ""}, "abcdef"),
]


def test_a_question_finds_what_it_asks_for(clerk, floor):
    answers = [(question, "".join(name[0] for name in found(clerk, **question))) for question, _ in QUESTIONS]

    assert answers == QUESTIONS


def test_a_store_can_be_asked_for_alone_and_with_a_problem(clerk, floor):
    odense = floor["d without"].terminal.store_id

    assert found(clerk, store=odense) == ["d without", "e drifted", "f silent"]
    assert found(clerk, store=odense, problem="silent") == ["f silent"]
    assert found(clerk, store=odense, problem="blocked") == []


def test_a_terminal_is_found_by_its_id_in_any_letter_case(clerk, floor):
    terminal = floor["c blocked"].terminal

    assert found(clerk, q=terminal.terminal_id) == ["c blocked"]
    assert found(clerk, q=f" {terminal.terminal_id.upper()} ") == ["c blocked"]


WRONG = [
    ({"problem": "tired"}, "Select a valid choice. tired is not one of the available choices."),
    ({"store": "x"}, NOT_A_CHOICE),
    ({"store": "9" * 30}, NOT_A_CHOICE),
    ({"q": "x" * 37}, "Ensure this value has at most 36 characters (it has 37)."),
    ({"q": "\x00"}, "Null characters are not allowed."),
]


def test_a_question_that_makes_no_sense_gets_a_message_and_no_rows(clerk, floor):
    pages = [(question, clerk.get("terminals/", **question)) for question, _ in WRONG]

    assert [(question, *errors(page)) for question, page in pages] == WRONG
    assert [(page.status_code, table(page)) for _, page in pages] == [(200, [])] * len(WRONG)


def test_another_merchants_store_shows_nothing(clerk, floor, merchants):
    theirs = new_counter(merchants["BAGER7"], store="Theirs").terminal.store_id

    page = clerk.get("terminals/", store=theirs)

    assert (table(page), errors(page)) == ([], [NOT_A_CHOICE])


def test_whoever_works_in_one_store_sees_only_its_terminals_and_has_no_store_to_choose(floor):
    lone = limited_to(floor["d without"].terminal.store)

    page = lone.get("terminals/")
    elsewhere = lone.get("terminals/", store=floor["c blocked"].terminal.store_id)

    assert column(page, 0) == ["d without", "e drifted", "f silent"]
    assert options(page, "store") == []
    assert (table(elsewhere), errors(elsewhere)) == ([], [NOT_A_CHOICE])
    assert found(lone, problem="any") == ["d without", "e drifted", "f silent"]
    assert found(lone, problem="blocked") == []


def test_without_terminals_the_list_says_what_to_do_and_without_an_answer_it_says_so(clerk, kino):
    none, unanswered = clerk.get("terminals/"), clerk.get("terminals/", q="x")

    assert said(none, "p", "empty") == ["No terminal yet. Add the first one, then register its point of sale."]
    assert said(unanswered, "p", "empty") == ["No terminal fits this question. Show all"]


@pytest.mark.parametrize(("who", "can_add"), [("administrator", True), ("clerk", False), ("auditor", False)])
def test_only_who_manages_terminals_is_offered_to_add_one(request, merchants, who, can_add):
    page = request.getfixturevalue(who).get("terminals/")

    assert said(page, "div[@class='buttons']/a") == ["QR codes to print", *["Add a terminal"][:can_add]]


def test_the_list_goes_on_over_many_pages_and_keeps_its_question(clerk, kino):
    for number in range(60):
        new_counter(kino, terminal=f"Kasse {number:02}")
    first = clerk.get("terminals/", q="Kasse", problem="")

    [following] = [each.get("href") for each in all_of(first, "a[@rel='next']")]
    second = clerk.browser.get(clerk.url(f"terminals/{following}"))
    problems = clerk.browser.get(clerk.url(f"terminals/{following}&problem=any"))

    assert column(first, 0) == [f"Kasse {number:02}" for number in range(50)]
    assert column(second, 0) == [f"Kasse {number:02}" for number in range(50, 60)]
    assert following.startswith("?q=Kasse")
    assert table(problems) == []


@pytest.mark.parametrize("question", [{}, {"problem": "any"}])
def test_the_table_alone_is_sent_again_only_when_something_changed(clerk, kino, time_machine, question):
    time_machine.move_to("2026-03-02T12:00:00Z", tick=False)
    counter = new_counter(kino, terminal="Bar")
    change(counter, drift={"name": "x"}, drifted_at=clock.now())
    shown = clerk.part("terminals/", "terminal-table", **question)

    same = clerk.part("terminals/", "terminal-table", seen=shown["X-Part"], **question)
    change(counter, state=PosState.DELETED)
    changed = clerk.part("terminals/", "terminal-table", seen=shown["X-Part"], **question)

    assert (shown.status_code, same.status_code, changed.status_code) == (200, 204, 200)
    assert b"<html" not in shown.content
    assert [each[3] for each in (*table(shown), *table(changed))] == [
        "Differs from MobilePay since 13:00:00",
        "No point of sale",
    ]
    assert one(shown, "div[@id='terminal-table']").get("hx-trigger") == "every 10s"


@pytest.mark.parametrize("question", [{}, {"problem": "any"}, {"q": "Kasse"}], ids=str)
def test_a_longer_list_takes_no_more_questions_to_the_database(merchants, settings, kino, question):
    settings.SECOND_FACTOR_REQUIRED = True
    boss = hire("boss@kino.example", kino, Role.ADMINISTRATOR)
    secure(boss)
    asked = []

    for number in range(100):
        counter = new_counter(kino, store=f"Store {number}", terminal=f"Kasse {number}")
        sold(counter, f"order-{number}", state=State.INITIATED, operation=Operation.CANCEL, attempts=1)
        if number in {0, 99}:
            boss.get("terminals/", **question)
            with CaptureQueriesContext(connection) as queries:
                page = boss.get("terminals/", **question)
            asked.append(len(queries))
            assert len(table(page)) == min(number + 1, 50)

    assert asked[0] == asked[1]
    assert asked[1] <= 15


def test_the_demo_shop_shows_its_two_tills(clerk, till):
    page = clerk.get("terminals/")

    assert [row[:2] for row in table(page)] == [["Kasse 1", "Registered"], ["Kasse 2", "None"]]
    assert {row[2] for row in table(page)} == {KINO["stores"][0]["name"]}
