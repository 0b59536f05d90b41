"""Addresses and methods: any letter case, and nothing acts that should not."""

import pytest

from payments.models import Payment
from portal.tillapi.paths import canonical_paths
from tests.tillapi.endpoints import ENDPOINTS
from tests.tillapi.raw_calls import as_query, call, refusal, rows

NO_ADDRESS = refusal(own=[], code="not_found", sentence="There is no such address in this API.")
NO_METHOD = "This address does not take this HTTP method."
METHODS = {"HEAD", "OPTIONS", "GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"}


def test_the_contract_has_no_address_that_the_portal_lacks():
    assert {f"/api/pos/{each.path}" for each in ENDPOINTS} <= set(canonical_paths().values())


def test_every_path_is_known_in_any_letter_case_and_with_a_slash_or_slashes_too_many(till):
    for path in (endpoint.path for endpoint in ENDPOINTS):
        plain = call("GET", path, token=till.token)
        slashes = (
            f"//api/pos/{path}",
            f"/api//pos/{path}",
            path.replace("/", "//"),
            f"{path}//",
            f"//API///pos//{path}",
        )
        for variant in (path.lower(), path.upper(), path.swapcase(), f"{path}/", f"/API/Pos/{path.upper()}/", *slashes):
            reply = call("GET", variant, token=till.token)
            assert (reply.status, reply.content) == (plain.status, plain.content), variant


@pytest.mark.parametrize(
    "path",
    [
        *("nothing", "payment", "payment/start/x", "manage/tokens", "paymentstart", "%ff", "%00"),
        *("payment/start;x=1", "manage/stores.json", "NOTHING/", "/api/pos/", "/api/pos", "/API/POS/nothing"),
        *("//api/pos/nothing", "/api//pos//nothing//", "///API/pos", "payment//start//x"),
    ],
)
def test_an_unknown_address_answers_with_an_envelope(path):
    for method in ("GET", "POST", "PUT", "OPTIONS"):
        reply = call(method, path)
        assert (reply.status, reply.headers["Content-Type"]) == (404, "application/json; charset=utf-8"), method
        assert reply.json == NO_ADDRESS
        assert reply.headers["Cache-Control"] == "no-store"


def test_an_unknown_address_answers_in_xml_too():
    reply = call("GET", "nothing", headers={"Accept": "text/xml"})

    assert (reply.status, reply.xml.findtext(".//{*}errors/{*}string")) == (404, NO_ADDRESS["errors"][0])


def test_no_other_method_acts(till, pos, simulator):
    right = {
        "orderId": "order-1",
        "amount": "27.06",
        "terminalId": till.terminal_id,
        "posId": str(pos.pos_id),
        "bioCode": "KINO1",
        "previousAccessToken": till.token,
    }
    stored, calls = rows(), len(simulator.calls.find())

    for endpoint in ENDPOINTS:
        query = as_query((name, right[name]) for name in endpoint.parameters if name in right)
        for method in METHODS - set(endpoint.methods.split()):
            reply = call(method, endpoint.path, token=till.token, **query)
            assert (reply.status, reply.headers["Allow"]) == (405, endpoint.methods.replace(" ", ", ")), (
                endpoint,
                method,
            )
            assert reply.headers["Cache-Control"] == "no-store"
            if method == "HEAD":
                assert reply.content == b""
            else:
                assert reply.json == refusal(own=endpoint.own, code="method_not_allowed", sentence=NO_METHOD)

    assert rows() == stored
    assert len(simulator.calls.find()) == calls


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT"])
def test_no_other_method_learns_anything_without_a_token(method, merchants):
    assert call(method, "payment/start").status == 401


def test_the_old_form_and_the_new_one_do_the_same(till):
    order = {"orderId": "order-1", "amount": "27.06", "terminalId": till.terminal_id}

    old = till.get("payment/start", **order)
    new = till.post("payment/start", **order)

    assert (old.status, old.body) == (new.status, new.body) == (200, old.body)
    assert Payment.objects.get().order_id == "order-1"


def test_the_rest_of_the_portal_keeps_its_letter_case(client):
    assert client.get("/API/docs/").status_code == 404
