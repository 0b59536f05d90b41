"""Signing in with an address and a password, and out again."""

from datetime import datetime, timedelta
import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
import pytest

from portal import clock
from portal.accounts.adapters import AccountAdapter
from portal.accounts.middleware import SIGNED_IN_AT
from portal.accounts.models import Knock, User
from portal.audit.models import Entry
from portal.roles import Role
from tests.accounts.colleagues import accounts, deeds
from tests.accounts.visitors import LOGIN, Visitor, posted
from tests.pages import one, tree, words
from tests.people import PASSWORD, hire
from tests.tillapi.raw_calls import rows

WRONG = "The email address and/or password you specified are not correct."
TOO_MANY = "Too many failed login attempts. Try again later."


@pytest.fixture
def carl(clerk):
    return Visitor(clerk.user)


def _alert(response):
    return words(one(response, "div[@role='alert']"))


def test_address_and_password_open_the_door_and_are_written_down(carl):
    response = carl.signs_in()

    assert (response.status_code, response.url, carl.is_in) == (302, "/", True)
    entry = Entry.objects.latest("pk")
    assert deeds() == [("person:signed_in", "carl@kino.example", "Carl <carl@kino.example>", None, {})]
    assert (entry.actor_kind, entry.subject_kind, entry.subject_id, entry.address) == (
        "person",
        "user",
        str(carl.user.pk),
        "127.0.0.1",
    )


def test_the_address_may_be_written_in_any_letter_case(carl):
    carl.signs_in(email=" CARL@Kino.Example ")

    assert carl.is_in is True


def test_a_sign_in_gets_a_session_of_its_own_that_no_script_and_no_other_site_can_use(carl):
    carl.get(LOGIN)
    carl.browser.session.save()
    before = carl.browser.session.session_key

    response = carl.signs_in()

    cookie = response.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
    assert cookie.value != before


@pytest.mark.parametrize("password", ["wrong", PASSWORD.upper(), f"{PASSWORD} "])
def test_a_wrong_password_opens_nothing_and_is_written_down(password, carl):
    response = carl.signs_in(password)
    posted()

    assert (response.status_code, _alert(response), carl.is_nobody) == (200, WRONG, True)
    entry = Entry.objects.get(action="person:sign_in_failed")
    assert deeds() == [("person:sign_in_failed", "not signed in", "Carl <carl@kino.example>", None, entry.details)]
    assert (entry.address, entry.request_id) == ("127.0.0.1", response["X-Request-Id"])
    assert clock.now() - datetime.fromisoformat(entry.details["tried_at"]) < timedelta(minutes=1)


def test_a_wrong_password_is_written_down_whatever_letter_case_the_address_is_in(carl):
    carl.signs_in("wrong", email="CARL@kino.example")
    posted()

    assert [subject for _, _, subject, *_ in deeds()] == ["Carl <carl@kino.example>"]


def test_the_page_does_not_tell_whether_there_is_such_an_account(carl):
    known = carl.signs_in("wrong")
    unknown = Visitor(carl.user).signs_in("wrong", email="dora@kino.example")

    told = [
        re.sub(rb'(csrfmiddlewaretoken" value=|x-csrftoken": )"[^"]*"', b"", answer.content).replace(name, b"")
        for answer, name in ((known, b"carl@kino.example"), (unknown, b"dora@kino.example"))
    ]
    posted()
    assert (known.status_code, told[0]) == (unknown.status_code, told[1])
    assert len(deeds()) == 1


def test_a_wrong_password_asks_as_much_and_writes_as_much_whoever_has_an_account(carl, clerk):
    """What differs, a line of the audit log, comes later and from a worker; a password is hashed either way."""

    def asked(email):
        visitor = Visitor(carl.user)
        visitor.get(LOGIN)
        with CaptureQueriesContext(connection) as queries:
            visitor.signs_in("wrong", email=email)
        return [re.sub(r"'[^']*'|_curs_\w+", "'…'", query["sql"]) for query in queries]

    known, unknown = asked("carl@kino.example"), asked("dora@kino.example")

    assert known == unknown
    assert list(Knock.objects.values_list("kind", "email")) == [
        ("wrong", "carl@kino.example"),
        ("wrong", "dora@kino.example"),
    ]


