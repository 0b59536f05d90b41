"""Terminals added and changed by an administrator."""

from uuid import UUID, uuid4

import pytest

from portal.audit.models import Entry
from terminals.models import PointOfSale, Terminal
from terminals.states import PosState
from tests.pages import errors, options, said, toasts, value_of
from tests.places import limited_to, new_counter
from tests.shop import BAGER, KINO
from tests.tillapi.raw_calls import rows

CHARSET = "MobilePay takes no line breaks, emoji or foreign scripts here."
NOT_A_CHOICE = "Select a valid choice. That choice is not one of the available choices."
IN_USE = (
    "MobilePay knows this terminal's point of sale by its store and name. Delete the point of sale first, "
    "change the terminal, and register it again; nothing was changed."
)


@pytest.fixture
def store(merchants):
    return merchants["KINO1"].stores.get()


@pytest.fixture
def terminal(merchants):
    return Terminal.objects.get(terminal_id=KINO["stores"][0]["terminals"][0]["terminalId"])


def new(place, **fields):
    return {"store": place.pk, "name": "Kasse 3", "terminal_id": str(uuid4()), **fields}


def changes(person, terminal, **fields):
    """The form of a terminal as it stands on the page, with these fields filled in anew."""
    page = person.get(f"terminals/{terminal.pk}/change/")
    return {"store": terminal.store_id, "name": terminal.name, "seen": value_of(page, "seen"), **fields}


def entries():
    acted = Entry.objects.filter(action__startswith="terminal:").order_by("pk")
    return list(acted.values_list("action", "actor", "details"))


def unmoved():
    stored = rows()
    return stored["terminals_terminal"], stored["audit_entry"]


def test_the_form_offers_the_merchants_stores_and_a_fresh_id(administrator, store, merchants):
    new_counter(merchants["BAGER7"], store="Theirs")
    first, second = administrator.get("terminals/add/"), administrator.get("terminals/add/")

    assert options(first, "store") == ["Choose a store", "Kino Nord Aarhus"]
    ids = [UUID(value_of(page, "terminal_id")) for page in (first, second)]
    assert ids[0] != ids[1]


def test_a_terminal_is_added_to_its_store(administrator, store):
    fields = new(store)

    answer = administrator.post("terminals/add/", **fields)

    added = Terminal.objects.get(name="Kasse 3")
    assert (added.store, added.merchant, str(added.terminal_id)) == (store, store.merchant, fields["terminal_id"])
    assert answer["Location"] == administrator.url(f"terminals/{added.pk}/")
    assert toasts(administrator.browser.get(answer["Location"])) == [
        "Added Kasse 3. Register its point of sale to take MobilePay on it."
    ]
    assert entries() == [("terminal:added", "anna@kino.example", {"name": "Kasse 3", "store": str(store)})]


def test_a_till_can_register_on_a_terminal_that_was_added_here(administrator, store, till):
    fields = new(store, name="Bar Æ½")
    administrator.post("terminals/add/", **fields)

    answer = till.post("manage/create", terminalId=fields["terminal_id"])

    assert answer.status == 200


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "   "}, "This field is required."),
        ({"name": "x" * 37}, "Ensure this value has at most 36 characters (it has 37)."),
        ({"name": "Kasse 🍕"}, CHARSET),
        ({"name": "Kasse\nBar"}, CHARSET),
        ({"name": "Łódź"}, CHARSET),
        ({"name": "レジ"}, CHARSET),
        ({"name": "Kasse\u200b"}, CHARSET),
        ({"store": ""}, "This field is required."),
        ({"store": "x"}, NOT_A_CHOICE),
        ({"terminal_id": ""}, "This field is required."),
        ({"terminal_id": "a\tb"}, CHARSET),
        ({"terminal_id": "1" * 500}, "Ensure this value has at most 36 characters (it has 500)."),
    ],
)
def test_wrong_values_add_nothing_and_stay_in_the_form(administrator, store, wrong, message):
    fields, before = new(store, **wrong), unmoved()

    page = administrator.post("terminals/add/", **fields)

    assert (page.status_code, errors(page)) == (422, [message])
    assert value_of(page, "terminal_id") == fields["terminal_id"]
    assert unmoved() == before


