"""What others gave back in the network's own portal is in our books, and nobody is promised it again."""

from payments.models import Payment
from portal import clock
from portal.audit.actors import WORKER
from refunds.models import Refund
from refunds.services import adoptions
from tests.epayment.books import LOOK_UP, MSN, REFUND, lose, told, work_for
from tests.epayment.returns import create, paid_back, pay, refunds, status, sums


def test_what_was_given_back_elsewhere_comes_into_our_books_by_a_webhook(till, sold, phone, simulator):
    simulator.epayment.refund_elsewhere(MSN, phone.reference, 2000)
    phone.tells()
    adopted = refunds(), sums(sold)

    refused = create(till, sold)
    rest = create(till, sold, "7.06")

    assert adopted == ([("network", 2000, "Captured")], (2706, 2000, 2000))
    assert (refused.status, refused.codes, rest.status) == (409, ["refund_too_high"], 200)
    assert refused["errors"][0].startswith("At most 7.06 DKK of order")


def test_what_was_given_back_elsewhere_is_seen_by_the_next_refund_without_any_webhook(till, sold, phone, simulator):
    simulator.epayment.knobs.webhooks_lost = 1.0
    simulator.epayment.refund_elsewhere(MSN, phone.reference, 2000)

    refused = create(till, sold)

    assert (refused.status, refused.codes, refunds()) == (409, ["refund_too_high"], [("network", 2000, "Captured")])
    assert refused["errors"][0].startswith("At most 7.06 DKK of order")
    assert (sums(sold), told(simulator, REFUND)) == ((2706, 2000, 2000), 0)


def test_every_word_of_it_twice_counts_it_once(till, sold, phone, simulator):
    simulator.epayment.knobs.webhooks_twice = True
    simulator.epayment.refund_elsewhere(MSN, phone.reference, 1000)
    phone.tells()
    simulator.epayment.refund_elsewhere(MSN, phone.reference, 500)
    phone.tells()
    phone.tells()

    assert (refunds(), sums(sold)) == (
        [("network", 1000, "Captured"), ("network", 500, "Captured")],
        (2706, 1500, 1500),
    )


def test_what_was_promised_here_and_given_back_elsewhere_is_refused_and_then_counted(
    till, sold, phone, simulator, later
):
    refund_id = create(till, sold, "20.00")["refundId"]
    simulator.epayment.refund_elsewhere(MSN, phone.reference, 2706)
    phone.tells()
    promised = refunds(), sums(sold)
    work_for(later, minutes=1)
    waiting = refunds(), sums(sold)

    refused = pay(till, refund_id)
    work_for(later, minutes=1)

    assert promised == ([("till", 2000, "Reserved"), ("network", 706, "Captured")], (2706, 2706, 706))
    assert waiting == promised
    assert (refused.status, status(till, refund_id)) == (409, "CancelledByMobilePay")
    assert (sums(sold), paid_back(simulator)) == ((2706, 2706, 2706), [2706])
    assert sorted(refunds()) == [
        ("network", 706, "Captured"),
        ("network", 2000, "Captured"),
        ("till", 2000, "CancelledByMobilePay"),
    ]


def test_a_refund_of_ours_whose_answer_is_lost_is_not_taken_for_somebody_elses(till, sold, phone, simulator, later):
    refund_id = create(till, sold)["refundId"]
    lose(simulator, REFUND, "cut_after")

    unknown = pay(till, refund_id)
    phone.tells()
    meanwhile = refunds()
    work_for(later, minutes=1)

    assert (unknown.status, meanwhile) == (503, [("till", 1000, "Reserved")])
    assert (refunds(), sums(sold)) == ([("till", 1000, "Captured")], (2706, 1000, 1000))


def test_sums_that_cannot_be_read_adopt_nothing_and_are_read_later(till, sold, phone, simulator, later):
    simulator.epayment.refund_elsewhere(MSN, phone.reference, 2000)
    simulator.faults.add("fail_before", "GET", "/epayment/v1/payments/[^/]+", times=3)

    phone.tells()
    unread = refunds()
    work_for(later, minutes=1)

    assert (unread, refunds()) == ([], [("network", 2000, "Captured")])


def test_sums_that_have_lost_the_capture_change_nothing(till, sold, phone, simulator):
    names = ("authorizedAmount", "capturedAmount", "cancelledAmount", "refundedAmount")
    aggregate = {name: {"currency": "DKK", "value": 2706 if name == names[0] else 0} for name in names}
    simulator.faults.add("alter", *LOOK_UP, members={"aggregate": aggregate})

    promised = create(till, sold)

    assert (promised.status, sums(sold), refunds()) == (200, (2706, 1000, 0), [("till", 1000, "Reserved")])


def test_sums_from_before_our_own_refund_came_through_are_read_again(till, sold, simulator):
    before = Payment.objects.whole().get()
    assert pay(till, create(till, sold)["refundId"]).status == 200
    names = ("authorizedAmount", "capturedAmount", "cancelledAmount", "refundedAmount")
    aggregate = {name: {"currency": "DKK", "value": 2706 if name in names[:2] else 0} for name in names}
    simulator.faults.add("alter", *LOOK_UP, members={"aggregate": aggregate})

    is_known = adoptions.adopt(payment=before, by=WORKER, now=clock.now())

    assert (is_known, Payment.objects.get().contradiction, sums(sold)) == (
        False,
        before.contradiction,
        (2706, 1000, 1000),
    )


def test_a_refund_with_its_origin_stands_on_the_tills_list(till, sold, phone, simulator):
    simulator.epayment.refund_elsewhere(MSN, phone.reference, 2000)
    phone.tells()

    listed = till.get("refunds", paymentId=sold)["refundsIds"]
    [refund] = Refund.objects.all()
    seen = till.get("refund/details", refundId=str(refund.pk))["refundDetails"]

    assert listed == [str(refund.pk)]
    assert (seen["status"], seen["amount"], seen["refundOrderId"]) == ("Captured", "20.00", refund.refund_order_id)
