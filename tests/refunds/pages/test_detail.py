"""One refund's page: its facts, what may be done about it, and how it stays up to date."""

from django.utils.dateparse import parse_datetime
import pytest

from portal.operations.models import Operation
from refunds.models import Refund
from refunds.states import State
from tests.pages import all_of, facts, one, said, words
from tests.places import limited_to
from tests.refunds.pages.conftest import NOW
from tests.refunds.pages.forms import asking, form, path, row, wish
from tests.refunds.scenarios import ask, rules, work

SOON = parse_datetime("2026-03-02T14:00:30Z")
CALM = "nobody needs to do anything, and nothing is done twice."


def notices(page):
    return said(page, "div[@class='notice warn']")


def shown(page, *names):
    return [facts(page).get(name) for name in names]


def test_a_request_is_told_with_all_that_an_approver_needs(approver, clerk, payment):
    refund = ask(payment, clerk, 1050, reason="faulty", note="torn at the seam")

    page = approver.get(path(refund))

    assert (said(page, "h1"), said(page, "div[@class='top']/span")) == (
        ["Refund of 10.50 DKK"],
        ["Waiting for approval", "Live"],
    )
    read = facts(page)
    assert {name: read[name] for name in list(read)[:10]} == {
        "Order": "order-1 Kasse 1, Aarhus",
        "Captured": "27.06 DKK 13:00:00",
        "Left before": "27.06 DKK",
        "To pay back": "10.50 DKK",
        "Left after": "16.56 DKK",
        "Left now": "16.56 DKK refunds of this payment end in 89 d",
        "Reason": "Faulty goods “torn at the seam”",
        "Asked by": "Carl 15:00:00",
        "Approvals": "0 of 1",
        "Lapses": "in 1 d 3 Mar 2026, 15:00",
    }
    assert (list(read)[10:], read["At MobilePay"]) == (["Refund order", "Refund", "At MobilePay"], "—")
    assert [each.get("title") for each in all_of(page, "dl//code")] == [refund.refund_order_id, str(refund.pk)]
    assert one(page, "dl/dd/a").get("href") == approver.url(f"payments/{payment.pk}/")


@pytest.mark.parametrize(
    ("fields", "approvals", "review"),
    [
        ({"approvals_needed": 0}, "none needed", None),
        ({"approvals_needed": 1, "first_approver": "asta"}, "1 of 1 Asta", None),
        ({"approvals_needed": 2, "first_approver": "asta", "second_approver": "bent"}, "2 of 2 Asta, Bent", None),
        ({"approvals_needed": 1, "first_approver": "asta", "is_emergency": True}, "1 of 1 Asta", "not yet"),
        (
            {
                "approvals_needed": 1,
                "first_approver": "asta",
                "is_emergency": True,
                "reviewer": "bent",
                "review": "not_in_order",
            },
            "1 of 1 Asta",
            "Not in order Bent",
        ),
    ],
)
def test_who_agreed_to_a_refund_is_named(clerk, approver, second_approver, payment, fields, approvals, review):
    people = {"asta": approver.user, "bent": second_approver.user}
    written = {name: people.get(value, value) for name, value in fields.items()}
    refund = row(payment, State.CAPTURED, remote_id="8f0c", **written)

    page = clerk.get(path(refund))

    assert shown(page, "Approvals", "Review", "Asked by", "Lapses", "At MobilePay") == [
        approvals,
        review,
        "A till 14:30:00",
        None,
        "8f0c",
    ]
    assert ("Emergency" in said(page, "span")) is written.get("is_emergency", False)


@pytest.mark.parametrize(
    ("who", "is_told"),
    [("approver", True), ("administrator", True), ("platform", True), ("clerk", False), ("auditor", False)],
)
def test_what_is_remarkable_is_told_to_those_who_decide(request, clerk, payment, who, is_told):
    for _ in range(3):
        refund = ask(payment, clerk, 100)

    page = request.getfixturevalue(who).get(path(refund))

    remarks = [each for each in notices(page) if each == "It is this person's request number 3 that day."]
    assert len(remarks) == is_told


def test_once_it_is_decided_nobody_reads_remarks_any_more(approver, clerk, payment):
    for _ in range(3):
        refund = ask(payment, clerk, 100)
    Refund.objects.filter(pk=refund.pk).update(state=State.DECLINED)

    assert notices(approver.get(path(refund))) == []


