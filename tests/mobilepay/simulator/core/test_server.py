from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
import socket
from struct import pack
from threading import Thread
from time import monotonic
from urllib.parse import urlsplit

import pytest

from portal.mobilepay.simulator.core.server import SimulatorServer
from tests.mobilepay.simulator.client import KEY, Client, order, wait_until


def address(server):
    url = urlsplit(server.url)
    return url.hostname, url.port


def exchange(server, request):
    """Send bytes, return all bytes answered until the server closes the connection."""
    with socket.create_connection(address(server), timeout=5) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.mark.parametrize(
    ("header", "status_line"),
    [
        (b"Content-Length: 1000001", b"HTTP/1.1 413 Request Entity Too Large"),
        (b"Content-Length: many", b"HTTP/1.1 411 Length Required"),
        (b"Transfer-Encoding: chunked", b"HTTP/1.1 411 Length Required"),
    ],
)
def test_bodies_too_long_or_of_unknown_length_are_refused_and_the_connection_closed(server, header, status_line):
    answer = exchange(server, b"POST / HTTP/1.1\r\n" + header + b"\r\n\r\n")

    assert answer.splitlines() == [
        status_line,
        b"Content-Type: application/json",
        b"Content-Length: 0",
        b"Connection: close",
        b"",
    ]


def test_a_caller_that_dies_in_the_middle_of_its_body_has_asked_for_nothing(server):
    with socket.create_connection(address(server), timeout=5) as connection:
        connection.sendall(b"POST /pos/v10/payments HTTP/1.1\r\nContent-Length: 100\r\n\r\n{")
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(65_536)

    assert (answer, server.calls.find()) == (b"", [])


def test_a_connection_serves_many_calls(api):
    api.get("/stores")
    first = api.connection.sock

    answers = [api.get("/stores") for _ in range(50)]

    assert api.connection.sock is first
    assert {answer.status for answer in answers} == {200}


def test_kept_connections_answer_without_delay(api):
    begun = monotonic()

    for _ in range(50):
        api.get("/stores")

    assert monotonic() - begun < 1


def test_nothing_is_written_to_the_terminal(api, server, capfd):
    api.get("/nothing")
    exchange(server, b"nonsense\r\n\r\n")

    assert capfd.readouterr() == ("", "")


def test_a_client_that_hangs_up_harms_nobody(server, api, capfd):
    with socket.create_connection(address(server)) as rude:
        rude.sendall(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n")
        rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, pack("ii", 1, 0))

    assert api.get("/stores").status == 200
    server.stop()
    assert capfd.readouterr() == ("", "")


def test_stopping_is_prompt_although_clients_keep_their_connections(server, api):
    api.get("/stores")
    begun = monotonic()

    server.stop()

    assert monotonic() - begun < 1
    with pytest.raises(ConnectionRefusedError):
        HTTPConnection(*address(server)).connect()


def test_stopping_twice_is_fine(server):
    server.stop()

    server.stop()


def test_a_stopped_server_can_start_again_with_its_world_on_its_port(server, api, pos):
    url = server.url
    server.stop()
    api.close()

    server.start()

    assert server.url == url
    assert api.get(f"/pointofsales/{pos['posId']}").body == pos.body


def test_it_can_serve_until_it_is_stopped_from_elsewhere(world):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = SimulatorServer(world, port=port, client_id="me", client_secret="mine")
    thread = Thread(target=server.serve_forever)
    thread.start()
    wait_until(lambda: server.is_serving)

    client = Client(server, client="me", secret="mine")
    answer = client.get("/stores")
    client.close()
    server.stop()
    thread.join()

    assert answer.status == 200
    assert server.url == f"http://127.0.0.1:{port}"


def test_the_same_payment_asked_many_times_at_once_is_one_payment(connect, pos):
    clients = [connect() for _ in range(8)]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda client: client.post("/payments", order(pos), **{KEY: "key-1"}), clients))

    assert {answer.status for answer in answers} == {200}
    assert len({answer["paymentId"] for answer in answers}) == 1


def test_of_many_payments_asked_at_once_one_becomes_active(connect, pos):
    clients = [connect() for _ in range(8)]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda client: client.post("/payments", order(pos)), clients))

    assert sorted(answer.status for answer in answers) == [200] + [409] * 7
