"""`manage.py issue_token`."""

import io

from django.core.management import CommandError, call_command
import pytest

from portal.audit.models import Entry
from tests.tillapi.raw_calls import call, rows


def _issue(bio_code):
    out = io.StringIO()
    call_command("issue_token", bio_code, stdout=out)
    return out.getvalue()


def test_it_prints_a_token_that_works_and_nothing_else(merchants):
    printed = _issue("KINO1")

    token = printed.removesuffix("\n")
    assert printed == f"{token}\n"
    assert call("GET", "manage/stores", token=token).status == 200
    entries = Entry.objects.filter(action__startswith="token:").order_by("pk")
    assert [(each.action, each.actor, each.details) for each in entries] == [
        ("token:reset", "manage.py", {"reason": "issued on the command line"}),
        ("token:issued", "manage.py", {}),
    ]


def test_it_replaces_the_token_there_is_and_no_other_merchants(till, stranger):
    token = _issue("KINO1").strip()

    assert call("GET", "manage/stores", token=till.token).status == 401
    assert call("GET", "manage/stores", token=token).status == 200
    assert call("GET", "manage/stores", token=stranger.token).status == 200


def test_it_knows_no_other_merchant(till):
    stored = rows()

    with pytest.raises(CommandError, match=r"^There is no merchant with the bioCode KINO2\.$"):
        _issue("KINO2")

    assert rows() == stored
