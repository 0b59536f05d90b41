"""Codes whose answer was lost: put up once, taken down once, whoever asks again."""

import pytest

from terminals.models import PointOfSale
from terminals.tasks import sweep_due
from tests.epayment.codes import CODES, ONE, STICKER, codes, import_first_terminal, manage

WRITES, READS = 2, 3


@pytest.fixture(params=["", STICKER], ids=["code", "sticker"])
def beacon_id(request, new_till):
    """With and without an old sticker."""
    if request.param:
        import_first_terminal(beaconId=request.param)
    return request.param


def lose(simulator, kind, method, times):
    simulator.faults.add(kind, method, ONE, times=times)


@pytest.mark.parametrize("kind", ["cut_before", "cut_after", "fail_before", "fail_after"])
@pytest.mark.parametrize(("method", "times"), [("PUT", WRITES), ("GET", READS)])
def test_a_code_whose_answer_is_lost_is_put_up_once_by_asking_again(
    new_till, simulator, beacon_id, kind, method, times
):
    lose(simulator, kind, method, times)

    lost, state = manage(new_till), PointOfSale.objects.get().state
    found = manage(new_till)

    assert (lost.status, lost.codes, state) == (503, ["outcome_unknown"], "Registering")
    assert (found.status, PointOfSale.objects.get().state, len(codes(simulator))) == (200, "Registered", 1)


@pytest.mark.parametrize(("method", "times"), [("PUT", WRITES), ("GET", READS)])
def test_a_code_that_is_up_whoever_says_otherwise_is_found_in_the_list(new_till, simulator, beacon_id, method, times):
    simulator.faults.add("foreign_after", method, ONE, times=times)

    answer = manage(new_till)

    assert (answer.status, PointOfSale.objects.get().state, len(codes(simulator))) == (200, "Registered", 1)
    assert simulator.calls.find("GET", CODES) != []


def test_a_no_to_what_a_code_says_is_no_answer_to_putting_it_up(new_till, simulator, beacon_id):
    simulator.faults.add("refuse", "GET", ONE, status=403, code="5060")

    unknown, state = manage(new_till), PointOfSale.objects.get().state
    found = manage(new_till)

    assert (unknown.status, unknown.codes, state) == (503, ["outcome_unknown"], "Registering")
    assert (found.status, PointOfSale.objects.get().state, len(codes(simulator))) == (200, "Registered", 1)


@pytest.mark.parametrize(("length", "state"), [(500, "Registered"), (501, "Registering")])
def test_a_code_is_shown_whole_or_not_at_all(new_till, simulator, length, state):
    simulator.faults.add("alter", "GET", ONE, members={"qrContent": "x" * length})

    manage(new_till)

    pos = PointOfSale.objects.get()
    assert (pos.state, len(pos.qr_content)) == (state, length if state == "Registered" else 0)


@pytest.mark.parametrize("kind", ["cut_before", "cut_after"])
@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_one_lost_answer_is_not_noticed(new_till, simulator, beacon_id, kind, method):
    lose(simulator, kind, method, 1)

    answer = manage(new_till)

    assert (answer.status, len(codes(simulator))) == (200, 1)


def test_a_worker_finishes_what_nobody_asks_for(new_till, simulator, beacon_id, later):
    lose(simulator, "cut_after", "PUT", WRITES)
    manage(new_till)

    later(minutes=1)
    sweep_due()

    pos = PointOfSale.objects.get()
    assert (pos.state, list(codes(simulator))) == ("Registered", [pos.beacon_id])


def test_after_a_day_the_network_is_asked_before_it_is_told_again(new_till, simulator, beacon_id, later):
    lose(simulator, "cut_after", "PUT", WRITES)
    manage(new_till)
    simulator.calls.clear()

    later(hours=25)
    answer = manage(new_till)

    pos = PointOfSale.objects.get()
    assert (answer.status, pos.state, list(codes(simulator))) == (200, "Registered", [pos.beacon_id])
    assert simulator.calls.find("PUT") == []
    assert simulator.calls.find("GET")[0].path == CODES


def test_what_the_network_has_not_after_a_day_is_given_up(new_till, simulator, later):
    lose(simulator, "cut_before", "PUT", WRITES)
    manage(new_till)

    later(hours=25)
    refused = manage(new_till)

    assert (refused.status, refused.codes, codes(simulator)) == (502, ["mobilepay_refused"], {})
    assert PointOfSale.objects.get().state == "Refused"
    assert manage(new_till).status == 200


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        *((kind, (503, "Deleting")) for kind in ("cut_before", "cut_after", "fail_after")),
        ("foreign_after", (200, "Deleted")),
    ],
)
def test_a_deletion_whose_answer_is_lost_takes_the_code_down_by_asking_again(
    new_till, simulator, beacon_id, kind, first
):
    manage(new_till)
    lose(simulator, kind, "DELETE", WRITES)

    lost, state = manage(new_till, "delete"), PointOfSale.objects.get().state
    done = manage(new_till, "delete")

    assert (lost.status, state) == first
    assert (done.status, PointOfSale.objects.get().state, codes(simulator)) == (200, "Deleted", {})


def test_a_deletion_that_was_carried_out_unseen_is_found_in_the_list(till, simulator):
    lose(simulator, "cut_after", "DELETE", 1)

    answer = manage(till, "delete")

    assert (answer.status, PointOfSale.objects.get().state, codes(simulator)) == (200, "Deleted", {})
    assert [each.status for each in simulator.calls.find("DELETE")] == [None, 404]
    assert len(simulator.calls.find("GET", CODES)) == 1


def test_a_404_that_is_anybodys_does_not_say_that_a_code_is_down(till, pos, simulator):
    simulator.faults.add("foreign_before", "DELETE", ONE, status=404, times=9)

    answer = manage(till, "delete")

    assert (answer.status, PointOfSale.objects.get().state, list(codes(simulator))) == (
        503,
        "Deleting",
        [pos.beacon_id],
    )


def test_a_point_of_sale_in_doubt_does_not_sell(new_till, simulator):
    lose(simulator, "cut_after", "PUT", WRITES)
    manage(new_till)

    assert new_till.start().codes == ["pos_missing"]
    assert simulator.calls.find("POST", "/epayment/.*") == []
