"""An Idempotency-Key is one call's, whether it is a payment or a refund, also when both come at once."""

import pytest

from payments.models import Payment, TillKey
from refunds.models import Refund
from tests.payments.threads import at_once, twin
from tests.refunds.scenarios import at_mobilepay, books, give_back

KEY = {"Idempotency-Key": "till-key-1"}


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize("number", range(3))
def test_of_a_start_and_a_refund_with_one_key_at_once_one_is_made(till, sold, simulator, number):
    order = f"order-at-once-{number}"

    started, given_back = at_once(
        lambda: twin(till).start(order, headers=KEY),
        lambda: give_back(twin(till), sold, headers=KEY),
    )

    statuses = sorted([started.status, given_back.status])
    loser = started if started.status == 409 else given_back
    assert (statuses, loser.codes) == ([200, 409], ["idempotency_key_reused"])
    assert Payment.objects.filter(order_id=order).count() + Refund.objects.count() == 1
    assert [str(key) for key in TillKey.objects.all()] == [f"{KEY['Idempotency-Key']} of merchant {sold.merchant_id}"]
    assert len(at_mobilepay(simulator, sold)) == Refund.objects.count()


@pytest.mark.parametrize("begin", ["start", "refund"])
def test_a_call_that_was_refused_has_not_used_its_key_up(till, sold, begin):
    if begin == "start":
        till.start("order-2")
        refused = till.start("order-3", headers=KEY)
    else:
        refused = give_back(till, sold, "99.00", headers=KEY)

    again = give_back(till, sold, "10.00", headers=KEY)

    assert (refused.status, again.status) == (409, 200)
    assert books(sold) == (2706, 1000, 0)


def test_a_key_is_one_merchants(till, stranger, sold):
    assert [each.start("order-2", headers=KEY).status for each in (till, stranger)] == [200, 200]
