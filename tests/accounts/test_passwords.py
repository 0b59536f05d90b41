"""Changing one's password, and getting a new one when it is forgotten."""

from datetime import timedelta
import re

from allauth.mfa.models import Authenticator
from django.db import connection
from django.test.utils import CaptureQueriesContext
import pytest

from portal import clock, encryption
from portal.accounts.models import Knock, User
from portal.emails.models import Email
from tests.accounts.colleagues import deeds
from tests.accounts.visitors import LOGIN, Visitor, link_in, posted
from tests.pages import one, words
from tests.people import PASSWORD

CHANGE = "/accounts/password/change/"
FORGOTTEN = "/accounts/password/reset/"
NEW = "a new horse, a new battery"


@pytest.fixture
def carl(clerk):
    visitor = Visitor(clerk.user)
    visitor.signs_in()
    return visitor


def _changes(visitor, old=PASSWORD, new=NEW, again=NEW):
    return visitor.post(CHANGE, oldpassword=old, password1=new, password2=again)


def _holds(visitor, password):
    return User.objects.get(pk=visitor.user.pk).check_password(password)


def _noted():
    return [action for action, *_ in deeds() if action != "person:signed_in"]


def test_a_new_password_signs_out_everywhere_and_is_written_down_and_told(carl):
    elsewhere = Visitor(carl.user)
    elsewhere.signs_in()

    response = _changes(carl)

    assert (response.status_code, _holds(carl, NEW), _noted()) == (302, True, ["person:password_changed"])
    assert [visitor.get("/").url for visitor in (carl, elsewhere)] == [f"{LOGIN}?next=/"] * 2
    assert [(letter.to, "Your password has been changed." in letter.body) for letter in posted()] == [
        (["carl@kino.example"], True)
    ]


@pytest.mark.parametrize(
    "fields",
    [{"old": "wrong"}, {"new": "short", "again": "short"}, {"again": "another"}, {"new": "carl@kino.example"}],
)
def test_a_password_is_not_changed_by_mistake(fields, carl):
    response = _changes(carl, **fields)

    assert (response.status_code, _holds(carl, PASSWORD), _noted()) == (200, True, [])
    assert posted() == []
    assert carl.is_in is True


def test_passwords_cannot_be_guessed_on_the_page_that_changes_them(carl):
    answers = [_changes(carl, old="wrong").status_code for _ in range(6)]

    assert (answers, _holds(carl, PASSWORD)) == ([200] * 5 + [429], True)


def test_a_forgotten_password_is_set_anew_by_a_letters_link(carl):
    elsewhere = carl
    visitor = Visitor(carl.user)
    asked = visitor.post(FORGOTTEN, email="CARL@kino.example")
    [letter] = posted()
    set_anew = visitor.sets_password(link_in(letter), NEW)

    assert (letter.to, letter.subject) == (["carl@kino.example"], "[PoS Portal] A new password")
    assert (asked.url, set_anew.url) == ("/accounts/password/reset/done/", "/accounts/password/reset/key/done/")
    assert (_holds(carl, NEW), visitor.is_nobody, _noted()) == (True, True, ["person:password_changed"])
    assert elsewhere.get("/").url == f"{LOGIN}?next=/"


def test_a_forgotten_password_does_not_open_an_account_with_a_second_factor(carl):
    secret = {"secret": encryption.encrypt("A" * 32)}
    Authenticator.objects.create(user=carl.user, type=Authenticator.Type.TOTP, data=secret)
    visitor = Visitor(carl.user)
    visitor.post(FORGOTTEN, email="carl@kino.example")
    visitor.sets_password(link_in(posted()[0]), NEW)

    response = visitor.signs_in(NEW)

    assert (response.url, visitor.is_nobody) == ("/accounts/2fa/authenticate/", True)


def test_a_letter_is_promised_to_everybody_and_sent_to_those_with_an_account(carl):
    known, unknown = Visitor(carl.user), Visitor(carl.user)

    answers = [known.post(FORGOTTEN, email=carl.user.email), unknown.post(FORGOTTEN, email="dora@kino.example")]

    pages = [visitor.get(FORGOTTEN + "done/") for visitor in (known, unknown)]
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, FORGOTTEN + "done/")] * 2
    assert len({words(one(page, "main")) for page in pages}) == 1
    assert [letter.to for letter in posted()] == [["carl@kino.example"]]


