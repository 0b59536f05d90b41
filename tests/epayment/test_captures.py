"""Reserved money is taken once: all of it, or a part where the sales unit may; the rest is let go of."""

import pytest

from payments.forms import CaptureForm
from payments.models import Payment
from terminals.models import ProviderAccount
from tests.epayment.books import (
    CANCEL,
    CAPTURE,
    HELD,
    LOOK_UP,
    MSN,
    audited,
    books,
    keys,
    lose,
    may_capture_parts,
    owed,
    reserve,
    told,
    work,
    work_for,
)
from tests.payments.till_sequences import capture, details

TAKEN = ("order-1", "AUTHORIZED", 2706, 0, 0)
IN_PARTS = ("order-1", "AUTHORIZED", 1000, 1706, 0)


@pytest.fixture
def in_parts(shops, simulator):
    """The sales unit may capture a part, and the portal knows."""
    ProviderAccount.objects.update(captures_parts=True)
    may_capture_parts(simulator)


def test_all_of_it_is_taken_with_one_call(till, payment_id, simulator):
    taken = capture(till, payment_id)

    [call] = simulator.calls.find(*CAPTURE)
    assert (taken.status, books(simulator), owed()) == (200, [TAKEN], ("Captured", "", 2706))
    assert call.body == {"modificationAmount": {"currency": "DKK", "value": 2706}}
    assert told(simulator, CANCEL) == 0


def test_the_same_amount_again_is_a_success_and_tells_the_network_nothing(till, payment_id, simulator):
    capture(till, payment_id)

    whole, named = capture(till, payment_id), capture(till, payment_id, amount="27.06")
    other = capture(till, payment_id, amount="10.00")

    assert (whole.status, named.status, other.status, other.codes) == (200, 200, 409, ["already_captured"])
    assert (told(simulator, CAPTURE), books(simulator)) == (1, [TAKEN])


def test_more_than_is_reserved_is_refused_and_nothing_is_told(till, payment_id, simulator):
    refused = capture(till, payment_id, amount="27.07")

    assert (refused.status, refused.codes, told(simulator, CAPTURE)) == (409, ["capture_too_high"], 0)
    assert (owed(), books(simulator)) == (("Reserved", "", 0), [HELD])


def test_a_part_is_taken_and_the_rest_let_go_of_with_a_key_of_its_own(in_parts, till, payment_id, simulator):
    taken = capture(till, payment_id, amount="10.00")
    at_once = books(simulator)
    work()

    [captured], [released] = simulator.calls.find(*CAPTURE), simulator.calls.find(*CANCEL)
    assert (taken.status, at_once, books(simulator)) == (200, [("order-1", "AUTHORIZED", 1000, 0, 0)], [IN_PARTS])
    assert captured.body == {"modificationAmount": {"currency": "DKK", "value": 1000}}
    assert released.body is None
    assert captured.idempotency_key != released.idempotency_key
    assert owed() == ("Captured", "", 1000)
    assert audited(payment_id)[-2:] == [("payment:moved", "10.00 DKK"), ("payment:released", "17.06 DKK")]


def test_a_part_leaves_in_our_books_what_was_taken_and_no_more_to_give_back(in_parts, till, payment_id, simulator):
    capture(till, payment_id, amount="10.00")
    work()

    seen = details(till, payment_id)
    refused = till.post("refund/create", paymentId=payment_id, refundOrderId="R-1", amount="10.01")

    assert (seen["status"], seen["amount"], seen["capturedAmount"]) == ("Captured", "27.06", "10.00")
    assert (refused.status, refused.codes) == (409, ["refund_too_high"])
    assert refused["errors"][0].startswith("At most 10.00 DKK of order")


def test_a_part_again_is_a_success_and_the_rest_cannot_be_taken_any_more(in_parts, till, payment_id, simulator):
    capture(till, payment_id, amount="10.00")

    again, rest = capture(till, payment_id, amount="10.00"), capture(till, payment_id, amount="17.06")
    work()

    assert (again.status, rest.status, rest.codes) == (200, 409, ["already_captured"])
    assert (told(simulator, CAPTURE), told(simulator, CANCEL), books(simulator)) == (1, 1, [IN_PARTS])


@pytest.mark.parametrize("kind", ["cut_before", "cut_after", "fail_before", "fail_after"])
def test_a_rest_whose_answer_is_lost_is_let_go_of_later_and_once(in_parts, till, payment_id, simulator, later, kind):
    lose(simulator, CANCEL, kind)

    taken = capture(till, payment_id, amount="10.00")
    work()
    status, in_doubt = till.status(payment_id), owed()
    work_for(later, minutes=1)

    assert (taken.status, status, in_doubt) == (200, "Captured", ("Captured", "release", 1000))
    assert (owed(), books(simulator)) == (("Captured", "", 1000), [IN_PARTS])
    assert len(set(keys(simulator, CANCEL))) == 1
    assert [action for action, _ in audited(payment_id)].count("payment:released") == 1


