"""How a payment ends there is how it ends here: by webhooks alone, or by polls and sweeps alone."""

from dataclasses import dataclass
from typing import Any

import pytest

from payments.models import Payment
from portal.audit.models import Entry
from tests.epayment.books import CAPTURE, LOOK_UP, MSN, books, reserve, told, work, work_for
from tests.payments.till_sequences import capture, details

OUTCOMES = {
    "declined": ("CancelledByUser", ("order-1", "ABORTED", 0, 0, 0)),
    "not answered": ("CancelledByMobilePay", ("order-1", "EXPIRED", 0, 0, 0)),
    "called off elsewhere": ("CancelledByClient", ("order-1", "TERMINATED", 0, 2706, 0)),
    "approved": ("Reserved", ("order-1", "AUTHORIZED", 0, 0, 0)),
    "approved and let go of elsewhere": ("ExpiredAndCancelled", ("order-1", "AUTHORIZED", 0, 2706, 0)),
    "taken elsewhere": ("Captured", ("order-1", "AUTHORIZED", 2706, 0, 0)),
}


@dataclass
class Story:
    simulator: Any
    phone: Any
    later: Any

    def ends(self, how: str) -> None:
        world, reference = self.simulator.epayment, self.phone.reference
        if how == "declined":
            self.phone.declines()
        elif how == "not answered":
            self.later(seconds=90)
        elif how == "called off elsewhere":
            world.cancel_elsewhere(MSN, reference)
        else:
            self.phone.approves()
        if how == "approved and let go of elsewhere":
            world.cancel_elsewhere(MSN, reference)
        if how == "taken elsewhere":
            world.capture_elsewhere(MSN, reference, 2706)


@pytest.fixture
def story(simulator, phone, later):
    """A customer has 90 seconds, less than it takes a till to be given up."""
    simulator.epayment.knobs.payment_lifetime = 60
    return Story(simulator, phone, later)


@pytest.mark.parametrize("how", OUTCOMES)
def test_a_till_that_polls_learns_the_outcome_without_any_webhook(till, phone, story, later, simulator, how):
    state, book = OUTCOMES[how]
    phone.checks_in()
    payment_id = till.start()["paymentId"]
    simulator.epayment.knobs.webhooks_lost = 1.0

    story.ends(how)
    later(seconds=2)

    assert (till.status(payment_id), books(simulator)) == (state, [book])


@pytest.mark.parametrize("how", OUTCOMES)
def test_webhooks_tell_the_outcome_to_a_till_that_never_polls(till, phone, story, simulator, how):
    state, book = OUTCOMES[how]
    phone.checks_in()
    till.start()

    story.ends(how)
    answered = phone.tells()

    assert (Payment.objects.get().state, books(simulator)) == (state, [book])
    assert set(answered) == {200}


@pytest.mark.parametrize("how", OUTCOMES)
def test_a_sweep_learns_the_outcome_without_webhook_and_without_poll(till, phone, story, later, simulator, how):
    state, book = OUTCOMES[how]
    phone.checks_in()
    till.start()
    simulator.epayment.knobs.webhooks_lost = 1.0

    story.ends(how)
    work_for(later, minutes=11)

    assert (Payment.objects.get().state, books(simulator)) == (state, [book])


@pytest.mark.parametrize("is_told", [True, False])
def test_a_reservation_that_lapses_after_a_fortnight_is_over(till, phone, simulator, later, is_told):
    payment_id = reserve(till, phone)
    simulator.epayment.knobs.webhooks_lost = 0.0 if is_told else 1.0

    later(days=13, hours=23)
    work()
    before = till.status(payment_id)
    later(hours=1, seconds=1)
    phone.tells()
    work()

    assert (before, Payment.objects.get().state) == ("Reserved", "ExpiredAndCancelled")
    assert books(simulator) == [("order-1", "AUTHORIZED", 0, 2706, 0)]


