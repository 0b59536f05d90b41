"""What a session proves: when a password or a second factor changes, all other sessions end."""

from allauth.mfa.models import Authenticator
import pytest

from portal.accounts.models import User
from portal.roles import Role
from tests.accounts.visitors import AUTHENTICATE, Visitor, code, posted
from tests.pages import one, words
from tests.people import PASSWORD, hire

LOGIN = "/accounts/login/?next=/accounts/2fa/"
SECURITY = "/accounts/2fa/"

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def anna(merchants):
    """An administrator who has signed in and proved it again."""
    visitor = Visitor(hire("anna@kino.example", merchants["KINO1"], Role.ADMINISTRATOR).user)
    visitor.signs_in()
    visitor.proves_it_again()
    return visitor


def _elsewhere(visitor, secret=None):
    """The same person in another browser."""
    other = Visitor(visitor.user)
    other.signs_in()
    if secret:
        other.post(AUTHENTICATE, code=code(secret, steps=1))
    return other


def _is_welcome(visitor):
    return visitor.get(SECURITY).status_code == 200


def test_adding_a_factor_ends_all_sessions_but_the_one_at_hand(anna):
    other = _elsewhere(anna)
    before = [_is_welcome(other), _is_welcome(anna)]

    anna.adds_factor()

    assert (before, [_is_welcome(other), _is_welcome(anna)]) == ([True, True], [False, True])
    assert other.get(SECURITY).url == LOGIN


def test_giving_a_factor_up_ends_all_sessions_but_the_one_at_hand(anna):
    secret, _ = anna.adds_factor()
    other = _elsewhere(anna, secret)
    before = [_is_welcome(other), _is_welcome(anna)]

    anna.post("/accounts/2fa/totp/deactivate/")

    assert (before, [_is_welcome(other), _is_welcome(anna)]) == ([True, True], [False, True])
    assert Authenticator.objects.count() == 0


def test_new_recovery_codes_leave_the_session_at_hand(anna):
    anna.adds_factor()

    anna.post("/accounts/2fa/recovery-codes/generate/")

    assert _is_welcome(anna) is True


def test_a_session_outlives_a_change_of_the_portals_secret(anna, settings):
    secret = settings.SECRET_KEY
    settings.SECRET_KEY_FALLBACKS = [secret]
    settings.SECRET_KEY = "a-new-secret-key-that-is-long-enough-to-be-one"
    with_fallback = _is_welcome(anna)
    settings.SECRET_KEY_FALLBACKS = []

    assert (with_fallback, _is_welcome(anna)) == (True, True)


def test_a_session_ends_when_the_old_secret_is_worth_nothing(anna, settings):
    settings.SECRET_KEY = "a-new-secret-key-that-is-long-enough-to-be-one"

    assert _is_welcome(anna) is False


@pytest.mark.parametrize("path", ["/accounts/2fa/totp/deactivate/", "/accounts/2fa/recovery-codes/generate/"])
def test_a_password_alone_proves_nothing_to_somebody_who_has_a_factor(path, anna):
    secret, _ = anna.adds_factor()
    other = _elsewhere(anna, secret)
    other.proves_it_again(PASSWORD)

    response = other.post(path)

    assert (response.status_code, response.url.partition("?")[0]) == (302, "/accounts/2fa/reauthenticate/")
    assert sorted(Authenticator.objects.values_list("type", flat=True)) == ["recovery_codes", "totp"]


def test_a_code_proves_it_again(anna):
    secret, _ = anna.adds_factor()
    codes = words(one(anna.get("/accounts/2fa/recovery-codes/"), "textarea")).split()
    other = _elsewhere(anna, secret)

    other.post("/accounts/2fa/reauthenticate/", code=codes[0])
    response = other.post("/accounts/2fa/totp/deactivate/")

    assert (response.status_code, Authenticator.objects.count()) == (302, 0)


def test_a_mail_server_that_is_down_tells_nobody_who_has_an_account(anna, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    answers = [
        Visitor(anna.user).post("/accounts/password/reset/", email=email)
        for email in ("anna@kino.example", "dora@kino.example")
    ]

    assert [(answer.status_code, answer.url) for answer in answers] == [(302, "/accounts/password/reset/done/")] * 2


def test_a_mail_server_that_is_down_does_not_keep_a_password_from_being_changed(anna, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    new = "a new horse, a new battery"

    response = anna.post("/accounts/password/change/", oldpassword=PASSWORD, password1=new, password2=new)

    assert (response.status_code, User.objects.get(pk=anna.user.pk).check_password(new), posted()) == (302, True, [])
