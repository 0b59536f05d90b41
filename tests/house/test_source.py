"""House rules that no linter knows, read from the source itself."""

import ast
from pathlib import Path
import re

ROOT = Path(__file__).parents[2]
APPS = ("payments", "portal", "refunds", "terminals")
LONGEST = 350
# The only writer of a payment's state and intent.
WRITER = "payments/services/moves.py"
# Fill databases of their own with samples: no payment of anybody.
BENCH = "portal/management/commands/bench.py"
SAMPLES = (BENCH, "portal/management/sample/history.py")


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

    assert names >= {WRITER, BENCH, "terminals/models.py", "portal/mobilepay/transport.py"}
    assert pages() != []


def test_nothing_becomes_a_float():
    found = [(name, called) for name, called, _ in calls() if called == "float" and "/simulator/" not in name]

    assert found == []


def test_nothing_sleeps():
    # The transport is handed its sleep, and bench waits for its measurement.
    found = [(name, called) for name, called, _ in calls() if re.fullmatch(r"(time\.)?sleep", called) and name != BENCH]

    assert found == []


def test_only_services_write_payments():
    writes = re.compile(r"Payment(Event)?\.objects\.(.*\.)?(bulk_)?(create|update|delete)|payment\.(save|delete)")
    found = [
        (name, called)
        for name, called, _ in calls()
        if writes.fullmatch(called) and "/services/" not in name and name not in SAMPLES
    ]

    assert found == []


def test_only_moves_writes_the_state_and_the_intent_of_a_payment():
    updates = [
        (name, called)
        for name, called, given in calls()
        if called.endswith("update") and given & {"state", "intent"} and name.startswith("payments/")
    ]
    assignments = [
        (name, ast.unparse(node))
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in {"state", "intent"}
        if name.startswith("payments/") or ast.unparse(node.value).endswith("payment")
    ]

    assert {name for name, _ in updates} == {WRITER}
    assert [each for each in assignments if "/simulator/" not in each[0]] == []


def test_every_file_can_be_read_in_one_go():
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for folder in ("templates", *APPS)
        for path in (ROOT / folder).rglob("*.*")
        if path.suffix in {".py", ".html", ".js", ".css"} and "vendor" not in path.parts
    }

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_pages_hold_no_script_or_style_of_their_own_and_trust_no_text():
    banned = re.compile(r"\|\s*safe\b|<script(?![^>]*\bsrc=)[^>]*>|\sstyle=|<style\b|\son[a-z]+=")
    found = {page.name: banned.findall(page.read_text(encoding="utf-8")) for page in pages()}

    assert {name: marks for name, marks in found.items() if marks} == {}
