"""What something in front of MobilePay may say."""

import pytest

# What gateways, proxies and firewalls say.
FOREIGN = {
    "html": b"<!doctype html><html><head><title>404 Not Found</title></head></html>",
    "a text": b"Not Found",
    "no route": b'{"message":"no Route matched with those values"}',
    "status code": b'{"statusCode":404,"message":"Resource not found"}',
    "a fault": b'{"fault":{"faultstring":"x"}}',
    "code 404": b'{"code":404}',
    "code 5": b'{"code":"5","message":"Not Found"}',
    "code in words": b'{"code":"NOT_FOUND","message":"Not Found"}',
    "code of five digits": b'{"code":"13010"}',
    "code of other thousands": b'{"code":"3001"}',
    "code with a line break": b'{"code":"1301\\n"}',
    "code null": b'{"code":null,"correlationId":null}',
    "code in an object": b'{"code":{"code":"1301"}}',
    "code in a list": b'[{"code":"1301"}]',
    "list": b"[]",
    "ok": b'"ok"',
    "number": b"1301",
    "null": b"null",
    "object": b"{}",
    "half an error": b'{"code":"1301","mess',
    "not utf-8": b"\xff\xfe",
    "nested without end": b"[" * 100_000,
    "number without end": b'{"code": 1e99999999999999999999}',
}


IS_NOT_OWN = r"^HTTP {} that is not MobilePay's own$"


foreign = pytest.mark.parametrize("body", FOREIGN.values(), ids=FOREIGN)
