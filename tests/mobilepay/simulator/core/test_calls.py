from decimal import Decimal

from portal.mobilepay.simulator.core.calls import Call
from tests.mobilepay.simulator.client import KEY, VAT, VERSION


def test_a_call_is_noted_without_secrets(api, server, world):
    server.calls.clear()
    api.send(
        "POST",
        "/pos/v10/payments?posId=1&posId=2",
        {"amount": Decimal("12.50")},
        **{
            KEY: "key-1",
            "CorrelationId": "abc",
            "x-ibm-client-id": "demo-client",
            "x-ibm-client-secret": "s3",
        },
    )

    (call,) = server.calls.find()

    assert call == Call(
        method="POST",
        path="/pos/v10/payments",
        query={"posId": "1"},
        body={"amount": Decimal("12.50")},
        idempotency_key="key-1",
        correlation_id="abc",
        headers={
            "content-type": "application/json",
            "x-ibm-client-id": "demo-client",
            VERSION: "2.1.1",
            VAT: "DK12345678",
        },
        at=call.at,
        status=400,
    )
    assert abs((world.clock.now() - call.at).total_seconds()) < 5


def test_a_token_request_is_noted_without_the_secret(api, server):
    server.calls.clear()
    api.token(grant_type="client_credentials", client_secret="demo-secret")

    (call,) = server.calls.find(path="/integrator-authentication/connect/token")

    assert call.body == {"grant_type": "client_credentials"}
    assert "demo-secret" not in repr(call)
    assert api.basic not in repr(call)


def test_a_call_without_json_has_no_body(api, server):
    api.get("/stores")

    (call,) = server.calls.find("GET")

    assert call.body is None
    assert call.status == 200


def test_calls_are_found_by_method_and_path(api, server):
    api.get("/stores")
    api.get("/stores/detailed")
    api.send("DELETE", "/pos/v10/stores")

    found = [
        [call.path for call in server.calls.find(*query)]
        for query in (("GET",), (None, "/pos/v10/stores"), ("GET", "/pos/v10/stores.*"), ("PUT",))
    ]

    assert found == [
        ["/pos/v10/stores", "/pos/v10/stores/detailed"],
        ["/pos/v10/stores", "/pos/v10/stores"],
        ["/pos/v10/stores", "/pos/v10/stores/detailed"],
        [],
    ]
