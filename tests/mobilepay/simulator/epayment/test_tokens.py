import pytest

from tests.mobilepay.simulator.epayment.client import MSN, OTHER_MSN


def test_a_token_comes_with_its_numbers_as_texts(api, world):
    answer = api.token()

    ends = int(answer["expires_on"])
    assert answer.body == {
        "token_type": "Bearer",
        "expires_in": "3600",
        "ext_expires_in": "3600",
        "expires_on": str(ends),
        "not_before": str(ends - 3600),
        "resource": answer["resource"],
        "access_token": answer["access_token"],
    }
    assert abs(ends - world.clock.now().timestamp() - 3600) < 5


def test_several_tokens_are_good_at_the_same_time(api):
    first = api.headers["authorization"]
    api.log_in()

    answers = [api.send("GET", "/qr/v1/merchant-callback", authorization=each) for each in (first, None)]

    assert first != api.headers["authorization"]
    assert [answer.status for answer in answers] == [200, 401]


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "other-client"},
        {"client_secret": "wrong"},
        {"ocp-apim-subscription-key": "other-key"},
        {"merchant-serial-number": OTHER_MSN},
        {"merchant-serial-number": "999999"},
    ],
    ids=str,
)
def test_wrong_keys_and_keys_of_another_unit_get_no_token_in_the_services_own_words(api, wrong):
    answer = api.token(**wrong)

    assert answer.status == 401
    assert set(answer.body) == {"error", "error_description", "trace_id", "correlation_id"}
    assert answer["error"] == "unauthorized_client"


@pytest.mark.parametrize("missing", ["client_id", "client_secret", "merchant-serial-number"])
def test_a_missing_header_is_a_bad_request(api, missing):
    answer = api.token(**{missing: None})

    assert (answer.status, answer["error"]) == (400, "invalid_request")


def test_without_a_subscription_key_nobody_comes_past_the_gateway(api):
    answers = [
        api.token(**{"ocp-apim-subscription-key": None}),
        api.send("GET", "/qr/v1/merchant-callback", **{"ocp-apim-subscription-key": None}),
    ]

    for answer in answers:
        assert (answer.status, set(answer.body)) == (401, {"statusCode", "message"})


def test_a_token_ends_by_the_clock(api, world):
    world.clock.advance(3599)
    before = api.get("/qr/v1/merchant-callback").status
    world.clock.advance(1)

    assert (before, api.get("/qr/v1/merchant-callback").status) == (200, 401)


def test_tokens_can_be_expired(api):
    api.control("POST", "/tokens/expire")

    assert api.get("/qr/v1/merchant-callback").status == 401


def test_a_new_lifetime_counts_for_new_tokens(api, world):
    world.knobs.token_lifetime = 60

    assert api.token()["expires_in"] == "60"


@pytest.mark.parametrize(
    "wrong",
    [
        {"authorization": None},
        {"authorization": "Basic abc"},
        {"authorization": "Bearer abc"},
        {"merchant-serial-number": OTHER_MSN},
        {"merchant-serial-number": "999999"},
    ],
    ids=str,
)
def test_a_call_needs_a_token_of_its_own_sales_unit(api, wrong):
    answer = api.send("GET", "/epayment/v1/payments/order-0001", **wrong)

    assert (answer.status, answer["title"], answer["extraDetails"]) == (401, "Unauthorized", [])


def test_a_call_needs_the_units_own_subscription_key(api):
    answer = api.send("GET", "/epayment/v1/payments/order-0001", **{"ocp-apim-subscription-key": "other-key"})

    assert (answer.status, set(answer.body)) == (401, {"statusCode", "message"})
    assert api.headers["merchant-serial-number"] == MSN
