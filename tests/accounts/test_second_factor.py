"""The second factor: added on one's own pages, asked for at the door, encrypted at rest."""

from datetime import timedelta
from urllib.parse import quote

from allauth.mfa.models import Authenticator
from django.contrib.auth import HASH_SESSION_KEY
import pytest

from portal import clock, encryption
from portal.accounts.models import User
from portal.roles import Role
from tests.accounts.colleagues import deeds
from tests.accounts.visitors import ACTIVATE, AUTHENTICATE, Visitor, code, posted
from tests.pages import all_of, one, said, words
from tests.people import hire

DUE = "/accounts/second-factor/"
SECURITY = "/accounts/2fa/"
DEACTIVATE = "/accounts/2fa/totp/deactivate/"
GENERATE = "/accounts/2fa/recovery-codes/generate/"

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def anna(merchants):
    """An administrator who has just signed in, with a password alone, and proved it again."""
    visitor = Visitor(hire("anna@kino.example", merchants["KINO1"], Role.ADMINISTRATOR).user)
    visitor.signs_in()
    visitor.proves_it_again()
    return visitor


def _recovery_codes(visitor):
    page = visitor.get("/accounts/2fa/recovery-codes/")
    return words(one(page, "textarea")).split()


def _factors():
    return sorted(Authenticator.objects.values_list("type", flat=True))


def _noted():
    return [(action, facts.get("factor")) for action, _, _, _, facts in deeds() if action != "person:signed_in"]


ADDED = [("person:factor_added", "totp"), ("person:factor_added", "recovery_codes")]


def test_an_authenticator_app_is_added_on_ones_own_page_and_opens_the_portal(anna):
    before = anna.get("/")
    page = anna.get(ACTIVATE)

    secret, response = anna.adds_factor()

    after = anna.get("/")
    assert (before.url, after.url) == (DUE, f"/merchants/{anna.user.memberships.get().merchant_id}/")
    assert one(page, "img", "qr").get("src").startswith("data:image/svg+xml;base64,")
    assert (response.status_code, response.url) == (302, "/accounts/2fa/recovery-codes/")
    assert _factors() == ["recovery_codes", "totp"]
    assert _noted() == ADDED
    assert {(actor, subject) for _, actor, subject, *_ in deeds()} == {
        ("anna@kino.example", "Anna <anna@kino.example>")
    }
    assert [letter.to for letter in posted()] == [["anna@kino.example"]]
    assert len(secret) == 32


def test_a_password_that_was_just_said_at_the_door_is_asked_for_again(merchants):
    visitor = Visitor(hire("anna@kino.example", merchants["KINO1"], Role.ADMINISTRATOR).user)
    visitor.signs_in()
    asked = visitor.get(ACTIVATE)
    visitor.proves_it_again("wrong")
    refused = visitor.get(ACTIVATE)
    visitor.proves_it_again()

    answers = [asked.status_code, refused.status_code, visitor.get(ACTIVATE).status_code]

    assert answers == [302, 302, 200]


def test_a_wrong_code_adds_nothing(anna):
    anna.get(ACTIVATE)
    secret = anna.browser.session["mfa.totp.secret"]
    right = {code(secret, steps=step) for step in (-1, 0, 1)}
    wrong = next(number for number in ("000000", "111111", "222222", "333333") if number not in right)

    response = anna.post(ACTIVATE, code=wrong)

    assert (response.status_code, _factors(), _noted()) == (200, [], [])


def test_what_the_app_knows_is_encrypted_at_rest(anna):
    secret, _ = anna.adds_factor()
    codes = _recovery_codes(anna)

    stored = {each.type: each.data for each in Authenticator.objects.all()}
    assert encryption.decrypt(stored["totp"]["secret"]) == secret
    assert len(encryption.decrypt(stored["recovery_codes"]["seed"])) == 80
    assert [part for part in (secret, *codes) if part in str(stored)] == []
    assert secret not in str(dict(anna.browser.session.items()))


def test_the_door_asks_for_a_code_after_the_password(anna):
    secret, _ = anna.adds_factor()
    visitor = Visitor(anna.user)
    response = visitor.signs_in()
    between = (response.url, visitor.is_nobody, visitor.get("/").status_code, visitor.get("/").url)
    page = visitor.get(AUTHENTICATE)
    entered = visitor.post(AUTHENTICATE, code=code(secret, steps=1))

    assert between == (AUTHENTICATE, True, 302, "/accounts/login/?next=/")
    assert page.status_code == 200
    assert (entered.status_code, entered.url, visitor.is_in) == (302, "/", True)
    assert [action for action, *_ in deeds()].count("person:signed_in") == 2


def test_a_wrong_code_opens_nothing_and_is_written_down(anna):
    secret, _ = anna.adds_factor()
    visitor = Visitor(anna.user)
    visitor.signs_in()
    right = {code(secret, steps=step) for step in (-1, 0, 1)}
    wrong = next(number for number in ("000000", "111111", "222222", "333333") if number not in right)

    response = visitor.post(AUTHENTICATE, code=wrong)

    assert (response.status_code, visitor.is_nobody) == (200, True)
    assert words(one(response, "main")).count("Incorrect code.") == 1
    assert deeds()[-1] == (
        "person:sign_in_failed",
        "anna@kino.example",
        "Anna <anna@kino.example>",
        None,
        {"factor": "second factor"},
    )
    assert [action for action, *_ in deeds()].count("person:signed_in") == 1


def test_a_code_opens_the_door_once(anna):
    secret, _ = anna.adds_factor()
    first, second = Visitor(anna.user), Visitor(anna.user)
    same = code(secret, steps=1)

    for visitor in (first, second):
        visitor.signs_in()
        visitor.post(AUTHENTICATE, code=same)

    assert (first.is_in, second.is_nobody) == (True, True)


