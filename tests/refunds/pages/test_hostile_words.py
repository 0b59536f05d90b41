"""Notes, reasons and names are words on a page and never anything more; long ones break nothing."""

import pytest

from payments.models import Payment
from refunds.states import State
from tests.pages import all_of, column, facts, one, said, toasts, words
from tests.payments.pages.test_export import lines
from tests.refunds.pages.forms import after, asking, path, row, wish
from tests.refunds.scenarios import ask, fresh, prove

HOSTILE = "\"><img src=x onerror=a>'{{7*7}}{%x%}"
LINES = "first line\r\nBcc: all@kino.example\n<b>third</b>"
LONG = "W" * 200
PAGES = ["refunds/", "refunds/{}/", "refunds/{}/proof/", "refunds/{}/approve/", "refunds/{}/decline/"]


@pytest.fixture
def hostile(payment, clerk):
    """A request whose every word is hostile."""
    for thing in (payment.merchant, payment.store, payment.terminal):
        thing.name = HOSTILE
        thing.save()
    clerk.user.name = HOSTILE
    clerk.user.save()
    Payment.objects.filter(pk=payment.pk).update(order_id=HOSTILE)
    return ask(payment, clerk, note=HOSTILE)


@pytest.mark.parametrize("page", [*PAGES, "payments/{payment}/", "refunds/?tab=mine", "", "merchant/"])
def test_hostile_words_are_shown_as_they_are(asta, hostile, page):
    response = asta.get(page.format(hostile.pk, payment=hostile.payment_id))

    assert (response.status_code, all_of(response, "img")) == (200, [])
    assert HOSTILE in words(one(response, "main"))


def test_a_hostile_note_in_the_form_is_kept_and_shown_as_it_is(clerk, payment):
    fields = wish(clerk, payment, reason="other", note=HOSTILE)

    refused = clerk.post(asking(payment), **{**fields, "amount": HOSTILE})
    answer = clerk.post(asking(payment), **fields)

    assert (refused.status_code, all_of(refused, "img")) == (422, [])
    assert [one(refused, f"input[@name='{name}']").get("value") for name in ("amount", "note")] == [HOSTILE] * 2
    assert facts(clerk.browser.get(answer["Location"]))["Reason"] == f"Something else “{HOSTILE}”"


@pytest.mark.parametrize("act", ["approve", "decline", "withdraw"])
def test_hostile_words_in_what_was_done_are_shown_as_they_are(asta, administrator, hostile, act):
    person = administrator if act == "withdraw" else asta
    question = person.get(path(hostile, f"{act}/"))
    seen = {each.get("name"): each.get("value") for each in all_of(question, "input[@name='seen']")}

    shown = after(person, person.post(path(hostile, f"{act}/"), reason=HOSTILE, **seen))

    page = person.get(path(hostile))
    assert (len(shown), all_of(page, "img")) == (1, [])
    assert len([each for each in said(page, "ol[@class='steps']/li") if HOSTILE in each]) == 1 + (act != "approve")
    assert (act != "approve") or f"order {HOSTILE}" in shown[0]


def test_a_hostile_emergency_and_its_review_are_shown_as_they_are(administrator, asta, clerk, payment):
    stood_in = {"is_emergency": True, "first_approver": administrator.user, "approvals_needed": 1}
    refund = row(payment, State.CAPTURED, **stood_in, note=HOSTILE)

    answer = asta.post(path(refund, "review/"), verdict="in_order", note=HOSTILE)

    page = asta.browser.get(answer["Location"])
    assert (toasts(page), all_of(page, "img")) == (["Reviewed: in order."], [])
    [step] = [each for each in said(page, "ol[@class='steps']/li") if each.startswith("Reviewed: in order")]
    assert step.endswith(f"asta@kino.example · {HOSTILE}")


def test_line_breaks_in_a_note_stay_within_their_cell(clerk, payment):
    clerk.post(asking(payment), **wish(clerk, payment, note=LINES))

    shown = column(clerk.get("refunds/"), 4)
    exported = [line[12] for line in lines(clerk.get("refunds/export.csv"))]

    one_line = " ".join(LINES.split())
    assert shown == [f"Goods returned “{one_line}”"]
    assert [" ".join(each.split()) for each in exported] == ["Note", one_line]


@pytest.mark.parametrize("page", PAGES)
def test_a_note_as_long_as_can_be_is_shown_whole(asta, clerk, payment, page):
    refund = ask(payment, clerk, note=LONG)

    response = asta.get(page.format(refund.pk))

    assert response.status_code == 200
    assert LONG in words(one(response, "main"))


def test_a_reason_as_long_as_can_be_stays_whole_in_what_happened(administrator, clerk, payment):
    refund = ask(payment, clerk)
    prove(administrator)
    question = administrator.get(path(refund, "approve-in-emergency/"))
    seen = one(question, "input[@name='seen']").get("value")

    administrator.post(path(refund, "approve-in-emergency/"), reason=LONG, seen=seen)

    steps = said(administrator.get(path(refund)), "ol[@class='steps']/li")
    assert len([each for each in steps if f"approved in an emergency: {LONG}" in each]) == 1
    assert fresh(refund).is_emergency is True


def test_a_hostile_question_keeps_its_words_in_the_field_and_the_links(clerk, payment):
    names = ["q", "state", "store", "origin", "first", "tab", "page", "<img src=x>"]

    pages = [clerk.get("refunds/", **{name: HOSTILE}) for name in names]

    assert [(page.status_code, all_of(page, "img")) for page in pages] == [(200, [])] * len(names)
    assert one(pages[0], "input[@name='q']").get("value") == HOSTILE
