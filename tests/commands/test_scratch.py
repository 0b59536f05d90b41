"""Commands that empty their database take none but their own, and say so before they touch or call anything."""

import socket

from django.core.management import CommandError
import pytest

from portal.management.scratch import fresh_database
from tests.commands.programs import development, finished, free_ports
from tests.tillapi.raw_calls import rows


def ports():
    port, simulator_port = map(str, free_ports(2))
    return ["--port", port, "--simulator-port", simulator_port]


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("demo", "other"),
        ("chaos", "other"),
        ("bench", "other"),
        ("chaos", "chaos"),
        ("chaos", "portal_demo"),
        ("chaos", "PORTAL_CHAOS"),
    ],
)
def test_a_postgres_database_of_another_name_is_not_even_called(tmp_path, command, name):
    address = f"postgres://somebody:secret@nowhere.invalid:5432/{name}"

    code, out, err = finished(command, *ports(), environment=development(tmp_path / command, DATABASE_URL=address))

    assert (code, "nowhere.invalid" in out) == (1, False)
    assert err == f"CommandError: This empties its database, and will not touch {name}: call it portal_{command}.\n"


def test_a_postgres_server_that_could_be_called_is_not(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"postgres://somebody:secret@127.0.0.1:{server.getsockname()[1]}/other"

        code, _, err = finished("chaos", *ports(), environment=development(tmp_path / "chaos", DATABASE_URL=address))

        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert (code, err) == (
        1,
        "CommandError: This empties its database, and will not touch other: call it portal_chaos.\n",
    )


@pytest.mark.parametrize(
    ("folder", "database"),
    [("var", "var"), ("chaos", "elsewhere"), ("chaos", "chaos/below"), ("chaos", "chaos/../var")],
)
def test_a_file_that_is_not_its_own_is_not_touched(tmp_path, folder, database):
    (tmp_path / "chaos").mkdir()
    place = tmp_path / database
    place.mkdir(parents=True, exist_ok=True)
    precious = place / "portal.sqlite3"
    kept = [precious.with_name(precious.name + suffix) for suffix in ("", "-wal", "-shm")]
    for each in kept:
        each.write_bytes(b"precious")
    environment = development(tmp_path / folder, DATABASE_URL=f"sqlite:///{precious}")

    code, _, err = finished("chaos", *ports(), environment=environment)

    assert code == 1
    assert err == f"CommandError: This empties its database, and will not touch {precious}: run `make chaos`.\n"
    assert [each.read_bytes() for each in kept] == [b"precious"] * 3


def test_a_database_can_be_made_anew_more_than_once_by_one_process(tmp_path):
    script = (
        "from portal.management.stage import fresh_shops\n"
        "from terminals.models import Merchant\n"
        "print([(len(fresh_shops(folder='chaos')), Merchant.objects.count()) for _ in range(3)])"
    )

    code, out, err = finished("shell", "--no-imports", "-c", script, environment=development(tmp_path / "chaos"))

    assert (code, out, err) == (0, "[(3, 3), (3, 3), (3, 3)]\n", "")


@pytest.mark.django_db
def test_the_database_in_use_is_refused_too():
    stored = rows()

    with pytest.raises(CommandError, match=r"^This empties its database, and will not touch \S+: (run|call it) \S+"):
        fresh_database(folder="demo")

    assert rows() == stored
