"""The demo's tills hear of a new access token, wherever the portal tells one."""

from django.test import Client
from django.test.client import ClientHandler
import pytest

from portal import clock
from portal.management.demo import tills
from terminals.models import AccessToken
from terminals.services import access
from tests.pages import all_of, filled, words
from tests.tillapi.raw_calls import call


@pytest.fixture(autouse=True)
def _demo(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "portal.management.demo.tills.NewTokenMiddleware"]


@pytest.fixture
def kino(merchants, till):
    tills.give(merchant=merchants["KINO1"], token=till.token)
    return merchants["KINO1"]


@pytest.fixture
def bager(merchants, stranger):
    tills.give(merchant=merchants["BAGER7"], token=stranger.token)
    return merchants["BAGER7"]


def held(merchant):
    return tills.file(merchant).read_text(encoding="ascii")


def shown(page):
    [code] = all_of(page, "div[@class='secret']//code")
    return words(code)


def reset(person):
    return person.post("token/reset/", **filled(person.get("token/reset/"), reason="Lost the paper"))


def works(token):
    return call("GET", "manage/stores", token=token).status == 200


@pytest.fixture
def person(administrator):
    """An administrator whose browser meets the demo's middleware too."""
    # The one of all tests is older than the setting.
    administrator.browser.handler = ClientHandler(enforce_csrf_checks=False)
    return administrator


def test_a_token_that_is_reset_on_the_pages_reaches_the_tills(person, kino, bager, till, stranger):
    page = reset(person)

    assert held(kino) == shown(page) != till.token
    assert works(held(kino)) is True
    assert held(bager) == stranger.token


def test_a_token_that_is_created_after_one_was_revoked_reaches_the_tills(person, kino, till):
    person.post(f"token/{till.token.split('_')[1]}/revoke/", reason="Stolen")
    meanwhile = held(kino)

    page = person.post("token/create/", confirm="on")

    assert meanwhile == till.token
    assert held(kino) == shown(page) != till.token


def test_a_token_that_a_till_enrols_or_resets_reaches_the_others(person, kino, till):
    by, portal = person.user.actor, Client()
    access.revoke(token=AccessToken.objects.get(merchant=kino), by=by, now=clock.now(), reason="Stolen")
    access.open_enrolment(merchant=kino, by=by, now=clock.now())

    def asked(path, **parameters):
        body = {"bioCode": "KINO1", **parameters}
        return portal.post(f"/api/pos/manage/{path}", body, content_type="application/json").json()["message"]

    enrolled = asked("token")
    first = held(kino)
    renewed = asked("token/reset", previousAccessToken=first)

    assert (first, held(kino)) == (enrolled, renewed)
    assert len({till.token, enrolled, renewed}) == 3


def test_no_other_merchants_token_is_written_down(person, merchants, till):
    page = reset(person)

    assert shown(page) != till.token
    assert tills.file(merchants["KINO1"]).parent.exists() is False


def test_a_word_that_only_looks_like_a_token_changes_nothing(kino, till):
    offered = till.token[:-1] + ("0" if till.token[-1] != "0" else "1")
    for word in (offered, "mpp_", f"{till.token}x"):
        tills._hear(word)

    assert held(kino) == till.token


def test_a_token_that_is_over_is_not_typed_in_again(person, kino, till):
    reset(person)
    new = held(kino)

    tills._hear(till.token)

    assert held(kino) == new != till.token


def test_the_file_is_its_owners_alone(kino):
    assert tills.file(kino).stat().st_mode & 0o077 == 0
