"""Staff see where MobilePay reports another refund than was asked for."""

import pytest

from portal import clock
from refunds.models import Refund
from refunds.services import timeline
from tests.pages import all_of, said
from tests.refunds.factories import at_till, sale


@pytest.fixture
def payment(simulator, pos):
    """A payment that MobilePay has as well."""
    return sale(simulator, pos)


def test_a_refund_that_is_reported_otherwise_is_shown_listed_and_counted(payment, clerk, till):
    refund = at_till(payment)
    at_till(payment, 500, "refund-2")
    Refund.objects.filter(pk=refund.pk).update(contradiction={"amount": "99 DKK"}, contradicted_at=clock.now())

    page, overview = clerk.get(f"refunds/{refund.pk}/"), clerk.get("")
    listed = clerk.get("refunds/", state="contradicted")

    [notice] = [text for text in said(page, "div[@class='notice warn']/p") if "otherwise" in text]
    assert "this refund otherwise than the portal asked for it: amount 99 DKK. Nothing is paid out until" in notice
    assert [tag.text for tag in all_of(page, "span", "tag")][:1] == ["MobilePay says otherwise"]
    assert said(overview, "div[@class='notice warn']/p") == [
        (
            "MobilePay reports 1 refund otherwise than the portal asked for. Nothing is paid out of what does not "
            "agree: look at it."
        )
    ]
    shown = [f"refunds/{each.pk}/" in listed.content.decode() for each in payment.refunds.order_by("refund_order_id")]
    assert shown == [True, False]


def test_the_timeline_of_a_refund_tells_of_it(payment, till, simulator):
    refund = at_till(payment)
    simulator.faults.add("alter", "GET", "/pos/v10/refunds/[^/]+", members={"amount": 99})
    till.post("refund/capture", refundId=str(refund.pk))
    till.post("refund/capture", refundId=str(refund.pk))

    told = [(step.title, step.answer, step.is_trouble) for step in timeline.steps(Refund.objects.get()) if step.answer]

    assert ("MobilePay reports a refund otherwise than the portal asked for it", "amount 99 DKK", True) in told
    assert "MobilePay reports a refund as the portal asked for it again" in [
        step.title for step in timeline.steps(Refund.objects.get()) if not step.is_trouble
    ]
