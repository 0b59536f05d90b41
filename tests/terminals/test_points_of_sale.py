"""Registering and deleting a terminal's point of sale."""

import pytest

from portal import clock
from portal.audit.actions import Action
from portal.audit.actors import COMMAND
from portal.audit.models import Entry
from portal.gateway import networks
from portal.mobilepay.types import PointOfSaleOrder
from portal.operations.models import IllegalTransition
from terminals.models import PointOfSale, Terminal
from terminals.services import points_of_sale
from terminals.states import LIVE, TRANSITIONS, PosState
from tests.payments.posv10_calls import own_code
from tests.shop import KINO
from tests.terminals.registrations import ONE, UPSTREAM, manage, registered
from tests.tillapi.raw_calls import as_query, call, refusal, rows

NEVER = "The terminal has no point of sale. Create one first; nothing was done."


def _delete(till, method="POST"):
    return manage(till, method, "manage/delete")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_create_registers_the_terminal_at_mobilepay(method, new_till, simulator):
    reply = manage(new_till, method)

    pos = PointOfSale.objects.get()
    message = f"The point of sale {pos.pos_id} is registered for terminal Kasse 1."
    assert (reply.status, reply.json["message"], pos.state) == (200, message, "Registered")
    [sent] = simulator.calls.find("POST", UPSTREAM)
    assert sent.body == {
        "merchantPosId": new_till.terminal_id,
        "storeId": KINO["stores"][0]["storeId"],
        "name": "Kasse 1",
        "beaconId": pos.beacon_id,
        "supportedBeaconTypes": ["QR"],
        "requirePaymentBeforeCheckin": False,
    }
    entries = Entry.objects.filter(subject_kind="pointofsale").order_by("pk")
    actor = new_till.token.split("_")[1]
    assert [(each.action, each.credential_source, each.actor) for each in entries] == [
        ("pos:requested", f"{method} header", actor),
        ("pos:registered", f"{method} header", actor),
    ]


def test_create_again_is_refused_and_names_the_point_of_sale(till, pos, simulator):
    stored, calls = rows(), len(simulator.calls.find())

    reply = manage(till)

    sentence = f"The terminal has the point of sale {pos.pos_id} already. Delete it first to register another."
    assert (reply.status, reply.json) == (409, refusal(own=["message"], code="pos_exists", sentence=sentence))
    assert rows() == stored
    assert len(simulator.calls.find()) == calls


def test_a_registration_that_mobilepay_refuses_leaves_the_terminal_free(new_till, simulator):
    simulator.faults.add("refuse", "POST", UPSTREAM, code="1204")

    refused, again = manage(new_till), manage(new_till)

    sentence = (
        "MobilePay refused (code 1204): it says the store is not activated. Nothing was changed and no money moved; "
        "the service desk must look at the registration."
    )
    assert (refused.status, refused.json) == (
        502,
        refusal(own=["message"], code="mobilepay_refused", sentence=sentence),
    )
    assert again.status == 200
    assert list(PointOfSale.objects.order_by("pk").values_list("state", flat=True)) == ["Refused", "Registered"]
    assert len({each.idempotency_key for each in simulator.calls.find("POST", UPSTREAM)}) == 2
    facts = Entry.objects.get(action="pos:refused").details
    assert (facts["mobilepay"], facts["code"]) == ("HTTP 409", "1204")


def test_a_registration_that_only_mobilepay_remembers_is_adopted(new_till, simulator):
    order = PointOfSaleOrder(
        merchant_pos_id=new_till.terminal_id,
        store_id=KINO["stores"][0]["storeId"],
        name="Old name",
        beacon_id="0f0e0d0c-0b0a-4908-8706-050403020100",
    )
    kasse = Terminal.objects.get(terminal_id=new_till.terminal_id)
    key = kasse.terminal_id
    pos_id = networks.network_for(kasse.store.account).registry.register(order, key=key)

    reply = manage(new_till)

    pos = PointOfSale.objects.get()
    assert reply.json["message"] == f"The point of sale {pos_id} is registered for terminal Old name."
    assert (pos.state, str(pos.pos_id), pos.name, pos.beacon_id) == ("Registered", pos_id, "Old name", order.beacon_id)


def test_an_adopted_beacon_in_capitals_is_no_difference_to_mobilepays_record(new_till, simulator):
    manage(new_till)
    with simulator.world.present():
        [theirs] = simulator.world.points_of_sale
        theirs.beacon_id = theirs.beacon_id.upper()
    PointOfSale.objects.all().delete()

    manage(new_till)
    new_till.get("manage/terminal/information", terminalId=new_till.terminal_id)

    assert PointOfSale.objects.get().drift == {}


