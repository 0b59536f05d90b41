import pytest

from tests.mobilepay.simulator.epayment.client import CODE, MSN, OTHER_MSN, kroner, order, outcome, part

PAYMENTS = "/epayment/v1/payments"


@pytest.mark.parametrize(("kind", "status"), [("fail_before", 404), ("fail_after", 200)])
def test_a_failing_call_answers_a_problem_done_or_not(api, server, kind, status):
    server.faults.add(kind, "POST", PAYMENTS)

    answer = api.pay("", order())

    assert outcome(answer) == (500, "3010")
    assert answer.headers["content-type"] == "application/problem+json"
    assert api.look("order-0001").status == status


def test_a_refused_call_has_the_networks_shape_and_is_not_done(api, server, reserved):
    reference = reserved()
    server.faults.add("refuse", "POST", f"{PAYMENTS}/.*/capture", status=409, code="6160")
    server.faults.add("refuse", "POST", f"{PAYMENTS}/.*/capture", status=423, code=None)

    answers = [api.pay(f"/{reference}/capture", part(1250)) for _ in range(3)]

    assert [outcome(answer) for answer in answers] == [(409, "6160"), (423, None), (200, None)]
    assert answers[1].text == b""


@pytest.mark.parametrize(
    ("path", "members"),
    [
        ("/qr/v1/merchant-callback", {"type", "title", "detail", "instance", "invalidParams"}),
        ("/accesstoken/get", {"error", "error_description", "trace_id", "correlation_id"}),
    ],
)
def test_each_api_fails_in_its_own_shape(api, server, path, members):
    server.faults.add("fail_before", None, path)

    answer = api.token() if path == "/accesstoken/get" else api.get(path)

    assert (answer.status, set(answer.body)) == (500, members)


def test_a_fault_can_be_meant_for_one_sales_unit(api, other_unit):
    api.control("POST", "/faults", {"kind": "refuse", "path": ".*", "status": 503, "msn": OTHER_MSN})

    answers = [each.get("/qr/v1/merchant-callback").status for each in (api, other_unit)]

    assert answers == [200, 503]
    assert api.headers["merchant-serial-number"] == MSN


def test_a_created_payments_answer_can_be_altered_and_stays_a_201(api, server):
    server.faults.add("alter", "POST", PAYMENTS, members={"reference": "another-1", "redirectUrl": None})

    answer = api.pay("", order())

    assert (answer.status, answer.body) == (201, {"reference": "another-1"})
    assert api.look("order-0001")["amount"] == kroner(1250)


def test_there_is_nothing_to_alter_in_a_list_or_in_an_answer_without_a_body(api, server):
    api.put(f"/qr/v1/merchant-callback/{CODE}", {"locationDescription": "Till 1"})
    server.faults.add("alter", None, "/qr/.*", times=2, members={"a": 1})

    answers = [api.get("/qr/v1/merchant-callback"), api.delete(f"/qr/v1/merchant-callback/{CODE}")]

    assert [each["merchantQrId"] for each in answers[0].body] == [CODE]
    assert (answers[1].status, answers[1].text) == (200, b"")


def test_a_garbled_answer_is_half_of_one_and_the_deed_is_done(api, server):
    server.faults.add("garble", "POST", PAYMENTS)

    answer = api.pay("", order())

    assert (answer.body, api.look("order-0001").status) == (None, 200)