@pytest.mark.parametrize(
    "email", ["", "nobody", "carl@kino.example\x00", "%", "ca_l@kino.example", "x" * 500 + "@x.dk"]
)
def test_what_is_no_address_of_ours_is_not_written_down(email, carl):
    response = carl.post(LOGIN, login=email, password="wrong")

    assert (response.status_code, carl.is_nobody, deeds()) == (200, True, [])


def test_an_account_without_a_password_lets_nobody_in(merchants):
    visitor = Visitor(User.objects.create(email="new@kino.example", name="Nora"))
    visitor.user.set_unusable_password()
    visitor.user.save()

    answers = [visitor.signs_in(password) for password in ("", visitor.user.password, "!", PASSWORD)]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert visitor.is_nobody is True


def test_an_account_that_is_switched_off_lets_nobody_in(carl):
    User.objects.update(is_active=False)

    response = carl.signs_in()

    assert (response.status_code, response.url, carl.is_nobody) == (302, "/accounts/inactive/", True)
    assert "person:signed_in" not in [action for action, *_ in deeds()]


def test_a_sign_in_leads_on_to_where_somebody_wanted_to_go(carl, clerk):
    page = carl.get(clerk.url("payments/?state=open"))
    form = carl.get(page.url)
    fields = {each.get("value") for each in tree(form).iter("input") if each.get("name") == "next"}

    response = carl.signs_in(next=fields.copy().pop())

    assert fields == {clerk.url("payments/?state=open")}
    assert response.url == clerk.url("payments/?state=open")


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_a_sign_in_leads_nowhere_else(place, carl):
    response = carl.signs_in(next=place)

    assert (response.status_code, response.url) == (302, "/")


def test_after_five_wrong_passwords_even_the_right_one_waits_five_minutes(carl, time_machine):
    time_machine.move_to(start := clock.now(), tick=False)
    wrong = [_alert(carl.signs_in("wrong")) for _ in range(5)]
    right = _alert(carl.signs_in())
    time_machine.move_to(start + timedelta(seconds=299), tick=False)
    early = _alert(carl.signs_in())
    time_machine.move_to(start + timedelta(seconds=301), tick=False)
    carl.signs_in()

    posted()
    assert (wrong, right, early) == ([WRONG] * 5, TOO_MANY, TOO_MANY)
    assert sorted(action for action, *_ in deeds()) == ["person:sign_in_failed"] * 5 + ["person:signed_in"]
    assert carl.is_in is True


def test_wrong_passwords_from_elsewhere_keep_nobody_out(carl):
    for _ in range(7):
        elsewhere = Visitor(carl.user)
        elsewhere.browser.defaults["REMOTE_ADDR"] = "203.0.113.7"
        attacked = _alert(elsewhere.signs_in("wrong"))

    carl.signs_in()

    assert (attacked, carl.is_in) == (TOO_MANY, True)


def test_an_address_that_does_not_exist_is_held_back_like_one_that_does(carl):
    answers = [_alert(carl.signs_in("wrong", email="dora@kino.example")) for _ in range(6)]

    assert answers == [WRONG] * 5 + [TOO_MANY]


def test_many_addresses_are_not_tried_from_one_place(carl):
    answers = [_alert(carl.signs_in("wrong", email=f"{number}@kino.example")) for number in range(11)]

    assert answers == [WRONG] * 10 + [TOO_MANY]


def test_a_door_that_is_knocked_at_too_often_is_closed_for_a_while(carl):
    answers = [carl.post(LOGIN).status_code for _ in range(31)]

    assert answers == [200] * 30 + [429]


def test_whoever_is_signed_in_is_not_asked_again(clerk):
    response = clerk.get(LOGIN)

    assert (response.status_code, response.url) == (302, "/")


