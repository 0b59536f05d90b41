"""A real browser before a real server: Chromium, the portal on a port, MobilePay's simulator behind it."""

from collections.abc import Callable, Iterator
import os
import re
import shutil

from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, expect, sync_playwright
import pytest

from tests.people import Person

# Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "on"

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ANSWER_TIMEOUT = 10_000
WIDE = {"width": 1280, "height": 900}
# A refusal is an answer like any other: only for what a page is made of, a status is something to complain of.
ANSWERED = {"document", "xhr", "fetch"}
STATUS = re.compile(
    r"(Failed to load resource: the server responded with a status of|Response Status Error Code) (400|403|404|422|500)"
)

expect.set_options(timeout=ANSWER_TIMEOUT)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _tables_that_both_sides_see(transactional_db) -> None:
    """The server answers in threads of its own: what a test writes must be there for them."""


@pytest.fixture
def open_window(chromium, live_server, simulator) -> Iterator[Callable[..., Page]]:
    """Open a browser's window, for somebody who is signed in or for nobody; no page in it may complain."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(person: Person | None = None, **options) -> Page:
        context = chromium.new_context(base_url=live_server.url, **{"viewport": WIDE, **options})
        context.set_default_timeout(ANSWER_TIMEOUT)
        contexts.append(context)
        _listen(context, live_server.url, complaints)
        if person:
            cookie = {"name": "sessionid", "value": person.browser.cookies["sessionid"].value}
            context.add_cookies([{**cookie, "url": live_server.url}])
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def window(open_window, administrator) -> Page:
    """The window of Kino Nord's administrator."""
    return open_window(administrator)


def _listen(context: BrowserContext, own: str, complaints: list[str]) -> None:
    """Write down every error on the console, every request to anywhere else, and every file that is missing."""

    def on_request(request: Request) -> None:
        if not request.url.startswith((own, "data:", "blob:")):
            complaints.append(f"a request to {request.url}")

    def on_response(response: Response) -> None:
        if response.status >= 400 and response.request.resource_type not in ANSWERED:
            complaints.append(f"{response.status} for {response.url}")

    def on_message(message) -> None:
        if message.type in {"error", "warning"} and not STATUS.match(message.text):
            complaints.append(f"console: {message.text}")

    context.on("request", on_request)
    context.on("response", on_response)
    context.on("console", on_message)
    context.on("weberror", lambda error: complaints.append(f"script: {error.error}"))
