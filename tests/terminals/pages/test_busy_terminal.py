"""The page of a terminal that a payment keeps busy."""

from payments.models import Payment
from portal import clock
from terminals.models import PointOfSale
from tests.pages import all_of, buttons, one, said
from tests.terminals.pages.addresses import path


def test_the_panel_of_a_busy_terminal_names_the_payment_and_frees_the_till(
    administrator, clerk, till, pos, time_machine
):
    time_machine.move_to(clock.now(), tick=False)
    payment_id = till.start()["paymentId"]

    page, clerks = administrator.get(path(pos.terminal)), clerk.get(path(pos.terminal))
    administrator.post(f"payments/{payment_id}/cancel/")
    freed = administrator.get(path(pos.terminal))

    assert "A payment is going on" in said(page, "h2")
    assert all_of(page, "section//p/a")[0].get("href") == administrator.url(f"payments/{payment_id}/")
    assert said(page, "section[@class='card']//div[@class='pad stack']/p")[0] == (
        "Order order-1, 27.06 DKK, begun 0 s ago. Until it ends, no other sale can start here; forgotten by its till, "
        "it is cancelled by itself after 10 min."
    )
    assert ("Cancel the payment…" in buttons(page), "Cancel the payment…" in buttons(clerks)) == (True, False)
    assert [each for each in said(freed, "h2") if "payment" in each] == ["Recent payments"]


def test_a_terminal_that_a_payment_has_blocked_for_long_says_so(clerk, till, pos, simulator, later):
    till.start()
    later(minutes=4)

    page = clerk.get(path(pos.terminal))

    assert said(page, "div[@class='top']/span")[0] == "Blocked"
    assert "Blocked by a payment" in said(page, "h2")


def test_the_page_stays_live_and_sends_what_changed(administrator, pos, time_machine):
    time_machine.move_to(clock.now(), tick=False)
    first = administrator.part(path(pos.terminal), "terminal")
    same = administrator.part(path(pos.terminal), "terminal", seen=first["X-Part"])
    PointOfSale.objects.update(drift={"name": "x"})
    changed = administrator.part(path(pos.terminal), "terminal", seen=first["X-Part"])

    assert (first.status_code, same.status_code, changed.status_code) == (200, 204, 200)
    element = one(first, "div[@id='terminal']")
    assert (element.get("hx-get"), element.get("hx-trigger")) == (administrator.url(path(pos.terminal)), "every 2s")
    assert b"<html" not in first.content
    assert Payment.objects.count() == 0
