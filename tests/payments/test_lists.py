"""Endpoint 17: a terminal's payments, newest first."""

from datetime import timedelta

import pytest

from payments.states import State
from portal import clock
from tests.payments.factories import new_payment

ENDED = ["Captured", "CancelledByUser", "CancelledByClient", "CancelledByMobilePay", "ExpiredAndCancelled"]
ENDED += ["RejectedByMobilePayDueToAgeRestrictions"]
OPEN = ["Prepared", "Paired", "Initiated", "IssuedToUser", "Reserved"]


def ago(**duration):
    return clock.now() - timedelta(**duration)


def listed(till, **parameters):
    answer = till.get("payments", terminalId=till.terminal_id, **parameters)
    assert answer.status == 200
    return answer["paymentsIds"]


@pytest.mark.parametrize("state", OPEN + ENDED)
def test_every_state_of_the_contract_can_be_asked_for(till, pos, state):
    wanted = new_payment(pos, state=state, order_id="wanted")
    for number, other in enumerate(sorted({"Reserved", *ENDED} - {state})):
        new_payment(pos, state=other, order_id=f"other-{number}")

    found = listed(till, state=state)

    assert found == [str(wanted.pk)]


@pytest.mark.parametrize("state", ["Created", "Open", "Reserved,"])
def test_any_other_word_is_refused(till, state):
    answer = till.get("payments", terminalId=till.terminal_id, state=state)

    assert answer.status == 400
    assert answer["paymentsIds"] is None


@pytest.mark.parametrize("state", State.values)
def test_without_a_state_only_the_open_ones_are_listed(till, pos, state):
    payment = new_payment(pos, state=state)

    found = listed(till)

    assert found == ([str(payment.pk)] if state in {"Created", *OPEN} else [])


def test_the_newest_come_first_and_at_most_a_hundred(till, pos):
    payments = [
        new_payment(pos, state="Captured", order_id=f"order-{number}", created_at=ago(minutes=number))
        for number in range(101)
    ]

    found = listed(till, state="Captured")

    assert found == [str(payment.pk) for payment in payments[:100]]


def test_an_order_narrows_the_list(till, pos):
    wanted = new_payment(pos, state="Reserved", order_id="order-1")
    new_payment(pos, state="Reserved", order_id="order-2")
    new_payment(pos, state="Captured", order_id="order-1")

    found = listed(till, orderId="order-1")

    assert found == [str(wanted.pk)]


def test_another_terminal_has_its_own_list(till, neighbour, pos):
    payment = new_payment(pos, state="Reserved")

    lists = [listed(till), listed(neighbour)]

    assert lists == [[str(payment.pk)], []]


def test_a_terminal_is_required(till):
    answer = till.get("payments")

    assert (answer.status, answer.codes) == (400, ["parameter_missing"])
    assert answer["errors"] == ["The parameter terminalId is missing."]


def test_every_detail_of_a_payment_is_told_in_the_contracts_words(till, pos):
    expires = clock.now() + timedelta(days=7)
    payment = new_payment(
        pos,
        state="Captured",
        captured_minor=2000,
        refund_committed_minor=500,
        refunded_minor=500,
        customer_token="c" * 40,
        customer_receipt_token="r" * 32,
        loyalty_ids_json='["123456"]',
        expires_at=expires,
        partial_capture_possible=True,
        poll_delay_ms=1500,
    )

    answer = till.get("payment/details", paymentId=str(payment.pk))

    assert list(answer.body.items()) == [
        (
            "paymentDetails",
            {
                "orderId": "order-1",
                "paymentId": str(payment.pk),
                "pollDelayInMs": "1500",
                "posId": str(pos.pos_id),
                "status": "Captured",
                "amount": "27.06",
                "currencyCode": "DKK",
                "merchantPaymentLabel": None,
                "plannedCaptureDelay": "None",
                "customerToken": "c" * 40,
                "customerReceiptToken": "r" * 32,
                "loyaltyIds": ["123456"],
                "paymentExpiresAt": expires.isoformat().replace("+00:00", "Z"),
                "partialCapturePossible": "true",
                "capturedAmount": "20.00",
                "refundedAmount": "5.00",
            },
        ),
        ("success", True),
        ("errors", []),
        ("errorCodes", []),
    ]
