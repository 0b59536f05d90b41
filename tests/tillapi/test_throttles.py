"""How often a till may call, and how often anybody may guess."""

from tests.tillapi.raw_calls import call, refusal

SENTENCE = "There are too many calls right now. Nothing was done; try again in a moment."


def test_a_token_that_calls_too_often_is_slowed_and_no_other(till, stranger, settings, simulator):
    settings.TILL_RATE_LIMIT = "2/hour"

    replies = [call("GET", "manage/stores", token=till.token) for _ in range(3)]
    calls = len(simulator.calls.find())
    payment = till.start()

    assert [reply.status for reply in replies] == [200, 200, 429]
    assert replies[2].json == refusal(own=["storesIds"], code="too_many_calls", sentence=SENTENCE)
    assert replies[2].headers["Retry-After"] == "1"
    assert (payment.status, len(simulator.calls.find())) == (429, calls)
    assert call("GET", "manage/stores", token=stranger.token).status == 200


def test_an_address_that_guesses_tokens_is_slowed_but_never_a_right_token(till, settings):
    settings.WRONG_TOKEN_RATE_LIMIT = "3/hour"
    guesser, neighbour = "203.0.113.7", "203.0.113.8"

    guesses = [call("GET", "manage/stores", token=f"guess-{each}", address=guesser) for each in range(5)]

    assert [reply.status for reply in guesses] == [401, 401, 401, 429, 429]
    assert guesses[4].json == refusal(own=["storesIds"], code="too_many_calls", sentence=SENTENCE)
    assert guesses[4].headers["Retry-After"] == "1"
    assert call("GET", "manage/stores", token=till.token, address=guesser).status == 200
    assert call("GET", "manage/stores", token="guess", address=neighbour).status == 401


def test_guessing_merchants_and_previous_tokens_counts_as_guessing(till, settings):
    settings.WRONG_TOKEN_RATE_LIMIT = "2/hour"
    guesser = "203.0.113.9"

    replies = [
        call("GET", "manage/token", query="bioCode=NOBODY", address=guesser),
        call("GET", "manage/token/reset", query="bioCode=KINO1&previousAccessToken=x", address=guesser),
        call("GET", "manage/token", query="bioCode=NOBODY", address=guesser),
        call("GET", "manage/token/reset", query="bioCode=KINO1&previousAccessToken=y", address=guesser),
    ]

    assert [reply.status for reply in replies] == [403, 401, 429, 429]


def test_behind_our_proxy_the_caller_is_who_the_proxy_says(till, settings):
    settings.WRONG_TOKEN_RATE_LIMIT = "1/hour"
    settings.TRUST_PROXY = True

    statuses = [
        call("GET", "manage/stores", headers={"X-Forwarded-For": forwarded}).status
        for forwarded in ("198.51.100.1", "198.51.100.1", "198.51.100.2", "198.51.100.3, 198.51.100.2")
    ]

    assert statuses == [401, 429, 401, 429]


def test_without_a_proxy_nobody_can_claim_another_address(till, settings):
    settings.WRONG_TOKEN_RATE_LIMIT = "1/hour"

    statuses = [
        call("GET", "manage/stores", address="203.0.113.20", headers={"X-Forwarded-For": claim}).status
        for claim in ("198.51.100.11", "198.51.100.12")
    ]

    assert statuses == [401, 429]
