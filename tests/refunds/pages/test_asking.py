"""Asking for a refund from a payment, by those who may, and never for more than is left."""

import pytest

from refunds.models import Refund
from tests.house.world import rows
from tests.pages import all_of, buttons, errors, one, options, said, value_of, words
from tests.refunds.pages.forms import after, asking, lead, path, wish
from tests.refunds.scenarios import ask, books, rules, told, told_mobilepay

NOT_AN_AMOUNT = "The amount must be a plain amount with a point and at most two decimals, such as 27.06."
NOTHING_ASKED = (2706, 0, 0)


def beside(page, field):
    """What a form says is wrong beside one of its fields."""
    near = [each for each in all_of(page, "div", "field") if each.find(f".//*[@name='{field}']") is not None]
    return [words(each) for each in near[0].iter("span") if each.get("class") == "error"]


def test_the_form_offers_all_that_is_left_and_every_reason_but_a_tills(clerk, payment):
    ask(payment, clerk, 600)

    page = clerk.get(asking(payment))

    assert said(page, "h1") == ["Refund order order-1"]
    assert lead(page) == [
        "21.06 DKK of 27.06 DKK can still be given back. What you ask for cannot be changed afterwards."
    ]
    assert said(page, "label") == ["Amount in DKK", "Reason", "Note"]
    assert value_of(page, "amount") == "21.06"
    assert options(page, "reason") == [
        "Choose a reason",
        "Goods returned",
        "Wrong item",
        "Faulty goods",
        "Wrong amount",
        "Paid twice",
        "Cancelled show or service",
        "Goodwill",
        "Something else",
    ]
    assert buttons(page) == ["Ask for the refund", "Back"]
    assert all_of(page, "a[@data-dismiss]")[0].get("href") == clerk.url(f"payments/{payment.pk}/")


def test_where_nobody_approves_that_is_said_instead_of_a_promise(clerk, payment):
    answer = clerk.post(asking(payment), **wish(clerk, payment, amount="10,50"))

    assert after(clerk, answer) == [
        (
            "Asked for 10.50 DKK. Nobody here can approve it yet: ask an administrator to invite an approver, or to "
            "stand in for one."
        )
    ]


@pytest.mark.parametrize("who", ["clerk", "administrator", "platform"])
def test_what_is_asked_for_waits_for_approval(request, payment, approver, simulator, who):
    somebody = request.getfixturevalue(who)

    answer = somebody.post(asking(payment), **wish(somebody, payment, amount="10,50", note="torn at the seam"))

    refund = Refund.objects.get()
    assert answer["Location"] == somebody.url(path(refund))
    assert after(somebody, answer) == ["Asked for 10.50 DKK. Approvers are told; you read here how it goes on."]
    assert (refund.requester, refund.origin, refund.amount_minor, refund.refundable_before_minor) == (
        somebody.user,
        "back_office",
        1050,
        2706,
    )
    assert (refund.reason, refund.note, refund.approvals_needed) == ("returned", "torn at the seam", 1)
    assert (books(payment), told(refund)) == ((2706, 1050, 0), ["Requested"])
    assert told_mobilepay(simulator) == 0


def test_what_needs_no_approval_is_said_to_be_on_its_way(clerk, payment):
    rules(payment.merchant, desk_limit_minor=1000)

    answer = clerk.post(asking(payment), **wish(clerk, payment))

    assert after(clerk, answer) == ["Asked for 10.00 DKK. It needs no approval and is paid back within seconds."]
    assert told(Refund.objects.get()) == ["Approved"]


def test_in_a_dialog_a_request_leads_to_its_page(clerk, payment):
    answer = clerk.send(asking(payment), **wish(clerk, payment))

    assert (answer.status_code, answer["HX-Redirect"]) == (200, clerk.url(path(Refund.objects.get())))


