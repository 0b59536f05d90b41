"""Whatever the audit log speaks of is shown somewhere; which rows it takes at all, mypy knows (`HasPage`)."""

import pytest

from portal.audit import lines
from portal.audit.models import Entry
from portal.audit.services import HasPage, record
from tests.house.world import World


@pytest.fixture
def world(till, stranger) -> World:
    return World()


def test_every_entry_leads_to_a_page_that_opens(world, platform):
    told = lines.of(Entry.objects.exclude(merchant_id=None), reader=platform.user)

    kinds, urls = {line.entry.subject_kind for line in told}, {line.url for line in told}
    assert kinds >= {"merchant", "pointofsale", "accesstoken", "refund"}
    assert {url: platform.get(url).status_code for url in urls} == dict.fromkeys(urls, 200)
    assert all(url.startswith("/merchants/") for url in urls)


def test_nothing_is_written_down_about_what_has_no_page():
    assert record.__annotations__["on"] == f"{HasPage.__name__} | User"
