"""The Procfile's programs with a real database and a real broker: they find each other, and finish what was begun."""

from django.conf import settings

from portal.management import wire
from tests.security.programs import until

APPROVE = """
from portal import clock
from portal.accounts.models import Membership, User
from portal.roles import Role
from refunds.models import Refund
from refunds.services import approvals

refund = Refund.objects.get(state="Requested")
asta = User.objects.create(email="asta@kino.example", name="Asta")
Membership.objects.create(user=asta, merchant=refund.merchant, role=Role.APPROVER)
approvals.approve(refund=refund, by=asta, now=clock.now())
"""


def test_web_broker_worker_beat_and_mobilepay_find_each_other(portal):
    until(lambda: wire.call(portal.url, "/health/ready")[1].get("status") == "ok", seconds=30)

    parts = ("status", "database", "broker", "beat", "sweeps", "clocks", "mobilepay")
    assert wire.call(portal.url, "/health/ready") == (200, {"version": settings.VERSION, **dict.fromkeys(parts, "ok")})


def test_a_capture_without_an_answer_is_finished_by_a_worker_in_less_than_ten_seconds(portal):
    payment_id = portal.reserve("unlucky")
    portal.fault(kind="cut_before", method="POST", path="/pos/v10/payments/[^/]+/capture", times=3)

    answer = portal.till("payment/capture", paymentId=payment_id)
    state = "SELECT state FROM payments_payment WHERE order_id = 'unlucky'"
    until(lambda: portal.row(state) == ("Captured",), seconds=10)

    assert answer["errorCodes"] == ["outcome_unknown"]
    assert portal.status(payment_id) == "Captured"


def test_a_refund_that_somebody_approved_is_paid_by_a_worker(portal):
    payment_id = portal.reserve("returned")
    assert portal.till("payment/capture", paymentId=payment_id)["success"]
    wish = {"paymentId": payment_id, "refundOrderId": "large", "amount": "600.00"}

    refund_id = portal.till("refund/create", **wish)["refundId"]
    waiting = portal.till("refund/capture", refundId=refund_id)["errorCodes"]
    portal.manage("shell", "--no-imports", "-c", APPROVE)
    until(lambda: portal.row("SELECT state FROM refunds_refund") == ("Captured",), seconds=30)

    assert waiting == ["awaiting_approval"]
    books = "SELECT refund_committed_minor, refunded_minor FROM payments_payment WHERE order_id = 'returned'"
    assert portal.row(books) == (60000, 60000)
