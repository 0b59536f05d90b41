"""MobilePay says no to a registration or a deletion, and two merchants of ours want the same one."""

from copy import deepcopy
from datetime import timedelta

import pytest

from payments.models import Payment
from portal import clock
from portal.audit.actors import COMMAND, WORKER
from portal.audit.models import Entry
from terminals import import_file
from terminals.models import Merchant, PointOfSale
from terminals.services import access, imports, points_of_sale
from terminals.tasks import sweep_due
from tests.payments.posv10_calls import own_code
from tests.shop import KINO, Till
from tests.tillapi.raw_calls import as_json, call, rows

REGISTER = ("POST", "/pos/v10/pointofsales")
DELETE = ("DELETE", "/pos/v10/pointofsales/[^/]+")
# Our token is renewed once on a 401, so two refusals make one.
DENIALS = pytest.mark.parametrize(("status", "times"), [(401, 2), (403, 1)])


def _create(till):
    return call("POST", "manage/create", token=till.token, **as_json([("terminalId", till.terminal_id)]))


def _delete(till):
    return call("POST", "manage/delete", token=till.token, **as_json([("terminalId", till.terminal_id)]))


def _deny(simulator, where, status, times):
    simulator.faults.add("refuse", *where, status=status, times=times, code=own_code(status))


def _theirs(simulator):
    with simulator.world.present():
        return [pos.pos_id for pos in simulator.world.points_of_sale]


@DENIALS
def test_a_registration_refused_at_once_leaves_the_terminal_free(new_till, simulator, status, times):
    _deny(simulator, REGISTER, status, times)

    refused = _create(new_till)
    pos = PointOfSale.objects.get()
    again = _create(new_till)

    assert (refused.status, refused.codes) == (502, ["mobilepay_refused"])
    assert (pos.state, pos.pos_id, pos.due_at) == ("Refused", None, None)
    entry = Entry.objects.get(action="pos:refused")
    assert (entry.subject_id, entry.details["mobilepay"]) == (str(pos.pk), f"HTTP {status}")
    assert again.status == 200
    assert len(_theirs(simulator)) == 1


@DENIALS
def test_a_registration_refused_after_an_unanswered_try_stays_in_doubt(new_till, simulator, status, times):
    simulator.faults.add("cut_after", *REGISTER)
    _deny(simulator, REGISTER, status, times)

    lost = _create(new_till)
    pos = PointOfSale.objects.get()
    again = _create(new_till)

    assert (lost.status, lost.codes) == (503, ["outcome_unknown"])
    assert (pos.state, pos.pos_id) == ("Registering", None)
    assert again.status == 200
    assert [str(PointOfSale.objects.get().pos_id)] == _theirs(simulator)
    assert len({each.idempotency_key for each in simulator.calls.find(*REGISTER)}) == 1


def test_a_registration_in_doubt_is_not_ended_by_a_refusal_of_a_later_call(new_till, simulator):
    _deny(simulator, REGISTER, 429, 1)
    _create(new_till)
    _deny(simulator, REGISTER, 403, 1)

    lost = _create(new_till)

    assert (lost.status, lost.codes) == (503, ["outcome_unknown"])
    assert PointOfSale.objects.get().state == "Registering"
    assert not Entry.objects.filter(action="pos:refused").exists()


@DENIALS
def test_a_deletion_refused_at_once_leaves_the_point_of_sale_selling(till, pos, simulator, status, times):
    _deny(simulator, DELETE, status, times)

    refused = _delete(till)

    kept = PointOfSale.objects.get()
    assert (refused.status, refused.codes) == (502, ["mobilepay_refused"])
    assert (kept.state, kept.due_at) == ("Registered", None)
    assert Entry.objects.get(action="pos:kept").details["mobilepay"] == f"HTTP {status}"
    assert _theirs(simulator) == [str(pos.pos_id)]
    assert till.start().status == 200