def test_an_account_that_is_switched_off_gets_no_letter(carl):
    User.objects.update(is_active=False)

    response = Visitor(carl.user).post(FORGOTTEN, email=carl.user.email)

    assert (response.status_code, posted()) == (302, [])


def test_the_link_dies_when_the_password_is_remembered_after_all(carl, time_machine):
    time_machine.move_to(start := clock.now(), tick=False)
    visitor = Visitor(carl.user)
    visitor.post(FORGOTTEN, email=carl.user.email)
    [letter] = posted()
    time_machine.move_to(start + timedelta(minutes=1), tick=False)
    visitor.signs_in()

    response = Visitor(carl.user).get(link_in(letter))

    assert "The password reset link was invalid" in words(one(response, "main"))


def test_nobody_is_flooded_with_letters_and_nobody_is_kept_from_asking(carl, time_machine):
    time_machine.move_to(start := clock.now(), tick=False)
    answers = [Visitor(carl.user).post(FORGOTTEN, email=carl.user.email).status_code for _ in range(8)]
    at_once = len(posted())
    time_machine.move_to(start + timedelta(minutes=1), tick=False)
    Visitor(carl.user).post(FORGOTTEN, email=carl.user.email)

    assert (answers, at_once, len(posted())) == ([302] * 8, 1, 2)


def test_one_place_does_not_ask_for_ever(carl):
    answers = [Visitor(carl.user).post(FORGOTTEN, email=f"{each}@kino.example").status_code for each in range(21)]

    assert answers == [302] * 20 + [429]


def test_the_door_asks_as_much_and_writes_as_much_whoever_has_an_account(carl):
    """The same questions in the same order, and one row of the same table: what differs comes later, from a worker."""

    def asked(email):
        visitor = Visitor(carl.user)
        visitor.get(FORGOTTEN)
        with CaptureQueriesContext(connection) as queries:
            visitor.post(FORGOTTEN, email=email)
        return [re.sub(r"'[^']*'", "'…'", query["sql"]) for query in queries]

    known, unknown = asked("carl@kino.example"), asked("dora@kino.example")

    assert known == unknown
    assert list(Knock.objects.values_list("kind", "email")) == [
        ("forgotten", "carl@kino.example"),
        ("forgotten", "dora@kino.example"),
    ]
    assert Email.objects.count() == 0


def test_what_was_said_at_the_door_is_forgotten_once_it_is_answered(carl):
    for email in ("carl@kino.example", "dora@kino.example"):
        Visitor(carl.user).post(FORGOTTEN, email=email)
    [first, second] = Knock.objects.order_by("pk")

    posted()

    assert [str(first), str(second)] == [f"Forgotten password: knock {each.pk}" for each in (first, second)]
    assert Knock.objects.count() == 0


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1"])
def test_a_letter_links_to_the_portal_whatever_host_the_request_named(host, carl, settings):
    settings.PORTAL_URL = "https://portal.example"
    settings.ALLOWED_HOSTS = ["*"]
    carl.browser.post(FORGOTTEN, {"email": carl.user.email}, headers={"Host": host, "X-Forwarded-Host": host})
    carl.browser.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}, headers={"Host": host})

    letters = [letter.body for letter in posted()]

    assert [re.findall(r"https?://[^/\s]*", body) for body in letters] == [["https://portal.example"]] * 2
    assert [body for body in letters if host in body.replace("IP address: 127.0.0.1", "")] == []


def test_the_page_after_a_new_password_leads_to_the_door(carl):
    visitor = Visitor(carl.user)
    visitor.post(FORGOTTEN, email=carl.user.email)
    done = visitor.get(visitor.sets_password(link_in(posted()[0]), NEW).url)

    assert LOGIN in [link.get("href") for link in one(done, "main").iter("a")]


def test_the_security_page_leads_to_changing_the_password(carl):
    page = carl.get("/accounts/2fa/")

    assert CHANGE in [link.get("href") for link in one(page, "main").iter("a")]
