"""Where processes count, and which tokens may read it."""

import os
from pathlib import Path
import runpy

import pytest

from portal.settings import base

SETTINGS = base.BASE_DIR / "portal" / "settings" / "metrics.py"


@pytest.fixture
def read(monkeypatch):
    """The settings as a process with this token reads them when it starts."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "/nowhere")

    def read_with(token, *, debug=False):
        monkeypatch.setenv("METRICS_TOKEN", token)
        monkeypatch.setattr(base, "DEBUG", debug)
        return runpy.run_path(str(SETTINGS), run_name="portal.settings.metrics")

    return read_with


def test_processes_count_in_a_folder_of_the_portals_own(read):
    read("")

    folder = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
    assert (folder, folder.is_dir()) == (base.VAR_DIR / "metrics", True)


@pytest.mark.parametrize("token", ["", "x" * 16, "a-token-that-nobody-guesses"])
def test_no_token_is_as_good_as_a_long_one(read, token):
    assert read(token)["METRICS_TOKEN"] == token


@pytest.mark.parametrize("token", ["x", "x" * 15])
def test_a_token_that_can_be_guessed_stops_the_start(read, token):
    with pytest.raises(SystemExit) as stopped:
        read(token)

    assert stopped.value.code == "Configuration: METRICS_TOKEN is too short: make it 16 characters or more."


def test_a_developer_may_have_a_short_one(read):
    assert read("x", debug=True)["METRICS_TOKEN"] == "x"
