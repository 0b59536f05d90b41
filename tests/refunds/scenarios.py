"""What every test of refunds does: sell something, let a worker work, prove who one is, and look at the books."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from payments.models import Payment
from portal import clock
from portal.accounts.models import User
from portal.audit.actors import WORKER
from portal.audit.models import Entry
from portal.money import Money
from refunds.models import Policy, Refund
from refunds.services import approvals, policy_changes, requests, sweep
from refunds.services.refusals import MayNotDecide

STEPS = 12


def sell(till, customer, *, amount="27.06", order_id="order-1"):
    """A payment that is really captured at MobilePay."""
    payment_id = till.start(order_id, amount)["paymentId"]
    customer.checks_in()
    customer.accepts()
    assert till.status(payment_id) == "Reserved"
    assert till.post("payment/capture", paymentId=payment_id).status == 200
    return Payment.objects.select_related("merchant", "store", "terminal").get(pk=payment_id)


def dkk(minor):
    return Money(minor, "DKK")


def ask(payment, person, minor=1000, *, reason="returned", note=""):
    """A request at the desk."""
    fresh = Payment.objects.select_related("merchant").get(pk=payment.pk)
    return requests.ask(
        payment=fresh,
        order=uuid4(),
        amount=dkk(minor),
        reason=reason,
        note=note,
        requester=person.user,
        now=clock.now(),
    )


def rules(merchant, currency="DKK", **rules):
    """Write the merchant's policy down with these rules instead of the defaults."""
    return Policy.objects.update_or_create(merchant=merchant, currency=currency, defaults=rules)[0]


def want(person, currency="DKK", **wanted):
    """An administrator saves other rules; gives what of them waits."""
    return policy_changes.change(merchant=person.merchant, currency=currency, by=person.user, now=clock.now(), **wanted)


def work(refund_id=None):
    """Let a worker do what is due now, and what becomes due by that, until nothing is; time stands still."""
    for _ in range(STEPS):
        due = Refund.objects.claim_due(now=clock.now())
        for pk in due:
            sweep.process(refund_id=pk, by=WORKER, now=clock.now())
        if not due:
            return
    assert refund_id is not None, "A refund keeps being due at once"


def fresh(refund):
    return Refund.objects.whole().get(pk=getattr(refund, "pk", refund))


def books(payment):
    """What our record says of a payment's money: captured, promised, paid back."""
    found = Payment.objects.get(pk=payment.pk)
    return found.captured_minor, found.refund_committed_minor, found.refunded_minor


def at_mobilepay(simulator, payment):
    """MobilePay's refunds of a payment: refund order, amount in minor units and state, oldest first."""
    with simulator.world.present():
        found = [each for each in simulator.world.refunds if each.payment.payment_id == payment.remote_id]
        return [(each.refund_order_id, int(each.amount * 100), str(each.status)) for each in found]


def told(refund):
    """The refund's way through its states."""
    return list(fresh(refund).events.order_by("pk").values_list("to_state", flat=True))


def actions(refund):
    """What the audit log has about a refund, oldest first."""
    entries = Entry.objects.filter(subject_kind="refund", subject_id=str(getattr(refund, "pk", refund)))
    return list(entries.order_by("pk").values_list("action", flat=True))


def prove(person, *, ago=timedelta(0)):
    """The person has given their password, and their second factor when they have one, just now or so long ago."""
    person.proves_it_again(ago=ago)


def refund_id(answer):
    assert answer.status == 200, answer.body
    return UUID(answer["refundId"])


CREATE = ("POST", "/pos/v10/refunds")
CAPTURE = ("POST", "/pos/v10/refunds/[^/]+/capture")
CANCEL = ("POST", "/pos/v10/refunds/[^/]+/cancel")
LOOK_UP = ("GET", "/pos/v10/refunds/[^/]+")
ABOUT_REFUNDS = (None, "/pos/v10/refunds.*")


def give_back(till, payment, amount="10.00", order_id="refund-1", **more):
    """What a till does when goods come back; gives the answer."""
    return till.post("refund/create", paymentId=str(payment.pk), refundOrderId=order_id, amount=amount, **more)


def reserved_at_till(till, payment, amount="10.00", order_id="refund-1"):
    """A refund that its till created and saw reserved."""
    pk = refund_id(give_back(till, payment, amount, order_id))
    assert status_at_till(till, pk) == "Reserved"
    return fresh(pk)


def pay_out(till, refund):
    return till.post("refund/capture", refundId=str(getattr(refund, "pk", refund)))


def call_off(till, refund):
    return till.post("refund/cancel", refundId=str(getattr(refund, "pk", refund)))


def details(till, refund):
    return till.get("refund/details", refundId=str(getattr(refund, "pk", refund)))


def status_at_till(till, refund):
    answer = details(till, refund)
    assert answer.status == 200, answer.body
    return answer["refundDetails"]["status"]


def told_mobilepay(simulator, call=ABOUT_REFUNDS):
    """How often MobilePay was told or asked something about refunds."""
    return len(simulator.calls.find(*call))


def all_refunds():
    return list(Refund.objects.order_by("created_at", "pk").values_list("refund_order_id", "amount_minor", "state"))


def approve(refund, person):
    return approvals.approve(refund=refund, by=person.user, now=clock.now())


def decline(refund, person, reason="not ours"):
    return approvals.decline(refund=refund, reason=reason, by=person.user, now=clock.now())


def withdraw(refund, person, reason="a mistake"):
    return approvals.withdraw(refund=refund, reason=reason, by=person.user, now=clock.now())


def stand_in(refund, person, reason="the customer waits"):
    return approvals.approve_in_emergency(refund=refund, reason=reason, by=person.user, now=clock.now())


def review(refund, person, verdict="in_order", note="seen the goods"):
    return approvals.review(refund=refund, verdict=verdict, note=note, by=person.user)


def refusal(deed, *given, kind=MayNotDecide, **options):
    """The sentence with which a deed is refused."""
    with pytest.raises(kind) as refused:
        deed(*given, **options)
    assert type(refused.value) is kind
    return refused.value.message


def traces(refund):
    """Everything that is written down about a refund: its row, events, audit rows, letters and room."""
    row = Refund.objects.filter(pk=refund.pk).values().get()
    letters = list(refund.notifications.order_by("pk").values())
    return row, told(refund), actions(refund), letters, books(refund.payment)


def last_seen(person, **ago):
    """When the person signed in last: never, or so long ago."""
    User.objects.filter(pk=person.user.pk).update(last_login=clock.now() - timedelta(**ago) if ago else None)
