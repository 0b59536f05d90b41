"""Where processes count, and which tokens may read it."""

import os
from pathlib import Path
import runpy

import pytest

from portal.settings import base, environment

SETTINGS = base.BASE_DIR / "portal" / "settings" / "metrics.py"


@pytest.fixture
def read(monkeypatch):
    """The settings as a process with this token reads them when it starts."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "/nowhere")
    monkeypatch.setattr(environment, "_problems", {})

    def read_with(token, *, debug=False):
        monkeypatch.setenv("METRICS_TOKEN", token)
        monkeypatch.setattr(base, "DEBUG", debug)
        return runpy.run_path(str(SETTINGS), run_name="portal.settings.metrics")

    return read_with


def test_processes_count_in_a_folder_of_the_portals_own(read):
    read("")

    folder = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
    assert (folder, folder.is_dir()) == (base.VAR_DIR / "metrics", True)


@pytest.mark.parametrize("token", ["", "a-token-that-is-as-long-as-one-is"])
def test_no_token_is_as_good_as_a_long_one(read, token):
    assert read(token)["METRICS_TOKEN"] == token
    assert environment.check() is None


@pytest.mark.parametrize("token", ["x", "x" * 40, "a-token-that-is-not-long-enough"])
def test_a_token_that_can_be_guessed_stops_the_start(read, token):
    read(token)

    with pytest.raises(SystemExit, match=r"^Configuration: METRICS_TOKEN can be guessed: make one with [^\n]+\.$"):
        environment.check()


def test_a_developer_may_have_a_short_one(read):
    assert read("x", debug=True)["METRICS_TOKEN"] == "x"
    assert environment.check() is None
