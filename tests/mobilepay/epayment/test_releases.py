"""What is let go of, called off or paid back in one step: exact requests, and what odd answers say."""

import pytest

from portal.mobilepay.epayment.driver import Releases
from portal.mobilepay.errors import Busy, Contradiction, Reason, Rejected, Unreachable, Unreadable
from portal.mobilepay.types import PaymentRef
from portal.money import Money
from tests.mobilepay.clients import answer
from tests.mobilepay.epayment.conftest import KEY, PAYMENT_ID, REFERENCE, REFUND, dkk, payment, problem
from tests.mobilepay.epayment.test_driver import BARE, PATH, keyed, sent

REF = PaymentRef(REFERENCE, PAYMENT_ID)
ANOTHER_KEY = "c0ffee00-0000-4000-8000-000000000002"
EVENTS = f"{PATH}/events"


@pytest.fixture
def releases(wire):
    return Releases(wire)


def event(name="REFUNDED", key=str(KEY), **members):
    return {"name": name, "success": True, "idempotencyKey": key, **members}


def is_paid(payouts, *, before=0, others=0, is_key_forgotten=True):
    books = {"paid_before": Money(before, "DKK"), "others_in_doubt": Money(others, "DKK")}
    return payouts.is_paid(REFUND, key=KEY, **books, is_key_forgotten=is_key_forgotten)


def test_everything_that_is_not_captured_is_let_go_of_at_once(script, releases):
    script.will_answer(answer(payment(captured=2000, cancelled=706)))

    releases.release(REF, key=KEY)

    assert sent(script) == [(f"POST {PATH}/cancel", keyed(), None)]


@pytest.mark.parametrize(
    ("said", "is_released"),
    [
        (payment(), False),
        (payment(captured=2000), False),
        (payment(captured=2000, cancelled=705), False),
        (payment(captured=2000, cancelled=706), True),
        (payment(captured=2706), True),
        (payment(captured=2706, refunded=2706), True),
        (payment(cancelled=2706), True),
    ],
)
def test_whether_it_is_let_go_of_is_told_by_the_sums(script, releases, said, is_released):
    script.will_answer(answer(said))

    assert (releases.is_released(REF), sent(script)) == (is_released, [(f"GET {PATH}", BARE, None)])


@pytest.mark.parametrize(
    "said",
    [
        b"",
        [],
        {},
        {"aggregate": None},
        {"aggregate": {"authorizedAmount": dkk(1)}},
        {"aggregate": {"capturedAmount": 7}},
    ],
)
def test_sums_that_cannot_be_read_release_nothing(script, releases, said):
    script.will_answer(answer(said))

    with pytest.raises(Unreadable, match="an answer without the promised sums"):
        releases.is_released(REF)


@pytest.mark.parametrize("said", [b"", [], {}, "ok"])
def test_a_yes_that_names_no_payment_is_none(script, releases, said):
    script.will_answer(answer(said))

    with pytest.raises(Unreadable, match="an answer without the promised reference"):
        releases.release(REF, key=KEY)


def test_a_yes_about_another_payment_contradicts(script, releases):
    script.will_answer(answer(payment() | {"reference": "another-one"}))

    with pytest.raises(Contradiction) as caught:
        releases.release(REF, key=KEY)

    assert caught.value.said == {"payment": "another-one"}


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("6030", Reason.CANNOT_CANCEL),
        ("6040", Reason.CANNOT_CANCEL),
        ("6050", Reason.CANNOT_CANCEL),
        ("6190", Reason.CANNOT_CANCEL),
    ],
)
def test_what_cannot_be_let_go_of_is_refused_for_good(script, releases, code, reason):
    script.will_answer(answer(problem(code), status="400 Bad Request"))

    with pytest.raises(Rejected) as caught:
        releases.release(REF, key=KEY)

    assert (caught.value.reason, caught.value.is_final(is_first=False)) == (reason, True)


def test_what_is_not_approved_is_called_off_only_while_it_is_not(script, payments):
    script.will_answer(answer(payment("TERMINATED", authorized=0, cancelled=2706)))

    payments.cancel(REF, key=KEY, only_if_unapproved=True)

    body = {"cancelTransactionOnly": True}
    assert sent(script) == [(f"POST {PATH}/cancel", keyed(body), body)]


