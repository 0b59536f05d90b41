"""The comparison with ePayment's books finds every way in which they can disagree with ours."""

import pytest

from payments.models import Payment
from portal.management.chaos import sums
from portal.mobilepay.simulator.epayment.books import snapshot
from tests.epayment.conftest import new_till, phone, pos, shops, till  # noqa: F401 - the cast over ePayment
from tests.payments.till_sequences import capture


@pytest.fixture
def day(till, phone, simulator):  # noqa: F811
    """A sale that was refunded in part, and ePayment's books."""
    payment_id = till.start()["paymentId"]
    phone.checks_in()
    phone.approves()
    phone.tells()
    capture(till, payment_id)
    refund = till.post("refund/create", paymentId=payment_id, refundOrderId="R-1", amount="10.00")
    till.post("refund/capture", refundId=refund["refundId"])
    with simulator.epayment.present():
        return snapshot(simulator.epayment)


def found(units):
    return [each.replace(str(Payment.objects.get()), "it") for each in sums.differences(units)]


def test_books_that_agree_have_no_differences(day):
    assert found(day) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"capturedAmount": 2705}, "it has another captured amount there"),
        ({"refundedAmount": 2000}, "it has another refunded amount there"),
    ],
)
def test_a_sum_that_differs_is_found(day, change, says):
    aggregate = day["payments"][0]["aggregate"]
    for name, minor in change.items():
        aggregate[name]["value"] = minor

    assert says in found(day)


def test_a_payment_that_is_still_asked_for_there_is_found(day):
    day["payments"][0]["state"] = "CREATED"

    assert found(day)[0].startswith("it is Captured here and CREATED there")


def test_a_payment_that_they_do_not_have_is_found(day):
    day["payments"].clear()

    assert found(day) == ["it is Captured and ePayment does not have it"]


def test_a_payment_that_we_do_not_have_is_found_and_one_that_was_taken_twice(day):
    day["payments"].append({**day["payments"][0], "reference": "order-1-ffffffffffffffff"})

    assert found(day) == [
        "ePayment's payment order-1-ffffffffffffffff is AUTHORIZED and unknown here",
        "order order-1 was taken 2 times",
    ]
