"""The enrolment window, opened and closed in the browser."""

from datetime import timedelta

import pytest

from portal import clock
from portal.audit.models import Entry
from terminals.models import AccessToken
from tests.pages import buttons, one, said, toasts, words
from tests.tillapi.raw_calls import call, rows

OPENED = "The enrolment window is open: let the till ask for its token now."


@pytest.fixture
def kino(merchants):
    return merchants["KINO1"]


def enrol():
    return call("POST", "manage/token", query="bioCode=KINO1")


def entries():
    found = Entry.objects.filter(action__startswith="enrolment:").order_by("pk")
    return list(found.values_list("action", "actor"))


def notice(page):
    return said(page, "main//div[@class='notice warn']")


def test_a_till_gets_its_token_while_the_window_is_open(administrator, kino, time_machine):
    time_machine.move_to("2026-03-02T12:00:00Z", tick=False)
    administrator.browser.force_login(administrator.user)
    administrator.proves_it_again()
    answer = administrator.post("token/open-enrolment/")
    page = administrator.browser.get(answer["Location"])

    reply = enrol()

    assert answer["Location"] == administrator.url("token/")
    assert toasts(page) == [OPENED]
    assert notice(page) == [
        (
            "The enrolment window is open until 13:15:00: the first till that asks gets the access token "
            "without any proof."
        )
    ]
    assert buttons(page) == ["Close the enrolment window…", "Create…"]
    assert reply.status == 200
    assert notice(administrator.get("token/")) == []
    assert entries() == [("enrolment:opened", "anna@kino.example")]


def test_the_window_ends_by_itself(administrator, kino, later):
    administrator.post("token/open-enrolment/")
    later(minutes=16)

    page = administrator.get("token/")

    assert (notice(page), buttons(page)[0]) == ([], "Open the enrolment window…")
    assert enrol().codes == ["enrolment_closed"]


def test_a_window_that_is_closed_lets_nobody_in(administrator, kino):
    administrator.post("token/open-enrolment/")

    answer = administrator.post("token/close-enrolment/")

    assert toasts(administrator.browser.get(answer["Location"]))[-1] == "The enrolment window is closed."
    assert enrol().codes == ["enrolment_closed"]
    assert entries() == [("enrolment:opened", "anna@kino.example"), ("enrolment:closed", "anna@kino.example")]


def test_closing_what_is_closed_writes_nothing(administrator, kino):
    stored = rows()

    administrator.post("token/close-enrolment/")

    after = rows()
    assert [after[name] == stored[name] for name in ("audit_entry", "terminals_merchant")] == [True, True]


def test_opening_again_begins_a_new_quarter_of_an_hour(administrator, kino, time_machine):
    start = clock.now()
    time_machine.move_to(start, tick=False)
    administrator.post("token/open-enrolment/")
    time_machine.move_to(start + timedelta(minutes=10), tick=False)
    administrator.proves_it_again()
    administrator.post("token/open-enrolment/")

    kino.refresh_from_db()
    assert kino.enrolment_open_until == start + timedelta(minutes=25)


@pytest.mark.parametrize(
    ("act", "asks"),
    [("open-enrolment/", "Open the enrolment window?"), ("close-enrolment/", "Close the enrolment window?")],
)
def test_a_window_is_not_moved_by_a_question(administrator, kino, act, asks):
    stored = rows()["terminals_merchant"]

    assert said(administrator.get(f"token/{act}"), "h1") == [asks]
    assert rows()["terminals_merchant"] == stored


def test_opening_one_merchants_window_opens_no_other(rival, kino):
    rival.post("token/open-enrolment/")

    assert enrol().codes == ["enrolment_closed"]


def test_a_page_older_than_the_token_opens_no_window(administrator, till, kino):
    answer = administrator.post("token/open-enrolment/")

    kino.refresh_from_db()
    assert answer.status_code == 422
    assert "The merchant has an access token already." in words(one(answer, "main"))
    assert (kino.enrolment_open_until, entries()) == (None, [])


def test_a_token_that_is_created_by_hand_closes_the_window(administrator, kino):
    administrator.post("token/open-enrolment/")
    token = words(one(administrator.send("token/create/"), "div[@class='secret']//code"))
    page = administrator.get("token/")
    administrator.post(f"token/{token.split('_')[1]}/revoke/", reason="copied to the wrong till")

    stolen = enrol()

    assert notice(page) == []
    assert (stolen.status, stolen.codes) == (403, ["enrolment_closed"])
    assert AccessToken.objects.filter(revoked_at=None).count() == 0