def test_a_session_ends_after_twelve_hours_however_busy_it_was(carl, clerk, time_machine):
    time_machine.move_to(start := clock.now(), tick=False)
    carl.signs_in()
    answers = []
    for hours in (3, 6, 9, 11.99, 12):
        time_machine.move_to(start + timedelta(hours=hours), tick=False)
        # Proving it again writes to the session, and what is written to lives on.
        carl.proves_it_again()
        answers.append(carl.get(clerk.url("payments/")).status_code)

    assert (answers, carl.is_nobody) == ([200] * 4 + [302], True)


def test_a_session_of_before_there_was_an_end_is_over(carl, clerk):
    carl.signs_in()
    session = carl.browser.session
    del session[SIGNED_IN_AT]
    session.save()

    assert carl.get(clerk.url("payments/")).url == f"{LOGIN}?next={clerk.url('payments/')}"


@pytest.mark.parametrize(("typed", "kept"), [("nora@bl\xe5b\xe6r.example", "nora@xn--blbr-roah.example")])
def test_somebody_comes_in_by_their_address_however_its_domain_is_spelled(typed, kept, merchants):
    visitor = Visitor(hire(kept, merchants["KINO1"], Role.CLERK).user)

    answers = [visitor.signs_in(email=each).url for each in (typed, kept)]

    assert (answers, visitor.is_in) == (["/", "/"], True)


def test_a_session_ends_after_a_working_day(carl, clerk, time_machine):
    time_machine.move_to(start := clock.now(), tick=False)
    carl.signs_in()
    time_machine.move_to(start + timedelta(hours=11, minutes=59), tick=False)
    late = carl.get(clerk.url("payments/")).status_code
    time_machine.move_to(start + timedelta(hours=12, minutes=1), tick=False)
    too_late = carl.get(clerk.url("payments/"))

    assert (late, too_late.status_code, too_late.url) == (200, 302, f"{LOGIN}?next={clerk.url('payments/')}")


def test_signing_out_ends_the_session(clerk):
    asked = clerk.get("/accounts/logout/")
    still = clerk.get("payments/").status_code
    response = clerk.post("/accounts/logout/")

    after = clerk.get("payments/")

    assert (asked.status_code, still, response.status_code, after.status_code) == (200, 200, 302, 302)
    assert "_auth_user_id" not in clerk.browser.session


def test_signing_in_and_out_needs_no_further_words(carl):
    carl.signs_in()
    page = carl.get("/merchants/")
    carl.post("/accounts/logout/")

    shown = [words(one(answer, "div[@id='toasts']")) for answer in (page, carl.get(LOGIN))]

    assert shown == ["", ""]


@pytest.mark.parametrize("path", ["/accounts/signup/", "/accounts/signup/?next=/merchants/"])
def test_nobody_signs_up(path, carl):
    before = accounts()
    fields = {"email": "new@kino.example", "password1": PASSWORD, "password2": PASSWORD}

    answers = [carl.get(path), carl.post(path, **fields)]

    assert [(answer.status_code, answer.url) for answer in answers] == [(302, LOGIN)] * 2
    assert accounts() == before
    assert AccountAdapter().is_open_for_signup(answers[0].wsgi_request) is False


@pytest.mark.parametrize(
    "path", ["/accounts/signup/passkey/", "/accounts/2fa/webauthn/signup/", "/accounts/login/code/"]
)
def test_there_is_no_other_way_in(path, carl):
    assert (carl.get(path).status_code, carl.post(path).status_code) == (404, 404)


def test_nobody_changes_their_address(clerk):
    stored = rows()

    answers = [
        clerk.get("/accounts/email/"),
        clerk.post("/accounts/email/", email="other@kino.example", action_add=""),
        clerk.post("/accounts/email/", email="other@kino.example", action_primary=""),
    ]

    assert [(answer.status_code, answer.url) for answer in answers] == [(302, "/accounts/2fa/")] * 3
    assert rows() == stored
