"""What became of a start whose answer was lost: only a look-up that was answered ends it."""

import pytest

from payments import tasks
from payments.models import Payment
from payments.services import exchanges
from portal import clock
from portal.audit.actors import WORKER
from portal.gateway.errors import Refused
from tests.payments.factories import traces
from tests.payments.posv10_calls import FIND, LOOK_UP, PREPARE, START, books, keys, swallow
from tests.payments.till_sequences import prepare

# Refused for reasons that say nothing about the payment: a gateway in front, other credentials, no permission.
REFUSED_LOOK_UPS = [
    (FIND, {"status": 404}),
    (FIND, {"status": 403, "code": "1400"}),
    (FIND, {"status": 401}),
    (LOOK_UP, {"status": 404}),
    (LOOK_UP, {"status": 403, "code": "1401"}),
]


@pytest.fixture
def a_day(later, simulator):
    """More than a day passes, and MobilePay forgets the keys but not the payments."""
    simulator.world.knobs.inactivity_timeout = 1e9

    def pass_by():
        later(hours=24, seconds=1)
        simulator.calls.clear()

    return pass_by


def seen_now():
    return Payment.objects.whole().get()


def settle(payment):
    return exchanges.execute(payment=payment, by=WORKER, now=clock.now())


@pytest.mark.parametrize(("begin", "call"), [("start", START), ("prepare", PREPARE)])
@pytest.mark.parametrize(("look_up", "refusal"), REFUSED_LOOK_UPS, ids=str)
def test_an_old_start_stays_in_doubt_while_its_look_up_is_refused(
    till, simulator, later, a_day, begin, call, look_up, refusal
):
    swallow(simulator, call, done=True)
    till.start() if begin == "start" else prepare(till)
    a_day()
    simulator.faults.add("refuse", *look_up, times=4, **refusal)

    answer = till.start() if begin == "start" else prepare(till)

    doubtful = seen_now()
    assert (answer.status, answer.codes) == (503, ["outcome_unknown"])
    assert (doubtful.state, doubtful.due_at > clock.now()) == ("Created", True)
    assert keys(simulator, call) == []
    simulator.faults.clear()
    later(minutes=1)
    tasks.sweep_due()
    assert seen_now().remote_id is not None
    assert len(books(simulator)) == 1


@pytest.mark.parametrize("is_old", [False, True], ids=["key reused", "key forgotten"])
def test_a_start_that_another_worker_has_found_already_is_found_again(till, simulator, a_day, is_old):
    swallow(simulator, START, done=True)
    till.start()
    old = seen_now()
    settle(seen_now())
    a_day() if is_old else simulator.faults.add("refuse", *START, status=409, code="1306")
    before = traces(old)[1:]

    found = settle(old)

    assert (found.state, found.remote_id) == ("Initiated", seen_now().remote_id)
    assert traces(old)[1:] == before
    assert books(simulator) == [("order-1", "Initiated", "0")]


@pytest.mark.parametrize("is_old", [False, True], ids=["refused", "not found"])
def test_an_end_that_was_overtaken_does_not_say_that_no_money_moved(till, customer, simulator, a_day, is_old):
    swallow(simulator, START, done=True)
    till.start()
    old = seen_now()
    settle(seen_now())
    customer.checks_in()
    customer.accepts()
    till.status(str(old.pk))
    till.post("payment/capture", paymentId=str(old.pk))
    a_day() if is_old else simulator.faults.add("refuse", *START, status=409, code="1204")
    before = traces(old)[1:]

    seen = settle(old)

    assert (seen.state, seen_now().state) == ("Captured", "Captured")
    assert traces(old)[1:] == before


def test_an_end_that_nobody_overtook_says_why(till, simulator):
    swallow(simulator, START, done=False)
    till.start()
    simulator.faults.add("refuse", *START, status=409, code="1204")

    with pytest.raises(Refused, match="the store is not activated"):
        settle(seen_now())

    assert (seen_now().state, seen_now().was_refused) == ("CancelledByMobilePay", True)
    assert books(simulator) == []


def test_a_start_that_was_carried_out_is_not_ended_by_a_refusal_of_the_next_try(till, simulator, later):
    swallow(simulator, START, done=True)
    till.start()
    later(seconds=8)
    simulator.faults.add("refuse", *START, status=403, code="1401")

    tasks.sweep_due()

    [(_, there, _)] = books(simulator)
    seen = seen_now()
    assert (seen.state, there, seen.remote_id is None) == ("Initiated", "Initiated", False)
