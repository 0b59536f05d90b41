"""One terminal's page, and its point of sale registered, deleted and compared there."""

import pytest

from portal import clock
from portal.audit.models import Entry
from terminals.models import PointOfSale, Terminal
from tests.pages import all_of, buttons, errors, facts, filled, said, table, toasts
from tests.payments.till_sequences import reserve
from tests.shop import KINO
from tests.terminals.pages.addresses import path
from tests.tillapi.raw_calls import rows

REGISTER = ("POST", "/pos/v10/pointofsales")
DELETE = ("DELETE", "/pos/v10/pointofsales/[^/]+")
ONE = ("GET", "/pos/v10/pointofsales/[^/]+")
SILENT = "MobilePay does not answer right now. Nothing was changed; ask again in a moment."
UNKNOWN = (
    "MobilePay has not answered about the point of sale Kasse 1 yet. Ask again in a moment; "
    "the portal keeps asking too."
)


@pytest.fixture
def terminal(merchants):
    return Terminal.objects.get(terminal_id=KINO["stores"][0]["terminals"][0]["terminalId"])


def delete(person, terminal):
    """Say yes to the question that stands on the page."""
    act = path(terminal, "delete/")
    return person.post(act, **filled(person.get(act)))


def toast_after(person, answer):
    assert answer.status_code == 302
    return toasts(person.browser.get(answer["Location"]))


def theirs(simulator):
    with simulator.world.present():
        return [(pos.name, pos.store.store_id) for pos in simulator.world.points_of_sale]


def acts():
    found = Entry.objects.filter(action__startswith="pos:", actor_kind="person").order_by("pk")
    return list(found.values_list("action", "actor"))


def here_and_there(page):
    """What is compared with MobilePay: as we have it, and as MobilePay has it."""
    return [row for row in table(page) if len(row) == 2]


def silence(simulator, call, *, done):
    simulator.faults.add("cut_after" if done else "cut_before", *call)
    simulator.faults.add("refuse", *call, status=429)


def test_a_terminal_without_a_point_of_sale_offers_to_register_one(administrator, terminal):
    page = administrator.get(path(terminal))

    assert said(page, "h1") == ["Kasse 1"]
    assert said(page, "div[@class='top']/span") == ["No point of sale", "Live"]
    assert buttons(page) == ["Change…", "Register point of sale…"]
    assert facts(page) == {
        "Store": "Kino Nord Aarhus",
        "Terminal id": "b2a4c6d8…2c01",
        "Last call": "never",
        "Last payment": "never",
        "Taken today": "nothing yet",
    }
    assert all_of(page, "img") == []


def test_a_registered_terminal_shows_what_mobilepay_knows(administrator, till, pos, time_machine):
    time_machine.move_to(clock.now(), tick=False)
    till.start()

    page = administrator.get(path(pos.terminal))

    assert said(page, "div[@class='top']/span") == ["Selling", "Live"]
    shown = facts(page)
    assert {name: shown[name] for name in ("State", "Last call", "Last payment", "Taken today")} == {
        "State": "Registered",
        "Last call": "0 s ago POST header, from 127.0.0.1",
        "Last payment": "0 s ago",
        "Taken today": "nothing yet",
    }
    assert all_of(page, "dl//code")[0].get("title") == str(pos.pos_id)
    store_id = pos.terminal.store.store_id
    assert here_and_there(page) == [["Kasse 1", "—"], [store_id, "—"], [pos.beacon_id, "—"]]
    assert "Here; never compared with MobilePay" in said(page, "caption")
    assert [row[2:4] for row in table(page)[3:]] == [["order-1", "Waiting for the customer"]]


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        ("administrator", ["(Change…)", "Delete point of sale…", "Compare with MobilePay", "Look up", "SVG", "PNG"]),
        ("clerk", ["Look up", "SVG", "PNG"]),
        ("approver", ["SVG", "PNG"]),
        ("auditor", ["SVG", "PNG"]),
    ],
)
def test_the_buttons_are_those_of_the_role(request, pos, who, shown):
    page = request.getfixturevalue(who).get(path(pos.terminal))

    assert buttons(page) == shown


def test_a_point_of_sale_is_registered(administrator, terminal, simulator):
    question = administrator.get(path(terminal, "register/"))

    answer = administrator.post(path(terminal, "register/"))

    assert said(question, "h1") == ["Register a point of sale for Kasse 1?"]
    assert said(question, "div[@id='dialog-content']/p") == [
        "MobilePay learns of Kasse 1 in Kino Nord Aarhus, and tills on it can take payments."
    ]
    assert answer["Location"] == administrator.url(path(terminal))
    assert toast_after(administrator, answer) == ["Registered Kasse 1. The terminal can take MobilePay now."]
    assert PointOfSale.objects.get().state == "Registered"
    assert theirs(simulator) == [("Kasse 1", KINO["stores"][0]["storeId"])]
    assert acts() == [("pos:requested", "anna@kino.example"), ("pos:registered", "anna@kino.example")]


