"""The demo's mailbox: everybody's letters on a page that only the demo has."""

from django.core.mail import send_mail
from django.test import Client
import pytest

from portal.management.demo import LETTERS, mailbox
from tests.pages import all_of, one, said, words

LINK = "http://127.0.0.1:8000/accounts/password/reset/key/a-b/"


@pytest.fixture(autouse=True)
def _demo(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.ROOT_URLCONF = "portal.management.demo.urls"
    settings.EMAIL_BACKEND = "portal.management.demo.mailbox.EmailBackend"


@pytest.fixture
def read(db):
    return lambda **options: Client().get("/mailbox/", **options)


def write(
    subject="You can work for Kino Nord", body=f"Hello Ærø,\n\nChoose a password:\n{LINK}", to="nanna@kino.example"
):
    send_mail(subject, body, None, [to])


def test_nobody_has_written_yet(read):
    page = read()

    assert page.status_code == 200
    assert said(page, "p[@class='empty']") == [
        "No letter yet. Invite somebody, or ask for a new password at the sign-in."
    ]


def test_a_letter_can_be_read_without_signing_in_and_its_link_be_followed(read):
    write()

    page = read()

    [letter] = all_of(page, "article")
    assert words(letter.find(".//h2")) == "You can work for Kino Nord"
    assert words(letter.find(".//small")).startswith("to nanna@kino.example, ")
    assert words(letter.find("p")) == f"Hello Ærø, Choose a password: {LINK}"
    assert [link.get("href") for link in letter.iter("a")] == [LINK]


def test_what_others_have_written_is_text(read):
    write(subject="<b>Bold</b>", body="<script>alert(1)</script> <http://a.example/>")

    page = read()

    assert b"<script>alert" not in page.content
    assert (said(page, "article//h2"), [each.tag for each in one(page, "article").iter("b")]) == (["<b>Bold</b>"], [])


def test_the_newest_letter_stands_first_and_the_oldest_fall_off_the_end(read, monkeypatch):
    monkeypatch.setattr(mailbox, "SHOWN", 2)
    for subject in ("first", "second", "third"):
        write(subject=subject)

    assert said(read(), "article//h2") == ["third", "second"]


def test_the_page_looks_for_letters_by_itself_and_is_sent_only_news(read):
    write()
    asking = {"HX-Request": "true", "HX-Target": "letters"}

    part = read(headers=asking)
    again = read(headers={**asking, "X-Seen": part["X-Part"]})

    assert (part.status_code, [each.get("id") for each in all_of(part, "div")]) == (200, ["letters"])
    assert (again.status_code, again.content) == (204, b"")


def test_letters_are_their_owners_alone(read, tmp_path):
    write()

    folder = tmp_path / LETTERS
    assert [each.stat().st_mode & 0o077 for each in (folder, *(folder / "new").iterdir())] == [0, 0]


def test_only_the_demo_has_a_mailbox(read, settings):
    settings.ROOT_URLCONF = "portal.urls"

    assert read().status_code == 404