def test_a_registration_that_exists_but_cannot_be_found_is_refused(new_till, simulator):
    simulator.faults.add("refuse", "POST", UPSTREAM, code="1200")

    reply = manage(new_till)

    assert (reply.status, reply.codes) == (502, ["mobilepay_refused"])
    assert PointOfSale.objects.get().state == "Refused"


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_delete_deletes_and_deleting_again_is_done_already(method, till, pos, simulator):
    first, second = _delete(till, method), _delete(till, method)

    message = f"The point of sale {pos.pos_id} of terminal Kasse 1 is deleted."
    assert [(each.status, each.json["message"]) for each in (first, second)] == [(200, message)] * 2
    assert len(simulator.calls.find("DELETE", ONE)) == 1
    assert PointOfSale.objects.get().state == "Deleted"
    entries = Entry.objects.filter(subject_kind="pointofsale", actor_kind="till").order_by("pk")
    assert [(each.action, each.credential_source) for each in entries] == [
        ("pos:deleting", f"{method} header"),
        ("pos:deleted", f"{method} header"),
    ]


def test_after_deletion_the_terminal_can_be_registered_anew(till, pos, simulator):
    _delete(till)

    reply = manage(till)

    fresh = PointOfSale.objects.get(state="Registered")
    assert reply.status == 200
    assert (fresh.pos_id != pos.pos_id, fresh.beacon_id != pos.beacon_id) == (True, True)
    gone = call("GET", "manage/checkInStatus/byposId", token=till.token, query=f"posId={pos.pos_id}")
    assert (gone.status, gone.codes) == (404, ["pos_not_found"])


@pytest.mark.parametrize("state", ["Initiated", "Reserved"])
def test_delete_is_refused_while_a_payment_is_open(state, till, customer, simulator):
    payment_id = till.start()["paymentId"]
    if state == "Reserved":
        customer.checks_in()
        customer.accepts()
        assert till.status(payment_id) == "Reserved"
    stored, calls = rows(), len(simulator.calls.find())

    refused = _delete(till)

    sentence = "A payment is open on this point of sale. Capture or cancel it first; nothing was deleted."
    assert (refused.status, refused.json) == (409, refusal(own=["message"], code="payment_open", sentence=sentence))
    assert rows() == stored
    assert len(simulator.calls.find()) == calls
    till.post("payment/cancel", paymentId=payment_id)
    assert _delete(till).status == 200


@pytest.mark.parametrize("path", ["manage/delete", "manage/terminal/information", "terminal/qrcode", "payment/start"])
def test_what_needs_a_point_of_sale_says_so_while_there_is_none(path, new_till, simulator):
    stored, calls = rows(), len(simulator.calls.find())

    query = as_query({"terminalId": new_till.terminal_id, "orderId": "o", "amount": "1"}.items())
    reply = call("GET", path, token=new_till.token, **query)

    assert (reply.status, reply.codes, reply.sentences) == (404, ["pos_missing"], [NEVER])
    assert rows() == stored
    assert len(simulator.calls.find()) == calls


def test_a_refused_registration_is_nothing_to_delete(new_till, simulator):
    simulator.faults.add("refuse", "POST", UPSTREAM, code="1204")
    manage(new_till)

    assert _delete(new_till).codes == ["pos_missing"]


def test_a_point_of_sale_that_mobilepay_has_lost_counts_as_deleted(till, simulator):
    with simulator.world.present():
        [lost] = simulator.world.points_of_sale
        simulator.world.points_of_sale.delete(lost.owner, lost.pos_id)

    assert (_delete(till).status, PointOfSale.objects.get().state) == (200, "Deleted")


@pytest.mark.parametrize(("kind", "status"), [("refuse", 404), ("foreign_before", 404), ("foreign_before", 200)])
def test_a_deletion_that_only_something_in_front_confirms_is_none(till, simulator, kind, status):
    simulator.faults.add(kind, "DELETE", ONE, status=status, times=3)

    lost = _delete(till)
    still = PointOfSale.objects.get().state
    simulator.faults.clear()
    again = _delete(till)

    assert (lost.status, lost.codes, still) == (503, ["outcome_unknown"], "Deleting")
    assert (again.status, PointOfSale.objects.get().state) == (200, "Deleted")
    assert registered(simulator) == []


