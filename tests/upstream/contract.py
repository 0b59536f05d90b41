"""What holds at every network, by the same services: through lost answers, restarts and final refusals."""

import pytest

from payments.models import Payment
from payments.services import sweep
from portal import clock
from portal.audit.actors import WORKER
from refunds.models import Refund
from tests.payments.till_sequences import cancel, capture, prepare, ready
from tests.refunds.scenarios import ask, rules, work
from tests.upstream.upstreams import CANCEL, CAPTURE, PAY_BACK, READY, START

PAID = [("order-1", "captured", 2706)]
whether_done = pytest.mark.parametrize("is_done", [True, False], ids=["carried out", "not carried out"])


def sell(till, upstream):
    payment_id = till.start()["paymentId"]
    upstream.accept()
    assert till.status(payment_id) == "Reserved"
    assert capture(till, payment_id).status == 200
    return payment_id


def create(till, payment_id, amount="10.00"):
    return till.post("refund/create", paymentId=payment_id, refundOrderId="R-1", amount=amount)


def restart_and_wait(later):
    """Every process has died: only what is written down is left, and a worker finds it when it is due."""
    later(minutes=1)
    for pk in Payment.objects.claim_due(now=clock.now()):
        sweep.process(payment_id=pk, by=WORKER, now=clock.now())
    work(refund_id="whatever is due")


def refund_books():
    payment = Payment.objects.get()
    return payment.refund_committed_minor, payment.refunded_minor


