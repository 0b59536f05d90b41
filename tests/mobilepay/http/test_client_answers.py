"""What the client makes of answers that no well-behaved server gives, before anybody reads them."""

import pytest

from portal.mobilepay.errors import Busy, Rejected, Unreachable, Unreadable
from tests.mobilepay.clients import answer, as_it_came


@pytest.fixture
def post(script, http):
    """Asks the script once, after it was given its answers."""

    def ask(*answers, read=as_it_came):
        script.will_answer(*answers)
        return http.send("POST", f"{script.url}/x", read=read, headers={})

    return ask


@pytest.mark.parametrize("status", ["200 OK", "204 No Content", "404 Not Found", "500 Oops"])
@pytest.mark.parametrize("body", [b"", b" \r\n", b'{"amount": 0.1}', b"\xff<html>"])
def test_reader_is_given_status_and_body_as_they_came(post, status, body):
    sent = b"" if status.startswith("204") else body

    assert post(answer(sent, status=status)) == (int(status[:3]), sent)


@pytest.mark.parametrize("half", [answer(b'{"posId": ', length=500), b"", b"?\r\n\r\n"])
def test_answer_that_breaks_off_is_asked_for_again(script, post, pauses, half):
    answered = post(half, half, answer({"is": "whole"}))

    assert answered == (200, b'{"is": "whole"}')
    assert script.lines == ["POST /x"] * 3
    assert len(pauses) == 2


@pytest.mark.parametrize(("kind", "tries"), [(Unreadable, 3), (Unreachable, 3), (Busy, 1), (Rejected, 1)], ids=str)
def test_what_the_reader_takes_for_no_answer_is_asked_for_again(script, post, kind, tries):
    def read(status, _body):
        raise kind(f"HTTP {status}")

    with pytest.raises(kind, match=r"^HTTP 200$"):
        post(*[answer()] * 3, read=read)

    assert script.lines == ["POST /x"] * tries


@pytest.mark.parametrize(
    ("status", "location"),
    [
        ("301 Moved", "/elsewhere"),
        ("302 Found", "https://evil.example/"),
        ("303 See Other", "http://"),
        ("307 Temporary", "/elsewhere"),
        ("308 Permanent", "/elsewhere"),
    ],
)
def test_redirect_is_read_as_it_came_and_never_followed(script, post, status, location):
    redirect = answer(status=status, headers=[f"Location: {location}"])

    answered = post(redirect, answer({"is": "elsewhere"}))

    assert answered == (int(status[:3]), b"")
    assert script.lines == ["POST /x"]


def test_redirect_to_no_address_at_all_is_no_answer(script, post):
    with pytest.raises(Unreachable, match=r"^no answer: ValueError$"):
        post(*[answer(status="302 Found", headers=["Location: http://["])] * 3)

    assert script.lines == ["POST /x"] * 3
