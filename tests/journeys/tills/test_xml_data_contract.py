"""A till of .NET: one data contract for all calls, its unused members nil, everything in namespaces."""

from typing import Any
from xml.etree.ElementTree import Element, fromstring
from xml.sax.saxutils import escape

from tests.journeys.tills.raw_till import READS, Heard, Till, whole_day
from tests.tillapi.raw_calls import ARRAYS, INSTANCE, MODELS

MEMBERS = (
    *("accessToken", "amount", "bioCode", "currencyCode", "orderId", "paymentId", "paymentState", "posId"),
    *("previousAccessToken", "refundId", "refundOrderId", "state", "storeId", "terminalId"),
)


class DataContractTill(Till):
    terminal_id = "kasse-x1"  # as somebody typed it on this machine

    def writes(self, path: str, parameters: dict[str, Any]) -> bytes:
        head = f"Host: 127.0.0.1:{self.port}\r\nAuthorization: Bearer {self.token}\r\nAccept: text/xml\r\n"
        if path in READS:
            query = "&".join(f"{name}={value}" for name, value in parameters.items())
            return f"GET /API/Pos/{path}?{query} HTTP/1.1\r\n{head}\r\n".encode()
        members = "".join(self._member(name, parameters.get(name)) for name in MEMBERS)
        # A StringWriter says utf-16, whatever the bytes are sent in.
        body = (
            '<?xml version="1.0" encoding="utf-16"?>\r\n<TillCall xmlns:i="http://www.w3.org/2001/XMLSchema-instance" '
            f'xmlns="http://schemas.datacontract.org/2004/07/Kasse.Contracts">\r\n{members}</TillCall>\r\n'
        ).encode()
        head += f"Content-Type: text/xml\r\nContent-Length: {len(body)}\r\n"
        return f"POST /API/Pos/{path} HTTP/1.1\r\n{head}\r\n".encode() + body

    def reads(self, heard: Heard) -> dict[str, Any]:
        assert heard.kind == "text/xml; charset=utf-8"
        root = fromstring(heard.body)  # noqa: S314 - our own answer
        assert root.tag.startswith(f"{{{MODELS}}}")
        assert root.findtext(f"{{{MODELS}}}success") == "true"
        return {each.tag.partition("}")[2]: self._value(each) for each in root.iter()}

    def _member(self, name: str, value: Any) -> str:
        return f'  <{name} i:nil="true" />\r\n' if value is None else f"  <{name}>{escape(value)}</{name}>\r\n"

    def _value(self, element: Element) -> Any:
        if element.get(f"{{{INSTANCE}}}nil") == "true":
            return None
        items = element.findall(f"{{{ARRAYS}}}string")
        return [each.text for each in items] if items else element.text


def test_a_till_with_a_data_contract_gets_through_its_day(counter):
    till = DataContractTill(counter)

    whole_day(till, counter, order_id="A-1", amount="27.06", refund_order_id="R-1", back="10.00")
