"""Whatever people, tills, workers, MobilePay and time do: never more out than in, one payout, and an end or a clock."""

from contextlib import suppress

from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from payments.models import Payment
from portal import clock
from portal.audit.actors import WORKER
from portal.errors import PortalError
from portal.gateway import networks
from portal.mobilepay.errors import NetworkError
from portal.operations.models import Operation
from refunds.models import Refund, usual_window
from refunds.services import approvals, cancellations, captures, creation, lookups, sweep
from refunds.states import NOT_APPROVED, OPEN, PAID, UNPAID, State
from tests.payments.posv10_calls import EVERY_TRY
from tests.refunds.factories import FIND, TILL, at_till, sale, schedule, set_balance
from tests.refunds.scenarios import ABOUT_REFUNDS, CANCEL, CAPTURE, CREATE, ask, at_mobilepay, books, fresh, rules

CAPTURED = 10_000
AMOUNTS = st.sampled_from([1, 500, 1300, 4000])
# What MobilePay may be at any moment without having looked at the refund: away, busy, or not willing to hear us.
FAULTS = st.sampled_from(
    [
        {"kind": "cut_before"},
        {"kind": "cut_after"},
        {"kind": "fail_after"},
        {"kind": "garble"},
        {"kind": "refuse", "status": 429},
        {"kind": "refuse", "status": 401},
        {"kind": "refuse", "status": 403},
    ]
)
CALLS = st.sampled_from([CREATE, FIND, CAPTURE, CANCEL, ABOUT_REFUNDS, (None, ".*")])
DURATIONS = st.sampled_from([{"seconds": 3}, {"seconds": 31}, {"minutes": 11}, {"hours": 5}, {"hours": 25}])
# Long enough for every clock of the portal, from the first doubt to the hourly look and the day of a request.
SETTLING = [{"seconds": 10}] * 4 + [{"minutes": 11}] * 3 + [{"hours": 1, "minutes": 1}] * 3 + [{"hours": 25}] * 2
ALIVE = {"Initiated", "Reserved", "Captured", "ExpiredAndCaptured"}