def test_a_question_alone_registers_and_deletes_nothing(administrator, terminal, pos, simulator):
    stored, calls = rows()["terminals_pointofsale"], len(simulator.calls.find())

    administrator.get(path(terminal, "register/"))
    administrator.get(path(terminal, "delete/"))

    assert (rows()["terminals_pointofsale"], len(simulator.calls.find())) == (stored, calls)


def test_a_terminal_that_is_registered_already_is_not_registered_twice(administrator, pos, simulator):
    page = administrator.send(path(pos.terminal, "register/"))

    assert (page.status_code, errors(page)) == (
        422,
        [f"The terminal has the point of sale {pos.pos_id} already. Delete it first to register another."],
    )
    assert len(simulator.calls.find(*REGISTER)) == 1
    assert PointOfSale.objects.count() == 1


@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
def test_a_registration_that_nobody_answers_is_not_known_and_then_finished(administrator, terminal, simulator, done):
    silence(simulator, REGISTER, done=done)

    lost = administrator.post(path(terminal, "register/"))
    shown = administrator.get(path(terminal))
    again = administrator.post(path(terminal, "register/"))

    assert (lost.status_code, errors(lost)) == (422, [UNKNOWN])
    assert said(shown, "div[@class='notice warn']") == [
        "MobilePay has not answered yet. The portal keeps asking; nobody needs to do anything."
    ]
    assert said(shown, "div[@class='top']/span") == ["Not known yet", "Live"]
    assert facts(shown)["Id at MobilePay"] == "—"
    assert "Compare with MobilePay" not in buttons(shown)
    assert all_of(shown, "img") == []
    assert toast_after(administrator, again) == ["Registered Kasse 1. The terminal can take MobilePay now."]
    assert (theirs(simulator), PointOfSale.objects.count()) == ([("Kasse 1", KINO["stores"][0]["storeId"])], 1)
    assert len({call.idempotency_key for call in simulator.calls.find(*REGISTER)}) == 1


def test_a_registration_that_mobilepay_refuses_is_told_with_its_reason(administrator, terminal, simulator):
    simulator.faults.add("refuse", *REGISTER, status=403, code="1403")

    page = administrator.post(path(terminal, "register/"))

    assert (page.status_code, errors(page)) == (
        422,
        [
            (
                "MobilePay refused (code 1403): it says the store does not belong to the merchant. Nothing was "
                "changed and no money moved; the service desk must look at the registration."
            )
        ],
    )
    assert (PointOfSale.objects.get().state, theirs(simulator)) == ("Refused", [])
    assert said(administrator.get(path(terminal)), "div[@class='top']/span")[0] == "No point of sale"


def test_a_point_of_sale_is_deleted(administrator, pos, simulator):
    question = administrator.get(path(pos.terminal, "delete/"))

    answer = delete(administrator, pos.terminal)

    assert said(question, "h1") == ["Delete the point of sale of Kasse 1?"]
    assert said(question, "div[@id='dialog-content']/p") == [
        "Kasse 1 in Kino Nord Aarhus stops taking MobilePay at once. Its payments stay."
    ]
    assert toast_after(administrator, answer) == ["Deleted the point of sale of Kasse 1."]
    assert (PointOfSale.objects.get().state, theirs(simulator)) == ("Deleted", [])
    assert acts() == [("pos:deleting", "anna@kino.example"), ("pos:deleted", "anna@kino.example")]


def test_a_point_of_sale_with_an_open_payment_stays(administrator, till, pos, customer, simulator):
    answers = []
    payment_id = reserve(till, customer)
    answers.append(delete(administrator, pos.terminal))
    administrator.post(f"payments/{payment_id}/cancel/")
    till.start("order-2")
    answers.append(delete(administrator, pos.terminal))

    sentence = "A payment is open on this point of sale. Capture or cancel it first; nothing was deleted."
    assert [(page.status_code, errors(page)) for page in answers] == [(422, [sentence])] * 2
    assert PointOfSale.objects.get().state == "Registered"
    assert simulator.calls.find(*DELETE) == []


@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
def test_a_deletion_that_nobody_answers_is_not_known_and_then_finished(administrator, pos, simulator, done):
    silence(simulator, DELETE, done=done)

    lost = delete(administrator, pos.terminal)
    state = PointOfSale.objects.get().state
    again = delete(administrator, pos.terminal)

    assert (lost.status_code, errors(lost), state) == (422, [UNKNOWN], "Deleting")
    assert toast_after(administrator, again) == ["Deleted the point of sale of Kasse 1."]
    assert (PointOfSale.objects.get().state, theirs(simulator)) == ("Deleted", [])