@pytest.mark.parametrize(
    ("state", "fields", "sentences"),
    [
        (
            State.WAITING_FOR_BALANCE,
            {"due_at": SOON},
            [
                (
                    "The store's balance at MobilePay is too low for this refund. The portal tries again by itself "
                    f"in 30 s; {CALM}"
                )
            ],
        ),
        (
            State.CREATED,
            {"due_at": SOON, "attempts": 1},
            [
                (
                    "MobilePay has not answered yet, so it is not known whether money moved. The portal keeps asking, "
                    f"next in 30 s; {CALM}"
                )
            ],
        ),
        (
            State.RESERVED,
            {"due_at": SOON, "attempts": 3, "operation": Operation.CAPTURE},
            [
                (
                    "MobilePay has not answered yet, so it is not known whether money moved. The portal keeps asking, "
                    f"next in 30 s; {CALM}"
                )
            ],
        ),
        (State.CREATED, {"due_at": SOON}, []),
        (State.RESERVED, {"due_at": SOON}, []),
        (State.CAPTURED, {}, []),
    ],
)
def test_what_the_portal_waits_for_is_told_with_a_clock(clerk, payment, state, fields, sentences):
    refund = row(payment, state, **fields)

    assert notices(clerk.get(path(refund))) == sentences


def test_an_emergency_asks_for_its_review(clerk, administrator, payment):
    stood_in = {"is_emergency": True, "first_approver": administrator.user, "approvals_needed": 1}
    refund = row(payment, State.CAPTURED, **stood_in)
    asked_for = notices(clerk.get(path(refund)))
    Refund.objects.update(reviewer=clerk.user, review="in_order")

    reviewed = notices(clerk.get(path(refund)))

    assert (asked_for, reviewed) == (
        [
            (
                "No approver was there when this was approved. Somebody who took no part in it must say whether it "
                "was in order."
            )
        ],
        [],
    )


def test_a_refund_that_is_open_stays_live_and_one_that_ended_stops(clerk, payment):
    refund = ask(payment, clerk)
    page = clerk.get(path(refund))
    live = clerk.part(path(refund), "refund")
    again = clerk.part(path(refund), "refund", seen=live["X-Part"])
    Refund.objects.update(state=State.DECLINED)

    ended = clerk.part(path(refund), "refund", seen=live["X-Part"])
    whole = clerk.get(path(refund))

    element = one(page, "div[@id='refund']")
    assert (element.get("hx-get"), element.get("hx-trigger")) == (clerk.url(path(refund)), "every 2s")
    assert (live.status_code, again.status_code, ended.status_code, whole.status_code) == (200, 204, 286, 200)
    assert said(ended, "span", "tag") == ["Declined"]
    assert ["hx-get" in one(each, "div[@id='refund']").attrib for each in (ended, whole)] == [False, False]


def test_the_timeline_tells_what_happened_and_who_did_it(clerk, asta, second_approver, sold, time_machine):
    time_machine.move_to(NOW, tick=True)
    rules(sold.merchant, two_approvers_above_minor=0)
    clerk.post(asking(sold), **wish(clerk, sold))
    refund = Refund.objects.get()
    for person in (asta, second_approver):
        person.post(path(refund, "approve/"), **form(person, path(refund, "approve/")))
    work()

    steps = all_of(clerk.get(path(refund)), "ol[@class='steps']/li")

    told = [(each.text.strip(), *words(each.find("small")).split(" · ")[1:]) for each in steps]
    assert told == [
        ("Asked for", "carl@kino.example", "Goods returned"),
        ("First approval", "asta@kino.example", "approved"),
        ("Approved: the portal pays it back", "bent@kino.example", "approved"),
        ("MobilePay is told", "worker", "the worker tells MobilePay"),
        ("MobilePay has it", "worker", "MobilePay accepted it"),
        ("MobilePay has reserved the money", "worker", "MobilePay reported it"),
        ("Asked MobilePay to pay it out", "worker", "10.00 DKK"),
        ("Paid back to the customer", "worker", "paid back 10.00 DKK"),
    ]


def test_somebody_elses_refund_does_not_exist(clerk, payment, odense, theirs):
    of_theirs, ours = row(theirs, State.REQUESTED), row(payment, State.REQUESTED)
    lone = limited_to(odense.terminal.store)

    pages = [clerk.get(path(of_theirs)), lone.get(path(ours)), clerk.part(path(of_theirs), "refund")]
    by_their_merchant = clerk.get(f"/merchants/{theirs.merchant_id}/{path(of_theirs)}")
    of_nobody = clerk.get("refunds/0d9f1a52-7d0e-4b8f-9a41-0c5d2e7b1a01/")

    assert [page.status_code for page in (*pages, by_their_merchant, of_nobody)] == [404] * 5


@pytest.mark.parametrize("wrong", ["refunds/1/", "refunds/%00/", "refunds/..%2f/", "refunds/" + "9" * 400 + "/"])
def test_an_address_that_names_no_refund_leads_nowhere(clerk, wrong):
    assert clerk.get(wrong).status_code == 404


def test_an_approver_sees_what_is_left_now_and_how_long_the_payment_can_be_refunded(approver, clerk, payment):
    refund = ask(payment, clerk, 1050)
    ask(payment, clerk, 500)

    left = facts(approver.get(path(refund)))["Left now"]

    assert left == "11.56 DKK refunds of this payment end in 89 d"