class Contract:
    """Inherit it with the fixtures `upstream` and `till`.

    `ready_act` is the call by which a prepared payment gets its amount there, `asked` the state of a payment that
    a customer was asked for, and `paired` that of a prepared one in front of which somebody stands.
    """

    asked = "Initiated"
    paired = "Prepared"

    def test_a_sale_is_captured_once(self, till, upstream):
        payment_id = sell(till, upstream)

        again = capture(till, payment_id)

        assert (again.status, till.status(payment_id), upstream.payments()) == (200, "Captured", PAID)

    @whether_done
    def test_a_start_without_an_answer_is_in_doubt_and_asked_again_makes_one_payment(self, till, upstream, is_done):
        upstream.arrive()
        upstream.lose(START, is_done=is_done)

        lost, again = till.start(), till.start()

        assert (lost.status, lost.codes) == (503, ["outcome_unknown"])
        assert (again.status, till.status(again["paymentId"])) == (200, self.asked)
        assert upstream.payments() == [("order-1", "open", 0)]
        assert len(set(upstream.keys(START))) == 1

    @whether_done
    def test_a_start_without_an_answer_is_finished_by_a_worker(self, till, upstream, later, is_done):
        upstream.arrive()
        upstream.lose(START, is_done=is_done)
        till.start()

        restart_and_wait(later)

        assert upstream.payments() == [("order-1", "open", 0)]
        assert till.status(str(Payment.objects.get().pk)) == self.asked

    def test_a_start_that_is_refused_ends_and_frees_the_till(self, till, upstream):
        upstream.arrive()
        upstream.refuse(START)

        refused = till.start()
        upstream.arrive()
        next_one = till.start("order-2")

        assert (refused.status, refused.codes, next_one.status) == (502, ["mobilepay_refused"], 200)
        assert upstream.payments() == [("order-2", "open", 0)]
        assert sorted(Payment.objects.values_list("order_id", "state")) == [
            ("order-1", "CancelledByMobilePay"),
            ("order-2", self.asked),
        ]

    @whether_done
    def test_a_capture_without_an_answer_is_in_doubt_and_asked_again_takes_the_money_once(
        self, till, upstream, is_done
    ):
        payment_id = till.start()["paymentId"]
        upstream.accept()
        till.status(payment_id)
        upstream.lose(CAPTURE, is_done=is_done)

        lost, again = capture(till, payment_id), capture(till, payment_id)

        assert (lost.status, lost.codes) == (503, ["outcome_unknown"])
        assert (again.status, till.status(payment_id), upstream.payments()) == (200, "Captured", PAID)
        assert len(set(upstream.keys(CAPTURE))) == 1

    @whether_done
    def test_a_capture_without_an_answer_is_finished_by_a_worker(self, till, upstream, later, is_done):
        payment_id = till.start()["paymentId"]
        upstream.accept()
        till.status(payment_id)
        upstream.lose(CAPTURE, is_done=is_done)
        capture(till, payment_id)

        restart_and_wait(later)

        assert (till.status(payment_id), upstream.payments()) == ("Captured", PAID)

    def test_a_capture_that_is_refused_leaves_the_money_reserved(self, till, upstream):
        payment_id = till.start()["paymentId"]
        upstream.accept()
        till.status(payment_id)
        upstream.refuse(CAPTURE)

        refused = capture(till, payment_id)

        assert (refused.status, refused.codes) == (502, ["mobilepay_refused"])
        assert (till.status(payment_id), upstream.payments()) == ("Reserved", [("order-1", "reserved", 0)])

    @whether_done
    def test_a_cancellation_without_an_answer_is_in_doubt_and_asked_again_ends_it(self, till, upstream, is_done):
        upstream.arrive()
        payment_id = till.start()["paymentId"]
        upstream.lose(CANCEL, is_done=is_done)

        lost, again = cancel(till, payment_id), cancel(till, payment_id)

        assert (lost.status, lost.codes) == (503, ["outcome_unknown"])
        assert (again.status, till.status(payment_id)) == (200, "CancelledByClient")
        assert upstream.payments() == [("order-1", "ended", 0)]

    def test_a_start_in_doubt_can_be_called_off(self, till, upstream):
        upstream.arrive()
        upstream.lose(START, is_done=True)
        till.start()

        called_off = cancel(till, str(Payment.objects.get().pk))

        assert (called_off.status, Payment.objects.get().state) == (200, "CancelledByClient")
        assert upstream.payments() == [("order-1", "ended", 0)]

    def test_what_a_till_has_forgotten_ends_by_itself_and_frees_the_till(self, till, upstream, later):
        upstream.arrive()
        till.start()

        later(minutes=30)
        restart_and_wait(later)

        assert (Payment.objects.get().is_open, upstream.payments()) == (False, [("order-1", "ended", 0)])
        assert till.start("order-2").status == 200

    def test_a_prepared_payment_gets_its_amount_later(self, till, upstream):
        payment_id = prepare(till)["paymentId"]
        before = till.status(payment_id)
        upstream.arrive()
        paired = till.status(payment_id)

        given = ready(till, payment_id)
        upstream.accept()

        assert (before, paired) == ("Prepared", self.paired)
        assert (given.status, till.status(payment_id)) == (200, "Reserved")
        assert (capture(till, payment_id).status, upstream.payments()) == (200, PAID)

    def test_a_prepared_payment_is_cancelled(self, till, upstream):
        payment_id = prepare(till)["paymentId"]

        ended = cancel(till, payment_id)
        upstream.arrive()

        assert (ended.status, till.status(payment_id), till.start("order-2").status) == (200, "CancelledByClient", 200)
        assert [each for each in upstream.payments() if each[1] != "ended"] == [("order-2", "open", 0)]

    def test_a_prepared_payment_that_its_till_has_forgotten_ends_by_itself(self, till, upstream, later):
        prepare(till)

        later(minutes=30)
        restart_and_wait(later)

        assert Payment.objects.get().is_open is False
        assert [each for each in upstream.payments() if each[1] != "ended"] == []

    def test_another_amount_for_a_prepared_payment_is_refused(self, till, upstream):
        payment_id = prepare(till)["paymentId"]
        upstream.arrive()
        ready(till, payment_id)

        other = ready(till, payment_id, amount="28.00")

        assert (other.status, other.codes) == (409, ["amount_differs"])
        assert (Payment.objects.get().amount_minor, len(upstream.payments())) == (2706, 1)

    @whether_done
    def test_an_amount_without_an_answer_is_given_once(self, till, upstream, is_done):
        payment_id = prepare(till)["paymentId"]
        upstream.arrive()
        upstream.lose(self.ready_act, is_done=is_done)

        lost, again = ready(till, payment_id), ready(till, payment_id)
        upstream.accept()

        assert (lost.status, lost.codes) == (503, ["outcome_unknown"])
        assert (again.status, till.status(payment_id)) == (200, "Reserved")
        assert (capture(till, payment_id).status, upstream.payments()) == (200, PAID)

    def test_a_till_gives_money_back(self, till, upstream):
        payment_id = sell(till, upstream)

        refund_id = create(till, payment_id)["refundId"]
        work()
        set_aside, before = refund_books(), upstream.paid_back()
        paid = till.post("refund/capture", refundId=refund_id)

        assert (set_aside, before) == ((1000, 0), [])
        assert (paid.status, Refund.objects.get().state, upstream.paid_back()) == (200, "Captured", [1000])
        assert refund_books() == (1000, 1000)

    def test_a_refund_that_its_till_cancels_moves_nothing(self, till, upstream):
        payment_id = sell(till, upstream)
        refund_id = create(till, payment_id)["refundId"]

        ended = till.post("refund/cancel", refundId=refund_id)
        late = till.post("refund/capture", refundId=refund_id)

        assert (ended.status, late.status, upstream.paid_back()) == (200, 409, [])
        assert (Refund.objects.get().state, refund_books()) == ("CancelledByClient", (0, 0))

    @whether_done
    def test_money_back_without_an_answer_is_paid_once(self, till, upstream, is_done):
        payment_id = sell(till, upstream)
        refund_id = create(till, payment_id)["refundId"]
        work()
        upstream.lose(PAY_BACK, is_done=is_done)

        lost = till.post("refund/capture", refundId=refund_id)
        again = till.post("refund/capture", refundId=refund_id)

        assert (lost.status, lost.codes) == (503, ["outcome_unknown"])
        assert (again.status, upstream.paid_back(), refund_books()) == (200, [1000], (1000, 1000))
        assert len(set(upstream.keys(PAY_BACK))) == 1

    @whether_done
    def test_money_back_without_an_answer_is_finished_by_a_worker(self, till, upstream, later, is_done):
        payment_id = sell(till, upstream)
        refund_id = create(till, payment_id)["refundId"]
        work()
        upstream.lose(PAY_BACK, is_done=is_done)
        till.post("refund/capture", refundId=refund_id)

        restart_and_wait(later)

        assert (Refund.objects.get().state, upstream.paid_back()) == ("Captured", [1000])
        assert refund_books() == (1000, 1000)

    def test_what_people_decided_on_is_paid_by_a_worker(self, till, upstream, clerk):
        sell(till, upstream)
        payment = Payment.objects.select_related("merchant").get()
        rules(payment.merchant, desk_limit_minor=5000)
        ask(payment, clerk)

        work()

        assert (Refund.objects.get().state, upstream.paid_back()) == ("Captured", [1000])

    def test_what_a_till_has_forgotten_to_pay_out_is_cancelled(self, till, upstream, later):
        payment_id = sell(till, upstream)
        refund_id = create(till, payment_id)["refundId"]
        assert till.get("refund/details", refundId=refund_id)["refundDetails"]["status"] == "Reserved"

        later(minutes=30)
        restart_and_wait(later)

        assert (Refund.objects.get().state, upstream.paid_back()) == ("CancelledByClient", [])
        assert refund_books() == (0, 0)

    def test_more_than_was_captured_never_goes_back(self, till, upstream):
        payment_id = sell(till, upstream)

        refused = create(till, payment_id, amount="27.07")

        assert (refused.status, refused.codes, upstream.paid_back()) == (409, ["refund_too_high"], [])
        assert refund_books() == (0, 0)


READY_IS_ITS_OWN_CALL, READY_OPENS_IT = READY, START
