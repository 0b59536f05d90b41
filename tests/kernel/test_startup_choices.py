"""What production runs with unless it is told otherwise, and what it takes when it is told."""

import json
import subprocess
import sys

import pytest

from tests.kernel.test_startup import ANOTHER, PEPPER, ROOT, production

__all__ = ["production"]

PROGRAM = """
import json, portal.settings as s
cache = s.CACHES["default"]
print(json.dumps({
    "cache": [cache["BACKEND"].rpartition(".")[2], cache["LOCATION"]],
    "log": [s.LOG_FORMAT, s.LOG_LEVEL, s.LOGGING["handlers"]["stderr"]["formatter"], s.LOGGING["root"]["level"]],
    "metrics": s.METRICS_TOKEN,
    "slow calls": s.SLOW_CALLS_PER_MERCHANT,
    "limits": [s.TILL_RATE_LIMIT, s.MERCHANT_RATE_LIMIT],
    "peppers": s.TOKEN_PEPPERS,
}))
"""


@pytest.fixture
def chosen(production):
    """Starts with these variables besides what production needs; gives what the settings have become."""

    def start(**variables):
        command = [sys.executable, "-c", PROGRAM]
        environment = {**production, **variables}
        finished = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
        assert (finished.returncode, finished.stderr) == (0, "")
        return json.loads(finished.stdout)

    return start


def test_without_being_told_it_needs_no_other_service(chosen, production):
    assert chosen() == {
        "cache": ["FileBasedCache", f"{production['VAR_DIR']}/cache"],
        "log": ["json", "INFO", "json", "INFO"],
        "metrics": "",
        "slow calls": 4,
        "limits": ["1000/second", "1000/second"],
        "peppers": [PEPPER],
    }


def test_it_takes_what_it_is_told(chosen):
    found = chosen(
        LOG_FORMAT="text",
        LOG_LEVEL="ERROR",
        METRICS_TOKEN=ANOTHER,
        SLOW_CALLS_PER_MERCHANT="1",
        TILL_RATE_LIMIT="10/second",
        MERCHANT_RATE_LIMIT="20/second",
        TOKEN_PEPPER=f"{ANOTHER}, {PEPPER}",
    )

    del found["cache"]
    assert found == {
        "log": ["text", "ERROR", "text", "ERROR"],
        "metrics": ANOTHER,
        "slow calls": 1,
        "limits": ["10/second", "20/second"],
        "peppers": [ANOTHER, PEPPER],
    }


@pytest.mark.parametrize(
    ("variables", "address"),
    [
        ({"CELERY_BROKER_URL": "redis://broker:6379/0"}, "redis://broker:6379/0"),
        ({"CELERY_BROKER_URL": "rediss://broker:6379/0"}, "rediss://broker:6379/0"),
        ({"CELERY_BROKER_URL": "amqp://broker", "CACHE_URL": "redis://cache:6379/1"}, "redis://cache:6379/1"),
        ({"CELERY_BROKER_URL": "redis://broker/0", "CACHE_URL": "rediss://cache/1"}, "rediss://cache/1"),
        ({"CACHE_URL": "redis://cache/1"}, "redis://cache/1"),
    ],
)
def test_the_cache_is_redis_where_there_is_one(chosen, variables, address):
    assert chosen(**variables)["cache"] == ["RedisCache", address]


@pytest.mark.parametrize(
    "variables",
    [{"CELERY_BROKER_URL": "amqp://broker"}, {"CELERY_BROKER_URL": "redis://broker", "CACHE_URL": "file://"}],
)
def test_the_cache_is_a_folder_where_there_is_no_redis_or_none_is_wanted(chosen, production, variables):
    assert chosen(**variables)["cache"] == ["FileBasedCache", f"{production['VAR_DIR']}/cache"]


def test_development_logs_text_of_what_goes_wrong_and_takes_a_short_token(chosen):
    found = chosen(DEBUG="on", METRICS_TOKEN="short")

    assert (found["log"], found["metrics"]) == (["text", "WARNING", "text", "WARNING"], "short")
