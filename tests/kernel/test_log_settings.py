"""How much is logged, and in which form, as the environment says."""

import json
from pathlib import Path
import subprocess
import sys

import pytest

from tests.commands.programs import development
from tests.kernel.test_startup import NEW_KEY, PEPPER, SECRET

ROOT = Path(__file__).parents[2]
PROGRAM = """
import django, logging
django.setup()
for level in (logging.INFO, logging.WARNING, logging.ERROR):
    logging.getLogger("portal.tests").log(level, "a line", extra={"payment": "p-1"})
logging.getLogger("celery.beat").info("Scheduler: Sending due task")
logging.getLogger("celery.app.trace").info("Task succeeded")
logging.getLogger("kombu.connection").warning("No hostname was supplied")
logging.getLogger("django.request").warning("Not Found: /nothing")
"""
TEXT = "{} portal.tests [-] a line"


def log(folder, **environment):
    """What the program's log says, without its times."""
    command = [sys.executable, "-c", PROGRAM]
    start = development(folder, DJANGO_SETTINGS_MODULE="portal.settings", **environment)
    finished = subprocess.run(command, env=start, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    assert finished.stdout == ""
    return finished.stderr.splitlines()


def levels(lines):
    return [json.loads(line)["level"] for line in lines if json.loads(line)["logger"] == "portal.tests"]


def test_a_developer_reads_text_about_what_goes_wrong(tmp_path):
    lines = [line.split(" ", 2)[2] for line in log(tmp_path)]

    assert lines == [TEXT.format("WARNING"), TEXT.format("ERROR"), "WARNING django.request [-] Not Found: /nothing"]


def test_production_writes_json_about_every_deed_and_beat_is_quiet(tmp_path):
    lines = log(tmp_path, **production())

    assert [(json.loads(line)["logger"], json.loads(line)["level"]) for line in lines] == [
        ("portal.tests", "INFO"),
        ("portal.tests", "WARNING"),
        ("portal.tests", "ERROR"),
        ("django.request", "WARNING"),
    ]
    assert json.loads(lines[0]).keys() == {"time", "level", "logger", "message", "payment", "request_id"}


@pytest.mark.parametrize(
    ("level", "written"),
    [("INFO", ["INFO", "WARNING", "ERROR"]), ("WARNING", ["WARNING", "ERROR"]), ("ERROR", ["ERROR"])],
)
def test_a_level_is_written_with_all_that_is_worse(tmp_path, level, written):
    assert levels(log(tmp_path, LOG_FORMAT="json", LOG_LEVEL=level)) == written


def test_production_may_be_read_by_people(tmp_path):
    assert log(tmp_path, **production(LOG_FORMAT="text", LOG_LEVEL="ERROR"))[0].endswith(TEXT.format("ERROR"))


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("LOG_FORMAT", "xml", "must be one of json, text"),
        ("LOG_FORMAT", "JSON", "must be one of json, text"),
        ("LOG_LEVEL", "DEBUG", "must be one of INFO, WARNING, ERROR"),
        ("LOG_LEVEL", "info", "must be one of INFO, WARNING, ERROR"),
    ],
)
def test_nonsense_stops_the_start(tmp_path, name, value, problem):
    with pytest.raises(subprocess.CalledProcessError) as stopped:
        log(tmp_path, **{name: value})

    assert (stopped.value.returncode, stopped.value.stdout) == (1, "")
    assert stopped.value.stderr == f"Configuration: {name} {problem}.\n"


def production(**more):
    return {
        "DEBUG": "off",
        "SECRET_KEY": SECRET,
        "TOKEN_PEPPER": PEPPER,
        "ENCRYPTION_KEYS": NEW_KEY,
        "ALLOWED_HOSTS": "portal.example",
        "POSV10_API_URL": "https://api.mobilepay.dk",
        "POSV10_CLIENT_ID": "a-client",
        "POSV10_CLIENT_SECRET": "a-client-secret",
        "EMAIL_URL": "smtp+tls://portal:word@mail.example:587",
        "EMAIL_FROM": "portal@shop.example",
        **more,
    }