def test_a_name_with_a_null_character_adds_nothing(administrator, store):
    fields, before = new(store, name="Kasse\x00"), unmoved()

    page = administrator.post("terminals/add/", **fields)

    assert (page.status_code, CHARSET in errors(page)) == (422, True)
    assert unmoved() == before


def test_an_id_that_the_merchant_has_already_is_refused(administrator, store, terminal):
    before = unmoved()

    page = administrator.send("terminals/add/", **new(store, terminal_id=str(terminal.terminal_id).upper()))

    assert (page.status_code, errors(page)) == (
        422,
        [f"The merchant has a terminal with the id {terminal.terminal_id} already. Nothing was added."],
    )
    assert unmoved() == before


def test_a_till_may_be_called_what_it_is_and_no_other_the_same_in_another_letter_case(administrator, store):
    added = administrator.send("terminals/add/", **new(store, terminal_id=" Kø1 "))
    before = unmoved()
    again = administrator.send("terminals/add/", **new(store, terminal_id="KØ1"))

    assert added.status_code == 200
    assert Terminal.objects.filter(folded_id="KØ1").values_list("terminal_id", flat=True).get() == "Kø1"
    assert (again.status_code, errors(again)) == (
        422,
        ["The merchant has a terminal with the id Kø1 already. Nothing was added."],
    )
    assert unmoved() == before


def test_another_merchants_id_may_be_used_again(administrator, store, merchants):
    taken = BAGER["stores"][0]["terminals"][0]["terminalId"]

    answer = administrator.post("terminals/add/", **new(store, terminal_id=taken))

    assert answer.status_code == 302
    assert Terminal.objects.filter(terminal_id=taken).count() == 2


def test_a_terminal_goes_to_no_store_of_somebody_else(administrator, merchants, store, terminal):
    theirs = merchants["BAGER7"].stores.get()
    other = new_counter(merchants["KINO1"], store="Odense").terminal.store
    lone = limited_to(store, role="administrator")
    moves = [(administrator, theirs), (lone, other)]
    change, before = f"terminals/{terminal.pk}/change/", unmoved()

    added = [person.post("terminals/add/", **new(place)) for person, place in moves]
    moved = [person.post(change, **changes(person, terminal, store=place.pk)) for person, place in moves]

    assert [(page.status_code, errors(page)) for page in (*added, *moved)] == [(422, [NOT_A_CHOICE])] * 4
    assert unmoved() == before


def test_a_terminal_is_renamed_and_moved(administrator, terminal, merchants, store):
    odense = new_counter(merchants["KINO1"], store="Odense").terminal.store

    answer = administrator.post(
        f"terminals/{terminal.pk}/change/", **changes(administrator, terminal, name="Bar", store=odense.pk)
    )

    assert toasts(administrator.browser.get(answer["Location"])) == ["Saved Bar."]
    terminal.refresh_from_db()
    assert (terminal.name, terminal.store) == ("Bar", odense)
    assert entries() == [
        (
            "terminal:changed",
            "anna@kino.example",
            {"before": {"name": "Kasse 1", "store": str(store)}, "after": {"name": "Bar", "store": str(odense)}},
        )
    ]


def test_saving_a_terminal_as_it_is_writes_nothing(administrator, terminal):
    fields, before = changes(administrator, terminal), unmoved()

    answer = administrator.post(f"terminals/{terminal.pk}/change/", **fields)

    assert (answer.status_code, unmoved()) == (302, before)


