"""Production starts with what it needs, and otherwise stops with one line for each variable that is wrong."""

import json
from pathlib import Path
import subprocess
import sys

import pytest

ROOT = Path(__file__).parents[2]
DEVELOPMENT_SECRET = "only-for-development-never-in-production"
SECRET, PEPPER, NEW_KEY, OLD_KEY, ANOTHER = (
    f"{name}-7Rm2-5Ln8-3Bd5-9Hf4-6Jk3-1Gc7-8Vy2" for name in ("secret", "pepper", "new-key", "old-key", "another")
)
CAN_BE_GUESSED = "can be guessed: make one with python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
SHOWN = ["DEBUG", "SECRET_KEY", "TOKEN_PEPPERS", "ENCRYPTION_KEYS", "ALLOWED_HOSTS", "HTTPS_ONLY", "POSV10_API_URL"]


@pytest.fixture
def production(tmp_path):
    """An environment in which the portal starts, and nothing else in it."""
    return {
        "VAR_DIR": str(tmp_path),
        "SECRET_KEY": SECRET,
        "TOKEN_PEPPER": PEPPER,
        "ENCRYPTION_KEYS": f"{NEW_KEY}, {OLD_KEY}",
        "ALLOWED_HOSTS": "portal.example",
        "POSV10_API_URL": "https://api.mobilepay.dk",
        "POSV10_CLIENT_ID": "a-client",
        "POSV10_CLIENT_SECRET": "a-client-secret",
        "EMAIL_URL": "smtp+tls://portal:word@mail.example:587",
        "EMAIL_FROM": "portal@shop.example",
    }


def start(environment):
    program = f"import json, portal.settings as s; print(json.dumps({{name: getattr(s, name) for name in {SHOWN}}}))"
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603


def assert_stopped_with(finished, line):
    assert (finished.returncode, finished.stdout, finished.stderr) == (1, "", f"{line}\n")


def test_production_starts_with_what_it_needs(production):
    finished = start(production)

    assert (finished.returncode, finished.stderr) == (0, "")
    assert json.loads(finished.stdout) == {
        "DEBUG": False,
        "SECRET_KEY": SECRET,
        "TOKEN_PEPPERS": [PEPPER],
        "ENCRYPTION_KEYS": [NEW_KEY, OLD_KEY],
        "ALLOWED_HOSTS": ["portal.example"],
        "HTTPS_ONLY": True,
        "POSV10_API_URL": "https://api.mobilepay.dk",
    }


def test_development_starts_with_nothing(tmp_path):
    finished = start({"DEBUG": "on", "VAR_DIR": str(tmp_path)})

    assert (finished.returncode, finished.stderr) == (0, "")
    assert json.loads(finished.stdout) == {
        "DEBUG": True,
        "SECRET_KEY": DEVELOPMENT_SECRET,
        "TOKEN_PEPPERS": [DEVELOPMENT_SECRET],
        "ENCRYPTION_KEYS": [DEVELOPMENT_SECRET],
        "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"],
        "HTTPS_ONLY": False,
        "POSV10_API_URL": "http://127.0.0.1:8600",
    }


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "EMAIL_URL"])
def test_production_stops_when_a_variable_is_missing(production, name):
    del production[name]

    finished = start(production)

    assert_stopped_with(finished, f"Configuration: {name} is missing.")


