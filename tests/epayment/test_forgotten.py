"""What its till has forgotten ends by itself, unless its customer has approved it."""

from tests.epayment.books import CANCEL, ENDED, HELD, LOOK_UP, RELEASED, bodies, books, lose, ours, work, work_for
from tests.payments.till_sequences import cancel


def test_what_its_till_has_forgotten_ends_only_if_nobody_has_approved_it(till, asked, simulator, later):
    later(minutes=11)
    work()

    assert (ours(), books(simulator)) == (("CancelledByClient", ""), [ENDED])
    assert bodies(simulator, CANCEL) == [{"cancelTransactionOnly": True}]


def test_what_is_approved_in_the_moment_in_which_it_is_forgotten_stays_reserved_for_staff(
    till, asked, phone, simulator, later
):
    later(minutes=11)
    # The look before the cancellation is lost, as if the customer had approved right after it.
    simulator.faults.add("alter", *LOOK_UP, members={"state": "CREATED"})
    phone.approves()

    work()

    assert bodies(simulator, CANCEL) == [{"cancelTransactionOnly": True}]
    assert (ours(), books(simulator)) == (("Reserved", ""), [HELD])
    work_for(later, hours=1)
    assert (ours(), books(simulator)) == (("Reserved", ""), [HELD])


def test_what_is_forgotten_while_the_customer_is_approving_is_followed_to_its_end(till, asked, phone, simulator, later):
    simulator.epayment.begin_approving(phone.reference)
    later(minutes=11)
    work()
    owed = ours()

    phone.approves()
    work_for(later, minutes=2)

    assert (owed, ours(), books(simulator)) == (("IssuedToUser", "expire"), ("Reserved", ""), [HELD])


def test_a_till_that_comes_back_while_it_is_being_forgotten_has_even_approved_money_let_go_of(
    till, asked, phone, simulator, later
):
    lose(simulator, CANCEL)
    later(minutes=11)
    work()
    phone.approves()

    ended = cancel(till, asked)

    assert (ended.status, ours(), books(simulator)) == (200, ("CancelledByClient", ""), [RELEASED])
    assert bodies(simulator, CANCEL)[-1] is None