@DENIALS
def test_a_deletion_refused_after_an_unanswered_try_stays_in_doubt(till, simulator, status, times):
    simulator.faults.add("cut_after", *DELETE)
    _deny(simulator, DELETE, status, times)

    lost = _delete(till)
    still, sale = PointOfSale.objects.get().state, till.start()
    again = _delete(till)

    assert (lost.status, lost.codes, still) == (503, ["outcome_unknown"], "Deleting")
    assert (sale.status, sale.codes, Payment.objects.count()) == (404, ["pos_missing"], 0)
    assert (again.status, PointOfSale.objects.get().state, _theirs(simulator)) == (200, "Deleted", [])
    assert not Entry.objects.filter(action="pos:kept").exists()


@pytest.mark.parametrize("end", ["Registered", "Deleted"])
def test_a_worker_that_comes_too_late_does_nothing(till, pos, simulator, end):
    if end == "Deleted":
        _delete(till)
    stored, calls = rows(), len(simulator.calls.find())

    points_of_sale.process(pos_id=pos.pk, by=WORKER, now=clock.now())

    assert PointOfSale.objects.get().state == end
    assert (rows(), len(simulator.calls.find())) == (stored, calls)


@pytest.fixture
def twin_till(new_till):
    """A till of a second merchant with Kino Nord's VAT number, store and terminal ids."""
    twin = {**deepcopy(KINO), "bioCode": "KINO2", "name": "Kino Nord again"}
    imports.import_merchants(merchants=import_file.read({"merchants": [twin]}), by=COMMAND)
    merchant = Merchant.objects.get(bio_code="KINO2")
    return Till(access.issue(merchant=merchant, by=COMMAND), new_till.terminal_id)


def _states():
    found = PointOfSale.objects.order_by("terminal__merchant__bio_code", "terminal__name")
    return list(found.values_list("terminal__merchant__bio_code", "terminal__name", "state"))


def test_a_registration_that_belongs_to_another_merchant_of_ours_is_refused(till, twin_till, pos, simulator):
    refused = _create(twin_till)

    assert (refused.status, refused.codes) == (502, ["mobilepay_refused"])
    assert refused.sentences == [
        (
            "MobilePay refused (code 1200): it says a point of sale with that id exists already. Nothing was changed "
            "and no money moved; the service desk must look at the registration."
        )
    ]
    assert _states() == [("KINO1", "Kasse 1", "Registered"), ("KINO2", "Kasse 1", "Refused")]
    assert _theirs(simulator) == [str(pos.pos_id)]
    assert (twin_till.start().codes, till.start().status) == (["pos_missing"], 200)


def test_a_worker_goes_on_past_a_registration_that_belongs_to_another_merchant(
    new_till, twin_till, simulator, time_machine
):
    kiosk = Till(twin_till.token, KINO["stores"][0]["terminals"][1]["terminalId"])
    for each in (twin_till, kiosk):
        _deny(simulator, REGISTER, 429, 1)
        _create(each)
    _create(new_till)
    before = _states()
    time_machine.move_to(clock.now() + timedelta(minutes=1), tick=False)

    sweep_due()

    assert before == [
        ("KINO1", "Kasse 1", "Registered"),
        ("KINO2", "Kasse 1", "Registering"),
        ("KINO2", "Kasse 2", "Registering"),
    ]
    assert _states() == [
        ("KINO1", "Kasse 1", "Registered"),
        ("KINO2", "Kasse 1", "Refused"),
        ("KINO2", "Kasse 2", "Registered"),
    ]
    assert len(_theirs(simulator)) == 2


def test_a_registration_in_doubt_is_not_taken_over_by_another_merchant(new_till, twin_till, simulator):
    simulator.faults.add("cut_after", *REGISTER)
    _deny(simulator, REGISTER, 429, 1)
    _create(new_till)

    twin, again = _create(twin_till), _create(new_till)

    assert (twin.status, again.status) == (502, 200)
    states = PointOfSale.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["Registered", "Refused"]


def test_a_registration_that_can_neither_be_taken_over_nor_removed_is_refused(till, pos, simulator):
    PointOfSale.objects.update(state="Deleted")
    _deny(simulator, DELETE, 403, 1)

    refused = _create(till)
    still = _theirs(simulator)
    again = _create(till)

    assert (refused.status, refused.codes) == (502, ["mobilepay_refused"])
    assert still == [str(pos.pos_id)]
    assert again.status == 200
    assert [str(PointOfSale.objects.get(state="Registered").pos_id)] == _theirs(simulator) != still
