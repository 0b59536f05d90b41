"""A till of JavaScript: whatever looks like a number is one."""

import json
from typing import Any
from urllib.parse import urlencode

from tests.journeys.tills.raw_till import READS, Heard, Till, flat, whole_day
from tests.payments.posv10_calls import books
from tests.tillapi.raw_calls import refusal


class NumberTill(Till):
    terminal_id = 102

    def writes(self, path: str, parameters: dict[str, Any]) -> bytes:
        head = f"Host: 127.0.0.1:{self.port}\r\nAuthorization: Bearer {self.token}\r\nConnection: close\r\n"
        head += "Accept: application/json, text/plain, */*\r\n"
        if path in READS:
            return f"GET /api/pos/{path}?{urlencode(parameters)} HTTP/1.1\r\n{head}\r\n".encode()
        body = json.dumps({**parameters, "currencyCode": None}).encode()
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return f"POST /api/pos/{path} HTTP/1.1\r\n{head}\r\n".encode() + body

    def reads(self, heard: Heard) -> dict[str, Any]:
        assert heard.kind == "application/json; charset=utf-8"
        return flat(heard.json)


def test_a_till_that_writes_numbers_gets_through_its_day(counter):
    till = NumberTill(counter)

    whole_day(till, counter, order_id=1001, amount=27.06, refund_order_id=5, back=10.0)


def test_a_sum_that_a_float_has_spoilt_is_refused_by_name_and_moves_nothing(counter):
    till = NumberTill(counter)
    till.asks("manage/create", terminalId=102)

    heard = till.hears("payment/start", orderId=1001, amount=0.1 + 0.2, terminalId=102)

    sentence = "The parameter amount must be a plain amount with a point and at most two decimals, such as 27.06."
    assert (heard.status, heard.json) == (400, refusal(own=["paymentId"], code="parameter_invalid", sentence=sentence))
    assert books(counter.simulator) == []
