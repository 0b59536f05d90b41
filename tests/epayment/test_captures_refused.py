"""Money that cannot be taken: the cashier reads why, and hands nothing over; and what others took."""

import pytest

from payments.models import Payment
from tests.epayment.books import CAPTURE, HELD, LOOK_UP, MSN, books, lose, may_capture_parts, owed, told, work, work_for
from tests.payments.till_sequences import cancel, capture, details


@pytest.fixture
def in_parts(shops, simulator):
    may_capture_parts(simulator)


def test_money_that_is_gone_ends_the_payment_and_the_goods_stay(till, payment_id, simulator):
    simulator.epayment.knobs.funds_are_gone = True

    refused = capture(till, payment_id)
    again = capture(till, payment_id)

    assert (refused.status, refused.codes) == (409, ["payment_not_reserved"])
    [sentence] = refused["errors"]
    assert sentence.endswith(
        "is not reserved any more, and cannot be taken. No money moved: do not hand over the goods."
    )
    assert (owed(), again.status, told(simulator, CAPTURE)) == (("ExpiredAndCancelled", "", 0), 409, 1)
    assert books(simulator) == [HELD]


def test_a_reservation_that_is_too_old_is_not_taken_and_the_till_reads_that_it_is_too_late(
    till, payment_id, simulator, later
):
    later(days=14, seconds=1)

    refused = capture(till, payment_id)

    assert (refused.status, refused.codes) == (409, ["payment_not_reserved"])
    [sentence] = refused["errors"]
    assert sentence.startswith(
        "The payment of order order-1 was reserved too long ago and cannot be captured any more."
    )
    assert (owed(), books(simulator)) == (("ExpiredAndCancelled", "", 0), [("order-1", "AUTHORIZED", 0, 2706, 0)])


def test_a_reservation_that_is_said_to_be_too_old_ends_though_the_sums_do_not_say_so(till, payment_id, simulator):
    simulator.faults.add("refuse", *CAPTURE, status=400, code="6100")

    refused = capture(till, payment_id)

    assert (refused.status, refused.codes) == (409, ["payment_not_reserved"])
    assert "was reserved too long ago" in refused["errors"][0]
    assert (owed(), books(simulator)) == (("ExpiredAndCancelled", "", 0), [HELD])


def test_the_till_can_take_the_money_until_the_last_day(till, payment_id, simulator, later):
    later(days=13, hours=23)
    work()

    assert (capture(till, payment_id).status, owed()) == (200, ("Captured", "", 2706))


def test_what_was_cancelled_elsewhere_cannot_be_taken(till, payment_id, phone, simulator):
    simulator.epayment.cancel_elsewhere(MSN, phone.reference)

    refused = capture(till, payment_id)

    assert (refused.status, refused.codes) == (409, ["payment_not_reserved"])
    assert owed() == ("ExpiredAndCancelled", "", 0)


def test_what_was_taken_elsewhere_counts_as_taken_once(till, payment_id, phone, simulator):
    simulator.epayment.capture_elsewhere(MSN, phone.reference, 2706)

    taken, again = capture(till, payment_id), capture(till, payment_id)

    assert (taken.status, again.status, owed()) == (200, 200, ("Captured", "", 2706))
    assert (told(simulator, CAPTURE), books(simulator)) == (1, [("order-1", "AUTHORIZED", 2706, 0, 0)])


def test_a_part_that_was_taken_elsewhere_is_not_what_the_till_wants_and_stands_in_our_books(
    in_parts, till, payment_id, phone, simulator
):
    simulator.epayment.capture_elsewhere(MSN, phone.reference, 1000)

    refused = capture(till, payment_id)

    assert (refused.status, refused.codes) == (409, ["already_captured"])
    assert refused["errors"] == [
        "The payment of order order-1 is captured already, with 10.00 DKK. Nothing more was taken."
    ]
    assert (owed(), books(simulator)) == (("Captured", "", 1000), [("order-1", "AUTHORIZED", 1000, 0, 0)])


def test_a_part_that_was_taken_elsewhere_and_the_rest_let_go_of_reads_the_same(
    in_parts, till, payment_id, phone, simulator
):
    simulator.epayment.capture_elsewhere(MSN, phone.reference, 1000)
    simulator.epayment.cancel_elsewhere(MSN, phone.reference)

    refused = capture(till, payment_id)

    assert (refused.status, refused.codes) == (409, ["already_captured"])
    assert refused["errors"] == [
        "The payment of order order-1 is captured already, with 10.00 DKK. Nothing more was taken."
    ]
    assert owed() == ("Captured", "", 1000)


def test_what_was_taken_elsewhere_in_two_parts_is_followed_by_webhooks(in_parts, till, payment_id, phone, simulator):
    simulator.epayment.capture_elsewhere(MSN, phone.reference, 1000)
    phone.tells()
    first = details(till, payment_id)
    simulator.epayment.capture_elsewhere(MSN, phone.reference, 1706)
    phone.tells()
    second = details(till, payment_id)

    assert (first["status"], first["capturedAmount"]) == ("Captured", "10.00")
    assert (second["status"], second["capturedAmount"]) == ("Captured", "27.06")
    assert told(simulator, CAPTURE) == 0


def test_a_part_that_was_taken_elsewhere_is_not_called_off_as_if_nothing_had_been_taken(
    in_parts, till, payment_id, phone, simulator, later
):
    simulator.epayment.capture_elsewhere(MSN, phone.reference, 1000)

    ended = cancel(till, payment_id)

    assert (ended.status, ended.codes) == (409, ["payment_ended"])
    assert ended["errors"] == ["The payment of order order-1 cannot be cancelled any more: captured."]
    assert (owed(), books(simulator)) == (("Captured", "", 1000), [("order-1", "AUTHORIZED", 1000, 1706, 0)])


def test_a_capture_whose_answer_is_lost_for_longer_than_a_key_lives_is_judged_by_the_sums(
    till, payment_id, simulator, later
):
    simulator.faults.add("cut_after", *CAPTURE, times=2)
    lost = capture(till, payment_id)
    simulator.faults.add("cut_before", *CAPTURE, times=40)

    work_for(later, hours=25)
    simulator.faults.clear()
    later(hours=2)
    again = capture(till, payment_id)

    assert (lost.status, again.status, owed()) == (503, 200, ("Captured", "", 2706))
    assert books(simulator) == [("order-1", "AUTHORIZED", 2706, 0, 0)]


def test_a_refusal_of_which_nothing_is_known_leaves_the_money_reserved(till, payment_id, simulator):
    simulator.faults.add("refuse", *CAPTURE, status=400, code="9999")

    refused = capture(till, payment_id)

    assert (refused.status, refused.codes, owed()) == (502, ["mobilepay_refused"], ("Reserved", "", 0))
    assert capture(till, payment_id).status == 200


def test_a_capture_refused_while_nobody_says_how_the_payment_stands_leaves_the_money_reserved(
    till, payment_id, simulator, later
):
    lose(simulator, LOOK_UP)
    simulator.faults.add("cut_before", *LOOK_UP)
    simulator.faults.add("refuse", *CAPTURE, status=400, code="6140")

    unknown = capture(till, payment_id)
    held = books(simulator), Payment.objects.get().state
    later(seconds=5)
    work()

    assert (unknown.status, unknown.codes, held) == (503, ["outcome_unknown"], ([HELD], "Reserved"))
    assert (owed(), books(simulator)) == (("Captured", "", 2706), [("order-1", "AUTHORIZED", 2706, 0, 0)])
