"""Money back: two steps at the till, one at the network; what others gave back is in our books."""

import pytest

from portal.audit.actors import COMMAND
from refunds.models import Refund
from terminals import import_file
from terminals.services import imports
from tests.epayment.books import MSN, REFUND, capture, keys, reserve, told, work
from tests.epayment.returns import create, paid_back, pay, status, sums
from tests.shop import EPAYMENT_SHOPS, KINO


def test_a_refund_is_reserved_here_at_once_and_paid_there_when_the_till_says_so(till, sold, simulator):
    refund_id = create(till, sold)["refundId"]
    reserved, before = status(till, refund_id), told(simulator, REFUND)

    paid = pay(till, refund_id)

    [call] = simulator.calls.find(*REFUND)
    assert (reserved, before, paid.status, status(till, refund_id)) == ("Reserved", 0, 200, "Captured")
    assert call.body == {"modificationAmount": {"currency": "DKK", "value": 1000}}
    assert (sums(sold), paid_back(simulator)) == ((2706, 1000, 1000), [1000])


def test_paying_out_again_is_a_success_and_pays_nothing_more(till, sold, simulator):
    refund_id = create(till, sold)["refundId"]
    pay(till, refund_id)

    again = pay(till, refund_id)

    assert (again.status, told(simulator, REFUND), paid_back(simulator)) == (200, 1, [1000])


def test_a_cancelled_refund_gives_its_room_back_and_tells_the_network_nothing(till, sold, simulator):
    refund_id = create(till, sold)["refundId"]

    ended = till.post("refund/cancel", refundId=refund_id)
    late = pay(till, refund_id)
    whole = create(till, sold, "27.06", "R-2")

    assert (ended.status, late.status, whole.status, told(simulator, REFUND)) == (200, 409, 200, 0)
    assert (status(till, refund_id), sums(sold)) == ("CancelledByClient", (2706, 2706, 0))


def test_what_is_paid_back_in_parts_adds_up_and_no_more_is_promised(till, sold, simulator):
    for order, amount in (("R-1", "10.00"), ("R-2", "17.05")):
        assert pay(till, create(till, sold, amount, order)["refundId"]).status == 200

    refused = create(till, sold, "0.02", "R-3")
    last = create(till, sold, "0.01", "R-3")

    assert (refused.status, refused.codes) == (409, ["refund_too_high"])
    assert refused["errors"][0].startswith("At most 0.01 DKK of order")
    assert (pay(till, last["refundId"]).status, paid_back(simulator)) == (200, [2706])
    assert len(set(keys(simulator, REFUND))) == 3


def test_after_a_year_nothing_is_given_back(till, sold, simulator, later, settings):
    settings.DEFAULT_PROVIDER = "epayment"
    later(days=364, hours=23)
    before = create(till, sold)
    till.post("refund/cancel", refundId=before["refundId"])
    later(hours=2)

    after = create(till, sold, order="R-2")

    assert (before.status, after.status, after.codes) == (200, 409, ["payment_too_old"])
    assert told(simulator, REFUND) == 0


def test_the_year_is_counted_from_when_the_customer_approved(till, phone, simulator, later, settings):
    settings.DEFAULT_PROVIDER = "epayment"
    payment_id = reserve(till, phone)
    later(days=6)
    capture(till, payment_id)
    later(days=358, hours=23)
    before = create(till, payment_id)
    till.post("refund/cancel", refundId=before["refundId"])
    later(hours=2)

    after = create(till, payment_id, order="R-2")

    assert (before.status, after.status, after.codes) == (200, 409, ["payment_too_old"])
    assert told(simulator, REFUND) == 0


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("6220", "the payment is too old to be refunded"),
        ("6150", "less is left of the payment than the portal knows of"),
        ("6210", "the payment cannot be refunded as it stands"),
    ],
)
def test_what_the_network_refuses_for_good_ends_with_its_reason(till, sold, simulator, code, why):
    refund_id = create(till, sold)["refundId"]
    simulator.faults.add("refuse", *REFUND, status=400, code=code)

    refused = pay(till, refund_id)
    again = pay(till, refund_id)

    assert (refused.status, again.status, status(till, refund_id)) == (409, 409, "CancelledByMobilePay")
    assert why in Refund.objects.get().events.last().cause
    assert (sums(sold), paid_back(simulator), told(simulator, REFUND)) == ((2706, 0, 0), [0], 1)


def test_keys_that_may_not_give_money_back_leave_it_reserved(till, sold, simulator):
    refund_id = create(till, sold)["refundId"]
    simulator.faults.add("refuse", *REFUND, status=403, code="5060")

    refused = pay(till, refund_id)
    kept = status(till, refund_id)

    assert (refused.status, refused.codes, kept) == (502, ["mobilepay_refused"], "Reserved")
    assert (pay(till, refund_id).status, paid_back(simulator)) == (200, [1000])


def test_a_unit_that_cannot_refund_now_does_so_once_it_can(till, sold, simulator, later):
    simulator.epayment.knobs.refuses_refunds = True
    refund_id = create(till, sold)["refundId"]

    refused = pay(till, refund_id)
    waiting = Refund.objects.get().state
    simulator.epayment.knobs.refuses_refunds = False
    later(minutes=1)
    work()

    assert (refused.status, waiting, Refund.objects.get().state) == (409, "WaitingForBalance", "Reserved")
    assert (pay(till, refund_id).status, paid_back(simulator)) == (200, [1000])
    assert len(set(keys(simulator, REFUND))) == 2


def test_money_goes_back_through_the_account_that_took_it_whatever_the_store_sells_through_now(till, sold, simulator):
    other = {**EPAYMENT_SHOPS["merchants"][1]["stores"][0]}
    unit = {name: other[name] for name in ("clientId", "clientSecret", "subscriptionKey")}
    store = {**KINO["stores"][0], **unit, "merchantSerialNumber": "777777"}
    imports.import_merchants(merchants=import_file.read({"merchants": [{**KINO, "stores": [store]}]}), by=COMMAND)

    paid = pay(till, create(till, sold)["refundId"])

    assert (paid.status, paid_back(simulator)) == (200, [1000])
    [call] = simulator.calls.find(*REFUND)
    assert call.headers["merchant-serial-number"] == MSN
