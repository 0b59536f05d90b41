"""Lists under somebody's eyes: nothing moves under the mouse, rows can be pressed anywhere, filters fold on phones."""

import re

from playwright.sync_api import expect
import pytest

from payments.models import Payment
from tests.payments.factories import new_payment

ORDERS = "() => [...document.querySelectorAll('tbody a.row')].map((link) => link.textContent)"


@pytest.fixture
def two(pos):
    return [new_payment(pos, order_id=order, state="Captured") for order in ("popcorn", "cola")]


def test_what_is_new_is_said_and_shown_when_somebody_wants_it(administrator, two, pos, window):
    window.goto(administrator.url("payments/?state=Captured"))
    new_payment(pos, order_id="ticket", state="Captured")

    shown = window.get_by_role("link", name="1 new, show")
    expect(shown).to_be_visible()
    assert window.evaluate(ORDERS) == ["cola", "popcorn"]
    shown.click()

    expect(window.get_by_role("link", name="ticket")).to_be_visible()
    expect(shown).to_have_count(0)
    assert window.evaluate(ORDERS) == ["ticket", "cola", "popcorn"]


def test_no_row_goes_away_under_the_mouse(administrator, two, window):
    window.goto(administrator.url("payments/?state=Captured"))
    window.get_by_role("cell", name="cola").hover()
    with window.expect_response(lambda response: "page=" in response.url and response.status == 200):
        Payment.objects.filter(order_id="cola").update(state="Reserved", captured_minor=0)
    with window.expect_response(lambda response: "page=" in response.url):
        pass
    assert window.evaluate(ORDERS) == ["cola", "popcorn"]

    window.mouse.move(0, 0)

    expect(window.get_by_role("link", name="cola")).to_have_count(0)


def test_a_row_can_be_pressed_anywhere(administrator, two, window):
    window.goto(administrator.url("payments/"))

    cell = window.get_by_role("row").filter(has_text="popcorn").get_by_role("cell").last.bounding_box()
    window.mouse.click(cell["x"] + cell["width"] / 2, cell["y"] + cell["height"] / 2)

    expect(window).to_have_url(re.compile(str(two[0].pk)))


def test_filters_fold_on_a_phone_and_unfold_when_they_are_wanted(administrator, two, window):
    window.set_viewport_size({"width": 390, "height": 800})
    window.goto(administrator.url("payments/?state=Captured"))

    unfold = window.get_by_role("button", name="Filters 1")
    expect(window.get_by_label("Order or id", exact=True)).to_be_visible()
    expect(window.get_by_label("State")).to_be_hidden()
    unfold.click()

    expect(window.get_by_label("State")).to_be_visible()
    expect(unfold).to_have_attribute("aria-expanded", "true")


def test_filters_stand_open_on_a_wide_screen(administrator, two, window):
    window.goto(administrator.url("payments/"))

    expect(window.get_by_label("State")).to_be_visible()
    expect(window.get_by_role("button", name="Filters")).to_be_hidden()


def test_what_is_not_filled_in_stays_out_of_the_address(administrator, two, window):
    window.goto(administrator.url("payments/"))

    window.get_by_label("State").select_option("Captured")
    window.get_by_role("button", name="Show").click()

    expect(window).to_have_url(re.compile(r"/payments/\?state=Captured$"))


def test_the_amount_comes_before_the_story_on_a_phone(administrator, two, window):
    window.set_viewport_size({"width": 390, "height": 800})
    window.goto(administrator.url(f"payments/{two[0].pk}/"))

    facts = window.get_by_role("heading", name="Facts").bounding_box()
    story = window.get_by_role("heading", name="What happened").bounding_box()

    assert facts["y"] < story["y"]
