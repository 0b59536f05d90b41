"""A ceiling that tills have reached: on the overview of everybody who may see it, and beside the request."""

from datetime import timedelta

from tests.pages import all_of, one, said, words
from tests.places import limited_to, sold
from tests.refunds.factories import new_refund
from tests.refunds.pages.conftest import NOW
from tests.refunds.pages.forms import path

TEXT = (
    "{} reached what may be given back today without approval. {} asked for since, {} still to be approved or "
    "declined. Look at them: if they are not meant, decline them, and reset the access token."
)


def request_of(payment, ceiling, *, state="Requested", at=NOW):
    facts = {"state": state, "approvals_needed": 1, "created_at": at, "lapses_at": NOW + timedelta(days=1)}
    return new_refund(payment, ceiling=ceiling, amount_minor=100, **facts)


def to_look_at(person):
    return [words(each) for each in all_of(person.get(""), "div[@id='overview']/div", "notice")]


def test_a_ceiling_that_is_reached_is_something_to_look_at(payment, odense, administrator):
    request_of(payment, "terminal")
    request_of(payment, "terminal", state="Declined")
    request_of(sold(odense, "order-2"), "tills")

    found = to_look_at(administrator)

    assert found == [
        TEXT.format("All tills together have", "1 refund", 1),
        TEXT.format("Kasse 1 has", "2 refunds", 1),
    ]


def test_it_leads_to_what_tills_asked_for_today(payment, administrator):
    request_of(payment, "terminal")

    link = one(administrator.get(""), "div[@id='overview']/div/p/a")

    assert link.get("href") == administrator.url("refunds/?origin=till&first=2026-03-02")
    assert administrator.browser.get(link.get("href")).status_code == 200


def test_yesterdays_other_stores_and_other_merchants_ceilings_are_not_pointed_out(payment, odense, theirs, rival):
    request_of(payment, "terminal", at=NOW - timedelta(hours=15, seconds=1))
    request_of(sold(odense, "order-2"), "terminal")
    here = limited_to(payment.store)

    assert (to_look_at(here), to_look_at(rival)) == ([], [])


def test_an_approver_reads_what_is_remarkable_about_it(payment, asta):
    refund = request_of(payment, "terminal")

    page = asta.get(path(refund))

    assert (
        "This terminal has reached what it may give back by itself in a day: see whether that many refunds are meant."
    ) in said(page, "div[@class='notice warn']/p")
