"""Money that others give back at the same time is never taken for ours, and ours never for theirs."""

from payments.models import Payment
from portal.roles import Role
from refunds.models import Refund
from tests.epayment.books import REFUND, work_for
from tests.payments.till_sequences import capture
from tests.people import hire


def sell(till, phone):
    payment_id = till.start()["paymentId"]
    phone.checks_in()
    phone.approves()
    phone.tells()
    capture(till, payment_id)
    return payment_id


def create(till, payment_id, order="R-1", amount="10.00"):
    return till.post("refund/create", paymentId=payment_id, refundOrderId=order, amount=amount)["refundId"]


def given_back(simulator):
    with simulator.epayment.present():
        return [each.refunded for each in simulator.epayment.payments]


def test_as_much_given_back_elsewhere_while_ours_gets_no_readable_answer_is_given_back_as_well(
    till, phone, simulator, later
):
    refund_id = create(till, sell(till, phone))
    simulator.epayment.refund_elsewhere("123456", phone.reference, 1000)
    simulator.faults.add("foreign_before", *REFUND, status=403, body="<html>no</html>", times=2)

    lost = till.post("refund/capture", refundId=refund_id)
    work_for(later, minutes=2)
    phone.tells()

    assert (lost.status, lost.codes) == (503, ["outcome_unknown"])
    assert (Refund.objects.get(pk=refund_id).state, given_back(simulator)) == ("Captured", [2000])
    work_for(later, minutes=2)
    assert Payment.objects.get().refunded_minor == 2000


def test_less_given_back_there_than_we_know_of_is_shown_to_staff_until_it_agrees(till, phone, simulator):
    payment_id = sell(till, phone)
    Payment.objects.update(refund_committed_minor=1000, refunded_minor=1000)

    create(till, payment_id, "R-2", "1.00")
    create(till, payment_id, "R-2b", "1.00")
    shown = Payment.objects.get().contradiction
    simulator.epayment.refund_elsewhere("123456", phone.reference, 1000)
    create(till, payment_id, "R-3", "1.00")

    assert shown == {"refunded": "0.00 DKK"}
    assert Payment.objects.get().contradiction == {}


def test_the_desk_reads_that_it_was_given_back_at_the_network(till, phone, simulator, shops):
    sell(till, phone)
    simulator.epayment.refund_elsewhere("123456", phone.reference, 500)
    phone.tells()
    clerk = hire("carl@kino.example", shops["KINO1"], Role.CLERK)

    page = clerk.get(f"payments/{Payment.objects.get().pk}/")

    assert "MobilePay&#x27;s own portal" in page.content.decode()
