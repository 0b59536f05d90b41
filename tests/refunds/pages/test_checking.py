"""Asking MobilePay how a refund stands."""

import pytest

from tests.house.world import rows
from tests.pages import said
from tests.payments.posv10_calls import be_busy
from tests.refunds.pages.forms import after, path
from tests.refunds.scenarios import LOOK_UP, ask, fresh, give_back, refund_id, told, told_mobilepay

SILENT = "MobilePay does not answer right now. Nothing was changed; ask again in a moment."


@pytest.fixture
def going(till, sold):
    """A till's refund that MobilePay has, and nobody has asked about since."""
    return fresh(refund_id(give_back(till, sold)))


@pytest.mark.parametrize("who", ["clerk", "approver", "administrator"])
def test_a_check_brings_the_refund_up_to_date(request, going, who):
    somebody = request.getfixturevalue(who)

    answer = somebody.post(path(going, "check/"))

    assert answer["Location"] == somebody.url(path(going))
    assert after(somebody, answer) == ["The refund is reserved."]
    assert told(going) == ["Created", "Initiated", "Reserved"]


def test_a_check_while_mobilepay_is_silent_says_so_and_changes_nothing(clerk, going, simulator):
    be_busy(simulator, LOOK_UP)
    before = rows()

    page = clerk.browser.get(clerk.post(path(going, "check/"))["Location"])

    assert said(page, "div[@id='toasts']/div", "bad") == [SILENT]
    assert rows() == before


def test_a_check_that_mobilepay_refuses_is_told_with_its_reason(clerk, going, simulator):
    simulator.faults.add("refuse", *LOOK_UP, status=403, code="1401")
    before = rows()

    answer = clerk.post(path(going, "check/"))

    [sentence] = after(clerk, answer)
    assert sentence.startswith("MobilePay refused (code 1401): ")
    assert rows() == before


def test_what_mobilepay_does_not_know_of_is_not_asked_about(clerk, payment, simulator):
    refund = ask(payment, clerk)
    before = rows()

    answer = clerk.post(path(refund, "check/"))

    assert after(clerk, answer) == ["The refund is waiting for approval."]
    assert rows() == before
    assert told_mobilepay(simulator) == 0


def test_a_check_is_no_question_to_be_read(clerk, going, simulator):
    calls = told_mobilepay(simulator)

    assert clerk.get(path(going, "check/")).status_code == 405
    assert told_mobilepay(simulator) == calls


def test_an_auditor_cannot_make_the_portal_ask(auditor, going, simulator):
    before, calls = rows(), told_mobilepay(simulator)

    answer = auditor.post(path(going, "check/"))

    assert (answer.status_code, said(answer, "h1")) == (403, ["You may not ask MobilePay how a payment stands here"])
    assert (rows(), told_mobilepay(simulator)) == (before, calls)
