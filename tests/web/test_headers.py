"""What every answer tells the browser: which code it may run, who may frame it, what it may send on."""

import pytest

from tests.accounts.visitors import AUTHENTICATE, Visitor
from tests.pages import tree

OURS = ["", "payments/", "terminals/", "stores/", "merchant/", "token/", "people/", "people/invite/", "audit/"]
ACCOUNT = [
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/password/change/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
]
ENTRANCE = [
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-set-password/",
    "/accounts/inactive/",
    "/no/such/page",
]
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), geolocation=(), microphone=(), payment=(), publickey-credentials-create=(self), "
        "publickey-credentials-get=(self), usb=()"
    ),
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
# Data for a script is no script.
DATA = {"application/json"}


def policy(response):
    directives = response.headers["Content-Security-Policy"].split("; ")
    return {name: sources for name, _, sources in (each.partition(" ") for each in directives)}


def refused_by_the_browser(response):
    """What stands on the page and would not run, load or show under the policy."""
    found = []
    for each in tree(response).iter():
        is_script = each.tag == "script" and each.get("type") not in DATA and not each.get("src")
        handlers = [name for name in each.attrib if name.startswith("on") or name == "style"]
        sources = [each.get(name, "") for name in ("src", "href", "action")]
        foreign = [to for to in sources if to.startswith(("http:", "https:", "//", "javascript:"))]
        if is_script or each.tag == "style" or handlers or foreign:
            found.append((each.tag, each.attrib))
    return found


def _check(response):
    assert response.status_code in {200, 404}
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert policy(response) == POLICY
    assert refused_by_the_browser(response) == []


@pytest.mark.parametrize("path", OURS)
def test_a_page_of_ours_keeps_to_its_policy(path, administrator):
    _check(administrator.get(path))


@pytest.mark.parametrize("path", ACCOUNT)
def test_a_page_of_ones_account_keeps_to_its_policy(path, administrator):
    visitor = Visitor(administrator.user)
    visitor.signs_in()
    if path != "/accounts/reauthenticate/":
        visitor.proves_it_again()

    _check(visitor.get(path))


@pytest.mark.parametrize("path", ENTRANCE)
def test_a_page_before_the_door_keeps_to_its_policy(path, administrator):
    _check(Visitor(administrator.user).get(path))


def test_a_part_and_a_download_carry_the_same_headers(administrator):
    answers = [administrator.part("payments/", "payment-table"), administrator.get("audit/export.csv")]
    b"".join(answers[1].streaming_content)

    assert [{name: answer.headers[name] for name in HEADERS} for answer in answers] == [HEADERS] * 2
    assert [policy(answer) for answer in answers] == [POLICY] * 2


@pytest.mark.django_db(transaction=True)
def test_the_second_factors_pages_keep_to_their_policy(transactional_db, administrator):
    visitor, at_the_door = Visitor(administrator.user), Visitor(administrator.user)
    visitor.signs_in()
    visitor.proves_it_again()
    visitor.adds_factor()
    at_the_door.signs_in()
    own = [
        visitor.get(f"/accounts/2fa/{page}/")
        for page in ("recovery-codes", "recovery-codes/generate", "totp/deactivate")
    ]

    for page in (*own, at_the_door.get(AUTHENTICATE)):
        _check(page)
