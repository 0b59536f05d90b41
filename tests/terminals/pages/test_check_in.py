"""Who is checked in at a terminal, looked up live."""

import pytest

from terminals.models import Terminal
from tests.pages import all_of, facts, one, said
from tests.shop import KINO, Customer
from tests.tillapi.raw_calls import rows

UPSTREAM = ("GET", "/pos/v10/pointofsales/[^/]+/checkin")
LOYAL, WITH_RECEIPTS = "+4520031804", "+4520031803"


def path(pos):
    return f"terminals/{pos.terminal_id}/check-in/"


def tags(page):
    return said(page, "span", "tag")


@pytest.mark.parametrize("who", ["administrator", "clerk"])
def test_nobody_is_there_then_somebody_is(request, pos, customer, who):
    somebody = request.getfixturevalue(who)

    before = somebody.get(path(pos))
    customer.checks_in()
    after = somebody.get(path(pos))

    assert said(before, "h1") == ["Who is checked in"]
    assert (tags(before), facts(before)) == (["Nobody is checked in"], {})
    assert tags(after) == ["Somebody is checked in"]
    assert list(facts(after)) == ["Customer token", "Receipt token", "Loyalty ids"]
    [token] = [each.get("title") for each in all_of(after, "dl//code")]
    assert len(token) == 40
    assert (facts(after)["Receipt token"], facts(after)["Loyalty ids"]) == ("—", "—")


def test_a_member_is_shown_with_the_loyalty_ids(clerk, pos, simulator):
    Customer(simulator.url, pos.beacon_id, LOYAL).checks_in()

    assert facts(clerk.get(path(pos)))["Loyalty ids"] == "123456"


def test_somebody_with_receipts_is_shown_with_that_token(clerk, pos, simulator):
    Customer(simulator.url, pos.beacon_id, WITH_RECEIPTS).checks_in()

    tokens = [each.get("title") for each in all_of(clerk.get(path(pos)), "dl//code")]

    assert [len(token) for token in tokens] == [40, 32]


def test_the_part_asks_for_itself_again_and_is_sent_only_when_something_changed(clerk, pos, customer):
    first = clerk.part(path(pos), "check-in")
    same = clerk.part(path(pos), "check-in", seen=first["X-Part"])
    customer.checks_in()
    changed = clerk.part(path(pos), "check-in", seen=first["X-Part"])

    assert (first.status_code, same.status_code, changed.status_code) == (200, 204, 200)
    element = one(first, "div[@id='check-in']")
    assert (element.get("hx-get"), element.get("hx-trigger")) == (clerk.url(path(pos)), "every 2s")
    assert b"<html" not in first.content
    assert tags(changed) == ["Somebody is checked in"]


def test_the_terminals_page_leads_to_it(clerk, pos):
    page = clerk.get(f"terminals/{pos.terminal_id}/")

    assert one(page, "div[@id='check-in']").get("hx-get") == clerk.url(path(pos))
    assert one(page, "div[@id='check-in']//a").get("href") == clerk.url(path(pos))


def test_while_mobilepay_is_silent_the_page_says_so_and_asks_again(clerk, pos, customer, simulator):
    customer.checks_in()
    simulator.faults.add("refuse", *UPSTREAM, status=429)

    down, up = clerk.get(path(pos)), clerk.get(path(pos))

    assert said(down, "div[@class='notice warn']") == [
        "MobilePay does not answer right now. Nothing was changed; ask again in a moment."
    ]
    assert (tags(down), "hx-get" in one(down, "div[@id='check-in']").attrib) == ([], True)
    assert tags(up) == ["Somebody is checked in"]


def test_what_mobilepay_refuses_is_told_with_its_reason(clerk, pos, simulator):
    simulator.faults.add("refuse", *UPSTREAM, status=403, code="1400")

    assert said(clerk.get(path(pos)), "div[@class='notice warn']") == [
        (
            "MobilePay refused (code 1400): it says the point of sale was created by another integrator. "
            "Nothing was changed and no money moved; the service desk must look at the registration."
        )
    ]


def test_at_a_terminal_without_a_point_of_sale_nobody_can_be(clerk, merchants, simulator):
    terminal = Terminal.objects.get(terminal_id=KINO["stores"][0]["terminals"][0]["terminalId"])

    page = clerk.get(f"terminals/{terminal.pk}/check-in/")

    assert said(page, "div[@class='notice warn']") == [
        "The terminal has no point of sale. Create one first; nothing was done."
    ]
    assert simulator.calls.find() == []


@pytest.mark.parametrize("who", ["approver", "auditor"])
def test_whoever_may_not_look_up_customers_makes_nobody_ask(request, pos, customer, simulator, who):
    somebody = request.getfixturevalue(who)
    customer.checks_in()

    answer = somebody.get(path(pos))
    terminal = somebody.get(f"terminals/{pos.terminal_id}/")

    assert answer.status_code == 403
    assert said(answer, "h1") == ["You may not look up who is checked in here"]
    assert simulator.calls.find(*UPSTREAM) == []
    assert all_of(terminal, "div[@id='check-in']") == []


def test_what_is_known_about_a_customer_is_on_the_page_and_nowhere_else(clerk, pos, customer):
    customer.checks_in()

    page = clerk.get(path(pos))

    [token] = [each.get("title") for each in all_of(page, "dl//code")]
    assert token not in repr(rows())
