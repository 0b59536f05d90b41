"""How often all tills of one merchant may call together, whatever tokens they hold."""

from datetime import timedelta

import pytest

from portal import clock
from portal.audit.actors import COMMAND
from portal.tillapi import throttles
from terminals.models import AccessToken
from terminals.services import access
from tests.shop import Till
from tests.tillapi.raw_calls import call, refusal, rows

SENTENCE = "There are too many calls right now. Nothing was done; try again in a moment."


@pytest.fixture(autouse=True)
def _nobody_has_called_yet():
    """Merchants are called the same in every test, and a process counts for an hour."""
    throttles._limiter.storage.reset()
    yield
    throttles._limiter.storage.reset()


@pytest.fixture
def new(till, merchants):
    """The same till with the token of a reset, while the one before still works."""
    merchants["KINO1"].token_overlap = timedelta(hours=1)
    merchants["KINO1"].save()
    previous = AccessToken.objects.get(lookup_id=till.token.split("_")[1])
    text = access.reset(merchant=merchants["KINO1"], previous=previous, by=COMMAND, now=clock.now())
    return Till(text, till.terminal_id)


def stores(till):
    return call("GET", "manage/stores", token=till.token)


def test_two_tokens_of_a_merchant_share_its_limit_and_other_merchants_have_their_own(
    till, new, stranger, settings, simulator
):
    settings.MERCHANT_RATE_LIMIT = "3/hour"

    answers = [stores(each) for each in (till, new, till, new, till)]
    stored, calls = rows(), len(simulator.calls.find())
    starts = [each.start() for each in (till, new)]

    assert [answer.status for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[4].json == refusal(own=["storesIds"], code="too_many_calls", sentence=SENTENCE)
    assert answers[4].headers["Retry-After"] == "1"
    assert [(each.status, each.codes) for each in starts] == [(429, ["too_many_calls"])] * 2
    assert (rows(), len(simulator.calls.find())) == (stored, calls)
    assert stores(stranger).status == 200


def test_each_token_has_a_limit_of_its_own_below_the_merchants(till, new, settings):
    settings.TILL_RATE_LIMIT = "1/hour"
    settings.MERCHANT_RATE_LIMIT = "3/hour"

    statuses = [stores(each).status for each in (till, till, new, new)]

    assert statuses == [200, 429, 200, 429]


def test_what_a_token_was_refused_takes_nothing_from_the_merchant(till, new, settings):
    settings.TILL_RATE_LIMIT = "2/hour"
    settings.MERCHANT_RATE_LIMIT = "3/hour"

    statuses = [stores(each).status for each in (till, till, till, till, new, new)]

    assert statuses == [200, 200, 429, 429, 200, 429]


def test_a_wrong_token_takes_nothing_from_the_merchant_it_names(till, settings):
    settings.MERCHANT_RATE_LIMIT = "1/hour"

    guesses = [call("GET", "manage/stores", query="bioCode=KINO1&accessToken=guess").status for _ in range(3)]

    assert (guesses, stores(till).status, stores(till).status) == ([401] * 3, 200, 429)


def test_the_old_form_of_a_proof_counts_all_the_same(till, settings):
    settings.MERCHANT_RATE_LIMIT = "2/hour"

    old = [call("GET", "manage/stores", query=f"bioCode=KINO1&accessToken={till.token}") for _ in range(3)]

    assert [answer.status for answer in old] == [200, 200, 429]
    assert stores(till).status == 429
