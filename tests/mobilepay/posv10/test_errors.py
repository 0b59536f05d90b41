"""MobilePay's codes: complete, each in words of its own, and what each means to the portal."""

import logging
import re

import pytest

from portal.mobilepay.errors import Reason
from portal.mobilepay.posv10.errors import Code, refusal_of

# The complete list of the protocol: docs/protocol/posv10.md, Errors.
CODES = re.findall(
    "[0-9]+",
    """
    1099 1100 1102 1109 1110 1111 1112 1113 1114 1116 1117 1118 1119 1120 1121 1122
    1151 1155 1159 1152 1156 1160 1153 1157 1161 1162 1163 1164 1182
    1400 1401 1402 1403 1406 1407 1408 1409 1410 1411
    1004 1000 1001 1002 1200 1202 1204
    1300 1301 1303 1304 1305 1306 1307 1308 1351 1352 1354 1365 1366 1367 1368
    """,
)
# What is checked before MobilePay looks at the payment at all: docs/protocol/posv10.md, Common request headers.
HEADER_CODES = [code for code in CODES if "1151" <= code <= "1182"]


def test_every_code_of_the_protocol_is_known():
    assert sorted(code.value for code in Code) == sorted(CODES)


def test_every_code_is_explained_in_words_of_its_own():
    explanations = {refusal_of(code, status=409).meaning for code in CODES}

    assert len(explanations) == len(CODES)


def test_code_equals_the_text_that_came_over_the_wire():
    assert Code("1301") is Code.PAYMENT_ALREADY_ACTIVE
    assert Code.PAYMENT_ALREADY_ACTIVE == "1301"
    assert str(Code.PAYMENT_ALREADY_ACTIVE) == "1301"


def test_every_code_tells_of_the_thing_but_those_about_our_headers():
    about_us = [code for code in CODES if not refusal_of(code, status=400).is_about_the_thing]

    assert sorted(about_us) == sorted(HEADER_CODES)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        *((code, Reason.NOT_FOUND) for code in ("1000", "1001", "1002", "1004")),
        *((code, Reason.NOT_ALLOWED) for code in CODES if code.startswith("14")),
        ("1182", Reason.NOT_ALLOWED),
        ("1200", Reason.POS_EXISTS),
        ("1300", Reason.CANNOT_CANCEL),
        ("1352", Reason.CANNOT_CANCEL),
        ("1301", Reason.PAYMENT_ACTIVE),
        ("1304", Reason.NOT_RESERVED),
        ("1351", Reason.NOT_RESERVED),
        ("1305", Reason.AMOUNT_TOO_HIGH),
        ("1367", Reason.AMOUNT_TOO_HIGH),
        ("1306", Reason.KEY_REUSED),
        ("1307", Reason.CAPTURED_ALREADY),
        ("1308", Reason.NO_PARTIAL_CAPTURE),
        ("1354", Reason.NOT_CAPTURED),
        ("1365", Reason.CURRENCY_DIFFERS),
        ("1366", Reason.TOO_OLD),
        ("1368", Reason.BALANCE_TOO_LOW),
        ("1099", Reason.OTHER),
        ("1303", Reason.OTHER),
    ],
)
def test_code_has_its_reason(code, reason):
    assert refusal_of(code, status=409).reason is reason


def test_404_says_that_there_is_no_such_thing_whatever_its_code():
    assert refusal_of("1304", status=404).reason is Reason.NOT_FOUND
    assert refusal_of("1999", status=404).reason is Reason.NOT_FOUND


def test_code_that_no_table_knows_is_final_and_loud_in_the_log(caplog):
    refusal = refusal_of("1999", status=409)

    assert (refusal.reason, refusal.is_about_the_thing) == (Reason.OTHER, True)
    assert refusal.meaning == "nothing that the portal understands"
    [line] = [(record.levelno, record.mobilepay_code) for record in caplog.records]
    assert line == (logging.ERROR, "1999")


def test_code_that_no_table_knows_tells_of_our_rights_when_it_comes_with_403():
    refusal = refusal_of("1999", status=403)

    assert (refusal.reason, refusal.is_about_the_thing) == (Reason.NOT_ALLOWED, False)


def test_code_that_the_table_knows_is_not_logged(caplog):
    refusal_of("1304", status=409)

    assert caplog.records == []