class Money(RuleBasedStateMachine):
    """One payment of 100.00 DKK and everything that can happen to its refunds; `cast` is set by the test."""

    cast = None

    def __init__(self):
        super().__init__()
        self.simulator, self.pos, self.later, self.clerk, self.approver = self.cast
        self.savepoint = transaction.savepoint()
        set_balance(self.simulator, 1_000)
        self.payment = sale(self.simulator, self.pos, CAPTURED, changed_at=clock.now())
        rules(self.payment.merchant, till_limit_minor=1300, desk_limit_minor=1300)

    def pick(self, number, *states):
        """One of the refunds that are in such a state, or none."""
        found = list(Refund.objects.filter(payment=self.payment, state__in=states).order_by("pk"))
        return fresh(found[number % len(found)]) if found else None

    # People and tills

    @rule(minor=AMOUNTS, order=st.sampled_from("abcdef"))
    def a_till_asks(self, minor, order):
        with suppress(PortalError):
            at_till(self.payment, minor, order)

    @rule(minor=AMOUNTS)
    def the_desk_asks(self, minor):
        with suppress(PortalError):
            ask(self.payment, self.clerk, minor)

    @rule(number=st.integers(0, 9), deed=st.sampled_from(["approve", "decline", "withdraw"]))
    def somebody_decides(self, number, deed):
        refund = self.pick(number, State.REQUESTED, State.APPROVED, State.WAITING_FOR_BALANCE)
        if refund is None:
            return
        with suppress(PortalError):
            if deed == "approve":
                approvals.approve(refund=refund, by=self.approver.user, now=clock.now())
            elif deed == "decline":
                approvals.decline(refund=refund, reason="no", by=self.approver.user, now=clock.now())
            else:
                approvals.withdraw(refund=refund, reason="no", by=self.clerk.user, now=clock.now())

    @rule(
        number=st.integers(0, 9), act=st.sampled_from([captures.capture, cancellations.cancel_at_till, lookups.status])
    )
    def a_till_acts(self, number, act):
        refund = self.pick(number, *OPEN)
        if refund is None:
            return
        with suppress(PortalError):
            if act == lookups.status:
                act(merchant=refund.merchant, refund_id=refund.pk, by=TILL, now=clock.now())
            else:
                act(refund=refund, by=TILL, now=clock.now())

    # Workers, and what kills them

    @rule()
    def a_worker_sweeps(self):
        for pk in Refund.objects.claim_due(now=clock.now()):
            sweep.process(refund_id=pk, by=WORKER, now=clock.now())

    @rule(number=st.integers(0, 9), is_told=st.booleans(), duration=DURATIONS)
    def somebody_dies_after_noting(self, number, is_told, duration):
        """The creation, payout or cancellation is noted and perhaps told, but the answer is never written down."""
        refund = self.pick(number, State.APPROVED, State.WAITING_FOR_BALANCE, State.INITIATED, State.RESERVED)
        if refund is None or refund.operation:
            return
        if refund.is_at_mobilepay:
            intent = Operation.CAPTURE if refund.state == State.RESERVED and refund.is_decided else Operation.CANCEL
            schedule(refund, intent)
        else:
            creation.begin(refund=refund, by=WORKER, now=clock.now())
        if is_told:
            with suppress(NetworkError):
                self.tell(fresh(refund))
        self.time_passes(duration)

    def tell(self, refund):
        refunds = networks.network_for(refund.payment.account).refunds
        if refund.state == State.CREATED:
            refunds.reserve(refund.order, key=refund.key_of("create"))
        elif refund.operation == Operation.CAPTURE:
            refunds.pay_out(refund.ref, key=refund.key_of(refund.operation))
        elif refund.operation == Operation.CANCEL:
            refunds.cancel(refund.ref, key=refund.key_of(refund.operation))

    @rule()
    def a_worker_dies_with_its_claims(self):
        Refund.objects.claim_due(now=clock.now())

    @rule()
    def everything_restarts(self):
        Refund.objects.update(claimed_until=None)

    # MobilePay and time

    @rule(plan=st.lists(st.tuples(CALLS, FAULTS), min_size=1, max_size=3), duration=DURATIONS)
    def mobilepay_has_trouble(self, plan, duration):
        """One trouble after the other, while the desk wants something and time passes."""
        for call, fault in plan:
            self.simulator.faults.add(fault["kind"], *call, times=EVERY_TRY, status=fault.get("status", 409))
        self.the_desk_asks(500)
        self.a_worker_sweeps()
        self.time_passes(duration)

    @rule()
    def mobilepay_recovers(self):
        self.simulator.faults.clear()

    @rule(major=st.sampled_from([0, 5, 1_000]))
    def the_balance_changes(self, major):
        set_balance(self.simulator, major)

    @rule(declines=st.booleans())
    def mobilepay_changes_its_mind(self, declines):
        self.simulator.world.knobs.decline_refunds = declines

    @rule(seconds=st.sampled_from([0.0, 5.0, 3600.0]))
    def reserving_takes_another_time(self, seconds):
        self.simulator.world.knobs.refund_reserve_delay = seconds

    @rule(duration=DURATIONS)
    def time_passes(self, duration):
        self.later(**duration)
        self.a_worker_sweeps()

    @precondition(lambda self: Refund.objects.count() > 4 and self.payment.changed_at > clock.now() - usual_window())
    @rule()
    def the_payment_becomes_too_old(self):
        self.later(days=91)

    # What is always so

    @invariant()
    def the_books_are_in_order(self):
        captured, promised, refunded = books(self.payment)
        ours = Refund.objects.filter(payment=self.payment)
        assert 0 <= refunded <= promised <= captured == CAPTURED
        assert refunded == sum(ours.filter(state__in=PAID).values_list("amount_minor", flat=True))
        assert promised == sum(ours.exclude(state__in=UNPAID).values_list("amount_minor", flat=True))

    @invariant()
    def no_more_goes_out_than_came_in_and_each_refund_once(self):
        there = at_mobilepay(self.simulator, self.payment)
        alive = [order for order, _, state in there if state in ALIVE]
        assert len({order for order, _, _ in there}) == len(there)
        assert sum(minor for _, minor, state in there if state in {"Captured", "ExpiredAndCaptured"}) <= CAPTURED
        wanted = Refund.objects.filter(payment=self.payment).exclude(state__in=UNPAID)
        assert set(alive) <= set(wanted.values_list("refund_order_id", flat=True))

    @invariant()
    def everything_has_ended_or_has_a_clock(self):
        ours = Refund.objects.filter(payment=self.payment)
        assert not ours.filter(state__in=OPEN, due_at=None).exists()
        assert not ours.exclude(state__in=OPEN).exclude(due_at=None, operation="").exists()

    def teardown(self):
        try:
            self.settle()
        finally:
            transaction.savepoint_rollback(self.savepoint)

    def settle(self):
        """MobilePay is well again and time passes: all that was in doubt comes to an end, the same on both sides."""
        self.simulator.faults.clear()
        self.simulator.world.knobs.decline_refunds = False
        self.simulator.world.knobs.refund_reserve_delay = 0.0
        set_balance(self.simulator, 1_000)
        for duration in SETTLING:
            self.later(**duration)
            for _ in range(3):
                self.a_worker_sweeps()
        self.the_books_are_in_order()
        self.no_more_goes_out_than_came_in_and_each_refund_once()
        there = {order: state for order, _, state in at_mobilepay(self.simulator, self.payment)}
        for refund in Refund.objects.filter(payment=self.payment):
            assert refund.state not in OPEN
            assert there.get(refund.refund_order_id, "nothing") in self.ends_of(refund)

    def ends_of(self, refund):
        if refund.state in NOT_APPROVED or refund.was_refused:
            return {"nothing"}
        return {refund.state}


def test_never_more_out_than_in_never_twice_and_everything_ends(simulator, pos, clerk, approver, later):
    machine = type("Cast", (Money,), {"cast": (simulator, pos, later, clerk, approver)})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=50,
            stateful_step_count=30,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )

    assert Payment.objects.count() == 0
