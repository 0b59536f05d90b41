"""axe looks at every page, in both themes, wide and narrow, with each of its dialogs open."""

from functools import partial

from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string
import pytest

from portal.roles import Right, Role
from tests.browser.sign_in import add_authenticator, sign_in
from tests.house.authorisation import PAGES, Door, Place
from tests.house.world import World
from tests.people import PASSWORD, hire
from tests.refunds.scenarios import prove

EVERYTHING, COLOURS = {}, {"runOnly": ["color-contrast", "link-in-text-block"]}
# The theme changes nothing but colours.
LOOKS = [("light", 1280, EVERYTHING), ("light", 390, EVERYTHING), ("dark", 1280, COLOURS), ("dark", 390, COLOURS)]
AXE = Axe().axe_script
GRAVE = {"serious", "critical"}
DIALOGS = "a[hx-target='#dialog-content']"
SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"
RUN = "([context, options]) => axe.run(context ?? document, {resultTypes: ['violations'], ...options})"
# Files, pictures, parts of all pages and mere redirects are no pages.
NO_PAGES = {
    *("payments:export", "refunds:export", "audit:export", "audit-export", "dashboard:export", "qr"),
    *("banners", "merchant-banners", "home", "account_second_factor_due"),
}
OF_MERCHANT = [
    name
    for name, page in PAGES.items()
    if isinstance(page.needs, Right) and "GET" in page.methods and name not in NO_PAGES
]
OF_PLATFORM = [
    name for name, page in PAGES.items() if page.needs in {Door.PLATFORM, Door.COMPLETE} and name not in NO_PAGES
]


@pytest.fixture
def open_still(open_window):
    """A window in which nothing moves: half-shown dialogs have half their colours."""
    return partial(open_window, reduced_motion="reduce")


@pytest.fixture
def world(till, stranger) -> World:
    return World()


def findings(page, context=None):
    """What is gravely wrong with the page as it is, however one looks at it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = set()
    for scheme, width, options in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        for violation in page.evaluate(RUN, [context, options])["violations"]:
            if violation["impact"] in GRAVE:
                found |= {f"{violation['id']}: {node['target']}, {scheme}, {width}" for node in violation["nodes"]}
        if page.evaluate(SIDEWAYS):
            found.add(f"scrolls sideways at {width}")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})
    return sorted(found)


def findings_with_dialogs(page):
    """The same, then with each of the page's dialogs open, one of each name."""
    found = {"": findings(page)}
    for name in dict.fromkeys(page.locator(DIALOGS).all_inner_texts()):
        page.locator(DIALOGS).filter(has_text=name).first.click()
        page.locator("#dialog[open] form").wait_for()
        found[name] = findings(page, "#dialog")
        page.keyboard.press("Escape")
        page.locator("#dialog:not([open])").wait_for(state="attached")
    return {name: problems for name, problems in found.items() if problems}


def answer(route, *, page):
    route.fulfill(body=page, content_type="text/html")


def looked_at(page, urls):
    found = {}
    for url in urls:
        page.goto(url)
        problems = findings_with_dialogs(page)
        if problems:
            found[url] = problems
    return found


@pytest.mark.parametrize("half", [0, 1])
def test_nothing_is_wrong_with_the_pages_of_a_merchant(world, administrator, open_still, half):
    urls = [world.url(name, Place.OURS) for name in OF_MERCHANT[half::2]]
    prove(administrator)

    assert looked_at(open_still(administrator), urls) == {}


def test_nothing_is_wrong_with_the_pages_of_the_platform(world, platform, open_still):
    urls = [world.url(name, Place.OURS) for name in OF_PLATFORM]

    assert looked_at(open_still(platform), urls) == {}


def test_nothing_is_wrong_with_what_is_empty_or_was_refused(administrator, new_till, open_still):
    window = open_still(administrator)
    merchant = administrator.merchant
    merchant.is_active = False
    merchant.save()
    refused = [f"{name}?least=abc&state=nonsense" for name in ("payments/", "terminals/", "audit/")]
    paths = [
        "",
        "payments/",
        "figures/?last=2026-01-01",
        "terminals/?q=nothing",
        "terminals/labels/",
        "audit/?actor=nobody",
        *refused,
    ]

    found = looked_at(window, [administrator.url(path) for path in paths])
    window.goto(administrator.url("people/invite/"))
    window.get_by_role("button", name="Invite").click()
    window.locator("[aria-invalid=true]").first.wait_for()
    found["refused form"] = findings(window)
    window.goto(administrator.url("merchant/"))
    window.keyboard.press("?")
    found["keys"] = findings(window, "#keys")

    assert {name: problems for name, problems in found.items() if problems} == {}


def test_nothing_is_wrong_with_the_way_in(merchants, open_still):
    hire("anna@kino.example", merchants["KINO1"], Role.ADMINISTRATOR)
    window = open_still()
    found = looked_at(window, ["/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/"])
    window.goto("/")
    sign_in(window, "anna@kino.example", "a wrong password")
    window.get_by_text("not correct").wait_for()
    found["wrong password"] = findings(window)
    sign_in(window, "anna@kino.example", PASSWORD)
    window.get_by_role("heading", name="Add a second factor first").wait_for()
    found["second factor due"] = findings(window)

    paths = ["", "totp/activate/", "recovery-codes/", "webauthn/", "webauthn/add/", "recovery-codes/generate/"]
    add_authenticator(window, before=lambda: found.update({"authenticator": findings(window)}))
    urls = [f"/accounts/2fa/{path}" for path in (*paths, "totp/deactivate/", "reauthenticate/")]
    found |= looked_at(
        window, [*urls, "/accounts/password/change/", "/accounts/reauthenticate/", "/accounts/sessions/"]
    )
    window.goto("/")
    window.get_by_role("button", name="Sign out").click()
    sign_in(window, "anna@kino.example", PASSWORD)
    window.get_by_label("Code").wait_for()
    found["code"] = findings(window)

    assert {name: problems for name, problems in found.items() if problems} == {}


def test_nothing_is_wrong_with_the_pages_that_explain_the_till_api(open_still):
    paths = ["", "old-gateway/", "payment/start/", "payment/details/", "refund/details/", "manage/stores/"]

    assert looked_at(open_still(), [f"/api/help/{path}" for path in paths]) == {}


def test_nothing_is_wrong_with_the_pages_that_say_no(world, clerk, open_still):
    window = open_still(clerk)
    urls = [world.url("people:list", Place.OURS), world.url("dashboard:overview", Place.OTHER_MERCHANT), "/audit/"]
    for name in ("400.html", "403_csrf.html", "500.html"):
        window.route(f"**/{name}", partial(answer, page=render_to_string(name)))

    found = looked_at(window, [*urls, "/400.html", "/403_csrf.html", "/500.html"])

    assert found == {}
