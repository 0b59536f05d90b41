import pytest
import simplejson

from portal.mobilepay.simulator.core.server import SimulatorServer
from portal.mobilepay.simulator.pages.routes import DemoTill
from tests.mobilepay.simulator.pages.test_pages import TOKEN, browse, page, portal, sentence

__all__ = ["page", "portal"]  # fixtures

OTHER = "mpp_9876543210_other"
TERMINALS = ("b2a4c6d8", "b2a4c6d9")


@pytest.fixture
def two_tills(world, portal):
    tills = [
        DemoTill(portal.url, TOKEN, label="Kino Nord", terminals=TERMINALS),
        DemoTill("http://localhost:9000", OTHER, label="Bageriet Syd"),
    ]
    with SimulatorServer(world, till=tills) as server:
        yield server


def test_the_page_offers_its_tills_without_their_tokens(two_tills):
    status, headers, text = browse(two_tills, "/tills")

    assert (status, headers["cache-control"]) == (200, "no-store")
    assert simplejson.loads(text) == [
        {"label": "Kino Nord", "terminals": list(TERMINALS)},
        {"label": "Bageriet Syd", "terminals": []},
    ]


def test_a_single_till_is_the_first_of_one(page):
    assert simplejson.loads(browse(page, "/tills")[2]) == [{"label": "", "terminals": []}]


def test_each_till_speaks_to_its_own_portal_with_its_own_token(two_tills, portal):
    first = browse(two_tills, "/tills/0/payments?terminalId=1")
    usual = browse(two_tills, "/till/payments")
    status, _, text = browse(two_tills, "/tills/1/payments")

    assert (first[0], usual[0]) == (200, 200)
    assert [(asked[1], asked[3]["Authorization"]) for asked in portal.asked] == [
        ("/api/pos/payments?terminalId=1", f"Bearer {TOKEN}"),
        ("/api/pos/payments", f"Bearer {TOKEN}"),
    ]
    assert status == 502
    assert sentence(text) == "The portal at http://localhost:9000 does not answer. Start it, then try again."


def test_there_is_no_other_till(two_tills, portal):
    status, _, text = browse(two_tills, "/tills/2/payments")

    assert (status, sentence(text), portal.asked) == (404, "There is no such till.", [])


def test_pictures_may_come_from_every_tills_portal(two_tills, portal):
    policy = browse(two_tills, "/")[1]["content-security-policy"]

    assert f"img-src 'self' {portal.url} http://localhost:9000 data:;" in policy


def test_other_sites_can_use_none_of_the_tills(two_tills, portal):
    status, _, _ = browse(two_tills, "/tills/0/payment/capture?paymentId=1", sec_fetch_site="cross-site")

    assert (status, portal.asked) == (403, [])


def test_calls_of_the_tills_are_no_calls_to_mobilepay(two_tills):
    browse(two_tills, "/tills")
    browse(two_tills, "/tills/0/payments")

    assert two_tills.calls.find() == []


def test_the_page_knows_both_networks_and_the_mishaps_of_webhooks(page):
    status, headers, script = browse(page, "/networks.js")
    html = browse(page, "/")[2]

    assert (status, headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    for path in ("/_simulator/points-of-sale/", "/_simulator/epayment/codes/", "/_simulator/epayment/check-ins"):
        assert path in script
    assert "innerHTML" not in script
    assert "https://" not in script
    for mishap in ("usual", "lost", "twice", "late", "forged"):
        assert f"  {mishap}: {{" in script
        assert f'<option value="{mishap}">' in html


def test_the_part_for_the_networks_stays_small(page):
    assert len(browse(page, "/networks.js")[2].encode()) < 7_000


@pytest.fixture
def token_file(tmp_path):
    return tmp_path / "token"


@pytest.fixture
def till_with_file(world, portal, token_file):
    with SimulatorServer(world, till=DemoTill(portal.url, token_file=token_file)) as server:
        yield server


def test_a_till_whose_token_changes_goes_on_with_the_new_one(till_with_file, portal, token_file):
    for token in (TOKEN, OTHER):
        token_file.write_text(token, encoding="ascii")
        browse(till_with_file, "/till/payments")

    assert [asked[3]["Authorization"] for asked in portal.asked] == [f"Bearer {TOKEN}", f"Bearer {OTHER}"]


def test_a_till_whose_file_is_not_there_is_out_of_order(till_with_file, portal):
    status, _, text = browse(till_with_file, "/till/payments")

    assert (status, portal.asked) == (503, [])
    assert sentence(text).startswith("This till has no access token yet.")


def test_the_page_knows_how_to_pull_the_plug(page):
    status, headers, script = browse(page, "/plug.js")
    html = browse(page, "/")[2]

    assert (status, headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    assert "/_simulator/plug" in script
    assert "https://" not in script
    assert '<button id="plug"' in html
    assert len(script.encode()) < 1_500
