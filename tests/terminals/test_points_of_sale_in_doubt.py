"""Registrations and deletions whose answer was lost, and tills that ask at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connection
import pytest

from portal import clock
from portal.audit.actors import WORKER
from portal.audit.models import Entry
from terminals import states
from terminals.models import PointOfSale, Terminal
from terminals.services import points_of_sale
from terminals.tasks import sweep_due
from tests.shop import KINO
from tests.tillapi.raw_calls import as_json, call, rows

UPSTREAM = "/pos/v10/pointofsales"
ONE = f"{UPSTREAM}/[^/]+"


def _act(till, path="manage/create"):
    return call("POST", path, token=till.token, **as_json([("terminalId", till.terminal_id)]))


def _loses_the_answer(simulator, method, path):
    """Does what was asked, says nothing, and asks to be left alone."""
    simulator.faults.add("cut_after", method, path)
    simulator.faults.add("refuse", method, path, status=429)


def _does_nothing(simulator, method, path, times=1):
    simulator.faults.add("refuse", method, path, status=429, times=times)


def _follow_up(now):
    """What a worker does with all that is due; gives how many are known then."""
    taken = PointOfSale.objects.claim_due(now=now)
    for pos_id in taken:
        points_of_sale.process(pos_id=pos_id, by=WORKER, now=now)
    return PointOfSale.objects.filter(pk__in=taken).exclude(state__in=states.IN_DOUBT).count()


def _theirs(simulator):
    with simulator.world.present():
        return [pos.pos_id for pos in simulator.world.points_of_sale]


@pytest.mark.parametrize("lose", [_loses_the_answer, _does_nothing])
def test_a_lost_registration_is_finished_by_asking_again(lose, new_till, simulator):
    lose(simulator, "POST", UPSTREAM)

    lost, found = _act(new_till), _act(new_till)

    sentence = (
        "MobilePay has not answered about the point of sale Kasse 1 yet. Ask again in a moment; "
        "the portal keeps asking too."
    )
    assert (lost.status, lost.codes, lost.sentences) == (503, ["outcome_unknown"], [sentence])
    assert lost.headers["Retry-After"] == "2"
    [pos_id] = _theirs(simulator)
    assert (found.status, str(PointOfSale.objects.get().pos_id)) == (200, pos_id)
    assert len({each.idempotency_key for each in simulator.calls.find("POST", UPSTREAM)}) == 1


def test_a_server_that_fails_is_tried_again_within_one_call(new_till, simulator):
    simulator.faults.add("fail_after", "POST", UPSTREAM)

    reply = _act(new_till)

    calls = simulator.calls.find("POST", UPSTREAM)
    assert (reply.status, [each.status for each in calls]) == (200, [500, 200])
    assert len({each.idempotency_key for each in calls}) == 1
    assert len(_theirs(simulator)) == 1


def test_a_lost_deletion_is_finished_by_asking_again_and_blocks_a_new_registration(till, pos, simulator):
    _loses_the_answer(simulator, "DELETE", ONE)

    lost, refused, done = _act(till, "manage/delete"), _act(till), _act(till, "manage/delete")

    assert (lost.status, lost.codes) == (503, ["outcome_unknown"])
    assert (refused.status, refused.codes) == (409, ["pos_exists"])
    assert (done.status, PointOfSale.objects.get().state, _theirs(simulator)) == (200, "Deleted", [])
    assert Entry.objects.filter(action="pos:deleted").count() == 1


def test_a_terminal_in_doubt_cannot_sell(new_till, simulator):
    _does_nothing(simulator, "POST", UPSTREAM)
    _act(new_till)

    assert new_till.start().codes == ["pos_missing"]
    assert simulator.calls.find("POST", "/pos/v10/payments") == []


def test_a_registration_in_doubt_can_be_deleted(new_till, simulator):
    _loses_the_answer(simulator, "POST", UPSTREAM)
    _act(new_till)

    reply = _act(new_till, "manage/delete")

    assert (reply.status, PointOfSale.objects.get().state, _theirs(simulator)) == (200, "Deleted", [])


def test_a_deletion_does_not_overtake_a_registration_that_stays_in_doubt(new_till, simulator):
    _does_nothing(simulator, "POST", UPSTREAM, times=2)
    _act(new_till)

    reply = _act(new_till, "manage/delete")

    assert (reply.status, PointOfSale.objects.get().state) == (503, "Registering")
    assert simulator.calls.find("DELETE") == []


def test_a_worker_settles_what_is_due_and_nothing_else(till, new_till, merchants, simulator, time_machine):
    start = clock.now()
    time_machine.move_to(start, tick=False)
    _does_nothing(simulator, "DELETE", ONE)
    _act(till, "manage/delete")
    other = Terminal.objects.get(terminal_id=KINO["stores"][0]["terminals"][1]["terminalId"])
    _does_nothing(simulator, "POST", UPSTREAM)
    call("POST", "manage/create", token=till.token, **as_json([("terminalId", str(other.terminal_id))]))
    # Of those that wait, one is tried all the same: nobody else has that one here.
    PointOfSale.objects.update(attempts=0)
    stored, calls = rows(), len(simulator.calls.find())

    sweep_due(task_option_of_a_later_release=True)
    assert (rows(), len(simulator.calls.find())) == (stored, calls)
    time_machine.move_to(start + timedelta(seconds=10), tick=False)
    sweep_due()

    assert list(PointOfSale.objects.order_by("pk").values_list("state", "due_at")) == [
        ("Deleted", None),
        ("Registered", None),
    ]
    assert len(_theirs(simulator)) == 1
    settled = Entry.objects.filter(actor_kind="worker").order_by("pk")
    assert [(each.action, each.actor, each.credential_source) for each in settled] == [
        ("pos:deleted", "worker", ""),
        ("pos:registered", "worker", ""),
    ]


def test_one_that_stays_in_doubt_holds_up_no_other(new_till, simulator):
    later = clock.now() + timedelta(minutes=1)
    _does_nothing(simulator, "POST", UPSTREAM, times=3)
    for terminal in KINO["stores"][0]["terminals"]:
        call("POST", "manage/create", token=new_till.token, **as_json([("terminalId", terminal["terminalId"])]))

    known = _follow_up(now=later)

    assert (known, len(_theirs(simulator))) == (1, 1)
    # The other one was answered, so MobilePay is back, and nobody waits any longer.
    assert PointOfSale.objects.get(state="Registering").due_at == later


@pytest.mark.parametrize("lose", [_loses_the_answer, _does_nothing])
def test_a_registration_older_than_its_key_is_looked_up_and_never_sent_again(lose, new_till, simulator):
    lose(simulator, "POST", UPSTREAM)
    _act(new_till)
    sent, theirs = len(simulator.calls.find("POST", UPSTREAM)), _theirs(simulator)

    _follow_up(now=clock.now() + timedelta(hours=24, seconds=1))

    pos = PointOfSale.objects.get()
    assert [str(pos.pos_id)] == theirs if theirs else pos.pos_id is None
    assert pos.state == ("Registered" if theirs else "Refused")
    assert len(simulator.calls.find("POST", UPSTREAM)) == sent


def test_a_registration_a_day_old_to_the_second_still_has_its_key(new_till, simulator):
    _does_nothing(simulator, "POST", UPSTREAM)
    _act(new_till)
    since = PointOfSale.objects.get().operation_since

    _follow_up(now=since + timedelta(hours=24))

    assert (PointOfSale.objects.get().state, len(simulator.calls.find("POST", UPSTREAM))) == ("Registered", 2)


@pytest.mark.parametrize(("method", "path"), [("GET", UPSTREAM), ("GET", ONE)])
def test_an_adoption_without_answer_stays_in_doubt(method, path, new_till, simulator):
    _loses_the_answer(simulator, "POST", UPSTREAM)
    _act(new_till)
    _does_nothing(simulator, method, path)

    known = _follow_up(now=clock.now() + timedelta(hours=25))

    assert (known, PointOfSale.objects.get().state) == (0, "Registering")


def test_whoever_comes_second_with_an_answer_changes_nothing(new_till, simulator):
    _loses_the_answer(simulator, "POST", UPSTREAM)
    _act(new_till)
    first, second = (PointOfSale.objects.whole().get() for _ in range(2))

    moved = points_of_sale.execute(pos=first, by=WORKER, now=clock.now())
    again = points_of_sale.execute(pos=second, by=WORKER, now=clock.now())

    assert (moved.state, again.state, moved.pos_id) == ("Registered", "Registered", str(again.pos_id))
    assert Entry.objects.filter(action="pos:registered").count() == 1


@pytest.mark.usefixtures("transactional_db")
def test_tills_that_register_at_the_same_moment_register_once(new_till, simulator):
    simulator.faults.add("slow", "POST", UPSTREAM, seconds=0.2)

    with ThreadPoolExecutor(4) as tills:
        replies = list(tills.map(lambda _: _in_a_thread(new_till), range(4)))

    assert {reply.status for reply in replies} <= {200, 409}
    assert [reply.status for reply in replies].count(200) >= 1
    assert {reply.codes[0] for reply in replies if reply.status == 409} <= {"pos_exists"}
    [pos_id] = _theirs(simulator)
    assert str(PointOfSale.objects.get().pos_id) == pos_id
    assert len({each.idempotency_key for each in simulator.calls.find("POST", UPSTREAM)}) == 1
    assert Entry.objects.filter(action="pos:registered").count() == 1


def _in_a_thread(till):
    try:
        return _act(till)
    finally:
        connection.close()


def test_two_workers_do_not_settle_the_same_registration(new_till, simulator):
    _does_nothing(simulator, "POST", UPSTREAM)
    _act(new_till)
    later, sent = clock.now() + timedelta(minutes=1), len(simulator.calls.find())
    claims = []

    def rival_is_faster(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and not claims:
            claims.append(sql)
            PointOfSale.objects.update(claimed_until=later + timedelta(seconds=3))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(rival_is_faster):
        known = _follow_up(now=later)

    assert (known, len(claims), len(simulator.calls.find())) == (0, 1, sent)
    assert PointOfSale.objects.get().state == "Registering"