def test_a_deletion_that_was_done_is_known_by_mobilepays_own_list_whatever_the_answer(till, simulator):
    simulator.faults.add("foreign_after", "DELETE", ONE, status=200, times=3)

    assert (_delete(till).status, PointOfSale.objects.get().state) == (200, "Deleted")


@pytest.mark.parametrize("status", [401, 403])
def test_a_deletion_is_in_doubt_while_the_list_is_refused_as_well(till, simulator, status):
    simulator.faults.add("refuse", "DELETE", ONE, status=404)
    simulator.faults.add("refuse", "GET", UPSTREAM, status=status, code=own_code(status), times=2)

    assert (_delete(till).codes, PointOfSale.objects.get().state) == (["outcome_unknown"], "Deleting")


def test_a_point_of_sale_wrongly_taken_for_deleted_is_removed_and_the_terminal_registered(till, simulator):
    PointOfSale.objects.update(state="Deleted")
    old = registered(simulator)

    reply = manage(till)

    new = PointOfSale.objects.get(state="Registered")
    assert reply.status == 200
    assert registered(simulator) == [str(new.pos_id)]
    assert old != registered(simulator)
    assert till.start().status == 200


def test_a_wrongly_deleted_point_of_sale_that_cannot_be_removed_yet_is_tried_again(till, simulator):
    PointOfSale.objects.update(state="Deleted")
    simulator.faults.add("refuse", "DELETE", ONE, status=404)

    lost, again = manage(till), manage(till)

    assert (lost.status, lost.codes) == (503, ["outcome_unknown"])
    assert again.status == 200
    assert registered(simulator) == [str(PointOfSale.objects.get(state="Registered").pos_id)]


@pytest.mark.parametrize("kind", ["foreign_before", "foreign_after"])
def test_a_registration_answered_by_something_in_front_is_looked_for(new_till, simulator, kind):
    simulator.faults.add(kind, "POST", UPSTREAM, status=200, times=3)

    first, again = manage(new_till), manage(new_till)

    assert first.status == (200 if kind == "foreign_after" else 503)
    assert again.status == (409 if kind == "foreign_after" else 200)
    assert registered(simulator) == [str(PointOfSale.objects.get().pos_id)]


def test_a_registration_answered_with_the_id_of_another_one_stays_in_doubt(till, neighbour, simulator):
    _delete(neighbour)
    known = PointOfSale.objects.get(state="Registered").pos_id
    simulator.faults.add("alter", "POST", UPSTREAM, times=1, members={"posId": str(known)})

    lost, again = manage(neighbour), manage(neighbour)

    assert (lost.status, lost.codes) == (503, ["outcome_unknown"])
    assert again.status == 200
    assert sorted(registered(simulator)) == sorted(
        str(each.pos_id) for each in PointOfSale.objects.filter(state="Registered")
    )


def test_a_deletion_that_mobilepay_refuses_keeps_the_point_of_sale(till, simulator):
    simulator.faults.add("refuse", "DELETE", ONE, status=403, code="1409")

    reply = _delete(till)

    assert (reply.status, reply.codes) == (502, ["mobilepay_refused"])
    assert PointOfSale.objects.get().state == "Registered"
    assert Entry.objects.get(action=Action.POS_KEPT).details["code"] == "1409"
    assert till.start().status == 200


@pytest.mark.parametrize("start", PosState)
@pytest.mark.parametrize("end", PosState)
def test_a_state_follows_another_only_as_the_table_says(start, end, pos):
    PointOfSale.objects.update(state=start)
    pos.state = start
    stored = rows()

    def move():
        return points_of_sale._move(pos=pos, to=end, action=Action.POS_KEPT, by=COMMAND, now=clock.now())

    if end in TRANSITIONS[start]:
        assert move().state == end
    else:
        with pytest.raises(IllegalTransition, match=f"{start} to {end}"):
            move()
        assert rows() == stored


def test_points_of_sale_and_terminals_say_what_they_are(till, pos):
    assert set(LIVE) == {state for state in PosState if state in {"Registering", "Registered", "Deleting"}}
    assert [str(pos), str(pos.terminal), str(pos.terminal.store), str(pos.merchant)] == [
        f"Kasse 1 ({pos.pos_id})",
        f"Kasse 1 ({till.terminal_id})",
        f"Kino Nord Aarhus ({KINO['stores'][0]['storeId']})",
        "Kino Nord (KINO1)",
    ]
    assert str(PointOfSale(name="Kasse 9")) == "Kasse 9 (not registered)"
