"""So does a network that cannot list, has no prepared payments, and gives money back in one step."""

from datetime import timedelta
from uuid import UUID

import pytest

from payments.models import Payment
from payments.services import cancellations as cancellations_of_payments
from payments.services import sweep
from portal import clock
from portal.audit.actors import COMMAND, WORKER
from portal.audit.models import Entry
from portal.mobilepay.errors import Reason
from refunds.models import Refund
from refunds.services import cancellations, transitions
from refunds.services.refusals import RefundEnded
from refunds.states import State
from terminals.models import Terminal
from terminals.services import points_of_sale
from tests.payments.till_sequences import capture, prepare, ready
from tests.refunds.scenarios import ask, rules, work
from tests.upstream.contract import (
    READY_OPENS_IT,
    Contract,
    create,
    refund_books,
    restart_and_wait,
    sell,
    whether_done,
)
from tests.upstream.plain import Plain, put_everybody_at
from tests.upstream.upstreams import CAPTURE, PAY_BACK, START


def end(state):
    """Somebody else brings the refund to its end."""
    refund = Refund.objects.get()
    if refund.is_open:
        transitions.transition(refund=refund, to=State(state), cause="ended", by=WORKER, now=clock.now())


class TestPlain(Contract):
    ready_act = READY_OPENS_IT

    @pytest.fixture
    def upstream(self, merchants, monkeypatch):
        plain = Plain()
        put_everybody_at(plain, monkeypatch)
        return plain

    @pytest.fixture
    def till(self, upstream, new_till):
        terminal = Terminal.objects.select_related("store", "merchant").get(terminal_id=new_till.terminal_id)
        points_of_sale.register(terminal=terminal, by=COMMAND, now=clock.now())
        return new_till

    def test_it_is_told_nothing_of_a_refund_before_it_is_paid(self, till, upstream):
        payment_id = sell(till, upstream)
        refund_id = create(till, payment_id)["refundId"]

        told = till.get("refund/details", refundId=refund_id)["refundDetails"]

        assert (told["status"], told["refundId"], upstream.keys(PAY_BACK)) == ("Reserved", refund_id, [])

    def test_a_payout_that_is_refused_for_good_ends_with_its_reason_and_frees_the_room(self, till, upstream):
        refund_id = create(till, sell(till, upstream))["refundId"]
        upstream.refuse(PAY_BACK, Reason.TOO_OLD)

        refused = till.post("refund/capture", refundId=refund_id)
        work()

        refund = Refund.objects.get()
        assert (refused.status, upstream.paid_back(), refund_books()) == (409, [], (0, 0))
        assert (refund.state, refund.refused_reason, refund.refused_code) == (
            "CancelledByMobilePay",
            "too_old",
            "denied",
        )

    def test_what_is_wrong_with_our_registration_costs_nobody_their_decision(self, till, upstream, later, clerk):
        sell(till, upstream)
        payment = Payment.objects.select_related("merchant").get()
        rules(payment.merchant, desk_limit_minor=5000)
        upstream.refuse(PAY_BACK)
        ask(payment, clerk)
        work()
        refused = Refund.objects.get().state, upstream.paid_back()

        restart_and_wait(later)

        assert refused == ("Reserved", [])
        assert (Refund.objects.get().state, upstream.paid_back()) == ("Captured", [1000])
        # A refusal stays with its key: what is asked for after it is another intention.
        assert len(set(upstream.keys(PAY_BACK))) == 2

    def test_a_payout_that_was_lost_and_then_refused_is_looked_for_and_counts_as_paid(self, till, upstream):
        refund_id = create(till, sell(till, upstream))["refundId"]
        upstream.lose(PAY_BACK, is_done=True)
        till.post("refund/capture", refundId=refund_id)
        upstream.refuse(PAY_BACK)

        again = till.post("refund/capture", refundId=refund_id)

        assert (again.status, Refund.objects.get().state, upstream.paid_back()) == (200, "Captured", [1000])

    def test_nothing_is_concluded_about_a_payout_while_the_payments_books_move(self, till, upstream, later):
        refund_id = create(till, sell(till, upstream))["refundId"]
        upstream.lose(PAY_BACK, is_done=True)
        till.post("refund/capture", refundId=refund_id)
        upstream.key_lifetime = timedelta(hours=24)
        later(hours=25)
        upstream.meanwhile = lambda: Payment.objects.update(refund_committed_minor=1500, refunded_minor=500)

        moving = till.post("refund/capture", refundId=refund_id)
        while_moving = Refund.objects.get().state
        upstream.meanwhile = lambda: None
        still = till.post("refund/capture", refundId=refund_id)

        assert (moving.status, moving.codes, while_moving) == (503, ["outcome_unknown"], "Reserved")
        assert (still.status, upstream.paid_back()) == (200, [1000])

    def test_a_payout_that_nobody_tells_about_stays_in_doubt_and_keeps_its_room(self, till, upstream):
        refund_id = create(till, sell(till, upstream))["refundId"]
        upstream.lose(PAY_BACK, is_done=True)
        till.post("refund/capture", refundId=refund_id)
        upstream.refuse(PAY_BACK)
        upstream.keeps_silent = True

        again = till.post("refund/capture", refundId=refund_id)

        assert (again.status, again.codes, refund_books()) == (503, ["outcome_unknown"], (1000, 0))

    @whether_done
    def test_a_payout_whose_key_is_forgotten_is_looked_for_before_it_is_told_again(
        self, till, upstream, later, is_done
    ):
        upstream.key_lifetime = timedelta(hours=24)
        refund_id = create(till, sell(till, upstream))["refundId"]
        upstream.lose(PAY_BACK, is_done=is_done)
        till.post("refund/capture", refundId=refund_id)

        later(hours=25)
        restart_and_wait(later)

        assert (Refund.objects.get().state, upstream.paid_back()) == ("Captured", [1000])
        assert len(upstream.keys(PAY_BACK)) == (1 if is_done else 2)

    def test_a_payout_that_the_stores_balance_does_not_cover_waits_and_is_paid_once_it_does(
        self, till, upstream, later, clerk
    ):
        sell(till, upstream)
        payment = Payment.objects.select_related("merchant").get()
        rules(payment.merchant, desk_limit_minor=5000)
        upstream.refuse(PAY_BACK, Reason.BALANCE_TOO_LOW)
        ask(payment, clerk)
        work()
        waiting, set_aside = Refund.objects.get().state, refund_books()

        restart_and_wait(later)

        assert (waiting, set_aside) == ("WaitingForBalance", (1000, 0))
        assert (Refund.objects.get().state, upstream.paid_back()) == ("Captured", [1000])
        assert len(set(upstream.keys(PAY_BACK))) == 2

    def test_a_payout_that_waits_for_balance_can_be_called_off(self, till, upstream):
        refund_id = create(till, sell(till, upstream))["refundId"]
        upstream.refuse(PAY_BACK, Reason.BALANCE_TOO_LOW)
        waits = till.post("refund/capture", refundId=refund_id)

        ended = till.post("refund/cancel", refundId=refund_id)

        assert (waits.status, waits.codes) == (409, ["refund_not_reserved"])
        assert (ended.status, Refund.objects.get().state, upstream.paid_back()) == (200, "Withdrawn", [])
        assert refund_books() == (0, 0)

    def test_a_cancellation_that_comes_after_the_payout_is_refused_and_changes_nothing(self, till, upstream):
        refund_id = create(till, sell(till, upstream))["refundId"]
        old = Refund.objects.whole().get()
        till.post("refund/capture", refundId=refund_id)

        with pytest.raises(RefundEnded):
            cancellations.cancel(refund=old, by=WORKER, now=clock.now())

        assert (Refund.objects.get().state, upstream.paid_back(), refund_books()) == ("Captured", [1000], (1000, 1000))

    def test_a_cancellation_that_comes_while_the_network_is_told_is_told_to_it_too(self, till, upstream):
        payment_id = prepare(till)["paymentId"]
        old = Payment.objects.whole().get()
        ready(till, payment_id)

        ended = cancellations_of_payments.cancel(payment=old, by=WORKER, now=clock.now())

        assert (ended.state, upstream.payments()) == ("CancelledByClient", [("order-1", "ended", 0)])

    def test_a_worker_that_comes_too_early_to_what_waits_here_comes_again_when_it_is_forgotten(self, till, upstream):
        prepare(till)
        payment = Payment.objects.whole().get()
        Payment.objects.update(due_at=clock.now())

        sweep.process(payment_id=payment.pk, by=WORKER, now=clock.now())

        found = Payment.objects.get()
        assert (found.state, found.due_at, upstream.payments()) == (
            "Prepared",
            found.changed_at + payment.merchant.payment_timeout,
            [],
        )

    def test_a_worker_that_comes_too_early_to_a_refund_that_its_till_has_to_pay_out_leaves_it(self, till, upstream):
        create(till, sell(till, upstream))
        Refund.objects.update(due_at=clock.now())

        work(refund_id="the one that is due")

        assert (Refund.objects.get().state, upstream.keys(PAY_BACK)) == ("Reserved", [])

    @pytest.mark.parametrize("what_next", ["a worker tries again", "the till calls it off"])
    def test_a_payout_that_was_denied_and_made_all_the_same_is_found_before_anything_else_is_done(
        self, till, upstream, later, what_next
    ):
        refund_id = create(till, sell(till, upstream))["refundId"]
        upstream.refuse(PAY_BACK, Reason.BALANCE_TOO_LOW)
        till.post("refund/capture", refundId=refund_id)
        [key] = upstream.keys(PAY_BACK)
        upstream.refunds[UUID(key)] = 1000

        if what_next == "a worker tries again":
            restart_and_wait(later)
        else:
            assert till.post("refund/cancel", refundId=refund_id).status == 409

        assert (Refund.objects.get().state, upstream.paid_back()) == ("Captured", [1000])
        assert (upstream.keys(PAY_BACK), refund_books()) == ([key], (1000, 1000))

    def test_a_payout_of_what_has_ended_here_meanwhile_is_shown_to_staff(self, till, upstream):
        refund_id = create(till, sell(till, upstream))["refundId"]
        upstream.meanwhile = lambda: end("CancelledByMobilePay")

        late = till.post("refund/capture", refundId=refund_id)

        refund = Refund.objects.get()
        assert (late.status, late.codes, upstream.paid_back()) == (409, ["refund_ended"], [1000])
        assert refund.contradiction_in_words == "refund paid out, though it has ended here"
        assert Entry.objects.about(refund).filter(action="refund:disagrees").count() == 1

    def test_a_payout_that_is_told_otherwise_is_not_called_off_and_told_again_once_it_agrees(
        self, till, upstream, later
    ):
        refund_id = create(till, sell(till, upstream))["refundId"]
        upstream.contradicts = True
        told = till.post("refund/capture", refundId=refund_id)
        cancelled = till.post("refund/cancel", refundId=refund_id)
        contradiction = Refund.objects.get().contradiction_in_words
        upstream.contradicts = False
        upstream.refunds.clear()
        upstream.answers.clear()

        restart_and_wait(later)

        assert (told.status, cancelled.status, cancelled.codes) == (503, 409, ["outcome_pending"])
        assert contradiction == "amount 99.00 DKK"
        assert (Refund.objects.get().state, Refund.objects.get().contradiction) == ("Captured", {})
        assert (upstream.paid_back(), len(set(upstream.keys(PAY_BACK)))) == ([1000], 1)

    def test_an_amount_that_comes_late_is_told_again_and_not_taken_for_forgotten(self, till, upstream, later):
        payment_id = prepare(till)["paymentId"]
        later(minutes=9, seconds=58)
        upstream.lose(START, is_done=True)
        ready(till, payment_id)

        restart_and_wait(later)

        assert (till.status(payment_id), upstream.payments()) == ("Initiated", [("order-1", "open", 0)])

    def test_what_a_worker_takes_for_forgotten_while_its_amount_comes_is_left_alone(self, till, upstream):
        payment_id = prepare(till)["paymentId"]
        old = Payment.objects.whole().get()
        ready(till, payment_id)

        cancellations_of_payments.cancel_forgotten(payment=old, by=WORKER, now=clock.now())

        assert (till.status(payment_id), upstream.payments()) == ("Initiated", [("order-1", "open", 0)])

    def test_who_asks_by_state_keeps_nobody_from_the_news(self, till, upstream):
        payment_id = prepare(till)["paymentId"]
        till.get("payments", terminalId=till.terminal_id, state="Prepared")
        ready(till, payment_id)

        upstream.accept()

        assert till.status(payment_id) == "Reserved"

    @whether_done
    def test_a_part_is_captured_and_the_sum_that_the_network_names_is_the_one_that_counts(
        self, till, upstream, is_done
    ):
        payment_id = till.start()["paymentId"]
        upstream.accept()
        till.status(payment_id)
        upstream.lose(CAPTURE, is_done=is_done)
        capture(till, payment_id, amount="20.00")

        told = till.post("payment/capture", paymentId=payment_id, amount="20.00").status

        assert (told, upstream.payments()) == (200, [("order-1", "captured", 2000)])
        assert (Payment.objects.get().captured_minor, till.status(payment_id)) == (2000, "Captured")

    @pytest.mark.parametrize(("taken", "said"), [(1999, "19.99"), (2706, "27.06")])
    def test_another_sum_than_was_asked_for_stops_the_money_and_is_shown(self, till, upstream, taken, said):
        payment_id = till.start()["paymentId"]
        upstream.accept()
        till.status(payment_id)
        upstream.lose(CAPTURE, is_done=False)
        capture(till, payment_id, amount="20.00")
        upstream.capture_elsewhere(taken)
        upstream.refuse(CAPTURE, Reason.NOT_RESERVED)

        told = capture(till, payment_id, amount="20.00")

        found = Payment.objects.get()
        assert (told.status, told.codes) == (503, ["payment_contradicted"])
        assert (found.state, found.captured_minor) == ("Reserved", 0)
        assert found.contradiction_in_words == f"amount 27.06 DKK, captured {said} DKK"

    def test_what_was_captured_elsewhere_counts_by_the_sum_that_the_network_names(self, till, upstream):
        payment_id = till.start()["paymentId"]
        upstream.accept()
        till.status(payment_id)
        upstream.capture_elsewhere(1500)

        assert (till.status(payment_id), Payment.objects.get().captured_minor) == ("Captured", 1500)
