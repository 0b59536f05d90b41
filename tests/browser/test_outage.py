"""MobilePay goes and comes back while a page is open, and the portal itself does."""

from playwright.sync_api import expect
import pytest

from portal.gateway import outage
from portal.mobilepay.http.circuit_breaker import EVERYBODY
from tests.payments.factories import new_payment

# Within five seconds of knowing, and a breath to draw it.
SOON = 5500
OUT = "MobilePay has not answered since"


@pytest.mark.parametrize("path", ["payments/", "payments/{payment}/", "terminals/", "refunds/", "/"])
def test_an_open_page_says_within_five_seconds_that_mobilepay_is_gone_and_that_it_is_back(
    administrator, pos, window, path
):
    payment = new_payment(pos, order_id="ticket", state="Reserved")
    window.goto(administrator.url(path.format(payment=payment.pk)))
    live = window.locator(".live")
    marks = live.count()
    expect(live.filter(has_text="Live")).to_have_count(marks)

    outage.tell(EVERYBODY, is_out=True, network="posv10")

    expect(window.get_by_text(OUT)).to_be_visible(timeout=SOON)
    expect(live.filter(has_text="MobilePay does not answer")).to_have_count(marks)

    outage.tell(EVERYBODY, is_out=False, network="posv10")

    expect(window.get_by_text(OUT)).to_have_count(0, timeout=SOON)
    expect(live.filter(has_text="Live")).to_have_count(marks)


def test_a_page_whose_portal_fails_does_not_look_alive_until_it_answers_again(administrator, pos, window):
    payment = new_payment(pos, order_id="ticket", state="Reserved")
    window.goto(administrator.url(f"payments/{payment.pk}/"))
    expect(window.get_by_text("Live", exact=True)).to_be_visible()

    window.route("**/payments/*/", lambda route: route.fulfill(status=500))

    expect(window.get_by_text("Not up to date since")).to_be_visible()
    window.unroute("**/payments/*/")
    expect(window.get_by_text("Live", exact=True)).to_be_visible()
