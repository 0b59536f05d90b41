"""Tills at the same moment, on real transactions: one refund, one payout, and never more out than in."""

import pytest

from tests.payments.posv10_calls import keys
from tests.payments.threads import at_once, twin
from tests.refunds.factories import sale
from tests.refunds.scenarios import (
    CANCEL,
    CAPTURE,
    CREATE,
    LOOK_UP,
    all_refunds,
    at_mobilepay,
    books,
    call_off,
    give_back,
    pay_out,
    refund_id,
    reserved_at_till,
    rules,
    status_at_till,
    told,
    told_mobilepay,
)

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "till-key-1"}], ids=["by their order", "by a key"])
@pytest.mark.parametrize("amount", ["10.00", "27.06"])
def test_two_equal_creates_are_one_refund(till, sold, simulator, amount, headers):
    first, second = twin(till), twin(till)

    answers = at_once(*(lambda each=each: give_back(each, sold, amount, headers=headers) for each in (first, second)))

    refund = sold.refunds.get()
    assert [answer.status for answer in answers] == [200, 200]
    assert {answer["refundId"] for answer in answers} == {str(refund.pk)}
    assert set(keys(simulator, CREATE)) == {str(refund.key_of("create"))}
    assert len(at_mobilepay(simulator, sold)) == 1
    assert books(sold) == (2706, refund.amount_minor, 0)


def test_of_many_who_want_all_of_it_one_gets_it_and_all_others_read_why(till, sold, simulator):
    orders = [f"refund-{number}" for number in range(12)]

    answers = at_once(*(lambda order=order: give_back(twin(till), sold, "27.06", order) for order in orders))

    refund = sold.refunds.get()
    assert sorted(answer.status for answer in answers) == [200] + [409] * 11
    assert [answer.codes for answer in answers if answer.status == 409] == [["refund_too_high"]] * 11
    assert at_mobilepay(simulator, sold) == [(refund.refund_order_id, 2706, "Reserved")]
    assert told_mobilepay(simulator, CREATE) == 1
    assert books(sold) == (2706, 2706, 0)


def test_of_many_under_one_day_limit_only_as_many_get_through_as_fit(till, sold, simulator):
    rules(sold.merchant, day_limit_minor=1000)
    orders = [f"refund-{number}" for number in range(8)]

    answers = at_once(*(lambda order=order: give_back(twin(till), sold, "4.00", order) for order in orders))

    assert sorted(answer.status for answer in answers) == [200] * 2 + [409] * 6
    assert books(sold) == (2706, 800, 0)
    assert told_mobilepay(simulator, CREATE) == 2


def test_of_many_under_the_till_limit_the_rest_becomes_requests(till, sold, simulator):
    rules(sold.merchant, till_limit_minor=1000)
    orders = [f"refund-{number}" for number in range(6)]

    answers = at_once(*(lambda order=order: give_back(twin(till), sold, "4.00", order) for order in orders))

    assert [answer.status for answer in answers] == [200] * 6
    assert sorted(state for _, _, state in all_refunds()) == ["Initiated"] * 2 + ["Requested"] * 4
    assert told_mobilepay(simulator, CREATE) == 2


@pytest.mark.parametrize(
    ("act", "call", "state"), [(pay_out, CAPTURE, "Captured"), (call_off, CANCEL, "CancelledByClient")]
)
def test_the_same_act_twice_at_once_is_one_act(till, sold, simulator, act, call, state):
    refund = reserved_at_till(till, sold)

    answers = at_once(lambda: act(twin(till), refund), lambda: act(twin(till), refund))

    assert [answer.status for answer in answers] == [200, 200]
    assert len(set(keys(simulator, call))) == 1
    assert told(refund) == ["Created", "Initiated", "Reserved", state]
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, state)]


def test_a_capture_and_a_cancellation_at_once_never_both_succeed(till, sold, simulator):
    refund = reserved_at_till(till, sold)

    captured, cancelled = at_once(lambda: pay_out(twin(till), refund), lambda: call_off(twin(till), refund))

    paid = captured.status == 200
    assert sorted([captured.status, cancelled.status]) == [200, 409]
    assert at_mobilepay(simulator, sold) == [("refund-1", 1000, "Captured" if paid else "CancelledByClient")]
    assert books(sold) == ((2706, 1000, 1000) if paid else (2706, 0, 0))


def test_many_who_ask_for_the_details_of_a_stale_refund_ask_mobilepay_once(till, sold, simulator):
    simulator.world.knobs.refund_poll_delay_in_ms = 60_000
    refund = refund_id(give_back(till, sold))
    simulator.faults.add("slow", *LOOK_UP, seconds=0.1)

    seen = at_once(*(lambda: status_at_till(twin(till), refund) for _ in range(8)))

    assert told_mobilepay(simulator, LOOK_UP) == 1
    assert sorted(set(seen)) in (["Initiated", "Reserved"], ["Reserved"])


@pytest.mark.parametrize("ceiling", ["terminal_day_limit_minor", "tills_day_limit_minor"])
def test_tills_at_the_same_moment_never_give_back_more_than_a_ceiling(till, simulator, pos, ceiling):
    payments = [sale(simulator, pos, order_id=f"order-{number}") for number in range(20)]
    rules(payments[0].merchant, **{ceiling: 7500})
    orders = list(enumerate(payments))

    answers = at_once(*(lambda n=n, each=each: give_back(twin(till), each, "10.00", f"r-{n}") for n, each in orders))

    states = [state for _, _, state in all_refunds()]
    assert [answer.status for answer in answers] == [200] * 20
    assert sorted(states) == ["Initiated"] * 7 + ["Requested"] * 13
    assert told_mobilepay(simulator, CREATE) == 7


def test_the_first_refunds_of_a_merchant_at_the_same_moment_keep_to_the_default_ceiling(till, simulator, pos):
    payments = [sale(simulator, pos, 50_000, order_id=f"order-{number}") for number in range(8)]
    orders = list(enumerate(payments))

    at_once(*(lambda n=n, each=each: give_back(twin(till), each, "500.00", f"r-{n}") for n, each in orders))

    assert sorted(state for _, _, state in all_refunds()) == ["Initiated"] * 4 + ["Requested"] * 4
