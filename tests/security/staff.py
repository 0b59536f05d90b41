"""Somebody in the back office of a portal that runs elsewhere: signs in, fills forms in, follows letters."""

import html
import re

import requests

from tests.accounts.visitors import code
from tests.security.programs import until
from tests.security.whole_run import ADMINISTRATOR, NEW_PASSWORD, PASSWORD, WRONG_PASSWORD

APPROVER = "asta@kino.example"

_FIELD = re.compile(r"<input[^>]*>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
LINK = re.compile(r"https?://127\.0\.0\.1:\d+(/\S+)")


class Staff:
    """`pages` keeps everything that was shown, by what was asked for."""

    def __init__(self, portal: str, email: str, password: str) -> None:
        self.portal = portal
        self.email = email
        self.password = password
        self.secret = ""
        self.pages: list[tuple[str, str]] = []
        self.cookies: set[tuple[str, str]] = set()
        self.browser = requests.Session()
        self.browser.trust_env = False

    def get(self, path: str) -> str:
        return self._noted(self.browser.get(f"{self.portal}{path}", timeout=15), f"GET {path}")

    def post(self, path: str, **fields: str) -> str:
        """The form at this address, filled in and sent; its hidden fields are sent along."""
        sent = {**self._hidden(self.get(path)), **fields}
        return self._noted(self.browser.post(f"{self.portal}{path}", sent, timeout=15), f"POST {path}")

    def post_bare(self, path: str, **fields: str) -> str:
        """A form that comes from elsewhere."""
        return self._noted(self.browser.post(f"{self.portal}{path}", fields, timeout=15), f"POST {path}, bare")

    def send(self, page: str, path: str, **fields: str) -> str:
        """A form without a page of its own, sent from another."""
        sent = {**self._hidden(self.get(page)), **fields}
        return self._noted(self.browser.post(f"{self.portal}{path}", sent, timeout=15), f"POST {path}")

    def signs_in(self, password: str = "") -> str:
        return self.post("/accounts/login/", login=self.email, password=password or self.password)

    def adds_factor(self) -> str:
        """Gives the recovery codes."""
        self.post("/accounts/reauthenticate/?next=/accounts/2fa/totp/activate/", password=self.password)
        asked = self.browser.get(f"{self.portal}/accounts/2fa/totp/activate/", timeout=15).text
        self.secret = re.search(r"\b[A-Z2-7]{32}\b", asked)[0]
        sent = {**self._hidden(asked), "code": code(self.secret)}
        return self.browser.post(f"{self.portal}/accounts/2fa/totp/activate/", sent, timeout=15).text

    def signs_in_again(self) -> None:
        """With the second factor; the app's last code counts only once, and the next one already."""
        self.post("/accounts/logout/")
        self.signs_in()
        self.post("/accounts/2fa/authenticate/", code="000000")
        self.post("/accounts/2fa/authenticate/", code=code(self.secret, steps=1))

    def proves_it_again(self) -> None:
        """With the app's next code: a code counts once, and what gives power asks for one that is fresh."""
        self.post("/accounts/2fa/reauthenticate/", code=code(self.secret, steps=1))

    def follows(self, link: str) -> str:
        """Set a password by a letter's link."""
        form = self.browser.get(f"{self.portal}{link}", timeout=15)
        sent = {**self._hidden(form.text), "password1": self.password, "password2": self.password}
        return self._noted(self.browser.post(form.url, sent, timeout=15), "POST the letter's form")

    def _noted(self, answer: requests.Response, asked: str) -> str:
        self.cookies |= {(cookie.name, cookie.value) for cookie in self.browser.cookies}
        self.pages.append((f"{asked}: {answer.status_code}", answer.text))
        return answer.text

    @staticmethod
    def _hidden(page: str) -> dict[str, str]:
        fields = [dict(_ATTRIBUTE.findall(each)) for each in _FIELD.findall(page)]
        return {each["name"]: html.unescape(each.get("value", "")) for each in fields if each.get("type") == "hidden"}


def link_in(letter: str) -> str:
    return LINK.search(letter)[1]


def newest_link(run) -> str:
    """The last link to choose a password by, once a worker has sent one."""
    until(lambda: _with_links(run), seconds=30)
    return link_in(_with_links(run)[-1])


def _remembered(run, name: str, link: str) -> str:
    run.remember(name, link.strip("/").rpartition("/")[2].split("-", 1)[1])
    return link


def _with_links(run) -> list[str]:
    return [letter for letter in run.mail.letters if "/reset/key/" in letter]


def sign_in(run):
    """Pia, who was added without a terminal; with a wrong password first, and with a second factor in the end."""
    pia = Staff(f"http://127.0.0.1:{run.port}", ADMINISTRATOR, PASSWORD)
    pia.follows(_remembered(run, "first invitation", newest_link(run)))
    pia.signs_in(WRONG_PASSWORD)
    pia.signs_in()
    shown = pia.adds_factor()
    run.remember("TOTP secret", pia.secret)
    for recovery in re.search(r"<textarea[^>]*>([^<]*)<", shown)[1].split():
        run.remember(f"recovery code {recovery}", recovery)
    pia.signs_in_again()
    assert "Sign out" in pia.get("/merchants/")
    return pia


def invite(run, pia):
    """Asta sets a password by the letter's link, signs in, and has forgotten it already."""
    known = newest_link(run)
    pia.post("/merchants/1/people/invite/", email=APPROVER, name="Asta", role="approver", all_stores="on")
    until(lambda: newest_link(run) != known, seconds=30)
    link = newest_link(run)
    asta = Staff(f"http://127.0.0.1:{run.port}", APPROVER, NEW_PASSWORD)
    asta.follows(link)
    asta.signs_in()
    asta.post("/accounts/password/reset/", email=APPROVER)
    until(lambda: newest_link(run) != link, seconds=30)
    again = newest_link(run)
    for name, each in (("invitation", link), ("reset link", again)):
        asta.get(_remembered(run, name, each))
        asta.get(f"{each}?again")
    return asta