def test_in_a_dialog_only_the_form_is_shown(clerk, payment):
    part = clerk.part(asking(payment), "dialog-content")

    assert (part.status_code, all_of(part, "nav"), said(part, "h1")) == (200, [], ["Refund order order-1"])


def test_the_same_form_sent_twice_is_one_request(clerk, payment):
    fields = wish(clerk, payment)

    answers = [clerk.post(asking(payment), **fields) for _ in range(2)]

    refund = Refund.objects.get()
    assert [answer["Location"] for answer in answers] == [clerk.url(path(refund))] * 2
    assert (books(payment), told(refund)) == ((2706, 1000, 0), ["Requested"])


def test_the_same_form_with_another_amount_is_refused(clerk, payment):
    fields = wish(clerk, payment)
    clerk.post(asking(payment), **fields)
    before = rows()

    page = clerk.post(asking(payment), **{**fields, "amount": "11"})

    refund = Refund.objects.get()
    assert (page.status_code, errors(page)) == (
        422,
        [
            (
                f"Refund order {refund.refund_order_id} of this payment is another refund, over 10.00 DKK. "
                "Nothing more was done; use another refundOrderId for another refund."
            )
        ],
    )
    assert rows() == before


WRONG = [
    ("amount", {"amount": ""}, "This field is required."),
    ("amount", {"amount": "0"}, "The amount must be more than zero."),
    ("amount", {"amount": "-1"}, NOT_AN_AMOUNT),
    ("amount", {"amount": "10 EUR"}, NOT_AN_AMOUNT),
    ("amount", {"amount": "1.000"}, "1.000 can be read in two ways. Write it with two decimals, such as 1234.00."),
    ("amount", {"amount": "9" * 5000}, "The amount must have at most 12 digits."),
    ("reason", {"reason": ""}, "This field is required."),
    ("reason", {"reason": "till"}, "Select a valid choice. till is not one of the available choices."),
    ("reason", {"reason": "why not"}, "Select a valid choice. why not is not one of the available choices."),
    ("note", {"reason": "other"}, "Say what the reason is."),
    ("note", {"reason": "other", "note": "   "}, "Say what the reason is."),
    ("note", {"note": "x" * 201}, "Ensure this value has at most 200 characters (it has 201)."),
    ("note", {"reason": "other", "note": "\u200b\x00\u202e"}, "Say what the reason is."),
]


def test_wrong_values_are_told_beside_their_fields_and_ask_for_nothing(clerk, payment, simulator):
    before = rows()

    pages = [(field, given, clerk.post(asking(payment), **wish(clerk, payment, **given))) for field, given, _ in WRONG]

    assert [(field, given, *beside(page, field)) for field, given, page in pages] == WRONG
    assert [(page.status_code, len(errors(page))) for _, _, page in pages] == [(422, 1)] * len(WRONG)
    assert rows() == before
    assert told_mobilepay(simulator) == 0


@pytest.mark.parametrize("order", ["", "not an id"])
def test_a_form_without_its_own_id_asks_for_nothing(clerk, payment, order):
    page = clerk.post(asking(payment), **wish(clerk, payment, order=order))

    assert page.status_code == 422
    assert ["(Hidden field order)" in each for each in errors(page)] == [True]
    assert (Refund.objects.count(), books(payment)) == (0, NOTHING_ASKED)


def test_something_else_is_asked_for_with_a_note(clerk, payment):
    clerk.post(asking(payment), **wish(clerk, payment, reason="other", note="a wedding was cancelled"))

    assert (Refund.objects.get().reason, Refund.objects.get().note) == ("other", "a wedding was cancelled")


def test_what_is_wrong_leaves_the_rest_as_it_was_written(clerk, payment):
    page = clerk.post(asking(payment), **wish(clerk, payment, amount="all", note="torn", reason="faulty"))

    assert (value_of(page, "amount"), value_of(page, "note")) == ("all", "torn")
    assert [words(each) for each in one(page, "select[@name='reason']") if "selected" in each.attrib] == [
        "Faulty goods"
    ]
