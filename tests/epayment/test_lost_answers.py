"""Whatever happens to an answer: nothing is done twice, nothing is lost, and the till is told nothing untrue."""

from dataclasses import dataclass
from typing import Any

import pytest

from payments.models import Payment
from refunds.models import Refund
from terminals.models import PointOfSale
from tests.epayment.books import CANCEL, CAPTURE, CREATE, HELD, OPEN, REFUND, books, keys, reserve, sell, work_for
from tests.payments.till_sequences import cancel, capture

CODE = ("PUT", "/qr/v1/merchant-callback/[^/]+")
# By what happens; of what asks to come back later one is enough, the others are tried twice at once.
TROUBLES = {
    "cut before": {"kind": "cut_before", "times": 2},
    "cut after": {"kind": "cut_after", "times": 2},
    "failed before": {"kind": "fail_before", "times": 2},
    "failed after": {"kind": "fail_after", "times": 2},
    "a foreign page instead": {"kind": "foreign_before", "times": 2, "status": 502},
    "a foreign page after it was done": {"kind": "foreign_after", "times": 2, "status": 200},
    "somebody else's refusal": {"kind": "foreign_before", "times": 2, "status": 403},
    "too many calls": {"kind": "refuse", "times": 1, "status": 429},
    "held by another call": {"kind": "refuse", "times": 1, "status": 423, "code": "6160"},
    "half an answer": {"kind": "garble", "times": 2},
    "lost only once": {"kind": "cut_after", "times": 1},
}
# What is carried out all the same.
DONE = {"cut after", "failed after", "a foreign page after it was done", "half an answer", "lost only once"}
# Of these a second try, or a look, tells at once what has become of it.
KNOWN_AT_ONCE = {"a foreign page after it was done", "half an answer", "lost only once"}
TAKEN = ("order-1", "AUTHORIZED", 2706, 0, 0)


@dataclass
class Trouble:
    simulator: Any
    name: str

    def befalls(self, call):
        details = dict(TROUBLES[self.name])
        self.simulator.faults.add(details.pop("kind"), *call, **details)

    @property
    def is_answered(self):
        return self.name in KNOWN_AT_ONCE

    @property
    def is_done(self):
        return self.name in DONE


@pytest.fixture(params=TROUBLES)
def trouble(request, simulator):
    simulator.epayment.knobs.payment_lifetime = 3600
    return Trouble(simulator, request.param)


def truly(trouble, answer):
    """Whether the till was told what is so: the truth, or that it is not known."""
    wanted = (200, []) if trouble.is_answered else (503, ["outcome_unknown"])
    return (answer.status, answer.codes) == wanted


def one_key(simulator, call):
    return len(set(keys(simulator, call))) == 1


def settled(model=Payment):
    row = model.objects.get()
    return row.state, row.operation


def test_a_payment_is_created_once(till, phone, simulator, later, trouble):
    phone.checks_in()
    trouble.befalls(CREATE)

    started = till.start()
    at_once = books(simulator)
    work_for(later, minutes=2)

    assert truly(trouble, started)
    assert at_once == ([OPEN] if trouble.is_done else [])
    assert (settled(), books(simulator), one_key(simulator, CREATE)) == (("IssuedToUser", ""), [OPEN], True)
    assert till.start()["paymentId"] == str(Payment.objects.get().pk)


def test_a_payment_that_a_customer_caused_is_created_once(till, phone, simulator, later, trouble):
    payment_id = till.start()["paymentId"]
    trouble.befalls(CREATE)

    answered = phone.checks_in()
    work_for(later, minutes=2)

    assert set(answered) == {200}
    assert (till.status(payment_id), books(simulator)) == ("IssuedToUser", [OPEN])
    assert (settled(), one_key(simulator, CREATE)) == (("IssuedToUser", ""), True)


def test_a_payment_in_doubt_that_is_called_off_is_never_paid(till, phone, simulator, later, trouble):
    phone.checks_in()
    trouble.befalls(CREATE)
    till.start()

    cancel(till, str(Payment.objects.get().pk))
    work_for(later, minutes=2)

    assert settled() == ("CancelledByClient", "")
    assert [book for book in books(simulator) if book[1] != "TERMINATED"] == []
    assert one_key(simulator, CREATE)


def test_money_is_taken_once(till, phone, simulator, later, trouble):
    payment_id = reserve(till, phone)
    trouble.befalls(CAPTURE)

    taken = capture(till, payment_id)
    at_once = books(simulator)
    work_for(later, minutes=2)

    assert truly(trouble, taken)
    assert at_once == [TAKEN if trouble.is_done else HELD]
    assert (settled(), books(simulator), one_key(simulator, CAPTURE)) == (("Captured", ""), [TAKEN], True)
    assert capture(till, payment_id).status == 200


@pytest.mark.parametrize("is_approved", [True, False])
def test_a_cancellation_is_carried_out(till, phone, simulator, later, trouble, is_approved):
    phone.checks_in()
    payment_id = till.start()["paymentId"]
    if is_approved:
        phone.approves()
        phone.tells()
    trouble.befalls(CANCEL)

    ended = cancel(till, payment_id)
    work_for(later, minutes=2)

    assert truly(trouble, ended)
    state = "AUTHORIZED" if is_approved else "TERMINATED"
    assert (settled(), books(simulator)) == (("CancelledByClient", ""), [("order-1", state, 0, 2706, 0)])
    assert one_key(simulator, CANCEL)
    assert cancel(till, payment_id).status == 200


def test_money_goes_back_once(till, phone, simulator, later, trouble):
    payment_id = sell(till, phone)
    refund_id = till.post("refund/create", paymentId=payment_id, refundOrderId="R-1", amount="10.00")["refundId"]
    trouble.befalls(REFUND)

    paid = till.post("refund/capture", refundId=refund_id)
    work_for(later, minutes=2)

    # What cannot be read is told again, with the same key: sums do not tell whose money went back.
    if trouble.name in {"half an answer", "a foreign page after it was done"}:
        assert (paid.status, paid.codes) == (503, ["outcome_unknown"])
    else:
        assert truly(trouble, paid)
    assert (settled(Refund), books(simulator)) == (("Captured", ""), [("order-1", "AUTHORIZED", 2706, 0, 1000)])
    assert one_key(simulator, REFUND)
    assert till.post("refund/capture", refundId=refund_id).status == 200


def test_a_code_is_put_up_once(new_till, simulator, later, trouble):
    trouble.befalls(CODE)

    made = new_till.post("manage/create", terminalId=new_till.terminal_id)
    later(seconds=5)
    again = new_till.post("manage/create", terminalId=new_till.terminal_id)

    with simulator.epayment.present():
        codes = [code.merchant_qr_id for code in simulator.epayment.codes]
    pos = PointOfSale.objects.registered().get()
    assert truly(trouble, made)
    assert (again.status, codes) == (409 if trouble.is_answered else 200, [pos.beacon_id])
