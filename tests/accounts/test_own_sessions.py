"""Where somebody is signed in: they see it, end one, or sign out everywhere else."""

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings as portal_settings
from django.contrib.sessions.backends.base import UpdateError
import pytest

from portal import clock
from portal.accounts import devices
from portal.accounts.models import User
from portal.accounts.sessions import Session
from portal.retention import services as retention
from tests.accounts.colleagues import deeds
from tests.accounts.visitors import LOGIN, Visitor
from tests.pages import all_of, buttons, one, said, table, toasts, words
from tests.people import PASSWORD, Person
from tests.tillapi.raw_calls import rows

OWN = "/accounts/sessions/"
OTHERS = "/accounts/sessions/end-others/"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.6 Mobile/15E148 Safari/604.1"
)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(moment := clock.now(), tick=False)
    return moment


@pytest.fixture
def carl(clerk):
    """Carl at his desk; only what he does through the door counts as a session of his."""
    Session.objects.all().delete()
    return _signs_in(clerk.user, agent=WINDOWS, address="192.0.2.7")


@pytest.fixture
def phone(carl):
    """Carl on his way home."""
    return _signs_in(carl.user, agent=PHONE, address="198.51.100.9")


def _signs_in(user, *, agent="", address="192.0.2.7"):
    visitor = Visitor(user)
    visitor.browser.defaults |= {"HTTP_USER_AGENT": agent, "REMOTE_ADDR": address}
    visitor.signs_in()
    assert visitor.is_in
    return visitor


def _ends(visitor):
    """The addresses behind the buttons that end a session."""
    return [form.get("action") for form in all_of(visitor.get(OWN), "main//form") if "/end/" in form.get("action")]


def _is_welcome(visitor):
    return visitor.get(OWN).status_code == 200


def test_the_page_says_where_since_when_and_from_where(carl, time_machine, now):
    time_machine.move_to(now + timedelta(hours=2), tick=False)
    _signs_in(carl.user, agent=PHONE, address="198.51.100.9")
    time_machine.move_to(now + timedelta(hours=3), tick=False)

    page = carl.get(OWN)

    assert table(page) == [
        ["Firefox on Windows This device", "3 h ago", "now", "192.0.2.7", "Sign out"],
        ["Safari on iPhone", "1 h ago", "1 h ago", "198.51.100.9", "End"],
    ]
    assert buttons(page) == ["Sign out everywhere else", "Sign out", "End"]


def test_whoever_is_signed_in_once_is_offered_to_sign_out(carl):
    page = carl.get(OWN)

    assert (buttons(page), len(table(page))) == (["Sign out"], 1)


def test_the_security_page_leads_there(carl):
    links = [link.get("href") for link in all_of(carl.get("/accounts/2fa/"), "main//a")]

    assert OWN in links


def test_nobody_sees_anothers_sessions(carl, administrator):
    assert len(table(carl.get(OWN))) == 1


def test_no_page_holds_the_key_of_a_session(carl, phone):
    page = carl.get(OWN).content.decode()

    assert [key for key in Session.objects.values_list("pk", flat=True) if key in page] == []
    assert [key for key in Session.objects.values_list("pk", flat=True) if key in str(Session(session_key=key))] == []


def test_an_ended_session_is_led_to_the_door_and_the_others_stay(carl, phone):
    third = _signs_in(carl.user)
    [action] = [form for form in _ends(carl) if Session.objects.get(device="Safari on iPhone").handle in form]

    answer = carl.post(action)

    told = toasts(carl.get(answer.url))
    left = phone.get(OWN)
    assert told == ["Ended: Safari on iPhone. Whoever uses it is asked to sign in."]
    assert (left.status_code, left.url) == (302, f"{LOGIN}?next={OWN}")
    assert (_is_welcome(carl), _is_welcome(third)) == (True, True)
    assert deeds()[-1] == (
        "person:session_ended",
        "carl@kino.example",
        "Carl <carl@kino.example>",
        None,
        {"device": "Safari on iPhone", "last_seen_from": "198.51.100.9"},
    )


def test_a_page_that_asks_by_itself_is_led_to_the_door_too(carl, phone, clerk):
    here = clerk.url("payments/")
    carl.post(OTHERS)

    asked = phone.get(
        here,
        headers={"HX-Request": "true", "HX-Target": "payment-table", "HX-Current-URL": f"http://testserver{here}"},
    )

    assert (asked.status_code, asked.headers["HX-Redirect"], asked.content) == (200, f"{LOGIN}?next={here}", b"")


def test_signing_out_everywhere_else_leaves_the_session_at_hand(carl, phone):
    third = _signs_in(carl.user)

    answer = carl.post(OTHERS)

    page = carl.get(answer.url)
    assert toasts(page) == ["You are signed out everywhere else."]
    assert (len(table(page)), _is_welcome(phone), _is_welcome(third)) == (1, False, False)
    assert [action for action, *_ in deeds()].count("person:session_ended") == 2


def test_where_there_is_nothing_to_end_it_says_so(carl):
    noted = len(deeds())

    answer = carl.post(OTHERS)

    assert toasts(carl.get(answer.url)) == ["You were signed in nowhere else."]
    assert (len(deeds()), _is_welcome(carl)) == (noted, True)


def test_a_session_that_is_over_cannot_be_ended_again(carl, phone):
    [action] = _ends(carl)
    carl.post(action)
    noted = len(deeds())

    answer = carl.post(action)

    assert toasts(carl.get(answer.url))[-1] == "That session has ended already. Nothing more was done."
    assert len(deeds()) == noted


