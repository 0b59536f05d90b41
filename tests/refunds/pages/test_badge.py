"""How many refunds wait for the reader: in the menu of every page, and on the overview."""

import pytest

from portal.roles import Role
from refunds.models import Refund
from refunds.states import State
from tests.pages import all_of, said, words
from tests.people import hire
from tests.places import limited_to, sold
from tests.refunds.pages.forms import path, row
from tests.refunds.scenarios import ask


def badge(page):
    return said(page, "nav[@class='side']//b", "badge")


def menu_link(person, page):
    [link] = [each for each in all_of(page, "nav[@class='side']//li/a") if words(each).startswith("Refunds")]
    return link.get("href").removeprefix(person.url(""))


def tile(person):
    """The overview's tile about refunds: where it leads, and what it says."""
    [found] = [each for each in all_of(person.get(""), "a", "tile") if "refunds/" in each.get("href")]
    return found.get("href").removeprefix(person.url("")), [words(each) for each in found]


@pytest.fixture
def waiting(payment, odense, theirs, clerk, administrator, approver):
    """Two that wait for the approver, one of her own, one to review, and some that wait for nobody here."""
    ask(payment, clerk, 500)
    row(sold(odense, "order-2"), State.REQUESTED, approvals_needed=1)
    ask(payment, approver, 300)
    stood_in = {"is_emergency": True, "first_approver": administrator.user, "approvals_needed": 1}
    row(payment, State.CAPTURED, **stood_in)
    row(payment, State.INITIATED, amount_minor=100)
    row(theirs, State.REQUESTED, approvals_needed=1)


def test_the_menu_counts_what_waits_for_an_approver(approver, waiting):
    pages = [approver.get(path) for path in ("", "payments/", "refunds/", "merchant/")]

    assert [badge(page) for page in pages] == [["3 waiting for you"]] * 4
    assert [menu_link(approver, page) for page in pages] == ["refunds/?tab=mine"] * 4


def test_the_menu_counts_what_an_administrator_is_to_review(administrator, kino, waiting):
    other = hire("axel@kino.example", kino, Role.ADMINISTRATOR)

    pages = [each.get("refunds/") for each in (other, administrator)]

    assert [badge(page) for page in pages] == [["1 waiting for you"], []]
    assert menu_link(administrator, pages[1]) == "refunds/"


@pytest.mark.parametrize("who", ["clerk", "auditor"])
def test_the_menu_counts_nothing_for_those_who_decide_nothing(request, waiting, who):
    somebody = request.getfixturevalue(who)

    page = somebody.get("refunds/")

    assert (badge(page), menu_link(somebody, page)) == ([], "refunds/")


def test_when_nothing_waits_there_is_no_badge(approver, clerk, payment):
    refund = ask(payment, clerk)
    approver.post(path(refund, "decline/"), reason="no receipt")

    page = approver.get("refunds/")

    assert (badge(page), menu_link(approver, page)) == ([], "refunds/")
    assert Refund.objects.get().state == State.DECLINED


def test_pages_of_no_merchant_count_nothing(approver, waiting):
    assert badge(approver.get("/merchants/")) == []


def test_an_approver_of_one_store_reads_of_that_one(one_factor, waiting, odense):
    lone = limited_to(odense.terminal.store, role=Role.APPROVER)

    assert badge(lone.get("refunds/")) == ["1 waiting for you"]
    assert tile(lone) == ("refunds/?tab=mine", ["Refunds waiting for you", "1", "1 not finished in all"])


def test_the_overview_tells_an_approver_what_waits_for_them(approver, waiting):
    assert tile(approver) == ("refunds/?tab=mine", ["Refunds waiting for you", "3", "4 not finished in all"])


@pytest.mark.parametrize("who", ["clerk", "auditor", "administrator", "platform"])
def test_the_overview_tells_others_what_waits_for_approval(request, waiting, who):
    assert tile(request.getfixturevalue(who)) == (
        "refunds/?tab=waiting",
        ["Refunds waiting for approval", "3", "4 not finished in all"],
    )


def test_the_overview_of_another_merchant_tells_its_own(rival, waiting):
    assert tile(rival) == ("refunds/?tab=waiting", ["Refunds waiting for approval", "1", "1 not finished in all"])