@pytest.mark.parametrize("state", [PosState.REGISTERING, PosState.REGISTERED, PosState.DELETING])
def test_a_terminal_is_not_changed_while_its_point_of_sale_lives(administrator, terminal, state):
    PointOfSale.objects.create(
        terminal=terminal, account=terminal.store.account, state=state, beacon_id=str(uuid4()), name=terminal.name
    )
    fields, before = changes(administrator, terminal, name="Bar"), unmoved()

    page = administrator.post(f"terminals/{terminal.pk}/change/", **fields)

    assert (page.status_code, errors(page), value_of(page, "name")) == (422, [IN_USE], "Bar")
    assert unmoved() == before


@pytest.mark.parametrize("state", [PosState.DELETED, PosState.REFUSED])
def test_a_terminal_is_changed_when_its_point_of_sale_is_gone(administrator, terminal, state):
    PointOfSale.objects.create(
        terminal=terminal, account=terminal.store.account, state=state, beacon_id=str(uuid4()), name=terminal.name
    )

    administrator.post(f"terminals/{terminal.pk}/change/", **changes(administrator, terminal, name="Bar"))

    terminal.refresh_from_db()
    assert terminal.name == "Bar"


@pytest.mark.parametrize("wrong", [{"name": "🍕"}, {"name": ""}, {"store": ""}, {"store": "x"}])
def test_wrong_values_change_nothing(administrator, terminal, wrong):
    fields, before = changes(administrator, terminal, **wrong), unmoved()

    page = administrator.post(f"terminals/{terminal.pk}/change/", **fields)

    assert (page.status_code, len(errors(page))) == (422, 1)
    assert unmoved() == before


def test_a_form_older_than_somebody_elses_change_is_shown_again_before_it_is_saved(administrator, terminal):
    stale = changes(administrator, terminal, name="Bar")
    Terminal.objects.filter(pk=terminal.pk).update(name="Kiosk")
    before = unmoved()

    refused = administrator.send(f"terminals/{terminal.pk}/change/", **stale)
    is_unmoved = unmoved() == before
    meant = {**stale, "seen": value_of(refused, "seen")}
    saved = administrator.send(f"terminals/{terminal.pk}/change/", **meant)

    assert (refused.status_code, is_unmoved, value_of(refused, "name")) == (422, True, "Bar")
    assert errors(refused) == [
        (
            "Somebody else has changed this since you opened it: it is now called Kiosk, in Kino Nord Aarhus. "
            "Nothing was saved; look at your values again and save them if they still hold."
        )
    ]
    assert saved["HX-Redirect"] == administrator.url(f"terminals/{terminal.pk}/")
    terminal.refresh_from_db()
    assert terminal.name == "Bar"


@pytest.mark.parametrize("seen", ["", "nonsense", "æ", "x" * 5000])
def test_a_form_without_its_mark_is_taken_for_an_old_one(administrator, terminal, seen):
    before = unmoved()

    page = administrator.post(f"terminals/{terminal.pk}/change/", store=terminal.store_id, name="Bar", seen=seen)

    assert page.status_code == 422
    assert errors(page)[0].startswith("Somebody else has changed this since you opened it")
    assert unmoved() == before


@pytest.mark.parametrize("page", ["", "change/", "register/", "delete/", "check-in/"])
def test_a_terminal_of_somebody_else_does_not_exist(administrator, merchants, store, page):
    theirs = merchants["BAGER7"].terminals.get()
    elsewhere = new_counter(merchants["KINO1"], store="Odense").terminal
    lone = limited_to(store, role="administrator")

    answers = [administrator.get(f"terminals/{theirs.pk}/{page}"), lone.get(f"terminals/{elsewhere.pk}/{page}")]
    nobody = administrator.get(f"terminals/{'9' * 30}/{page}")

    assert [answer.status_code for answer in (*answers, nobody)] == [404] * 3


def test_the_question_names_the_terminal(administrator, terminal):
    page = administrator.get(f"terminals/{terminal.pk}/change/")

    assert said(page, "h1") == ["Change Kasse 1"]
    assert value_of(page, "name") == "Kasse 1"
