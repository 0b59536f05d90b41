"""A whole run of the portal's programs, and then every secret it used is looked for wherever it must not be."""

import re

import pytest

from tests.security import activities, staff
from tests.security.leftovers import readable, sessions, tables
from tests.security.whole_run import opened

# The page that hands a new token over, once.
SHOWN_ONCE = {"POST /merchants/1/token/reset/: 200": {"reset on the page"}}
# What the run was for: each of these was said by one of the programs.
SAID = {
    "web": ["POST payment/capture: outcome_unknown", "Unauthorized: /metrics"],
    "wrong web": [
        "A till call failed unexpectedly",
        "Internal Server Error: /merchants/<int:merchant_id>/payments/<uuid:payment_id>/",
    ],
    "worker": ["A letter could not be sent", '"to_state": "Captured"'],
    "issue": ["Issued an access token"],
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    with opened(tmp_path_factory.mktemp("run")) as run:
        pia = staff.sign_in(run)
        asta = staff.invite(run, pia)
        run.staff = [pia, asta]
        right = activities.sell(run)
        activities.call_in_every_form(run, right)
        activities.call_wrongly(run)
        activities.have_bad_luck(run, asta, right)
        activities.ask_the_wrong_process(run, pia, right)
        enrolled = activities.replace_tokens(run, pia)
        activities.misread_addresses(run, enrolled)
        activities.look_around(run, pia)
        for number, (name, cookie) in enumerate(sorted(pia.cookies | asta.cookies)):
            run.remember(f"{name} {number}", cookie)
    return run


def found(run, text, *, but=frozenset()):
    """The names of the secrets that stand in a text, as whole words if they are short."""
    return [
        name
        for name, secret in run.secrets.items()
        if name not in but
        and (secret in text if len(secret) > 12 else re.search(rf"(?<![\w-]){secret}(?![\w-])", text))
    ]


def everything_written(run):
    """Every text that the run has left somewhere, by its place, and the secrets that belong there."""
    for file in run.logs.iterdir():
        yield f"log of {file.name}", file.read_text(encoding="utf-8", errors="replace"), set()
    for asked, text, own in run.answers:
        yield f"answer to {asked}", text, own
    for who in run.staff:
        for asked, page in who.pages:
            yield f"page {asked}", page, SHOWN_ONCE.get(asked, set())
    database = run.var / "portal.sqlite3"
    yield "tables", tables(database), set()
    # allauth keeps the key of an opened letter there until the new password is set.
    yield "sessions", sessions(database), {"reset link"}
    # Django finds a session by its cookie.
    session_keys = {name for name in run.secrets if name.startswith("sessionid")}
    for file in run.var.rglob("*"):
        if file.is_file():
            yield f"file {file.relative_to(run.var)}", readable(file), session_keys


def test_no_secret_of_a_whole_run_is_found_where_it_must_not_be(run):
    logs = {file.name: file.read_text(encoding="utf-8") for file in run.logs.iterdir()}

    told = {place: found(run, text, but=own) for place, text, own in everything_written(run)}

    assert [says for name, lines in SAID.items() for says in lines if says not in logs[name]] == []
    assert found(run, f"({run.token})(123456)") == ["loyalty id", "reset by a till"]
    assert {place: names for place, names in told.items() if names} == {}