def test_production_names_everything_that_is_missing_or_wrong_at_once(tmp_path):
    finished = start({"VAR_DIR": str(tmp_path), "SECRET_KEY": "abc", "HTTPS_ONLY": "yes", "POSV10_API_URL": "here"})

    assert_stopped_with(
        finished,
        "Configuration: TOKEN_PEPPER is missing.\n"
        "Configuration: ENCRYPTION_KEYS is missing.\n"
        f"Configuration: SECRET_KEY {CAN_BE_GUESSED}.\n"
        "Configuration: ALLOWED_HOSTS is missing.\n"
        "Configuration: HTTPS_ONLY must be one of 0, 1, false, off, on, true.\n"
        "Configuration: EMAIL_URL is missing.\n"
        "Configuration: EMAIL_FROM is missing.\n"
        "Configuration: POSV10_API_URL must be an address that starts with https:// or http://.",
    )


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("HTTPS_ONLY", "yes", "must be one of 0, 1, false, off, on, true"),
        ("DATABASE_URL", "mysql://host/portal", "must start with one of sqlite://, postgres://, postgresql://"),
        ("DATABASE_URL", "postgres", "must start with one of sqlite://, postgres://, postgresql://"),
        ("DATABASE_URL", "postgres://", "is not an address such as postgres://user:password@host/name"),
        ("CELERY_BROKER_URL", "filesystem://x", "takes no folder after filesystem://: that is VAR_DIR's business"),
        (
            "CELERY_BROKER_URL",
            "sqs://queue",
            "must start with one of filesystem://, redis://, rediss://, amqp://, amqps://",
        ),
        ("DEFAULT_PROVIDER", "foo", "must be one of epayment, posv10"),
        ("POSV10_CLIENT_VERSION", "1.0", "must be three numbers such as 1.0.0"),
        ("POSV10_API_URL", "api.mobilepay.dk", "must be an address that starts with https:// or http://"),
        ("TILL_RATE_LIMIT", "foo", "must be a rate such as 60/minute"),
        ("TILL_RATE_LIMIT", "0/second", "must be a rate such as 60/minute"),
        ("MERCHANT_RATE_LIMIT", "1000", "must be a rate such as 60/minute"),
        ("SLOW_CALLS_PER_MERCHANT", "0", "must be a whole number, 1 or more"),
        ("SLOW_CALLS_PER_MERCHANT", "many", "must be a whole number, 1 or more"),
        ("CACHE_URL", "memcached://cache", "must start with redis:// or rediss://"),
        ("CACHE_URL", "redis", "must start with redis:// or rediss://"),
        ("CACHE_URL", "filesystem://", "must start with redis:// or rediss://"),
        ("CACHE_URL", "file://elsewhere", "must start with redis:// or rediss://"),
        ("LOG_FORMAT", "xml", "must be one of json, text"),
        ("LOG_LEVEL", "DEBUG", "must be one of INFO, WARNING, ERROR"),
        ("LOG_LEVEL", "info", "must be one of INFO, WARNING, ERROR"),
        ("METRICS_TOKEN", ANOTHER[:31], CAN_BE_GUESSED),
        ("TOKEN_PEPPER", f"{PEPPER},short", CAN_BE_GUESSED),
        ("TOKEN_PEPPER", f"{PEPPER},{DEVELOPMENT_SECRET}", CAN_BE_GUESSED),
        ("SECRET_KEY", "0123456789", CAN_BE_GUESSED),
        ("SECRET_KEY", DEVELOPMENT_SECRET, CAN_BE_GUESSED),
        ("ENCRYPTION_KEYS", f"short,{NEW_KEY}", CAN_BE_GUESSED),
        ("ENCRYPTION_KEYS", f"{NEW_KEY},{DEVELOPMENT_SECRET}", CAN_BE_GUESSED),
        ("SECOND_FACTOR_REQUIRED", "off", "can be off in the demo only, together with DEBUG=on"),
        (
            "SECRET_KEY_FILE",
            "/nowhere/secret",
            "names a file that cannot be read (FileNotFoundError)",
        ),
    ],
)
def test_production_stops_at_nonsense(production, name, value, problem):
    production[name] = value

    finished = start(production)

    assert_stopped_with(finished, f"Configuration: {name} {problem}.")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgres://host:port/portal"),
        ("ENCRYPTION_KEYS", ","),
        ("ALLOWED_HOSTS", ","),
        ("VAR_DIR", "/dev/null/var"),
    ],
)
def test_production_stops_with_one_line_that_names_the_variable(production, name, value):
    production[name] = value

    finished = start(production)

    assert (finished.returncode, finished.stdout) == (1, "")
    [line] = finished.stderr.splitlines()
    assert line.startswith(f"Configuration: {name} ")


def test_secrets_may_come_from_files(production, tmp_path):
    for name in ("SECRET_KEY", "ENCRYPTION_KEYS"):
        path = tmp_path / name
        path.write_text(f"{name} from a file: {ANOTHER}\n", encoding="utf-8")
        del production[name]
        production[f"{name}_FILE"] = str(path)

    finished = start(production)

    assert (finished.returncode, finished.stderr) == (0, "")
    settings = json.loads(finished.stdout)
    assert settings["SECRET_KEY"] == f"SECRET_KEY from a file: {ANOTHER}"
    assert settings["ENCRYPTION_KEYS"] == [f"ENCRYPTION_KEYS from a file: {ANOTHER}"]
