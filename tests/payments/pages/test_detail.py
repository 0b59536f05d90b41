"""One payment's page: its facts, what may be done about it, and how it stays up to date."""

from itertools import product

import pytest

from payments.models import Payment
from payments.states import State
from portal.operations.models import Operation
from portal.roles import Role
from tests.pages import all_of, buttons, facts, one, said, table, tree, words
from tests.payments.till_sequences import reserve
from tests.people import hire
from tests.places import limited_to, new_counter, sold

NO_CAPTURE = "Only money that the customer has agreed to, and that is reserved, can be captured."
HANDLES = ["Check now", "Capture…", "Cancel…"]
TOO_EARLY = ["Check now", "(Capture…)", "Cancel…"]
PENDING = ["Check now", "(Capture…)", "(Cancel…)"]
ASKS = ["Check now"]


@pytest.fixture
def counter(merchants):
    return new_counter(merchants["KINO1"])


def path(payment):
    return f"payments/{payment.pk}/"


def test_a_sale_can_be_followed_on_its_page(clerk, till, customer):
    payment_id = reserve(till, customer)
    payment = Payment.objects.get()

    page = clerk.get(f"payments/{payment_id}/")

    assert said(page, "h1") == ["Order order-1 27.06 DKK"]
    shown = facts(page)
    assert {name: shown[name] for name in ("Amount", "Captured", "Refunded", "Left", "Where", "Flow")} == {
        "Amount": "27.06 DKK",
        "Captured": "—",
        "Refunded": "—",
        "Left": "—",
        "Where": "Kasse 1, Kino Nord Aarhus",
        "Flow": "Direct",
    }
    assert shown["Reserved"].startswith("27.06 DKK until ")
    copied = [each.get("title") for each in all_of(page, "dl//code")]
    assert copied == [payment_id, payment.remote_id]


@pytest.mark.parametrize(
    ("fields", "amounts"),
    [
        ({"state": State.PREPARED, "amount_minor": None}, ["—", "—", "—", "—", "—"]),
        ({"state": State.INITIATED}, ["27.06 DKK", "—", "—", "—", "—"]),
        ({"state": State.RESERVED}, ["27.06 DKK", "27.06 DKK", "—", "—", "—"]),
        ({}, ["27.06 DKK", "—", "27.06 DKK", "—", "27.06 DKK"]),
        (
            {"captured_minor": 2000, "refund_committed_minor": 500, "refunded_minor": 500},
            ["27.06 DKK", "—", "20.00 DKK", "5.00 DKK", "15.00 DKK"],
        ),
        (
            {"refund_committed_minor": 2706, "refunded_minor": 2706},
            ["27.06 DKK", "—", "27.06 DKK", "27.06 DKK", "0.00 DKK"],
        ),
        ({"state": State.CANCELLED_BY_USER, "remote_id": None}, ["27.06 DKK", "—", "—", "—", "—"]),
    ],
)
def test_the_amounts_say_where_the_money_is(clerk, counter, fields, amounts):
    payment = sold(counter, "order-1", **fields)

    shown = facts(clerk.get(path(payment)))

    assert [shown[name] for name in ("Amount", "Reserved", "Captured", "Refunded", "Left")] == amounts


@pytest.mark.parametrize(
    ("fields", "tag", "tone"),
    [
        ({"state": State.CREATED}, "Not known yet", "warn"),
        ({"state": State.PREPARED, "amount_minor": None}, "Prepared", "info"),
        ({"state": State.PAIRED}, "Customer checked in", "info"),
        ({"state": State.INITIATED}, "Waiting for the customer", "info"),
        ({"state": State.ISSUED_TO_USER}, "On the customer's phone", "info"),
        ({"state": State.RESERVED}, "Reserved", "good"),
        ({"state": State.RESERVED, "operation": Operation.CANCEL}, "Not known yet", "warn"),
        ({}, "Captured", "good"),
        ({"refund_committed_minor": 1, "refunded_minor": 1}, "Partly refunded", "good"),
        ({"captured_minor": 2000, "refund_committed_minor": 2000, "refunded_minor": 2000}, "Refunded", "good"),
        ({"state": State.CANCELLED_BY_USER}, "Cancelled by the customer", ""),
        ({"state": State.CANCELLED_BY_CLIENT}, "Cancelled by the shop", ""),
        ({"state": State.CANCELLED_BY_MOBILEPAY}, "Cancelled by MobilePay", "bad"),
        ({"state": State.EXPIRED_AND_CANCELLED}, "Expired", "bad"),
        ({"state": State.REJECTED_AGE}, "Rejected: age restriction", "bad"),
    ],
)
def test_a_state_is_told_in_words_and_in_a_colour(clerk, counter, fields, tag, tone):
    payment = sold(counter, "order-1", **fields)

    on_page = one(clerk.get(path(payment)), "div[@class='top']/span", "tag")
    in_list = one(clerk.get("payments/"), "td/span", "tag")

    assert [(words(each), each.get("class").split()[1:]) for each in (on_page, in_list)] == [
        (tag, [tone] if tone else [])
    ] * 2


