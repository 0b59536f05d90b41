"""Money that others give back at the same time is never taken for ours, and ours never for theirs."""

from payments.models import Payment
from portal.roles import Role
from refunds.models import Refund
from refunds.services import timeline
from tests.epayment.books import REFUND, work_for
from tests.epayment.returns import create, paid_back
from tests.people import hire


def test_as_much_given_back_elsewhere_while_ours_gets_no_readable_answer_is_given_back_as_well(
    till, sold, phone, simulator, later
):
    refund_id = create(till, sold)["refundId"]
    simulator.epayment.refund_elsewhere("123456", phone.reference, 1000)
    simulator.faults.add("foreign_before", *REFUND, status=403, body="<html>no</html>", times=2)

    lost = till.post("refund/capture", refundId=refund_id)
    work_for(later, minutes=2)
    phone.tells()

    assert (lost.status, lost.codes) == (503, ["outcome_unknown"])
    assert (Refund.objects.get(pk=refund_id).state, paid_back(simulator)) == ("Captured", [2000])
    work_for(later, minutes=2)
    assert Payment.objects.get().refunded_minor == 2000


def test_less_given_back_there_than_we_know_of_is_shown_to_staff_until_it_agrees(till, sold, phone, simulator):
    Payment.objects.update(refund_committed_minor=1000, refunded_minor=1000)

    create(till, sold, "1.00", "R-2")
    create(till, sold, "1.00", "R-2b")
    shown = Payment.objects.get().contradiction
    simulator.epayment.refund_elsewhere("123456", phone.reference, 1000)
    create(till, sold, "1.00", "R-3")

    assert shown == {"refunded": "0.00 DKK"}
    assert Payment.objects.get().contradiction == {}


def test_the_desk_reads_that_it_was_given_back_at_the_network(sold, phone, simulator, shops):
    simulator.epayment.refund_elsewhere("123456", phone.reference, 500)
    phone.tells()
    clerk = hire("carl@kino.example", shops["KINO1"], Role.CLERK)

    page = clerk.get(f"payments/{Payment.objects.get().pk}/")

    assert "MobilePay&#x27;s own portal" in page.content.decode()
    [step] = timeline.steps(Refund.objects.get())
    assert (step.title, step.answer) == ("Paid back to the customer", "given back at MobilePay directly")
