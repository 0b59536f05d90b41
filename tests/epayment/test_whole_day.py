"""A day at the till: sales of every kind, money back, codes and registrations; and nothing that is not described."""

import pytest

from payments.models import Payment
from portal import clock
from portal.audit.actors import COMMAND
from portal.mobilepay.simulator.epayment.descriptions import violations
from portal.webhooks.services import registrations
from terminals.models import ProviderAccount
from tests.epayment.books import (
    CANCEL,
    CAPTURE,
    CREATE,
    REFUND,
    books,
    may_capture_parts,
    reserve,
    sell,
    told,
    work,
    work_for,
)
from tests.payments.till_sequences import cancel, capture, details, prepare, ready


def give_back(till, payment_id, amount, order):
    refund_id = till.post("refund/create", paymentId=payment_id, refundOrderId=order, amount=amount)["refundId"]
    return till.post("refund/capture", refundId=refund_id)


def morning(till, phone, later):
    """Registrations are checked, codes go up and down, and are compared."""
    registrations.check_all(by=COMMAND, now=clock.now(), may_move=True)
    assert till.post("manage/delete", terminalId=till.terminal_id).status == 200
    assert till.post("manage/create", terminalId=till.terminal_id).status == 200
    assert till.get("manage/terminal/information", terminalId=till.terminal_id).status == 200
    assert till.get("terminal/qrcode", terminalId=till.terminal_id).status == 200
    assert till.get("manage/stores").status == 200
    later(minutes=5)


def noon(till, phone, later):
    """One of each sale."""
    whole = sell(till, phone, "whole")
    later(seconds=30)
    prepared = prepare(till, "prepared")["paymentId"]
    phone.checks_in()
    assert ready(till, prepared, "prepared").status == 200
    phone.approves()
    phone.tells()
    assert capture(till, prepared).status == 200
    later(seconds=30)
    part = reserve(till, phone, "part", "100.00")
    assert capture(till, part, amount="60.00").status == 200
    work()
    later(seconds=30)
    assert cancel(till, reserve(till, phone, "changed-my-mind")).status == 200
    later(seconds=30)
    phone.checks_in()
    declined = till.start("declined")["paymentId"]
    phone.declines()
    phone.tells()
    assert till.status(declined) == "CancelledByUser"
    later(seconds=30)
    phone.checks_in()
    assert cancel(till, till.start("called-off")["paymentId"]).status == 200
    assert cancel(till, till.start("never-sent")["paymentId"]).status == 200
    return whole, part


def evening(till, phone, later, whole, part):
    """Goods come back, somebody leaves a payment behind, and the answers get lost."""
    assert give_back(till, whole, "7.06", "R-1").status == 200
    assert give_back(till, whole, "20.00", "R-2").status == 200
    assert give_back(till, part, "60.00", "R-1").status == 200
    phone.checks_in()
    till.start("left-behind")
    phone.tells()
    work_for(later, minutes=12)
    details(till, whole)


@pytest.fixture
def day(till, phone, simulator, later):
    ProviderAccount.objects.update(captures_parts=True)
    may_capture_parts(simulator)
    simulator.epayment.knobs.limits_rates = True
    morning(till, phone, later)
    pos_id = till.get("manage/terminal/information", terminalId=till.terminal_id)["posInformation"]["beaconId"]
    phone.code = pos_id
    evening(till, phone, later, *noon(till, phone, later))
    phone.tells()
    work()


def test_nothing_was_said_to_the_network_that_it_does_not_describe(day, simulator):
    calls = simulator.calls.find()

    assert [wrong for call in calls for wrong in violations(call)] == []
    assert {call.status for call in calls if call.path.startswith("/epayment/")} == {200, 201}


def test_the_network_has_in_its_books_what_was_sold(day, simulator):
    assert books(simulator) == [
        ("whole", "AUTHORIZED", 2706, 0, 2706),
        ("prepared", "AUTHORIZED", 2706, 0, 0),
        ("part", "AUTHORIZED", 6000, 4000, 6000),
        ("changed-my-mind", "AUTHORIZED", 0, 2706, 0),
        ("declined", "ABORTED", 0, 0, 0),
        ("called-off", "TERMINATED", 0, 2706, 0),
        ("left-behind", "EXPIRED", 0, 0, 0),
    ]


def test_we_have_the_same_in_ours(day):
    rows = Payment.objects.order_by("created_at").values_list("order_id", "state", "captured_minor", "refunded_minor")
    assert list(rows) == [
        ("whole", "Captured", 2706, 2706),
        ("prepared", "Captured", 2706, 0),
        ("part", "Captured", 6000, 6000),
        ("changed-my-mind", "CancelledByClient", 0, 0),
        ("declined", "CancelledByUser", 0, 0),
        ("called-off", "CancelledByClient", 0, 0),
        ("never-sent", "CancelledByClient", 0, 0),
        ("left-behind", "CancelledByMobilePay", 0, 0),
    ]
    assert Payment.objects.in_doubt().count() == 0


def test_nothing_was_told_more_often_than_it_had_to_be(day, simulator):
    assert [told(simulator, call) for call in (CREATE, CAPTURE, CANCEL, REFUND)] == [7, 3, 3, 3]


def test_every_write_had_a_key_of_its_own(day, simulator):
    written = [call for each in (CREATE, CAPTURE, CANCEL, REFUND) for call in simulator.calls.find(*each)]

    assert len({call.idempotency_key for call in written}) == len(written)
    assert None not in {call.idempotency_key for call in written}
