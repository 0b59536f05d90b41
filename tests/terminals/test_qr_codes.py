"""The QR code of a terminal: a link that needs no token, for a day."""

from datetime import timedelta
import io
from urllib.parse import urlsplit

from django.core import signing
import pytest
import segno

from portal import clock
from portal.mobilepay.posv10.driver import PosRegistry
from portal.mobilepay.types import PointOfSaleRef
from tests.tillapi.raw_calls import call

GONE = b"This link to a QR code is not valid, or not any more. Ask the portal for a new one."


@pytest.fixture
def link(till):
    reply = call("GET", "terminal/qrcode", token=till.token, query=f"terminalId={till.terminal_id}")
    return reply.json["qrcodeImagelink"]


def _path(link):
    return urlsplit(link).path


def _expected(pos, kind):
    made = io.BytesIO()
    content = f"mobilepaypos://pos?id={pos.beacon_id}&source=qr"
    segno.make(content, error="m", micro=False).save(made, kind=kind, scale=8)
    return made.getvalue()


def test_the_link_is_absolute_and_carries_no_token(link, till, pos):
    assert link.startswith("http://testserver/qr/")
    assert link.endswith(".png")
    assert till.token not in link


@pytest.mark.parametrize(
    ("kind", "content_type", "magic"), [("png", "image/png", b"\x89PNG\r\n"), ("svg", "image/svg+xml", b"<?xml")]
)
def test_the_link_gives_the_picture_to_anybody(kind, content_type, magic, link, pos):
    reply = call("GET", _path(link).replace(".png", f".{kind}"))

    assert (reply.status, reply.headers["Content-Type"]) == (200, content_type)
    assert reply.content.startswith(magic)
    assert reply.content == _expected(pos, kind)
    assert reply.headers["Cache-Control"] == "private, max-age=3600"


@pytest.mark.parametrize("beacon_id", ["0F0E0D0C-0B0A-4908-8706-050403020100", "123456789012345"])
def test_the_code_says_the_beacon_in_small_letters(beacon_id):
    content = PosRegistry(wire=None).qr_content(PointOfSaleRef("a-pos", beacon_id))

    assert content == f"mobilepaypos://pos?id={beacon_id.lower()}&source=qr"


def test_the_link_lasts_a_day(link, time_machine):
    made = clock.now()
    seen = []
    for passed in (timedelta(hours=23, minutes=59), timedelta(hours=24, seconds=2)):
        time_machine.move_to(made + passed, tick=False)
        seen.append(call("GET", _path(link)).status)

    assert seen == [200, 404]


def test_a_tampered_link_is_worth_nothing(link):
    path = _path(link)
    word = path.removeprefix("/qr/").removesuffix(".png")
    payload, stamp, signature = word.split(":")
    other = signing.dumps("0f0e0d0c-0b0a-4908-8706-050403020100", salt="another purpose")
    tampered = [word[:-1] + ("x" if word[-1] != "x" else "y"), f"{payload}x:{stamp}:{signature}", payload, "x", other]

    for each in tampered:
        reply = call("GET", f"/qr/{each}.png")
        assert (reply.status, reply.content, reply.headers["Content-Type"]) == (
            404,
            GONE,
            "text/plain; charset=utf-8",
        ), each


@pytest.mark.parametrize("suffix", [".gif", "", "/", ".png/x", ".PNG"])
def test_only_two_kinds_of_picture_exist(suffix, link):
    assert call("GET", _path(link).removesuffix(".png") + suffix).status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_picture_is_only_to_be_got(method, link):
    assert call(method, _path(link)).status == 405
