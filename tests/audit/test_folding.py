"""People first: what tills' sales leave is folded away, unless the question is about it."""

import pytest

from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import COMMAND, WORKER, Actor, ActorKind
from tests.pages import all_of, column, one, table, value_of, words

LOG = "audit/"
TILL = Actor(ActorKind.TILL, "1ZKIZWQvGl", "POST header")
PERSON = Actor(ActorKind.PERSON, "anna@kino.example")
FOLDED = "What tills' sales leave is folded away. Show tills' sales too"


@pytest.fixture
def log(auditor):
    """Three lines of a sale, and what a till, a person, a worker and a command do besides."""
    kino = auditor.merchant
    for action, by in (
        (Action.PAYMENT_NOTED, TILL),
        (Action.PAYMENT_MOVED, TILL),
        (Action.PAYMENT_MOVED, WORKER),
        (Action.TOKEN_RESET, TILL),
        (Action.PAYMENT_MOVED, PERSON),
        (Action.REFUND_MOVED, WORKER),
        (Action.TERMINAL_ADDED, COMMAND),
    ):
        audit.record(action, by=by, on=kino, merchant_id=kino.pk, note=f"{by.kind} {action}")


def found(person, **question):
    """Whose deeds of which kind the list shows, newest first; what the fixtures left aside."""
    notes = [cell.partition("Note: ")[2] for cell in column(person.get(LOG, **question), 2)]
    return [note for note in notes if note]


RARE = ["command terminal:added", "worker refund:moved", "person payment:moved", "till token:reset"]
SALES = ["worker payment:moved", "till payment:moved", "till payment:noted"]


@pytest.mark.parametrize(
    ("question", "shown", "is_folded"),
    [
        ({}, RARE, True),
        ({"first": "2020-01-01"}, RARE, True),
        ({"sales": "on"}, [*RARE, *SALES], False),
        ({"kind": "till"}, ["till token:reset", *SALES[1:]], False),
        ({"kind": "worker"}, ["worker refund:moved"], True),
        ({"kind": "worker", "sales": "on"}, ["worker refund:moved", "worker payment:moved"], False),
        ({"kind": "person"}, ["person payment:moved"], False),
        ({"kind": "person", "sales": "on"}, ["person payment:moved"], False),
        ({"action": "payment:noted"}, ["till payment:noted"], False),
        ({"action": "payment:moved"}, ["person payment:moved", *SALES[:2]], False),
        ({"action": "payment:moved", "kind": "worker"}, ["worker payment:moved"], False),
        ({"action": "payment:noted", "kind": "worker"}, [], False),
        ({"action": "token:reset"}, ["till token:reset"], False),
        ({"actor": "1ZKIZWQvGl"}, ["till token:reset", *SALES[1:]], False),
        ({"subject": "merchant {pk}"}, [*RARE, *SALES], False),
    ],
)
def test_sales_are_shown_when_the_question_is_about_them_and_a_line_says_when_not(
    log, auditor, question, shown, is_folded
):
    question = {name: value.format(pk=auditor.merchant.pk) for name, value in question.items()}

    page = auditor.get(LOG, **question)

    assert found(auditor, **question) == shown
    assert (FOLDED in words(one(page, "p", "aside"))) is is_folded


def test_the_line_leads_to_the_same_question_with_the_sales(log, auditor):
    [link] = all_of(auditor.get(LOG, first="2020-01-01", page="last"), "p[@class='aside']/a")

    unfolded = auditor.browser.get(f"{auditor.url(LOG)}{link.get('href')}")

    assert link.get("href") == "?first=2020-01-01&sales=on"
    assert len(table(unfolded)) == len(column(auditor.get(LOG, first="2020-01-01"), 0)) + len(SALES)
    assert value_of(unfolded, "first") == "2020-01-01"


def test_a_file_is_folded_like_the_list(log, auditor):
    files = [
        b"".join(auditor.get(f"{LOG}export.csv", **question).streaming_content).decode()
        for question in ({}, {"sales": "on"})
    ]

    assert [text.count("till payment:noted") for text in files] == [0, 1]
    assert [text.count("till token:reset") for text in files] == [1, 1]


def test_a_question_that_makes_no_sense_is_about_no_sales(log, auditor):
    page = auditor.get(LOG, kind="ghost")

    assert (table(page), FOLDED in words(one(page, "p", "aside"))) == ([], False)
