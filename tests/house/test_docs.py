"""What the documentation says is true."""

import json
import re

from django.conf import settings
import pytest
import yaml

from payments import states
from payments.api.words import STATUS_WORDS as PAYMENT_WORDS
from payments.states import TRANSITIONS, State
from portal.settings.base import BASE_DIR
from portal.tillapi.catalogue import calls
from portal.tillapi.refusals import anywhere
from refunds.api.words import STATUS_WORDS as REFUND_WORDS
from refunds.states import TRANSITIONS as REFUND_MOVES
from tests.tillapi.endpoints import ENDPOINTS

SOURCE = ("portal", "terminals", "payments", "refunds")
PAGES = [BASE_DIR / "README.md", BASE_DIR / "CONTRIBUTING.md", *sorted((BASE_DIR / "docs").rglob("*.md"))]


def words_in(text: str) -> list[str]:
    return re.findall(r"`(\w+)`", text)


def test_the_table_of_states_is_the_one_the_code_obeys():
    page = (BASE_DIR / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.*), or ended unpaid \|$", page, re.MULTILINE)
    ended = words_in(re.search(r"^Ended unpaid: (.*?)\. An answer", page, re.MULTILINE | re.DOTALL)[1])

    told = {source: {*words_in(targets), *ended} for source, targets in rows}

    obeyed = {state.value: {to.value for to in targets} for state, targets in TRANSITIONS.items() if targets}
    assert told == obeyed
    assert ended == [state.value for state in states.UNPAID]
    assert State.CREATED not in states.CONTRACT_WORDS


def test_the_table_of_refund_states_is_the_one_the_code_obeys():
    page = (BASE_DIR / "docs" / "architecture.md").read_text(encoding="utf-8").partition("## How money goes back")[2]
    rows = re.findall(r"^\| (`[\w`, ]+`) \| (.*) \|$", page, re.MULTILINE)
    (there,) = re.findall(r"^Ended at MobilePay: (.*)\.$", page, re.MULTILINE)

    written = {
        state: {*words_in(to), *(words_in(there) if "ended at MobilePay" in to else [])}
        for states_from, to in rows
        for state in words_in(states_from)
    }

    assert written == {state.value: {to.value for to in moves} for state, moves in REFUND_MOVES.items() if moves}


def test_every_setting_that_is_read_is_documented_and_no_other():
    page = (BASE_DIR / "docs" / "configuration.md").read_text(encoding="utf-8")
    table = page.partition("| variable |")[2]
    documented = {
        name for row in table.splitlines() for name in re.findall(r"`([A-Z][A-Z_]+)`", row.split("|")[1:2].__str__())
    }

    read = set()
    for file in (BASE_DIR / "portal" / "settings").glob("*.py"):
        source = file.read_text(encoding="utf-8")
        read |= set(re.findall(r'(?:environment\.\w+|_secrets?)\(\s*"([A-Z_]+)"', source))

    assert documented == read


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_inside_the_project_leads_somewhere(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))

    missing = [link for link in links if not (page.parent / link).exists()]

    assert missing == []


def test_every_page_the_code_refers_to_exists():
    sources = [file for folder in SOURCE for file in (BASE_DIR / folder).rglob("*.py")]
    named = {name for file in sources for name in re.findall(r"docs/[\w/-]+\.\w+", file.read_text(encoding="utf-8"))}

    assert [name for name in sorted(named) if not (BASE_DIR / name).exists()] == []


def test_the_till_api_page_lists_every_endpoint():
    page = (BASE_DIR / "docs" / "till-api.md").read_text(encoding="utf-8").partition("## Endpoints")[2]
    listed = re.findall(r"^\| `([\w/]+)`", page.partition("\n## ")[0], re.MULTILINE)

    assert sorted(listed) == sorted(endpoint.path for endpoint in ENDPOINTS)


