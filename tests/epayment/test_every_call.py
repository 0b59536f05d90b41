"""Every call of the till's contract over ePayment, by every method it has, answered in JSON and in XML."""

from urllib.parse import urlencode
from xml.etree.ElementTree import fromstring

import pytest

from portal import clock
from portal.audit.actors import COMMAND
from terminals.models import PointOfSale, Terminal
from terminals.services import access
from tests.tillapi.endpoints import ENDPOINTS
from tests.tillapi.raw_calls import call

BY_PATH = {each.path: each for each in ENDPOINTS}


class Day:
    """A till that is answered in one format; it notes its calls, and reads the members that it was promised."""

    def __init__(self, till, accept):
        self.till, self.accept = till, accept
        self.called = set()
        self.token = till.token

    def call(self, path, method="GET", **parameters):
        sent = {"query": urlencode(parameters)} if method == "GET" else {}
        if method != "GET":
            sent = {"body": urlencode(parameters).encode(), "content_type": "application/x-www-form-urlencoded"}
        reply = call(method, path, token=self.token, headers={"Accept": self.accept}, **sent)
        self.called.add((method, path))
        said = reply.json if self.accept == "application/json" else _members(reply.content)
        assert reply.status == 200, (method, path, reply.content)
        assert set(said) == {*BY_PATH[path].own, "success", "errors", "errorCodes"}
        return said[BY_PATH[path].own[0]]


def _members(content):
    return {each.tag.partition("}")[2]: each.text for each in fromstring(content)}  # noqa: S314 - our own


@pytest.fixture(params=["application/json", "application/xml"])
def day(till, request):
    return Day(till, request.param)


def sell(day, phone, order, method, *, path="payment/start", **place):
    """A payment that its customer has accepted."""
    payment_id = day.call(path, method, orderId=order, amount="27.06", **place)
    phone.checks_in()
    phone.approves()
    phone.tells()
    assert day.call("payment/status", paymentId=payment_id) == "Reserved"
    return payment_id


def give_back(day, payment_id, order, method):
    wish = {"paymentId": payment_id, "refundOrderId": order, "amount": "5.00"}
    return day.call("refund/create", method, **wish)


def test_every_call_is_answered_as_the_contract_says(day, phone, pos, shops):
    terminal, pos_id = day.till.terminal_id, str(pos.pos_id)
    for number, method in enumerate(("GET", "POST")):
        at_pos = sell(day, phone, f"P-{number}", method, path="payment/start/byPosId", posId=pos_id)
        day.call("payment/capture", method, paymentId=at_pos)
        kept = give_back(day, at_pos, f"R-{number}", method)
        day.call("refund/capture", method, refundId=kept)
        day.call("refund/cancel", method, refundId=give_back(day, at_pos, f"C-{number}", method))
        day.call("payment/cancel", method, paymentId=sell(day, phone, f"T-{number}", method, terminalId=terminal))
        prepared = day.call("payment/prepare", method, orderId=f"L-{number}", terminalId=terminal)
        given = {"orderId": f"L-{number}", "amount": "27.06", "terminalId": terminal, "paymentId": prepared}
        day.call("payment/ready", method, **given)
        day.call("payment/cancel", method, paymentId=prepared)
    day.call("refund/details", refundId=kept)
    day.call("refunds", paymentId=at_pos)
    day.call("payment/details", paymentId=at_pos)
    day.call("payments", terminalId=terminal)
    day.call("payment/id/retrieve/bystate", orderId="P-1", state="Captured")
    day.call("payment/id/retrieve/byterminal", orderId="P-1", terminalId=terminal)
    day.call("payment/id/retrieve/byposId", orderId="P-1", posId=pos_id)
    day.call("terminal/qrcode", terminalId=terminal)
    day.call("manage/terminal/information", terminalId=terminal)
    day.call("manage/stores")
    day.call("manage/store", storeId=pos.terminal.store.store_id)
    day.call("manage/checkInStatus/byposId", posId=pos_id)
    day.call("manage/checkInStatus/byterminalId", terminalId=terminal)
    for method in ("GET", "POST", "DELETE"):
        if method != "GET":
            day.call("manage/create", "POST", terminalId=terminal)
        day.call("manage/delete", method, terminalId=terminal)
    day.call("manage/create", "GET", terminalId=terminal)
    for method in ("GET", "POST"):
        merchant = shops["KINO1"]
        message = day.call("manage/token/reset", method, bioCode=merchant.bio_code, previousAccessToken=day.token)
        day.token = message.split()[-1] if " " in message else message
    for method in ("GET", "POST"):
        for token in merchant.tokens.live(clock.now()):
            access.revoke(token=token, by=COMMAND, now=clock.now(), reason="lost")
        access.open_enrolment(merchant=merchant, by=COMMAND, now=clock.now())
        message = day.call("manage/token", method, bioCode=merchant.bio_code)
        day.token = message.split()[-1] if " " in message else message

    assert day.called == {(method, each.path) for each in ENDPOINTS for method in each.methods.split()}
    assert PointOfSale.objects.registered().get().terminal == Terminal.objects.get(terminal_id=terminal)
