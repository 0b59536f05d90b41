"""House rules that no linter knows, read from the source itself."""

import ast
from pathlib import Path
import re

import pytest

ROOT = Path(__file__).parents[2]
APPS = ("payments", "portal", "refunds", "terminals")
LONGEST = 350
# The only writer of what is owed, and those of a payment's and of a refund's state.
LEDGER = "portal/operations/ledger.py"
WRITER = "payments/services/transitions.py"
REFUND_WRITER = "refunds/services/transitions.py"
# Fill databases of their own with samples: no payment of anybody.
BENCH = "portal/management/bench/polls.py"
SAMPLES = (BENCH, "portal/management/sample/history.py", "portal/management/commands/chaos.py")


def trees():
    """The name and the syntax tree of every source file but migrations."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def calls():
    """Every call: its file, its dotted name as written, the names of its keyword arguments."""
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield name, ast.unparse(node.func), {keyword.arg for keyword in node.keywords}


def pages():
    return [page for folder in ("templates", *APPS) for page in sorted((ROOT / folder).rglob("*.html"))]


def test_the_rules_read_the_whole_source():
    names = {name for name, _ in trees()}

    assert names >= {WRITER, REFUND_WRITER, BENCH, "terminals/models/terminals.py", "portal/mobilepay/http/client.py"}
    assert pages() != []


def test_nothing_becomes_a_float():
    found = [(name, called) for name, called, _ in calls() if called == "float" and "/simulator/" not in name]

    assert found == []


def test_nothing_sleeps():
    # The HTTP client is handed its sleep, and bench waits for its measurement.
    found = [(name, called) for name, called, _ in calls() if re.fullmatch(r"(time\.)?sleep", called) and name != BENCH]

    assert found == []


@pytest.mark.parametrize(
    ("models", "name"),
    [("Payment(Event)?", "payment"), ("Refund(Event)?|Notification|Policy(Change)?", "refund|policy|change")],
)
def test_only_services_write_payments_and_refunds(models, name):
    writes = re.compile(
        rf"({models})\.objects\.(.*\.)?(bulk_)?(create|update|delete|get_or_create|update_or_create)"
        rf"|({name})\.(save|delete)"
    )
    written = [(file, called) for file, called, _ in calls() if writes.fullmatch(called)]

    found = [each for each in written if "/services/" not in each[0] and each[0] not in SAMPLES]

    assert found == []
    assert written != []


def test_only_the_ledger_writes_what_is_owed():
    updates = [
        (name, called)
        for name, called, given in calls()
        if called.endswith("update") and given & {"state", "operation"}
        if name.startswith(("payments/", "refunds/", "portal/operations/"))
    ]

    assert {name for name, _ in updates} == {LEDGER}


@pytest.mark.parametrize(("app", "word"), [("payments", "payment"), ("refunds", "refund")])
def test_nobody_sets_a_state_or_an_operation_on_a_row(app, word):
    assignments = [
        (name, ast.unparse(node))
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in {"state", "operation"}
        if name.startswith(f"{app}/") or ast.unparse(node.value).endswith(word)
    ]

    assert [each for each in assignments if "/simulator/" not in each[0]] == []


def test_only_the_ledger_writes_down_what_happened():
    created = {name for name, called, _ in calls() if called.endswith("Event.objects.create")}
    written = {name for name, called, _ in calls() if called == "event.save"}
    savers = {name for name, called, _ in calls() if called == "refund.save"}

    assert (created, written, savers) == (set(), {LEDGER}, {REFUND_WRITER})


def test_every_file_can_be_read_in_one_go():
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for folder in ("templates", *APPS)
        for path in (ROOT / folder).rglob("*.*")
        if path.suffix in {".py", ".html", ".js", ".css"} and not {"vendor", "migrations"} & set(path.parts)
    }

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_pages_hold_no_script_or_style_of_their_own_and_trust_no_text():
    banned = re.compile(r"\|\s*safe\b|<script(?![^>]*\bsrc=)[^>]*>|\sstyle=|<style\b|\son[a-z]+=")
    found = {page.name: banned.findall(page.read_text(encoding="utf-8")) for page in pages()}

    assert {name: marks for name, marks in found.items() if marks} == {}