def test_the_till_api_page_explains_every_code_and_every_word_as_the_code_does():
    page = (BASE_DIR / "docs" / "till-api.md").read_text(encoding="utf-8")
    codes = re.findall(r"^\| (\d+) \| `(\w+)` \| (.*) \|$", page, re.MULTILINE)
    words = re.findall(r"^\| `([A-Z]\w+)` \| (.*) \|$", page, re.MULTILINE)

    meanings = {}
    for refusal in [*(each for call in calls() for each in call.refusals), *anywhere()]:
        meanings.setdefault((str(refusal.status), refusal.code), {})[refusal.meaning] = None
    assert {(status, code): meaning for status, code, meaning in codes} == {
        key: " ".join(said) for key, said in meanings.items()
    }
    assert len(codes) == len(meanings)
    assert words == [*PAYMENT_WORDS, *REFUND_WORDS]


def test_the_units_of_systemd_run_what_the_procfile_runs():
    lines = (BASE_DIR / "Procfile").read_text(encoding="utf-8").splitlines()
    programs = dict(line.split(": ", 1) for line in lines)
    units = {}
    for file in (BASE_DIR / "docs" / "systemd").glob("*.service"):
        [command] = re.findall(
            r"^ExecStart=/opt/portal/.venv/bin/(.*)$", file.read_text(encoding="utf-8"), re.MULTILINE
        )
        units[file.stem.removeprefix("portal-")] = command

    # A platform gives a port and a network of its own; a unit stands behind the machine's proxy.
    own = programs["web"].replace("--host 0.0.0.0", "--host 127.0.0.1").replace("${PORT:-8000}", "8000")
    assert units == {**programs, "web": own}


def test_the_containers_run_what_the_procfile_runs():
    lines = (BASE_DIR / "Procfile").read_text(encoding="utf-8").splitlines()
    programs = {name: command.split() for name, command in (line.split(": ", 1) for line in lines)}
    services = yaml.safe_load((BASE_DIR / "compose.yaml").read_text(encoding="utf-8"))["services"]
    [web] = re.findall(r"^CMD (\[.*\])$", (BASE_DIR / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)

    run = {name: services[name]["command"] for name in ("worker", "beat")} | {"web": json.loads(web)}

    assert run == {name: [word.replace("${PORT:-8000}", "8000") for word in words] for name, words in programs.items()}
    assert "command" not in services["web"]


def test_the_image_holds_all_that_runs_and_nothing_else():
    listed = (BASE_DIR / ".dockerignore").read_text(encoding="utf-8").splitlines()
    kept = {line.removeprefix("!") for line in listed if line.startswith("!")}

    assert listed[1] == "*"
    assert kept >= {*SOURCE, "templates", "manage.py", "pyproject.toml", "requirements.txt"}
    assert [name for name in sorted(kept) if not (BASE_DIR / name).exists()] == []


def test_the_example_of_a_proxy_replaces_every_header_that_is_believed_and_takes_no_larger_body():
    example = (BASE_DIR / "docs" / "nginx" / "portal.conf").read_text(encoding="utf-8")
    replaced = {name for name, _ in re.findall(r"proxy_set_header (X-[\w-]+) (\$\w+);", example)}
    sources = [file.read_text(encoding="utf-8") for file in (BASE_DIR / "portal").rglob("*.py")]
    believed = {name for source in sources for name in re.findall(r"\bHTTP_X_FORWARDED_\w+", source)}

    # Django itself reads the host's.
    assert replaced == {"X-Forwarded-Host", *(name[5:].replace("_", "-").title() for name in believed)}
    assert f"client_max_body_size {settings.PAGE_BODY_LIMIT // 1024}k;" in example
    assert max(settings.TILL_BODY_LIMIT, settings.WEBHOOK_BODY_LIMIT) <= settings.PAGE_BODY_LIMIT


def test_the_page_for_operators_names_figures_that_there_are():
    page = (BASE_DIR / "docs" / "operations.md").read_text(encoding="utf-8")
    source = "".join(
        (BASE_DIR / "portal" / file).read_text(encoding="utf-8")
        for file in ("observability/metrics.py", "health/figures.py")
    )
    named = {name.removesuffix("_total") for name in re.findall(r"`(portal_\w+)", page)}

    assert {name for name in named if f'"{name}"' not in source} == set()
