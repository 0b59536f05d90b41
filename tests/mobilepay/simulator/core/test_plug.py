"""MobilePay's plug: pulled, no network answers anybody until the time is over or somebody puts it back."""

from http.client import RemoteDisconnected

import pytest

from tests.mobilepay.simulator.client import OK


@pytest.fixture
def plug(api):
    """Steers the plug by a connection of its own: those to the networks are cut."""

    def send(method, body=None):
        return api.send(method, "/_simulator/plug", body)

    return send


def is_cut(client, path="/pos/v10/stores", method="GET", body=None):
    """Whether a call gets no answer at all."""
    try:
        client.send(method, path, body)
    except (RemoteDisconnected, ConnectionError):
        client.close()
        return True
    return False


def test_a_pulled_plug_cuts_both_networks_and_the_calls_are_noted_without_a_status(server, connect, plug):
    client = connect()
    server.calls.clear()

    answer = plug("POST", {})

    paths = ["/pos/v10/stores", "/qr/v1/merchant-callback", "/accesstoken/get", "/epayment/v1/payments/1"]
    assert answer.body == {"secondsLeft": 30}
    assert [is_cut(client, path) for path in paths] == [True] * 4
    assert [(call.path, call.status) for call in server.calls.find()] == [(path, None) for path in paths]


@pytest.mark.parametrize(
    "path",
    [
        "/pos/app/usersimulation/checkin",
        "/_simulator/epayment/check-ins",
        "/_simulator/epayment/payments/1/approve",
        "/_simulator/epayment/payments/1/decline",
    ],
)
def test_a_customers_phone_needs_the_plug_too(connect, plug, path):
    phone = connect()
    plug("POST", {})

    assert is_cut(phone, path, "POST", {}) is True


@pytest.mark.parametrize("path", ["/_simulator/world", "/_simulator/epayment/world", "/_simulator/plug", "/"])
def test_whoever_steers_the_simulator_is_answered_all_the_same(connect, plug, path):
    client = connect()
    plug("POST", {})

    assert client.send("GET", path).status == 200


def test_it_puts_itself_back_when_the_time_is_over(api, plug, world):
    plug("POST", {"seconds": 5})

    world.clock.advance(5)

    assert plug("GET").body == {"secondsLeft": 0}
    assert api.get("/stores").outcome == OK


def test_it_can_be_put_back_earlier(api, plug):
    plug("POST", {"seconds": 600})

    answer = plug("DELETE")

    assert answer.body == {"secondsLeft": 0}
    assert api.get("/stores").outcome == OK


def test_planned_faults_wait_until_it_is_back(server, connect, plug):
    client = connect()
    server.faults.add("fail_before", None, ".*")
    plug("POST", {})
    cut = is_cut(client)

    plug("DELETE")

    assert (cut, client.get("/stores").status) == (True, 500)


@pytest.mark.parametrize("seconds", [0, -1])
def test_no_time_is_refused_and_nothing_is_pulled(api, plug, seconds):
    answer = plug("POST", {"seconds": seconds})

    assert (answer.status, answer.body) == (400, {"error": "seconds must be positive"})
    assert api.get("/stores").outcome == OK
