"""A till of Java: it asks whether it may go on before it sends a body, and then sends it in chunks."""

import json
import socket
from typing import Any
from urllib.parse import urlencode

from tests.journeys.tills.raw_till import READS, Heard, Till, flat, whole_day


class ChunkTill(Till):
    terminal_id = "b2a4c6d8-0e1f-4a3b-8c5d-7e9f0a1b2c99"

    def writes(self, path: str, parameters: dict[str, Any]) -> bytes:
        head = f"host: 127.0.0.1:{self.port}\r\nauthorization: Bearer {self.token}\r\nuser-agent: Java/1.8.0_202\r\n"
        head += "accept: text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2\r\nconnection: keep-alive\r\n"
        if path in READS:
            return f"GET /api/pos/{path}?{urlencode(parameters)} HTTP/1.1\r\n{head}\r\n".encode()
        body = json.dumps(parameters, ensure_ascii=False).encode()
        # Nine bytes each, wherever that cuts a letter in two.
        pieces = [body[at : at + 9] for at in range(0, len(body), 9)]
        chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
        head += "content-type: application/json;charset=UTF-8\r\ntransfer-encoding: chunked\r\nexpect: 100-continue\r\n"
        return f"POST /api/pos/{path} HTTP/1.1\r\n{head}\r\n".encode() + chunks

    def sends(self, line: socket.socket, request: bytes) -> None:
        head, end, body = request.partition(b"\r\n\r\n")
        line.sendall(head + end)
        if body:
            assert line.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
            line.sendall(body)

    def reads(self, heard: Heard) -> dict[str, Any]:
        assert heard.kind == "application/json; charset=utf-8"
        return flat(heard.json)


def test_a_till_that_sends_chunks_when_it_may_gets_through_its_day(counter):
    till = ChunkTill(counter)

    whole_day(till, counter, order_id="rød grød med fløde", amount="27.06", refund_order_id="R-æ", back="10.00")
