from base64 import b64encode

import pytest

from tests.mobilepay.simulator.client import OK, VAT


def basic(text):
    return "Basic " + b64encode(text.encode()).decode()


def test_client_credentials_buy_a_token(api):
    answer = api.token(grant_type="client_credentials")
    token = answer.body.pop("access_token")

    assert answer.body == {"expires_in": 3700, "token_type": "Bearer", "scope": "integrator_scope"}
    assert len(token) == 64


@pytest.mark.parametrize(
    "authorization",
    [
        basic("demo-client:wrong"),
        basic("nobody:demo-secret"),
        basic("demo-client"),
        "Basic ?",
        "Basic /w==",
        "Bearer demo-secret",
    ],
)
def test_wrong_credentials_are_an_invalid_client(api, authorization):
    answer = api.token(basic=authorization, grant_type="client_credentials")

    assert (answer.status, answer.body) == (401, {"error": "invalid_client"})


def test_no_credentials_at_all_are_an_invalid_client(api):
    answer = api.raw("POST", "/integrator-authentication/connect/token", b"", [])

    assert (answer.status, answer.body) == (401, {"error": "invalid_client"})


@pytest.mark.parametrize("form", [{}, {"grant_type": "password"}])
def test_other_grants_are_not_supported(api, form):
    answer = api.token(**form)

    assert (answer.status, answer.body) == (400, {"error": "unsupported_grant_type"})


@pytest.mark.parametrize("authorization", [None, "Bearer", "Bearer wrong", "Basic wrong"])
def test_a_call_without_a_valid_token_is_unauthorized_without_a_body(api, authorization):
    api.headers["authorization"] = authorization

    answer = api.get("/stores")

    assert (answer.status, answer.text) == (401, b"")


def test_the_scheme_is_part_of_the_token_header(api):
    token = api.headers["authorization"].removeprefix("Bearer ")

    answers = [api.send("GET", "/pos/v10/stores", authorization=f"{scheme} {token}") for scheme in ("Basic", "bearer")]

    assert [answer.status for answer in answers] == [401, 200]


def test_a_token_lives_as_long_as_it_says(api, world):
    world.clock.advance(3690)
    before = api.get("/stores")
    world.clock.advance(10)
    after = api.get("/stores")

    assert (before.status, after.status) == (200, 401)


def test_all_tokens_can_be_made_worthless(api, server):
    server.tokens.expire_all()
    before = api.get("/stores")
    api.log_in()
    after = api.get("/stores")

    assert (before.status, after.status) == (401, 200)


def test_a_merchant_in_the_token_needs_no_header(api):
    api.log_in(merchant_vat="FI87654321")
    api.headers[VAT] = None

    answer = api.get("/stores")

    assert answer.body == {"storeIds": ["33333333-3333-4333-8333-333333333333"]}


def test_a_merchant_in_the_token_may_be_repeated_but_not_contradicted(api):
    api.log_in(merchant_vat="DK12345678")

    answers = [
        api.send("GET", "/pos/v10/stores", **{VAT: vat})
        for vat in ("DK12345678", "FI87654321", "nonsense", ["DK12345678"] * 2)
    ]

    assert [answer.outcome for answer in answers] == [OK, (400, "1182"), (400, "1159"), (400, "1155")]


@pytest.mark.parametrize("claim", ["DK-12345678", "DK1234567", "SE12345678", "12345678"])
def test_a_malformed_merchant_in_the_token_surfaces_at_the_first_call(api, claim):
    api.log_in(merchant_vat=claim)

    answer = api.get("/stores")

    assert answer.outcome == (400, "1182")