def test_codes_cannot_be_tried_for_long(anna):
    secret, _ = anna.adds_factor()
    visitor = Visitor(anna.user)
    visitor.signs_in()

    answers = [words(one(visitor.post(AUTHENTICATE, code=f"no{number}"), "main")) for number in range(6)]
    visitor.post(AUTHENTICATE, code=code(secret, steps=1))

    assert ["Incorrect code." in answer for answer in answers] == [True] * 5 + [False]
    assert "Too many failed login attempts" in answers[-1]
    assert visitor.is_nobody is True


def test_no_code_is_asked_of_somebody_who_has_not_said_the_password(anna):
    secret, _ = anna.adds_factor()
    visitor = Visitor(anna.user)

    response = visitor.post(AUTHENTICATE, code=code(secret, steps=1))

    assert (response.status_code, response.url, visitor.is_nobody) == (302, "/accounts/login/", True)


def test_each_recovery_code_opens_the_door_once(anna):
    anna.adds_factor()
    codes = _recovery_codes(anna)
    entered = []
    for each in (codes[0], codes[0], codes[1]):
        visitor = Visitor(anna.user)
        visitor.signs_in()
        visitor.post(AUTHENTICATE, code=each)
        entered.append(visitor.is_in)

    assert (len(codes), entered) == (10, [True, False, True])


def test_new_recovery_codes_replace_the_old_ones_and_are_written_down(anna):
    anna.adds_factor()
    old = _recovery_codes(anna)
    anna.post(GENERATE)
    new = _recovery_codes(anna)

    visitor = Visitor(anna.user)
    visitor.signs_in()
    visitor.post(AUTHENTICATE, code=old[0])

    assert (set(old) & set(new), visitor.is_nobody) == (set(), True)
    assert _noted()[:3] == [*ADDED, ("person:factor_added", "recovery_codes")]


def test_a_factor_that_is_given_up_is_written_down_and_due_again(anna):
    anna.adds_factor()
    asked = anna.get(DEACTIVATE).status_code
    response = anna.post(DEACTIVATE)
    after = anna.get("/")

    assert (asked, response.status_code, after.url) == (200, 302, DUE)
    assert _factors() == []
    assert _noted() == [*ADDED, ("person:factor_removed", "totp"), ("person:factor_removed", "recovery_codes")]


def test_a_passkey_counts_and_is_written_down_when_it_goes(anna):
    passkey = Authenticator.objects.create(user=anna.user, type="webauthn", data={"name": "Phone", "credential": {}})
    session = anna.browser.session
    session[HASH_SESSION_KEY] = User.objects.get(pk=anna.user.pk).get_session_auth_hash()
    session.save()
    with_it = anna.get("/").url
    response = anna.post(f"/accounts/2fa/webauthn/keys/{passkey.pk}/remove/")

    assert (with_it != DUE, response.status_code, anna.get("/").url) == (True, 302, DUE)
    assert _noted() == [("person:factor_removed", "webauthn")]


def test_recovery_codes_alone_are_no_second_factor(anna):
    anna.post(GENERATE)

    assert (_factors(), anna.get("/").url) == ([], DUE)


@pytest.mark.parametrize("path", ["/accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/download/"])
def test_recovery_codes_are_shown_only_to_somebody_who_has_just_proved_who_they_are(path, anna, time_machine):
    time_machine.move_to(start := clock.now(), tick=False)
    anna.adds_factor()
    codes = _recovery_codes(anna)
    at_once = anna.get(path)
    time_machine.move_to(start + timedelta(minutes=6), tick=False)

    later = anna.get(path)

    assert (at_once.status_code, codes[0] in at_once.content.decode()) == (200, True)
    assert (later.status_code, later.url) == (302, f"/accounts/2fa/reauthenticate/?next={quote(path, safe='')}")


@pytest.mark.parametrize("path", [ACTIVATE, DEACTIVATE, GENERATE, "/accounts/2fa/webauthn/add/"])
def test_factors_change_only_for_somebody_who_has_just_proved_who_they_are(path, anna, time_machine):
    time_machine.move_to(start := clock.now(), tick=False)
    anna.adds_factor()
    if path == ACTIVATE:
        anna.post(DEACTIVATE)
    factors = _factors()
    time_machine.move_to(start + timedelta(minutes=30), tick=False)

    answers = [anna.get(path), anna.post(path, code="123456")]

    # The password alone is asked of somebody who has nothing better.
    way = "/accounts/reauthenticate/" if path == ACTIVATE else "/accounts/2fa/reauthenticate/"
    prove = f"{way}?next={quote(path, safe='')}"
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, prove)] * 2
    assert _factors() == factors


def test_the_security_page_says_what_there_is_and_leads_to_the_rest(anna):
    before = anna.get(SECURITY)
    anna.adds_factor()
    codes = _recovery_codes(anna)
    after = anna.get(SECURITY)

    tags = [said(page, "main//span", "tag") for page in (before, after)]
    links = [{link.get("href") for link in all_of(page, "main//a")} for page in (before, after)]
    assert (tags, len(codes)) == ([["Off", "None", "None"], ["On", "None", "10 left"]], 10)
    own = {"/accounts/password/change/", "/accounts/sessions/"}
    assert links[0] == {ACTIVATE, "/accounts/2fa/webauthn/add/", *own}
    assert links[1] == (links[0] - {ACTIVATE}) | {DEACTIVATE, GENERATE, "/accounts/2fa/recovery-codes/"}