def test_a_question_older_than_another_registration_deletes_nothing(administrator, till, pos, simulator):
    stale = filled(administrator.get(path(pos.terminal, "delete/")))
    till.get("manage/delete", terminalId=till.terminal_id)
    till.get("manage/create", terminalId=till.terminal_id)
    stored, calls = rows()["terminals_pointofsale"], len(simulator.calls.find(*DELETE))

    page = administrator.send(path(pos.terminal, "delete/"), **stale)

    assert (page.status_code, errors(page)) == (
        422,
        [
            (
                "Somebody else has changed this since you opened it: the terminal has another point of sale by now, or "
                "none. Nothing was saved; look at your values again and save them if they still hold."
            )
        ],
    )
    assert (rows()["terminals_pointofsale"], len(simulator.calls.find(*DELETE))) == (stored, calls)


def test_a_terminal_that_never_had_a_point_of_sale_has_none_to_delete(administrator, terminal):
    page = delete(administrator, terminal)

    assert (page.status_code, errors(page)) == (
        422,
        ["The terminal has no point of sale. Create one first; nothing was done."],
    )


def test_what_is_the_same_at_mobilepay_is_told_so(administrator, pos):
    answer = administrator.post(path(pos.terminal, "compare/"))
    page = administrator.browser.get(answer["Location"])

    assert toasts(page) == ["Compared with MobilePay: see the result below."]
    store_id = pos.terminal.store.store_id
    assert here_and_there(page) == [[each, each] for each in ("Kasse 1", store_id, pos.beacon_id)]
    assert said(page, "caption")[0].startswith("Here and at MobilePay, compared")
    assert said(page, "div[@class='notice warn']") == []


def test_what_differs_at_mobilepay_is_told_until_it_agrees_again(administrator, pos, simulator):
    with simulator.world.present():
        [record] = simulator.world.points_of_sale
        record.name = "<i>Bar</i>"
    drifted = administrator.browser.get(administrator.post(path(pos.terminal, "compare/"))["Location"])
    with simulator.world.present():
        record.name = pos.name
    agreed = administrator.browser.get(administrator.post(path(pos.terminal, "compare/"))["Location"])

    assert (here_and_there(drifted)[0], here_and_there(agreed)[0]) == (
        ["Kasse 1", "<i>Bar</i>"],
        ["Kasse 1", "Kasse 1"],
    )
    assert said(drifted, "div[@class='top']/span")[0] == "Differs from MobilePay"
    assert said(drifted, "div[@class='notice warn']/p") == [
        ("MobilePay's record differs from ours. Delete the point of sale and register it again to bring both together.")
    ]
    assert said(agreed, "div[@class='top']/span")[0] == "Ready to sell"


def test_what_mobilepay_does_not_know_is_told_so(administrator, pos, simulator):
    with simulator.world.present():
        [record] = simulator.world.points_of_sale
        record.is_deleted = True

    page = administrator.browser.get(administrator.post(path(pos.terminal, "compare/"))["Location"])

    assert len(toasts(page)) == 1
    assert toasts(page)[0].startswith("MobilePay refused")
    assert {there for _, there in here_and_there(page)} == {"unknown to MobilePay"}


def test_while_mobilepay_is_silent_nothing_is_compared(administrator, pos, simulator):
    simulator.faults.add("refuse", *ONE, status=429)
    stored = rows()["terminals_pointofsale"]

    answer = administrator.post(path(pos.terminal, "compare/"))

    assert toast_after(administrator, answer) == [SILENT]
    assert rows()["terminals_pointofsale"] == stored


def test_a_terminal_without_a_point_of_sale_has_nothing_to_compare(administrator, terminal, simulator):
    answer = administrator.post(path(terminal, "compare/"))

    assert toast_after(administrator, answer) == [
        "The terminal has no point of sale. Create one first; nothing was done."
    ]
    assert simulator.calls.find() == []


def test_a_comparison_is_no_question_to_be_read(administrator, pos, simulator):
    calls = len(simulator.calls.find())

    assert administrator.get(path(pos.terminal, "compare/")).status_code == 405
    assert len(simulator.calls.find()) == calls


@pytest.mark.parametrize("act", ["change/", "register/", "delete/", "compare/"])
@pytest.mark.parametrize("who", ["clerk", "approver", "auditor"])
def test_whoever_does_not_manage_terminals_changes_nothing(request, pos, simulator, who, act):
    somebody, stored, calls = request.getfixturevalue(who), rows()["terminals_pointofsale"], len(simulator.calls.find())

    answer = somebody.post(path(pos.terminal, act), name="Bar", store=pos.terminal.store_id)

    assert answer.status_code == 403
    assert said(answer, "h1") == ["You may not manage terminals and points of sale here"]
    assert (rows()["terminals_pointofsale"], len(simulator.calls.find())) == (stored, calls)
