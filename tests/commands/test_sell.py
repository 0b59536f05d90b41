"""`manage.py sell`: a cashier who looks whether the portal has refused, and goes on calmly."""

from random import Random
from threading import Event, Thread

import pytest
import simplejson

from portal.management.commands.sell import _Seller
from terminals.models import PointOfSale
from tests.mobilepay.simulator.client import wait_until
from tests.mobilepay.simulator.pages.test_pages import portal

__all__ = ["portal"]  # a fixture

TOKEN, OTHER = "mpp_0123456789_secret", "mpp_9876543210_other"
REFUSED = b'{"success":false,"errors":["A payment is open on this terminal."],"errorCodes":["payment_active"]}'


@pytest.fixture
def token_file(tmp_path):
    file = tmp_path / "token"
    file.write_text(TOKEN, encoding="ascii")
    return file


@pytest.fixture
def places(till, neighbour):
    return list(PointOfSale.objects.registered().whole().order_by("pk"))


@pytest.fixture
def selling(portal, token_file, places):
    """A cashier at work until the test ends; gives their thread."""
    stop = Event()
    seller = _Seller(portal.url, token_file, places, Random(1), stop, pace=0)  # noqa: S311
    thread = Thread(target=seller.sell)
    yield thread
    stop.set()
    if thread.is_alive():
        thread.join(10)
    assert thread.is_alive() is False


def started_at(asked):
    """The terminals at which payments were started."""
    return [simplejson.loads(body)["terminalId"] for _, path, body, _ in asked if path == "/api/pos/payment/start"]


@pytest.mark.parametrize("status", [200, 409, 503])
def test_a_refused_start_is_left_alone_and_the_next_register_is_tried(portal, selling, places, status):
    portal.answer = (status, REFUSED)

    selling.start()
    wait_until(lambda: len(portal.asked) >= 4)

    paths = {path for _, path, _, _ in portal.asked}
    terminals = started_at(portal.asked)[:4]
    assert (paths, selling.is_alive()) == ({"/api/pos/payment/start"}, True)
    assert sorted(terminals[:2]) == sorted(pos.terminal.terminal_id for pos in places)
    assert terminals[:2] == terminals[2:]


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b"", b'"ok"'], ids=["a page", "a list", "nothing", "a word"])
def test_an_answer_that_is_none_ends_nobodys_day(portal, selling, answer):
    portal.answer = (200, answer)

    selling.start()
    wait_until(lambda: len(portal.asked) >= 3)

    assert selling.is_alive() is True


def test_a_new_token_is_used_from_the_next_call_on(portal, selling, token_file):
    portal.answer = (401, REFUSED)
    selling.start()
    wait_until(lambda: portal.asked)

    token_file.write_text(OTHER, encoding="ascii")
    wait_until(lambda: portal.asked[-1][3]["Authorization"] == f"Bearer {OTHER}")

    assert portal.asked[0][3]["Authorization"] == f"Bearer {TOKEN}"


def test_a_token_that_cannot_be_read_for_a_moment_ends_nobodys_day(portal, selling, token_file):
    token_file.unlink()
    selling.start()

    token_file.write_text(TOKEN, encoding="ascii")
    portal.answer = (409, REFUSED)

    wait_until(lambda: len(portal.asked) >= 2)
    assert selling.is_alive() is True