@pytest.mark.parametrize("whose", ["own", "another's", "nobody's"])
def test_what_is_not_another_session_of_ones_own_is_not_ended(whose, carl, administrator):
    handles = {
        "own": Session.objects.get(user=carl.user).handle,
        "another's": Session.objects.get(user=administrator.user).handle,
        "nobody's": "0" * 20,
    }
    before = Session.objects.count()

    answer = carl.post(f"/accounts/sessions/{handles[whose]}/end/")

    assert toasts(carl.get(answer.url)) == ["That session has ended already. Nothing more was done."]
    assert (Session.objects.count(), _is_welcome(carl), administrator.get("").status_code) == (before, True, 200)


def test_whoever_must_still_add_a_second_factor_can_end_sessions(administrator, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    other = Person(administrator.user, administrator.merchant)

    administrator.post(OTHERS)

    assert (administrator.get(OWN).status_code, other.get(OWN).status_code) == (200, 302)


def test_what_a_new_password_has_ended_is_not_shown_as_a_session(carl, phone):
    new = "a new horse, a new battery"
    phone.post("/accounts/password/change/", oldpassword=PASSWORD, password1=new, password2=new)

    phone.signs_in(new)

    assert [row[0] for row in table(phone.get(OWN))] == ["Safari on iPhone This device"]
    assert carl.get(OWN).status_code == 302


@pytest.mark.usefixtures("transactional_db")
def test_adding_a_factor_leaves_the_session_at_hand_as_it_was(carl, phone):
    carl.proves_it_again()

    carl.adds_factor()

    assert table(carl.get(OWN)) == [["Firefox on Windows This device", "0 s ago", "now", "192.0.2.7", "Sign out"]]


def test_half_a_sign_in_is_no_session(carl):
    Authenticator.objects.create(user=carl.user, type=Authenticator.Type.TOTP, data={})
    here = Person(User.objects.get(pk=carl.user.pk), None)
    waiting = Visitor(carl.user)
    waiting.signs_in()

    assert (len(table(here.get(OWN))), waiting.is_nobody) == (1, True)


def test_a_session_that_has_lasted_its_hours_is_not_shown(carl, time_machine, now):
    time_machine.move_to(now + portal_settings.SESSION_LIFETIME, tick=False)
    later = _signs_in(carl.user, agent=PHONE)

    assert [row[0] for row in table(later.get(OWN))] == ["Safari on iPhone This device"]


def test_that_somebody_is_here_is_written_down_every_five_minutes_at_most(carl, phone, time_machine, now):
    time_machine.move_to(now + timedelta(minutes=4, seconds=59), tick=False)
    carl.get("/banners/")
    early = Session.objects.get(device="Firefox on Windows").last_seen_at
    time_machine.move_to(now + timedelta(minutes=5), tick=False)
    carl.browser.defaults["REMOTE_ADDR"] = "203.0.113.5"
    carl.get("/banners/")
    stored = rows()
    time_machine.move_to(now + timedelta(minutes=9), tick=False)

    carl.get("/banners/")

    noted = Session.objects.get(device="Firefox on Windows")
    assert (early, noted.last_seen_at) == (now, now + timedelta(minutes=5))
    assert (noted.network_address, rows()) == ("203.0.113.5", stored)
    assert table(phone.get(OWN))[1][2:4] == ["4 min ago", "203.0.113.5"]


def test_a_session_ended_while_its_page_is_being_made_does_not_come_back(carl, phone):
    """Its row is gone, and what is still to be saved makes no new one."""
    store = phone.browser.session
    store["word"] = "kept"
    carl.post(OTHERS)

    with pytest.raises(UpdateError):
        store.save()

    assert _is_welcome(phone) is False


def test_pages_are_only_looked_at_and_deeds_only_done(carl, phone):
    [action] = _ends(carl)

    answers = [carl.post(OWN), carl.get(OTHERS), carl.get(action)]

    assert [answer.status_code for answer in answers] == [405] * 3
    assert _is_welcome(phone) is True


def test_a_worker_forgets_what_is_over_and_nothing_else(carl, time_machine, now):
    time_machine.move_to(now + timedelta(hours=6), tick=False)
    later = _signs_in(carl.user, agent=PHONE)
    time_machine.move_to(now + timedelta(hours=12, seconds=1), tick=False)

    retention.tidy(now=clock.now())

    assert list(Session.objects.values_list("device", flat=True)) == ["Safari on iPhone"]
    assert _is_welcome(later) is True


def test_the_page_asks_as_many_questions_for_many_sessions_as_for_one(carl, django_assert_num_queries):
    carl.get(OWN)
    with django_assert_num_queries(6):
        carl.get(OWN)
    for _ in range(4):
        _signs_in(carl.user)

    with django_assert_num_queries(6):
        page = carl.get(OWN)

    assert len(table(page)) == 5


def test_the_page_says_what_to_do_about_a_session_that_one_does_not_know(carl):
    page = carl.get(OWN)

    assert words(one(page, "h1")) == "Where you are signed in"
    assert said(page, "main//a") == ["change your password"]


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (WINDOWS, "Firefox on Windows"),
        (PHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0.0.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.6 Safari/605.1.15", "Safari on Mac"),
        (
            "Mozilla/5.0 (Linux; Android 16) SamsungBrowser/29.0 Chrome/138.0 Safari/537.36",
            "Samsung Internet on Android",
        ),
        ("Chrome/141.0", "Chrome"),
        ("curl/8.5.0", "An unknown browser"),
        ("<script>alert(1)</script>", "An unknown browser"),
        ("", "An unknown browser"),
    ],
)
def test_a_device_is_called_by_words_of_ours(user_agent, device):
    assert devices.name(user_agent) == device
