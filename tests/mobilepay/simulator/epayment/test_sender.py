from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import socket
from threading import Thread
from time import sleep

import pytest

from portal.mobilepay.epayment.webhooks import is_genuine
from portal.mobilepay.simulator.core.server import SimulatorServer
from portal.mobilepay.simulator.epayment.deliveries import Delivery
from portal.mobilepay.simulator.epayment.formats import CHECKED_IN
from portal.mobilepay.simulator.epayment.sender import post
from portal.mobilepay.simulator.posv10.world import World
from tests.mobilepay.simulator.client import wait_until
from tests.mobilepay.simulator.epayment.client import ANNA, CODE
from tests.mobilepay.simulator.epayment.conftest import SHOPS


class Receiver(ThreadingHTTPServer):
    """Notes what it is told and answers as it was told to."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.told = []
        self.statuses = [200]

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hooks?a=b"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        statuses = self.server.statuses
        self.send_response(statuses.pop(0) if len(statuses) > 1 else statuses[0])
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.told.append((self.path, headers, body))

    def log_message(self, *_message):
        pass


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        thread = Thread(target=receiver.serve_forever, args=(0.05,))
        thread.start()
        yield receiver
        receiver.shutdown()
        thread.join()


@pytest.fixture
def server(world):
    with SimulatorServer(World.load(SHOPS, clock=world.clock), epayment=world, sends_webhooks=True) as server:
        yield server


def test_a_check_in_arrives_by_itself_signed_for_the_address(register, receiver, scan, world):
    made = register(CHECKED_IN, url=receiver.url)

    scan()

    wait_until(lambda: receiver.told)
    [(path, headers, body)] = receiver.told
    assert path == "/hooks?a=b"
    assert headers["host"] == f"127.0.0.1:{receiver.server_port}"
    assert is_genuine(
        secret=made["secret"],
        host=headers["host"],
        path_and_query=path,
        headers=headers,
        body=body,
        now=world.clock.now(),
    )


def test_what_was_not_taken_comes_again_when_its_time_has_come(register, receiver, scan, world):
    receiver.statuses = [500, 200]
    made = register(CHECKED_IN, url=receiver.url)
    registration = world.registrations.get(made["id"])
    scan()
    wait_until(lambda: len(receiver.told) == 1)
    wait_until(lambda: not any(each.is_out for each in world.deliveries._waiting.values()))

    world.clock.advance(2)

    wait_until(lambda: len(receiver.told) == 2 and not world.deliveries.waiting_for(registration))
    assert receiver.told[0][2] == receiver.told[1][2]


def test_a_stopped_server_sends_nothing(register, receiver, scan, server, world):
    registration = world.registrations.get(register(CHECKED_IN, url=receiver.url)["id"])
    server.stop()

    scan()

    sleep(0.1)
    assert receiver.told == []
    assert world.deliveries.waiting_for(registration) == 1


def test_while_the_plug_is_pulled_nothing_is_sent_and_afterwards_all_of_it(register, receiver, scan, server, world):
    registration = world.registrations.get(register(CHECKED_IN, url=receiver.url)["id"])
    scan()
    wait_until(lambda: len(receiver.told) == 1)
    server.plug.pull(30)
    world.check_in(CODE, ANNA)

    sleep(0.1)
    waiting = world.deliveries.waiting_for(registration)
    world.clock.advance(30)

    assert waiting == 1
    wait_until(lambda: len(receiver.told) == 2)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_nobody_there_is_no_answer(scheme):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    status = post(Delivery(f"{scheme}://127.0.0.1:{port}/", {}, b"{}", "id", CHECKED_IN, 1))

    assert status is None


def test_an_address_that_nobody_can_have_gets_no_answer():
    assert post(Delivery(f"http://{'a' * 64}.example/", {}, b"{}", "id", CHECKED_IN, 1)) is None
