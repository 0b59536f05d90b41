"""The stores' pages, and their synchronisation with visible progress."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
import pytest

from portal import clock
from portal.audit.models import Entry
from terminals.models import Store, Synchronisation
from terminals.services import synchronisation
from tests.pages import all_of, buttons, column, facts, one, said, table, toasts
from tests.payments.factories import new_store
from tests.payments.threads import at_once
from tests.people import Person
from tests.places import limited_to, new_counter
from tests.shop import KINO
from tests.tillapi.raw_calls import rows

LIST = ("GET", "/pos/v10/stores/detailed")
STARTED = "The stores are being synchronised: this page shows how far it is."
RUNNING = "A synchronisation is on its way already. Nothing more was started."


@pytest.fixture
def kino(merchants):
    return merchants["KINO1"]


@pytest.fixture
def store(kino):
    return kino.stores.get()


def ask(person):
    return person.post("stores/synchronise/")


def carry_out():
    synchronisation.run(run_id=Synchronisation.objects.get(state="waiting").pk, now=clock.now())


def notice(page):
    return said(page, "div[@id='stores']//div[@role='status']/div/p")


def test_the_list_shows_stores_by_name_with_what_stands_in_them(clerk, kino, store, till, merchants):
    Store.objects.filter(pk=store.pk).update(zip_code="8000", city="Aarhus C", synchronised_at="2026-03-02T12:00:00Z")
    new_counter(kino, store="Aalborg", terminal="Bar")
    new_counter(merchants["BAGER7"], store="Theirs")

    page = clerk.get("stores/")

    assert table(page) == [
        ["Aalborg", "1", "", "1", "not known to MobilePay yet"],
        ["Kino Nord Aarhus", "2", "8000 Aarhus C", "1", "2 Mar 2026, 13:00"],
    ]


def test_without_stores_the_list_says_where_they_come_from(rival, merchants):
    merchants["BAGER7"].terminals.all().delete()
    merchants["BAGER7"].stores.all().delete()

    assert said(rival.get("stores/"), "p", "empty") == ["No store yet. Synchronise with MobilePay to bring them in."]


def test_whoever_works_in_one_store_sees_only_that_one(kino, store):
    other = new_counter(kino, store="Odense").terminal.store
    lone = limited_to(other)

    assert column(lone.get("stores/"), 0) == ["Odense"]
    assert lone.get(f"stores/{other.pk}/").status_code == 200
    assert lone.get(f"stores/{store.pk}/").status_code == 404


@pytest.mark.parametrize("whose", ["theirs", "nobody's"])
def test_a_store_of_somebody_else_does_not_exist(clerk, merchants, whose):
    pk = merchants["BAGER7"].stores.get().pk if whose == "theirs" else "9" * 30

    assert clerk.get(f"stores/{pk}/").status_code == 404


def test_the_list_goes_on_over_many_pages_and_asks_no_more_for_it(clerk, kino):
    with CaptureQueriesContext(connection) as few:
        clerk.get("stores/")
    for number in range(60):
        new_store(kino, f"S{number:02}")

    with CaptureQueriesContext(connection) as many:
        first = clerk.get("stores/")
    [following] = [each.get("href") for each in all_of(first, "a[@rel='next']")]
    second = clerk.browser.get(clerk.url(f"stores/{following}"))

    assert len(many) == len(few) <= 12
    assert [*column(first, 0), *column(second, 0)] == ["Kino Nord Aarhus", *[f"S{number:02}" for number in range(60)]]


def test_a_store_tells_what_mobilepay_says_and_how_its_terminals_do(administrator, till, store, kino):
    before = facts(administrator.get(f"stores/{store.pk}/"))
    new_counter(kino, store="Odense", terminal="Elsewhere")
    ask(administrator)
    carry_out()

    page = administrator.get(f"stores/{store.pk}/")

    assert (before["Address"], before["Brand"], before["Synchronised"]) == ("—", "—", "—")
    assert facts(page)["Address"] == "Havnegade 4, 8000 Aarhus C"
    assert facts(page)["Brand"].startswith("Kino Nord brand POSDK")
    assert [each.get("title") for each in all_of(page, "dl//code")] == [KINO["stores"][0]["storeId"]]
    assert [row[:4] for row in table(page)] == [
        ["Kasse 1", "Registered", "Kino Nord Aarhus", "Ready to sell"],
        ["Kasse 2", "None", "Kino Nord Aarhus", "No point of sale"],
    ]


def test_a_store_without_terminals_says_so(clerk, kino):
    empty = new_store(kino, "Empty")

    assert said(clerk.get(f"stores/{empty.pk}/"), "p", "empty") == ["No terminal stands in this store yet."]


def test_a_synchronisation_is_asked_for_and_its_progress_is_shown(administrator, store):
    answer = ask(administrator)
    page = administrator.browser.get(answer["Location"])

    assert answer["Location"] == administrator.url("stores/")
    assert toasts(page) == [STARTED]
    assert len(notice(page)) == 1
    assert notice(page)[0].startswith("Step 1 of 2: waiting for a worker, since ")
    assert buttons(page) == ["(Synchronise with MobilePay)"]
    element = one(page, "div[@id='stores']")
    assert (element.get("hx-get"), element.get("hx-trigger")) == (administrator.url("stores/"), "every 1s")
    run = Synchronisation.objects.get()
    assert (run.state, run.actor, run.merchant) == ("waiting", "anna@kino.example", store.merchant)
    assert Entry.objects.get(action="stores:requested").actor == "anna@kino.example"


def test_the_part_tells_every_step_and_stops_with_the_last(administrator, store):
    ask(administrator)
    waiting = administrator.part("stores/", "stores")
    same = administrator.part("stores/", "stores", seen=waiting["X-Part"])
    Synchronisation.objects.update(state="asking")
    asking = administrator.part("stores/", "stores", seen=waiting["X-Part"])
    Synchronisation.objects.update(state="waiting")
    carry_out()
    done = administrator.part("stores/", "stores", seen=asking["X-Part"])

    assert [each.status_code for each in (waiting, same, asking, done)] == [200, 204, 200, 286]
    assert [one(each, "progress").get("value") for each in (waiting, asking)] == ["1", "2"]
    assert notice(asking) == ["Step 2 of 2: asking MobilePay and writing down what it says."]
    assert notice(done)[0].endswith(": 0 new, 1 changed, 0 the same.")
    assert "hx-get" not in one(done, "div[@id='stores']").attrib
    assert table(done)[0][2] == "8000 Aarhus C"
    assert buttons(administrator.get("stores/")) == ["Synchronise with MobilePay"]


def test_whoever_does_not_manage_the_merchant_is_told_when_it_was_and_no_figures(clerk, administrator, store):
    ask(administrator)
    carry_out()

    page = clerk.get("stores/")

    assert [each.count(".") for each in notice(page)] == [1]
    assert notice(page)[0].startswith("Synchronised ")
    assert one(page, "div[@id='stores']/div[@role='status']").get("class") == "notice good"


def test_without_a_run_there_is_nothing_to_wait_for(clerk, store):
    page, part = clerk.get("stores/"), clerk.part("stores/", "stores")

    assert (notice(page), part.status_code) == ([], 286)
    assert "hx-get" not in one(page, "div[@id='stores']").attrib


def test_a_failure_is_told_with_its_reason(administrator, simulator, store):
    simulator.faults.add("refuse", *LIST, status=429)
    ask(administrator)
    carry_out()

    page = administrator.get("stores/")

    assert len(notice(page)) == 1
    assert notice(page)[0].endswith(
        " failed. MobilePay does not answer right now. Nothing was changed; ask again in a moment."
    )
    assert one(page, "div[@id='stores']/div[@role='status']").get("class") == "notice bad"
    assert buttons(page) == ["Synchronise with MobilePay"]


def test_a_run_whose_worker_died_is_told_as_failed_and_can_be_started_again(administrator, store):
    ask(administrator)
    Synchronisation.objects.update(state="asking", changed_at=clock.now() - timedelta(minutes=3))
    synchronisation.waiting(now=clock.now())

    page = administrator.get("stores/")
    again = ask(administrator)

    assert notice(page)[0].endswith(
        " failed. The worker ended before it was done. Start it again; what was written so far stays."
    )
    assert toasts(administrator.browser.get(again["Location"])) == [STARTED]


def test_a_second_synchronisation_is_not_started(administrator, store):
    ask(administrator)
    administrator.get("stores/")
    stored = rows()

    answer = ask(administrator)
    after = rows()

    assert [after[table] == stored[table] for table in ("terminals_synchronisation", "audit_entry")] == [True, True]
    assert toasts(administrator.browser.get(answer["Location"])) == [RUNNING]


def test_a_synchronisation_is_no_question_to_be_read(administrator, store):
    assert administrator.get("stores/synchronise/").status_code == 405
    assert Synchronisation.objects.count() == 0


@pytest.mark.parametrize("who", ["clerk", "approver", "auditor", "somebody in one store"])
def test_whoever_does_not_manage_the_merchant_starts_nothing(request, store, who):
    is_lone = who == "somebody in one store"
    somebody = limited_to(store, role="administrator") if is_lone else request.getfixturevalue(who)
    request.getfixturevalue("one_factor")

    answer = ask(somebody)

    assert answer.status_code == 403
    assert buttons(somebody.get("stores/")) == []
    assert Synchronisation.objects.count() == 0


@pytest.mark.usefixtures("transactional_db")
def test_pressing_the_button_carries_it_out(administrator, store):
    answer = ask(administrator)

    page = administrator.browser.get(answer["Location"])

    assert notice(page)[0].endswith(": 0 new, 1 changed, 0 the same.")
    assert Synchronisation.objects.get().state == "done"


@pytest.mark.usefixtures("transactional_db")
def test_two_who_press_at_once_start_one(administrator, kino, simulator):
    simulator.faults.add("slow", *LIST, seconds=0.3)
    other = Person(administrator.user, kino)

    answers = at_once(lambda: ask(administrator), lambda: ask(other))

    said_to = [toasts(each.get("stores/")) for each in (administrator, other)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert sorted(said_to) == sorted([[RUNNING], [STARTED]])
    assert (Synchronisation.objects.count(), len(simulator.calls.find(*LIST))) == (1, 1)
