"""The printed proof: what went back, what did not, and what nobody knows yet."""

import pytest

from portal.operations.models import Operation
from refunds.models import Refund
from refunds.states import State
from terminals.models import Store
from tests.pages import all_of, facts, said
from tests.places import limited_to
from tests.refunds.pages.forms import path, row
from tests.refunds.scenarios import ask

VERDICT = "article/div/p[2]"


def proof(person, refund):
    return person.get(path(refund, "proof/"))


def test_a_paid_refund_is_proved_with_all_that_an_accountant_needs(clerk, asta, payment):
    Store.objects.filter(pk=payment.store_id).update(street="Havnegade 4", zip_code="8000", city="Aarhus C")
    refund = row(
        payment,
        State.CAPTURED,
        origin="back_office",
        requester=clerk.user,
        reason="faulty",
        note="torn",
        approvals_needed=1,
        first_approver=asta.user,
        remote_id="8f0c",
    )

    page = proof(clerk, refund)

    assert said(page, "h1") == ["Proof of refund"]
    assert said(page, "article/div/p") == [
        "Kino Nord Aarhus, Havnegade 4, 8000 Aarhus C VAT DK12345678",
        "10.00 DKK went back to the customer through MobilePay on 2 March 2026, 14:30:00.",
        "Printed 2 March 2026, 15:00:00 by Carl <carl@kino.example>; times are those of Copenhagen.",
    ]
    assert facts(page) == {
        "Order": "order-1, Kasse 1",
        "Payment": "27.06 DKK, captured 2 March 2026, 13:00:00",
        "Payment id": str(payment.pk),
        "Payment at MobilePay": payment.remote_id,
        "Refund id": str(refund.pk),
        "Refund order": refund.refund_order_id,
        "Refund at MobilePay": "8f0c",
        "Left before and after": "27.06 DKK, 17.06 DKK",
        "Reason": "Faulty goods: “torn”",
        "Asked": "2 March 2026, 14:30:00 by Carl <carl@kino.example>",
        "Approved by": "Asta <asta@kino.example>",
    }


@pytest.mark.parametrize(
    ("state", "fields", "sentence"),
    [
        (
            State.EXPIRED_AND_CAPTURED,
            {},
            "went back to the customer through MobilePay on 2 March 2026, 14:30:00.",
        ),
        (State.REQUESTED, {}, "has not been paid back: this refund is waiting for approval."),
        (State.DECLINED, {}, "has not been paid back: this refund is declined."),
        (State.CANCELLED_BY_CLIENT, {}, "has not been paid back: this refund is cancelled by the shop."),
        (State.RESERVED, {}, "has not been paid back: this refund is reserved."),
        (
            State.WAITING_FOR_BALANCE,
            {},
            "has not been paid back: this refund is waiting for the store's balance.",
        ),
        (State.CREATED, {}, "may or may not have been paid back: MobilePay has not answered yet."),
        (
            State.RESERVED,
            {"operation": Operation.CAPTURE},
            "may or may not have been paid back: MobilePay has not answered yet.",
        ),
        (
            State.CANCELLED_BY_MOBILEPAY,
            {},
            "has not been paid back: this refund is refused by MobilePay.",
        ),
    ],
)
def test_a_proof_says_whether_the_money_went_back(auditor, payment, state, fields, sentence):
    refund = row(payment, state, **fields)

    assert said(proof(auditor, refund), VERDICT) == [f"10.00 DKK {sentence}"]


@pytest.mark.parametrize(
    ("fields", "approved"),
    [
        ({"approvals_needed": 0}, "no approval needed"),
        ({"approvals_needed": 1, "state": State.DECLINED}, "nobody"),
        (
            {"approvals_needed": 2, "first_approver": "asta", "second_approver": "bent"},
            "Asta <asta@kino.example> and Bent <bent@kino.example>",
        ),
        (
            {"approvals_needed": 1, "first_approver": "asta", "is_emergency": True},
            "Asta <asta@kino.example>, in an emergency",
        ),
    ],
)
def test_a_proof_names_who_agreed(clerk, approver, second_approver, payment, fields, approved):
    people = {"asta": approver.user, "bent": second_approver.user}
    written = {"state": State.CAPTURED, **{name: people.get(value, value) for name, value in fields.items()}}
    refund = row(payment, **written)

    read = facts(proof(clerk, refund))

    assert (read["Approved by"], read["Asked"], read["Reason"]) == (
        approved,
        "2 March 2026, 14:30:00 by a till",
        "Asked for at a till",
    )


def test_a_proof_of_an_emergency_names_who_reviewed_it(clerk, administrator, approver, payment):
    stood_in = {"is_emergency": True, "first_approver": administrator.user, "approvals_needed": 1}
    refund = row(payment, State.CAPTURED, **stood_in)
    before = facts(proof(clerk, refund))["Reviewed by"]
    Refund.objects.update(reviewer=approver.user, review="not_in_order")

    after = facts(proof(clerk, refund))["Reviewed by"]

    assert (before, after) == ("nobody yet", "Asta <asta@kino.example>: not in order")


def test_a_refund_that_needed_no_reviewer_names_none(clerk, payment):
    refund = row(payment, State.CAPTURED)

    assert "Reviewed by" not in facts(proof(clerk, refund))


def test_a_proof_is_found_on_the_refunds_page_and_can_be_printed(auditor, clerk, payment):
    refund = ask(payment, clerk)

    page = auditor.get(path(refund))

    assert auditor.url(path(refund, "proof/")) in [each.get("href") for each in all_of(page, "a", "button")]
    assert said(proof(auditor, refund), "button[@data-print]") == ["Print"]


def test_times_on_a_proof_are_the_merchants(clerk, kino, payment):
    kino.time_zone = "Europe/Helsinki"
    kino.save()
    refund = row(payment, State.CAPTURED)

    page = proof(clerk, refund)

    assert said(page, VERDICT) == ["10.00 DKK went back to the customer through MobilePay on 2 March 2026, 15:30:00."]
    assert said(page, "article//small") == [
        "Printed 2 March 2026, 16:00:00 by Carl <carl@kino.example>; times are those of Helsinki."
    ]


def test_nobody_proves_a_refund_that_is_not_theirs(clerk, payment, odense, theirs):
    lone = limited_to(odense.terminal.store)

    answers = [proof(clerk, row(theirs, State.CAPTURED)), proof(lone, row(payment, State.CAPTURED))]

    assert [answer.status_code for answer in answers] == [404, 404]
