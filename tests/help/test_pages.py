"""The till API explained: every call has its page, and none of them says anything that the code does not.

Most tests here have no database, and a page that asked one would fail them.
"""

import html

import pytest

from payments.states import CONTRACT_WORDS
from portal.tillapi import catalogue, refusals
from portal.tillapi.groups import GROUPS
from refunds.states import CONTRACT_WORDS as REFUND_WORDS
from tests.pages import all_of, words
from tests.tillapi.endpoints import ENDPOINTS

every_call = pytest.mark.parametrize("call", catalogue.calls(), ids=lambda call: call.path)


def page(client, path=""):
    return client.get(f"/api/help/{path}")


def texts(response, path, kind=""):
    return [words(each) for each in all_of(response, path, kind)]


def test_every_call_has_its_page_and_a_line_among_the_contents(client):
    paths = [endpoint.path for endpoint in ENDPOINTS]
    contents = {link.get("href") for link in all_of(page(client), "td/a")}

    assert sorted(call.path for call in catalogue.calls()) == sorted(paths)
    assert contents == {f"/api/help/{path}/" for path in paths}
    assert {page(client, f"{path}/").status_code for path in paths} == {200}


def test_the_groups_stand_with_their_flows_and_all_words_of_their_status(client):
    index = page(client)

    headings = texts(index, "h2")
    flows = texts(index, "h3")
    meanings = texts(index, "dt/code")

    assert [heading for heading in headings if heading in {group.name for group in GROUPS}] == [
        "Payments",
        "Refunds",
        "Management",
    ]
    assert {flow.name for group in GROUPS for flow in group.flows} <= set(flows)
    assert set(CONTRACT_WORDS) | set(REFUND_WORDS.values()) == set(meanings)


def test_every_step_of_every_flow_is_a_call_of_the_contract():
    steps = {step.path for group in GROUPS for flow in group.flows for step in flow.steps}

    assert steps - {endpoint.path for endpoint in ENDPOINTS} == set()


@every_call
def test_a_page_shows_the_very_samples_that_the_code_writes(call, client):
    shown = ["".join(each.itertext()) for each in all_of(page(client, f"{call.path}/"), "pre")]

    assert shown == [sample.text for sample in (*call.requests, *call.answers, *call.refused)]


@every_call
def test_a_page_lists_the_parameters_members_and_refusals_that_the_code_has(call, client):
    tables = {words(table.find("caption")): table for table in all_of(page(client, f"{call.path}/"), "table")}
    named = {
        caption.partition(" of ")[0]: [words(each) for each in table.iterfind(".//td[1]/code")]
        for caption, table in tables.items()
    }

    key = ["Idempotency-Key"] if call.view.takes_key else []
    assert named.get("Parameters", []) == [*call.view.Input().fields, *key]
    assert named["Members"] == [member.name for member in call.members]
    assert named["Refusals"] == [refusal.code for refusal in call.refusals]


def test_a_call_that_changes_something_is_shown_with_header_and_post_first_and_the_old_form_last(client):
    [json, xml, form, old] = texts(page(client, "payment/start/"), "figure")[:4]

    assert json.startswith(
        "POST, JSON POST /api/pos/payment/start HTTP/1.1 Host: portal.example Authorization: Bearer mpp_"
    )
    assert [xml.partition(" POST /")[0], form.partition(" POST /")[0]] == ["POST, XML", "POST, form"]
    assert old.startswith("GET, the old form GET /api/pos/payment/start?accessToken=mpp_")
    assert "&bioCode=CINEMA1&amount=27.06" in old


def test_what_any_address_may_answer_stands_among_the_contents(client):
    [table] = [each for each in all_of(page(client), "table") if words(each.find("caption")).startswith("What any")]

    assert [words(each) for each in table.iterfind(".//td/code")] == [each.code for each in refusals.anywhere()]


def test_the_page_for_who_comes_from_the_old_gateway_names_its_words(client):
    text = html.unescape(page(client, "old-gateway/").content.decode())

    assert [word for word in ("Integra", "MerchantInformation", "bioCode", "accessToken") if word not in text] == []


@pytest.mark.parametrize("path", ["nothing/", "payment/", "payment/start/x/"])
def test_a_call_that_there_is_not_has_no_page(path, client):
    assert page(client, path).status_code == 404


def test_every_link_on_the_pages_leads_somewhere(client):
    paths = ["", "old-gateway/", *(f"{call.path}/" for call in catalogue.calls())]
    links = {link.get("href").partition("#")[0] for path in paths for link in all_of(page(client, path), "a")}

    found = {link: client.get(link).status_code for link in links if link}

    assert {link: status for link, status in found.items() if status not in {200, 302}} == {}


def test_the_back_office_and_the_description_lead_to_the_pages(administrator, client):
    assert [link.get("href") for link in all_of(administrator.get("token/"), "p/a")] == [
        "/api/help/",
        "/api/help/old-gateway/",
    ]
    assert "/api/help/" in {link.get("href") for link in all_of(administrator.get(""), "a")}
    assert "/api/help/" in {link.get("href") for link in all_of(client.get("/api/docs/"), "a")}
