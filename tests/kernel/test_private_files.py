"""What the portal writes on a machine is for its owner alone: payments, messages, what the cache holds."""

from pathlib import Path
import subprocess
import sys

import pytest

from portal.settings import environment
from tests.commands.programs import development

ROOT = Path(__file__).parents[2]
PROGRAM = """
import os
os.umask(0o022)  # as most machines have it
import django
django.setup()
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
call_command("migrate", "accounts", verbosity=0)
caches["default"].set("word", "kept")
from portal.celery import app
app.send_task("payments.sweep_due")
with connection.cursor() as cursor:
    cursor.execute("SELECT 1 FROM accounts_session")
    for path in sorted(map(str, __import__("pathlib").Path(os.environ["VAR_DIR"]).rglob("*"))):
        print(oct(os.stat(path).st_mode & 0o777), path)
print(oct(os.stat(os.environ["VAR_DIR"]).st_mode & 0o777), os.environ["VAR_DIR"])
"""


def modes(folder, **more):
    """The rights to everything in the folder and to itself, while the database is open, by its place in there."""
    start = development(folder, DJANGO_SETTINGS_MODULE="portal.settings", **more)
    command = [sys.executable, "-c", PROGRAM]
    finished = subprocess.run(command, env=start, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    lines = [line.split(" ", 1) for line in finished.stdout.splitlines()]
    return {str(Path(path).relative_to(folder)): mode for mode, path in lines}


def check(found, database="portal.sqlite3"):
    assert {database, f"{database}-wal", f"{database}-shm", "broker", "broker/messages", "cache", "."} <= found.keys()
    assert any(name.endswith(".msg") for name in found)
    assert {name: mode for name, mode in found.items() if mode not in {"0o700", "0o600"}} == {}


def test_a_new_folder_is_its_owners_alone_with_all_that_is_in_it(tmp_path):
    check(modes(tmp_path / "var"))


def test_a_folder_and_a_database_from_before_become_their_owners_alone(tmp_path):
    for name in ("portal.sqlite3", "portal.sqlite3-wal"):
        (tmp_path / name).touch(mode=0o644)
    tmp_path.chmod(0o755)

    check(modes(tmp_path))


def test_a_database_elsewhere_is_its_owners_alone(tmp_path):
    (tmp_path / "elsewhere.sqlite3").touch(mode=0o666)

    check(modes(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}"), database="elsewhere.sqlite3")


@pytest.mark.parametrize(("before", "after"), [(0o755, 0o700), (0o644, 0o600), (0o700, 0o700), (0o1777, 0o1777)])
def test_only_what_is_ours_alone_is_kept_private(tmp_path, before, after):
    path = tmp_path / "a"
    path.mkdir()
    path.chmod(before)

    environment.keep_private(path)
    environment.keep_private(tmp_path / "nothing")

    assert path.stat().st_mode & 0o7777 == after


def test_what_is_somebody_elses_is_left_to_them(tmp_path, monkeypatch):
    tmp_path.chmod(0o755)
    monkeypatch.setattr("os.geteuid", lambda: 12345678)

    environment.keep_private(tmp_path)

    assert tmp_path.stat().st_mode & 0o777 == 0o755
