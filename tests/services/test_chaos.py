"""A bad day with a real database and each broker; on its own, for two portals on one broker take each other's tasks."""

import re

import pytest

from tests.commands.programs import development, free_ports, started
from tests.services.conftest import BROKERS, fresh_database

AGREED = re.compile(r"seed 5: 24 sales asked for, .* \d+ payments and \d+ refunds compared, 0 differences\n$")


@pytest.mark.parametrize("broker", BROKERS, ids=lambda url: url.partition(":")[0])
def test_while_processes_are_killed_nothing_is_doubled_or_lost(broker, tmp_path):
    port, simulator_port = map(str, free_ports(2))
    database = fresh_database("portal_chaos")
    environment = development(tmp_path / "chaos", DATABASE_URL=database, CELERY_BROKER_URL=broker)
    options = ["--sales", "24", "--tills", "4", "--seed", "5", "--port", port, "--simulator-port", simulator_port]

    with started("chaos", *options, environment=environment) as process:
        out, err = process.communicate(timeout=240)

    assert (process.returncode, err) == (0, "")
    assert AGREED.search(out)
