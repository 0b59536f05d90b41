"""The contract's rules for amounts and currencies."""

import pytest

from payments.models import Payment
from tests.tillapi.raw_calls import BODIES, as_query, call, rows

FORM = "must be a plain amount with a point and at most two decimals, such as 27.06"
REFUSED = {
    **dict.fromkeys(
        (
            *("27,06", "1.000,00", "1,000.00", "27.061", "27.060", "27.", ".5", "27.06.1", "+27.06", "-27.06", "-0"),
            *("1e2", "1E2", "1.5e1", "0x10", "1_000", "27 06", "2 7", "27.06\u00a0", "27.06\x00"),
            *(
                "DKK 27.06",
                "27.06kr",
                "NaN",
                "Infinity",
                "١٢",
                "٢٧.٠٦",
                "\uff12\uff17",
                "²",
                "½",
                "🍕",
                "--",
                "%00",
                "null",
            ),
        ),
        FORM,
    ),
    **dict.fromkeys(("0", "0.0", "0.00", "000", "000000000000"), "must be more than zero"),
    **dict.fromkeys(
        ("1234567890123", "99999999999.99", "999999999999.0", "0000000000001", "9" * 5000),
        "must have at most 12 digits",
    ),
}
TAKEN = {
    "27.06": 2706,
    "27": 2700,
    "27.0": 2700,
    "27.6": 2760,
    "0.01": 1,
    "00.10": 10,
    "0.29": 29,
    "1.15": 115,
    " 27.06\t": 2706,
    "27.06\r\n": 2706,
    "9999999999": 999_999_999_900,
    "9999999999.99": 999_999_999_999,
}


@pytest.mark.parametrize("path", ["payment/start", "payment/capture"])
def test_an_amount_in_any_other_form_is_refused_and_nothing_is_started(path, till, simulator):
    stored, calls = rows(), len(simulator.calls.find())
    others = {"orderId": "order-1", "terminalId": till.terminal_id, "paymentId": till.terminal_id}

    for amount, reason in REFUSED.items():
        reply = call("GET", path, token=till.token, **as_query({**others, "amount": amount}.items()))
        assert (reply.status, reply.codes) == (400, ["parameter_invalid"]), amount
        assert reply.sentences == [f"The parameter amount {reason}."], amount

    assert rows() == stored
    assert len(simulator.calls.find()) == calls


@pytest.mark.parametrize("encode", [as_query, *BODIES])
def test_an_amount_in_the_contracts_form_is_taken_to_the_last_cent(encode, till, simulator):
    for number, (amount, minor) in enumerate(TAKEN.items()):
        order = {"orderId": f"order-{number}", "amount": amount, "terminalId": till.terminal_id}
        payment_id = call("POST", "payment/start", token=till.token, **encode(order.items())).json["paymentId"]
        call("POST", "payment/cancel", token=till.token, **encode([("paymentId", payment_id)]))
        assert Payment.objects.get(pk=payment_id).amount_minor == minor, amount

    sent = [str(each.body["amount"]) for each in simulator.calls.find("POST", "/pos/v10/payments")]
    assert sent == [f"{minor // 100}.{minor % 100:02}" for minor in TAKEN.values()]


@pytest.mark.parametrize("number", ["27.061", "0.001", "1e2", "1E400", "-1", "1" + "0" * 400])
def test_an_amount_that_is_a_json_number_obeys_the_same_rules(number, till, simulator):
    body = f'{{"orderId":"order-1","terminalId":"{till.terminal_id}","amount":{number}}}'.encode()
    calls = len(simulator.calls.find())

    reply = call("POST", "payment/start", token=till.token, body=body, content_type="application/json")

    assert (reply.status, reply.codes) == (400, ["parameter_invalid"])
    assert Payment.objects.exists() is False
    assert len(simulator.calls.find()) == calls


@pytest.mark.parametrize(("given", "expected"), [({}, "DKK"), ({"currencyCode": "DKK"}, "DKK")])
def test_the_currency_is_dkk_when_absent(given, expected, till):
    payment_id = till.start(**given)["paymentId"]

    assert Payment.objects.get(pk=payment_id).currency == expected


def test_a_currency_must_be_one_of_the_merchants(till, stranger, simulator):
    calls = len(simulator.calls.find())

    refused = till.start(currencyCode="EUR")

    assert (refused.status, refused.codes) == (400, ["parameter_invalid"])
    assert refused["errors"] == ["The parameter currencyCode EUR is not a currency of this merchant."]
    assert Payment.objects.exists() is False
    assert len(simulator.calls.find()) == calls
    assert str(Payment.objects.get(pk=stranger.start(currencyCode="EUR")["paymentId"]).amount) == "27.06 EUR"
