"""The words of docs/glossary.md, and that those it has replaced stay away."""

import io
from pathlib import Path
import re
import tokenize

import pytest

ROOT = Path(__file__).parents[2]
APPS = ("payments", "portal", "refunds", "terminals")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
OLD = {name for row in re.findall(r"^\|.*\|([^|]*)\|$", GLOSSARY, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}


def names(path):
    """Every name that stands in a file's code, as opposed to its comments and texts."""
    code = io.StringIO(path.read_text(encoding="utf-8"))
    return {token.string for token in tokenize.generate_tokens(code.readline) if token.type == tokenize.NAME}


def sources():
    return [path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "simulator" not in path.parts]


def test_the_glossary_names_what_it_has_replaced():
    assert {"giving_back", "strangers", "promised_minor", "PreparedQuery", "MOVES"} <= OLD


@pytest.mark.parametrize("app", APPS)
def test_no_word_comes_back_that_the_glossary_has_replaced(app):
    found = {
        path.relative_to(ROOT).as_posix(): names(path) & OLD for path in sources() if path.parts[len(ROOT.parts)] == app
    }

    assert {path: old for path, old in found.items() if old} == {}


def test_modules_of_services_and_helpers_of_tests_are_called_by_nouns():
    services = [path for app in APPS for path in (ROOT / app).rglob("services/*.py")]
    helpers = [path for path in (ROOT / "tests").rglob("*.py") if not path.name.startswith("test_")]

    assert [path.as_posix() for path in [*services, *helpers] if path.stem.endswith("ing")] == []
