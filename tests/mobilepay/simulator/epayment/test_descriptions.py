import pytest

from portal.mobilepay.simulator.epayment.descriptions import violations
from tests.mobilepay.simulator.client import VERSION
from tests.mobilepay.simulator.epayment.client import CODE, KEY, MSN, order, part


@pytest.fixture
def told(server):
    """What was outside the descriptions since the beginning of the test."""
    server.calls.clear()
    return lambda: [wrong for call in server.calls.find() for wrong in violations(call)]


def test_a_whole_day_is_inside_the_descriptions(api, told, scan, world, register):
    register("user.checked-in.v1")
    api.get("/webhooks/v1/webhooks")
    api.get(f"/qr/v1/merchant-callback/{CODE}", QrImageFormat="PNG", QrImageSize="1024")
    api.pay("", order(scan()))
    world.approve("order-0001")
    api.look("order-0001")
    api.look("order-0001", "/events")
    api.pay("/order-0001/capture", part(1000))
    api.pay("/order-0001/cancel")
    api.pay("/order-0001/refund", part(1))
    api.delete(f"/qr/v1/merchant-callback/{CODE}")
    api.get("/management/v1/sales-units")
    api.log_in()

    assert told() == []


@pytest.mark.parametrize(
    ("act", "wrong"),
    [
        (lambda api: api.get("/epayment/v1/payments"), "GET /epayment/v1/payments: is not described"),
        (
            lambda api: api.get("/qr/v1/merchant-callback/a", size=1),
            "GET /qr/v1/merchant-callback/a: size is not known",
        ),
        (
            lambda api: api.send("POST", "/epayment/v1/payments", order()),
            f"POST /epayment/v1/payments: {KEY} must be given",
        ),
        (
            lambda api: api.pay("/order-0001/cancel", **{"vipps-system-name": "x" * 31}),
            "POST /epayment/v1/payments/order-0001/cancel: vipps-system-name must have 0 to 30 characters",
        ),
        (
            lambda api: api.pay("/order-0001/capture", part("1")),
            "POST /epayment/v1/payments/order-0001/capture: modificationAmount.value must be a whole number",
        ),
        (
            lambda api: api.pay("/order-0001/capture"),
            "POST /epayment/v1/payments/order-0001/capture: body must be given",
        ),
    ],
)
def test_what_is_outside_is_told(api, told, act, wrong):
    act(api)

    assert told() == [wrong]


def test_other_networks_calls_are_none_of_these(api, told):
    api.get("/pos/v10/stores")

    assert told() == []


def test_the_log_names_keys_and_unit_but_no_secrets(api, server):
    api.pay("", order(), **{KEY: "key-1", VERSION: "1.2.3"})

    call = server.calls.find("POST", "/epayment/v1/payments")[0]

    assert call.idempotency_key == "key-1"
    assert call.headers == {
        "content-type": "application/json",
        VERSION: "1.2.3",
        "merchant-serial-number": MSN,
        "vipps-system-name": "tests",
        KEY: "key-1",
    }
    assert "demo-secret" not in repr(server.calls.find())
    assert "demo-key" not in repr(server.calls.find())