def test_until_when_the_money_is_sure_is_told_to_the_till(till, phone, simulator):
    payment_id = reserve(till, phone)

    with simulator.epayment.present():
        [payment] = simulator.epayment.payments
    sure = payment.guaranteed_until
    assert details(till, payment_id)["paymentExpiresAt"][:19] == f"{sure:%Y-%m-%dT%H:%M:%S}"


def test_a_reservation_outlives_what_is_sure_of_it(till, phone, simulator, later):
    payment_id = reserve(till, phone)

    later(days=8)
    work()

    assert (Payment.objects.get().state, capture(till, payment_id).status) == ("Reserved", 200)


OTHERS = {
    "amount": {"amount": {"currency": "DKK", "value": 9900}},
    "currency": {"amount": {"currency": "EUR", "value": 2706}},
    "reference": {"reference": "somebody-elses"},
}


@pytest.mark.parametrize("member", OTHERS)
def test_a_network_that_speaks_of_another_payment_is_not_believed_and_nothing_is_taken(
    till, phone, simulator, later, member
):
    phone.checks_in()
    payment_id = till.start()["paymentId"]
    phone.approves()
    simulator.faults.add("alter", *LOOK_UP, members=OTHERS[member], times=3)
    phone.tells()
    later(seconds=2)

    refused = capture(till, payment_id)
    contradicted = Payment.objects.get()

    assert (refused.status, refused.codes, told(simulator, CAPTURE)) == (503, ["payment_contradicted"], 0)
    assert (contradicted.state, list(contradicted.contradiction)) == (
        "IssuedToUser",
        ["payment" if member == "reference" else "amount"],
    )
    simulator.faults.clear()
    later(seconds=2)
    assert (till.status(payment_id), Payment.objects.get().contradiction) == ("Reserved", {})
    assert capture(till, payment_id).status == 200
    actions = list(Entry.objects.filter(subject_id=payment_id).values_list("action", flat=True))
    assert (actions.count("payment:disagrees"), actions.count("payment:agrees")) == (1, 1)


def test_a_reserved_payment_of_which_another_amount_is_told_is_not_taken(till, phone, simulator, later):
    payment_id = reserve(till, phone)
    later(hours=1)
    simulator.faults.add("alter", *LOOK_UP, members=OTHERS["amount"], times=9)
    till.get("payment/status", paymentId=payment_id)

    refused = capture(till, payment_id)

    assert (refused.status, refused.codes) == (503, ["payment_contradicted"])
    assert (told(simulator, CAPTURE), books(simulator)) == (0, [("order-1", "AUTHORIZED", 0, 0, 0)])


def test_more_than_was_asked_for_cannot_have_been_taken(till, phone, simulator, later):
    phone.checks_in()
    payment_id = till.start()["paymentId"]
    phone.approves()
    sums = {"authorizedAmount": 2706, "capturedAmount": 2707, "cancelledAmount": 0, "refundedAmount": 0}
    aggregate = {name: {"currency": "DKK", "value": minor} for name, minor in sums.items()}
    simulator.faults.add("alter", *LOOK_UP, members={"aggregate": aggregate})

    later(seconds=2)
    till.get("payment/status", paymentId=payment_id)

    payment = Payment.objects.get()
    assert (payment.state, payment.captured_minor) == ("IssuedToUser", 0)
    assert payment.contradiction == {"amount": "27.06 DKK, captured 27.07 DKK"}


@pytest.mark.parametrize(
    "members",
    [
        {"state": "SOMETHING_NEW"},
        {"aggregate": None},
        {"amount": {"currency": "DKK", "value": "2706"}},
    ],
    ids=["unknown state", "no sums", "an amount in words"],
)
def test_an_answer_that_cannot_be_read_changes_nothing(till, phone, simulator, later, members):
    phone.checks_in()
    payment_id = till.start()["paymentId"]
    phone.approves()
    simulator.faults.add("alter", *LOOK_UP, members=members, times=3)

    later(seconds=2)
    unread = till.status(payment_id)
    simulator.faults.clear()
    later(seconds=2)

    assert (unread, till.status(payment_id)) == ("IssuedToUser", "Reserved")