def test_a_rest_that_our_keys_may_not_let_go_of_stays_owed(in_parts, till, payment_id, simulator, later):
    simulator.faults.add("refuse", *CANCEL, status=403, code="5060")

    capture(till, payment_id, amount="10.00")
    work()
    refused = owed()
    work_for(later, minutes=1)

    assert (refused, owed(), books(simulator)) == (("Captured", "release", 1000), ("Captured", "", 1000), [IN_PARTS])


def test_a_rest_that_has_gone_by_itself_counts_as_let_go_of(in_parts, till, payment_id, simulator, later):
    lose(simulator, CANCEL)
    capture(till, payment_id, amount="10.00")
    work()

    later(days=15)
    work()

    assert (owed(), books(simulator)) == (("Captured", "", 1000), [IN_PARTS])
    assert audited(payment_id)[-1] == ("payment:released", "17.06 DKK")


def test_a_rest_that_somebody_let_go_of_elsewhere_counts_as_let_go_of(in_parts, till, payment_id, phone, simulator):
    capture(till, payment_id, amount="10.00")
    simulator.epayment.cancel_elsewhere(MSN, phone.reference)

    work()

    assert (owed(), books(simulator)) == (("Captured", "", 1000), [IN_PARTS])


def test_a_rest_is_not_let_go_of_while_the_network_refuses_to_say_how_it_stands(
    in_parts, till, payment_id, simulator, later
):
    simulator.faults.add("refuse", *CANCEL, status=403, code="5060")
    capture(till, payment_id, amount="10.00")
    simulator.faults.add("refuse", *LOOK_UP, status=403, code="5060")
    simulator.calls.clear()
    work()
    refused, asked = owed(), [each.status for each in simulator.calls.find(*LOOK_UP)]

    work_for(later, minutes=1)

    assert asked == [403]
    assert (refused, owed(), books(simulator)) == (("Captured", "release", 1000), ("Captured", "", 1000), [IN_PARTS])


def test_a_rest_that_the_network_will_not_let_go_of_is_not_asked_for_again(
    in_parts, till, payment_id, simulator, later
):
    simulator.faults.add("refuse", *CANCEL, status=400, code="6190")

    capture(till, payment_id, amount="10.00")
    work()
    work_for(later, hours=1)

    assert (owed(), told(simulator, CANCEL)) == (("Captured", "", 1000), 1)
    assert audited(payment_id)[-1][0] == "payment:refused"


def test_a_part_that_the_unit_may_not_take_is_refused_and_all_of_it_works_with_another_key(till, payment_id, simulator):
    refused = capture(till, payment_id, amount="10.00")
    kept, held = owed(), books(simulator)

    taken = capture(till, payment_id)

    assert (refused.status, refused.codes) == (409, ["partial_capture_impossible"])
    assert (kept, held) == (("Reserved", "", 0), [HELD])
    assert (taken.status, owed(), books(simulator)) == (200, ("Captured", "", 2706), [TAKEN])
    assert len(set(keys(simulator, CAPTURE))) == 2


@pytest.mark.parametrize(
    ("captures_parts", "is_possible"), [(None, "false"), (False, "false"), (True, "true")], ids=str
)
def test_whether_a_part_can_be_taken_is_told_from_the_account(till, phone, simulator, captures_parts, is_possible):
    ProviderAccount.objects.update(captures_parts=captures_parts)

    payment_id = reserve(till, phone)

    assert details(till, payment_id)["partialCapturePossible"] == is_possible


def test_a_part_that_the_account_is_known_not_to_take_is_refused_without_asking(till, phone, simulator):
    ProviderAccount.objects.update(captures_parts=False)
    payment_id = reserve(till, phone)

    refused = capture(till, payment_id, amount="10.00")

    assert (refused.status, refused.codes) == (409, ["partial_capture_impossible"])
    assert (told(simulator, CAPTURE), owed()) == (0, ("Reserved", "", 0))


@pytest.mark.parametrize(
    ("captures_parts", "sentence"),
    [(None, ""), (True, ""), (False, "MobilePay allows no partial capture of this payment.")],
    ids=["not known", "may", "may not"],
)
def test_the_desk_is_told_that_no_part_can_be_taken_only_where_that_is_known(till, phone, captures_parts, sentence):
    ProviderAccount.objects.update(captures_parts=captures_parts)
    reserve(till, phone)

    form = CaptureForm(payment=Payment.objects.whole().get())

    assert form.fields["amount"].help_text == sentence
