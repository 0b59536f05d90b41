"""`manage.py simulator`."""

import json
import signal

import pytest

from portal.management import processes
from tests.commands.programs import development, fetched, finished, free_ports, started
from tests.shop import BAGER, SHOPS


@pytest.fixture
def merchants(tmp_path):
    file = tmp_path / "merchants.json"
    file.write_text(json.dumps(SHOPS), encoding="utf-8")
    return file


def test_it_serves_the_merchants_of_a_file_until_it_is_interrupted(tmp_path, merchants):
    [port] = free_ports(1)
    arguments = ("simulator", "--port", str(port), "--merchants", str(merchants))

    with started(*arguments, environment=development(tmp_path)) as simulator:
        is_up = processes.wait_for(port)
        status, world = fetched(f"http://127.0.0.1:{port}/_simulator/world")
        simulator.send_signal(signal.SIGINT)
        out, err = simulator.communicate(timeout=10)

    known = json.loads(world)["merchants"]
    assert (is_up, status) == (True, 200)
    assert [(each["bioCode"], [store["storeId"] for store in each["stores"]]) for each in known] == [
        (shop["bioCode"], [store["storeId"] for store in shop["stores"]]) for shop in SHOPS["merchants"]
    ]
    assert known[1]["stores"][0]["storeName"] == BAGER["stores"][0]["name"]
    assert (simulator.returncode, out, err) == (0, f"MobilePay simulator: http://127.0.0.1:{port}/\n", "")
    assert processes.answers(port) is False


def test_it_says_in_one_line_what_is_wrong_with_the_portals_address(tmp_path):
    [port] = free_ports(1)

    code, out, err = finished(
        "simulator", "--port", str(port), "--portal", "nonsense", environment=development(tmp_path)
    )

    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert err.startswith("CommandError: ")
