"""Terminals as the desk sees them: points of sale registered and deleted, and who is checked in."""

from playwright.sync_api import expect
import pytest

from terminals.models import PointOfSale, Terminal


@pytest.fixture
def terminal(new_till):
    return Terminal.objects.get(terminal_id=new_till.terminal_id)


def states_of(terminal):
    return list(PointOfSale.objects.filter(terminal=terminal).values_list("state", flat=True))


def test_a_point_of_sale_is_registered_and_deleted_in_dialogs(administrator, terminal, new_till, window):
    window.goto(administrator.url(f"terminals/{terminal.pk}/"))
    expect(window.get_by_text("No point of sale", exact=True)).to_be_visible()

    window.get_by_role("link", name="Register point of sale…").click()
    dialog = window.get_by_role("dialog", name="Register a point of sale for Kasse 1?")
    dialog.get_by_role("button", name="Register").click()

    expect(window.get_by_role("status").get_by_text("Registered Kasse 1.")).to_be_visible()
    expect(window.get_by_text("Ready to sell")).to_be_visible()
    expect(window.get_by_role("img", name="QR code of Kasse 1")).to_be_visible()
    assert states_of(terminal) == ["Registered"]
    assert new_till.start().status == 200

    window.get_by_role("link", name="Cancel the payment…").click()
    window.get_by_role("dialog").get_by_role("button", name="Cancel the payment").click()
    expect(window.get_by_role("heading", name="Order order-1 27.06 DKK", exact=True)).to_be_visible()
    window.goto(administrator.url(f"terminals/{terminal.pk}/"))
    window.get_by_role("link", name="Delete point of sale…").click()
    dialog = window.get_by_role("dialog", name="Delete the point of sale of Kasse 1?")
    expect(dialog.get_by_text("Kasse 1 in Kino Nord Aarhus stops taking MobilePay at once.")).to_be_visible()
    dialog.get_by_role("button", name="Delete").click()

    expect(window.get_by_role("status").get_by_text("Deleted the point of sale of Kasse 1.")).to_be_visible()
    expect(window.get_by_text("No point of sale", exact=True)).to_be_visible()
    assert states_of(terminal) == ["Deleted"]
    assert new_till.start().status == 404


def test_a_dialog_that_is_left_does_nothing(administrator, till, pos, window):
    window.goto(administrator.url(f"terminals/{pos.terminal_id}/"))

    for leave in ("Escape", "Back"):
        window.get_by_role("link", name="Delete point of sale…").click()
        dialog = window.get_by_role("dialog", name="Delete the point of sale of Kasse 1?")
        if leave == "Back":
            dialog.get_by_role("link", name="Back").click()
        else:
            expect(dialog).to_be_visible()
            window.keyboard.press("Escape")
        expect(dialog).to_have_count(0)

    assert states_of(pos.terminal) == ["Registered"]


def test_a_customer_who_checks_in_is_seen_while_the_page_is_open(clerk, pos, customer, open_window):
    window = open_window(clerk)
    window.goto(clerk.url(f"terminals/{pos.terminal_id}/check-in/"))
    expect(window.get_by_text("Nobody is checked in")).to_be_visible()

    customer.checks_in()

    expect(window.get_by_text("Somebody is checked in")).to_be_visible()


def test_a_terminals_page_tells_who_is_checked_in_by_itself(administrator, pos, customer, window):
    window.goto(administrator.url(f"terminals/{pos.terminal_id}/"))
    expect(window.get_by_text("Nobody is checked in")).to_be_visible()

    customer.checks_in()

    expect(window.get_by_text("Somebody is checked in")).to_be_visible()


def test_a_synchronisation_of_stores_says_how_it_went(administrator, merchants, window):
    window.goto(administrator.url("stores/"))

    window.get_by_role("button", name="Synchronise with MobilePay").click()

    expect(window.get_by_text("0 new, 1 changed, 0 the same.")).to_be_visible()
