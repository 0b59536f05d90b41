"""`manage.py demo`, and where it and the bench refuse to run: both empty their database."""

from functools import partial
import json
import re
import signal
import socket
from urllib.error import HTTPError

from django.core.management import CommandError, call_command
import pytest

from portal.management import processes
from portal.management.phones import EPaymentPhone, PosV10Phone
from tests.commands.programs import development, fetched, finished, free_ports, started
from tests.security.programs import until
from tests.tillapi.raw_calls import rows

PHONE = "+4520031801"


@pytest.mark.django_db
def test_the_demo_refuses_in_production():
    stored = rows()

    with pytest.raises(CommandError, match=r"^The demo is for trying out: run `make demo`, or set DEBUG=on\.$"):
        call_command("demo")

    assert rows() == stored


@pytest.fixture
def busy_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.django_db
@pytest.mark.parametrize("option", ["port", "simulator_port"])
def test_the_demo_refuses_a_busy_port(settings, busy_port, option):
    settings.DEBUG = True
    [free] = free_ports(1)
    ports = {"port": free, "simulator_port": free, option: busy_port}
    stored = rows()

    with pytest.raises(CommandError) as caught:
        call_command("demo", **ports)

    assert str(caught.value) == f"Port {busy_port} is in use; choose another with --port or --simulator-port."
    assert rows() == stored


@pytest.mark.django_db
def test_the_bench_refuses_a_busy_port(busy_port):
    stored = rows()

    with pytest.raises(CommandError) as caught:
        call_command("bench", port=busy_port)

    assert str(caught.value) == f"Port {busy_port} is in use; choose another with --port or --simulator-port."
    assert rows() == stored


@pytest.mark.parametrize(
    ("folder", "database"),
    [("var", "var"), ("own", "elsewhere")],
    ids=["in another folder", "outside its folder"],
)
@pytest.mark.parametrize("command", ["demo", "bench"])
def test_a_database_that_is_not_its_own_is_not_touched(tmp_path, command, folder, database):
    folder, database = (tmp_path / each.replace("own", command) for each in (folder, database))
    database.mkdir()
    precious = database / "portal.sqlite3"
    precious.write_bytes(b"precious")
    environment = development(folder, DATABASE_URL=f"sqlite:///{precious}")
    ports = free_ports(2)
    options = ["--port", str(ports[0])] + (["--simulator-port", str(ports[1])] if command == "demo" else [])

    code, out, err = finished(command, *options, environment=environment)

    assert (code, out) == (1, "")
    assert err == (f"CommandError: This empties its database, and will not touch {precious}: run `make {command}`.\n")
    assert [(each.name, each.read_bytes()) for each in database.iterdir() if each.is_file()] == [
        ("portal.sqlite3", b"precious")
    ]


def greeting(lines):
    """What the demo says once everything runs."""
    for line in iter(lines.readline, ""):
        yield line
        if "Ctrl-C stops everything." in line:
            return


class Demo:
    """What the demo prints, and who can be called there."""

    def __init__(self, greeting):
        self.phone, self.letters, self.api = re.findall(
            r"(?:Phone and till|Letters|API description) +(http://\S+)", greeting
        )
        self.token, self.terminal_id = re.findall(r"export [A-Z]+=(\S+)", greeting)
        self.portal = self.api.removesuffix("/api/docs/")

    def till(self, path, **parameters):
        return self._called(f"{self.portal}/api/pos/{path}", parameters, token=self.token)

    def page_till(self, number, path, **parameters):
        """One of the tills on the phone page, which adds its merchant's token."""
        return self._called(f"{self.phone}tills/{number}/{path}", parameters, token="")

    def refused(self, path, *, token=""):
        """The status with which a till is sent away."""
        with pytest.raises(HTTPError) as caught:
            fetched(f"{self.portal}/api/pos/{path}", token=token or self.token)
        caught.value.close()
        return caught.value.code

    def _called(self, url, parameters, *, token):
        status, text = fetched(url, body=parameters or None, token=token)
        assert status == 200, text
        return json.loads(text)


def sale(till, phone_at, terminal_id, order_id):
    """The states of a sale from start to captured, and refunded in part."""
    code = till(f"manage/terminal/information?terminalId={terminal_id}")["posInformation"]["beaconId"]
    phone = phone_at(code)
    payment_id = till("payment/start", terminalId=terminal_id, orderId=order_id, amount="27.06")["paymentId"]

    def status():
        return till(f"payment/status?paymentId={payment_id}")["status"]

    states = [status()]
    for act, wanted in ((phone.scan, "IssuedToUser"), (phone.accept, "Reserved")):
        act()
        until(lambda wanted=wanted: status() == wanted)
        states.append(wanted)
    till("payment/capture", paymentId=payment_id)
    states.append(status())
    refund_id = till("refund/create", paymentId=payment_id, refundOrderId="R-1", amount="10.00")["refundId"]

    def refund():
        return till(f"refund/details?refundId={refund_id}")["refundDetails"]["status"]

    until(lambda: refund() == "Reserved")
    till("refund/capture", refundId=refund_id)
    return [*states, refund()]


WHOLE = ["Initiated", "IssuedToUser", "Reserved", "Captured", "Captured"]


def test_the_demo_sells_over_both_networks_and_leaves_nothing_running(tmp_path):
    port, simulator_port = free_ports(2)
    options = ("--port", str(port), "--simulator-port", str(simulator_port))

    with started("demo", *options, environment=development(tmp_path / "demo")) as process:
        demo = Demo("".join(greeting(process.stdout)))
        pages = [fetched(demo.phone), fetched(demo.api), fetched(demo.letters)]
        mobilepay = demo.phone.rstrip("/")
        over_epayment = sale(demo.till, lambda code: EPaymentPhone(mobilepay, code, PHONE), demo.terminal_id, "1")
        _, tills = fetched(f"{demo.phone}tills")
        kino, bager = json.loads(tills)
        over_posv10 = sale(
            partial(demo.page_till, 1), lambda code: PosV10Phone(mobilepay, code, PHONE), bager["terminals"][0], "2"
        )
        until(lambda: "You can work for Kino Nord" in fetched(demo.letters)[1])
        refused = [demo.refused("payments", token="mpp_nobody"), demo.refused("nothing")]
        process.send_signal(signal.SIGINT)
        # Every child writes to the same pipes: they end when the last one has ended.
        out, err = process.communicate(timeout=15)

    assert (demo.phone, demo.portal) == (f"http://127.0.0.1:{simulator_port}/", f"http://127.0.0.1:{port}")
    assert [(status, "<html" in text) for status, text in pages] == [(200, True)] * 3
    assert (kino["label"], over_epayment) == ("Kino Nord", WHOLE)
    assert (bager["label"], over_posv10) == ("Bageriet Syd", WHOLE)
    assert process.returncode == 0
    assert refused == [401, 404]
    # What was refused, and who was written to, scrolls no sign-in away.
    assert (out.splitlines(), err) == (["", "worker: Warm shutdown (MainProcess)", "Stopped."], "")
    assert [processes.answers(each) for each in (port, simulator_port)] == [False, False]