def test_what_is_approved_by_then_is_not_called_off(script, payments):
    script.will_answer(answer(problem("6060"), status="400 Bad Request"))

    with pytest.raises(Rejected) as caught:
        payments.cancel(REF, key=KEY, only_if_unapproved=True)

    assert (caught.value.reason, caught.value.refusal.meaning) == (
        Reason.CANNOT_CANCEL,
        "the customer has approved it",
    )


@pytest.mark.parametrize(
    "said",
    [
        answer(problem("6250", status=409), status="409 Conflict"),
        answer(b"", status="423 Locked"),
        answer({"statusCode": 429, "message": "Too many"}, status="429 Too Many Requests"),
    ],
    ids=["6250", "423", "429"],
)
def test_a_customer_in_the_middle_of_approving_is_waited_for(script, payments, said):
    script.will_answer(said)

    with pytest.raises(Busy):
        payments.cancel(REF, key=KEY, only_if_unapproved=True)

    assert len(script.asked) == 1


@pytest.mark.parametrize(("refunded", "before"), [(999, 0), (1499, 500)])
@pytest.mark.parametrize("is_key_forgotten", [False, True])
def test_where_too_little_went_back_a_refund_is_not_among_it(script, payouts, refunded, before, is_key_forgotten):
    script.will_answer(answer(payment(captured=2706, refunded=refunded)))

    told = is_paid(payouts, before=before, others=5000, is_key_forgotten=is_key_forgotten)

    assert (told, sent(script)) == (False, [(f"GET {PATH}", BARE, None)])


@pytest.mark.parametrize(
    ("refunded", "before", "others"),
    # Even if all the others went back, this one did too.
    [(1000, 0, 0), (1500, 500, 0), (1700, 0, 700), (2706, 706, 1000)],
)
def test_once_the_key_is_forgotten_sums_tell_of_a_refund_that_no_event_names(script, payouts, refunded, before, others):
    told = payment(captured=2706, refunded=refunded)
    script.will_answer(answer(told), answer([]), answer(told), answer([]))

    assert is_paid(payouts, before=before, others=others) is True
    # While it is known the refund can be told again, and somebody else may have given that money back.
    with pytest.raises(Unreachable, match="nothing says for which refund"):
        is_paid(payouts, before=before, others=others, is_key_forgotten=False)
    assert script.lines == [f"GET {PATH}", f"GET {EVENTS}"] * 2


def test_where_others_are_in_doubt_the_key_among_the_events_tells(script, payouts):
    events = [event("CREATED"), event(key=ANOTHER_KEY), event(), event("SOMETHING_NEW", key=None)]
    script.will_answer(answer(payment(captured=2706, refunded=1699)), answer(events))

    assert (is_paid(payouts, others=700), script.lines) == (True, [f"GET {PATH}", f"GET {EVENTS}"])


@pytest.mark.parametrize(
    "events",
    [
        [event(key=ANOTHER_KEY)],
        [event("CANCELLED")],
        [event(success=False)],
        [event(success="true")],
        [event(key=None)],
    ],
    ids=["another's", "no refund", "failed", "not said to be made", "without its key"],
)
def test_where_others_are_in_doubt_what_nothing_tells_stays_unknown(script, payouts, events):
    script.will_answer(answer(payment(captured=2706, refunded=1699)), answer(events))

    with pytest.raises(Unreachable, match="nothing says for which refund"):
        is_paid(payouts, others=700)


@pytest.mark.parametrize("events", [b"", {}, [7], [{"success": True}], "none"])
def test_events_that_cannot_be_read_tell_nothing(script, payouts, events):
    script.will_answer(answer(payment(captured=2706, refunded=1699)), answer(events))

    with pytest.raises(Unreachable):
        is_paid(payouts, others=700)


def test_events_that_are_refused_tell_nothing(script, payouts):
    script.will_answer(
        answer(payment(captured=2706, refunded=1699)), answer(problem("5090", status=404), status="404 Not Found")
    )

    with pytest.raises(Unreachable, match="HTTP 404"):
        is_paid(payouts, others=700)