@pytest.mark.parametrize(
    ("role", "fields", "shown"),
    [
        *product([Role.ADMINISTRATOR], [{"state": State.RESERVED}], [HANDLES]),
        *product([Role.ADMINISTRATOR], [{"state": State.CREATED}, {"state": State.INITIATED}], [TOO_EARLY]),
        (Role.ADMINISTRATOR, {"state": State.PREPARED, "amount_minor": None}, TOO_EARLY),
        (Role.ADMINISTRATOR, {"state": State.RESERVED, "operation": Operation.CANCEL}, TOO_EARLY),
        (
            Role.ADMINISTRATOR,
            {"state": State.RESERVED, "operation": Operation.CAPTURE, "operation_minor": 2706},
            PENDING,
        ),
        (Role.ADMINISTRATOR, {}, ["(Refund…)"]),
        (Role.ADMINISTRATOR, {"state": State.CANCELLED_BY_CLIENT}, []),
        *product([Role.CLERK, Role.APPROVER], [{"state": State.RESERVED}, {"state": State.INITIATED}], [ASKS]),
        (Role.CLERK, {}, ["(Refund…)"]),
        (Role.AUDITOR, {"state": State.RESERVED}, []),
        (Role.AUDITOR, {"state": State.INITIATED}, []),
    ],
)
def test_the_buttons_are_those_of_the_role_and_the_state(merchants, one_factor, counter, role, fields, shown):
    somebody = hire("some@kino.example", merchants["KINO1"], role)
    payment = sold(counter, "order-1", **fields)

    assert buttons(somebody.get(path(payment))) == shown


@pytest.mark.parametrize(
    "fields",
    [
        {"state": State.CREATED},
        {"state": State.INITIATED},
        {"state": State.RESERVED, "operation": Operation.CAPTURE, "operation_minor": 2706},
        {"state": State.RESERVED, "operation": Operation.CANCEL},
    ],
)
def test_a_button_that_is_disabled_names_its_reason(administrator, counter, fields):
    payment = sold(counter, "order-1", **fields)

    page = administrator.get(path(payment))

    disabled = [each.get("aria-describedby") for each in tree(page).iter("button") if "disabled" in each.attrib]
    reasons = {each.get("id"): words(each) for each in tree(page).iter() if each.get("id")}
    assert disabled != []
    assert [each for each in disabled if not reasons.get(each)] == []


def test_the_reason_why_nothing_can_be_captured_is_for_those_who_could(administrator, clerk, counter):
    payment = sold(counter, "order-1", state=State.INITIATED)

    assert NO_CAPTURE in said(administrator.get(path(payment)), "small")
    assert NO_CAPTURE not in said(clerk.get(path(payment)), "small")


def test_while_an_outcome_is_unknown_the_page_says_when_it_is_asked_for_again(clerk, counter):
    doubt = {"state": State.RESERVED, "operation": Operation.CAPTURE, "operation_minor": 2706}
    payment = sold(counter, "order-1", **doubt)
    unscheduled = said(clerk.get(path(payment)), "div[@class='notice warn']")
    payment.due_at = payment.created_at.replace(year=2035)
    payment.save()

    scheduled = said(clerk.get(path(payment)), "div[@class='notice warn']")

    assert unscheduled == [
        (
            "MobilePay has not answered yet, so it is not known whether money moved. The portal keeps asking; "
            "nobody needs to do anything, and nothing is done twice."
        )
    ]
    assert len(scheduled) == 1
    assert ", next in " in scheduled[0]


def test_a_payment_that_is_open_stays_live_and_one_that_ended_stops(clerk, counter):
    payment = sold(counter, "order-1", state=State.RESERVED)
    page = clerk.get(path(payment))
    live = clerk.part(path(payment), "payment")
    again = clerk.part(path(payment), "payment", seen=live["X-Part"])
    Payment.objects.update(state=State.CANCELLED_BY_USER)

    ended = clerk.part(path(payment), "payment", seen=live["X-Part"])
    whole = clerk.get(path(payment))

    [element] = all_of(page, "div[@id='payment']")
    assert (element.get("hx-get"), element.get("hx-trigger")) == (clerk.url(path(payment)), "every 2s")
    assert (live.status_code, again.status_code, ended.status_code) == (200, 204, 286)
    assert said(ended, "span[@class='tag ']") == ["Cancelled by the customer"]
    assert "hx-get" not in one(ended, "div[@id='payment']").attrib
    assert (whole.status_code, "hx-get" in one(whole, "div[@id='payment']").attrib) == (200, False)


def test_somebody_elses_payment_does_not_exist(clerk, merchants, counter):
    theirs = sold(new_counter(merchants["BAGER7"]), "theirs")
    elsewhere = sold(new_counter(merchants["KINO1"], store="Odense"), "elsewhere")
    lone = limited_to(counter.terminal.store)

    pages = [clerk.get(path(theirs)), lone.get(path(elsewhere)), clerk.part(path(theirs), "payment")]
    by_their_merchant = clerk.get(f"/merchants/{merchants['BAGER7'].pk}/{path(theirs)}")
    of_nobody = clerk.get("payments/0d9f1a52-7d0e-4b8f-9a41-0c5d2e7b1a01/")

    assert [page.status_code for page in (*pages, by_their_merchant, of_nobody)] == [404] * 5


@pytest.mark.parametrize("wrong", ["payments/1/", "payments/%00/", "payments/..%2f/", "payments/" + "9" * 400 + "/"])
def test_an_address_that_names_no_payment_leads_nowhere(clerk, wrong):
    assert clerk.get(wrong).status_code == 404


def test_a_payment_is_shown_where_it_was_taken_when_its_terminal_has_moved(clerk, merchants, counter):
    payment = sold(counter, "order-1")
    counter.terminal.store = new_counter(merchants["KINO1"], store="Odense").terminal.store
    counter.terminal.save()

    assert facts(clerk.get(path(payment)))["Where"] == "Kasse 1, Aarhus"
    assert table(clerk.get("payments/"))[0][4:] == ["Kasse 1", "Aarhus"]
