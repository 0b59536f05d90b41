"""Staff see where MobilePay reports something else than was asked for, and since when."""

from payments import tasks
from payments.models import Payment
from payments.services import timeline
from portal import clock
from tests.pages import all_of, buttons, said
from tests.payments.posv10_calls import ALWAYS, LOOK_UP
from tests.payments.till_sequences import capture, reserve
from tests.places import new_counter, sold

SAID = "MobilePay reports this payment otherwise than the portal asked for it: amount 99 DKK. No money is taken until"


def contradicted(till, customer, simulator):
    payment_id = reserve(till, customer)
    simulator.faults.add("alter", *LOOK_UP, times=ALWAYS, members={"amount": 99})
    till.get("payment/status", paymentId=payment_id)
    return Payment.objects.get()


def test_the_page_of_a_payment_says_what_mobilepay_says_and_offers_no_capture(administrator, till, customer, simulator):
    payment = contradicted(till, customer, simulator)

    page = administrator.get(f"payments/{payment.pk}/")

    [notice] = [text for text in said(page, "div[@class='notice warn']/p") if "otherwise" in text]
    assert SAID in notice
    assert buttons(page) == ["Check now", "(Capture…)", "Cancel…"]
    assert [tag.text for tag in all_of(page, "span", "tag")][:1] == ["MobilePay says otherwise"]
    assert [(step.title, step.answer, step.is_trouble) for step in timeline.steps(payment)][-1] == (
        "MobilePay reports a payment otherwise than the portal asked for it",
        "amount 99 DKK",
        True,
    )


def test_the_timeline_says_when_the_two_agree_again(till, customer, simulator, administrator):
    payment = contradicted(till, customer, simulator)
    simulator.faults.clear()

    assert capture(till, str(payment.pk)).status == 200

    titles = [(step.title, step.is_trouble) for step in timeline.steps(Payment.objects.get())]
    assert ("MobilePay reports a payment as the portal asked for it again", False) in titles


def test_the_overview_counts_them_and_leads_to_them(clerk, till, customer, simulator):
    contradicted(till, customer, simulator)
    sold(new_counter(Payment.objects.get().merchant), "order-2")

    overview = clerk.get("")
    listed = clerk.get("payments/", state="contradicted")

    assert said(overview, "div[@class='notice warn']/p") == [
        (
            "MobilePay reports 1 payment otherwise than the portal asked for. No money is taken of what does not "
            "agree: look at it."
        )
    ]
    assert [link.get("href") for link in all_of(overview, "div[@class='notice warn']/p/a")] == [
        f"/merchants/{Payment.objects.first().merchant_id}/payments/?state=contradicted"
    ]
    assert "order-1" in listed.content.decode()
    assert "order-2" not in listed.content.decode()


def test_what_ended_here_and_is_reserved_there_is_shown_until_it_is_not_there_any_more(
    till, customer, simulator, clerk
):
    payment_id = reserve(till, customer)
    Payment.objects.update(state="CancelledByMobilePay", due_at=None)
    tasks.adopt_orphaned_reservations()
    shown = [str(each.pk) for each in Payment.objects.contradicted()]
    with simulator.world.present():
        [theirs] = simulator.world.payments
        simulator.world.payments.cancel(theirs)

    tasks.adopt_orphaned_reservations()

    assert shown == [payment_id]
    assert list(Payment.objects.contradicted()) == []


def test_since_when_it_is_said_is_kept_while_it_is_said(till, customer, simulator, later):
    payment = contradicted(till, customer, simulator)
    since = payment.contradicted_at
    later(seconds=5)
    simulator.faults.clear()
    simulator.faults.add("alter", *LOOK_UP, times=ALWAYS, members={"amount": 98})
    Payment.objects.update(fresh_until=clock.now())

    till.get("payment/status", paymentId=str(payment.pk))

    assert Payment.objects.values_list("contradiction", "contradicted_at").get() == ({"amount": "98 DKK"}, since)
