"""What was there when somebody looked, and was another's when they came to take it."""

from functools import partial

from django.db import IntegrityError
import pytest

from payments.models import Payment
from payments.services import pairings, transitions
from portal import clock
from portal.audit.actors import COMMAND
from portal.audit.models import Entry
from portal.money import Money
from terminals.models import CheckIn, ProviderAccount
from terminals.services import check_ins, stores
from tests.epayment.books import may_capture_parts, reserve, work
from tests.payments.till_sequences import capture, prepare, ready


@pytest.fixture
def seen(till, phone, pos):
    """Somebody's check-in, as it was read before another payment had it."""
    phone.checks_in()
    waiting = check_ins.waiting(pos=pos, now=clock.now())
    CheckIn.objects.update(used_by="00000000-0000-0000-0000-000000000001")
    return waiting


def test_a_payment_that_begins_with_a_check_in_that_is_gone_begins_anew(seen, pos):
    draft = Payment(operation="create", point_of_sale=pos)
    written = []

    with pytest.raises(IntegrityError, match="another payment has had the check-in"):
        pairings.begin(draft, seen, now=clock.now(), write=partial(written.append, draft))

    assert (written, str(CheckIn.objects.get().used_by)) == ([draft], "00000000-0000-0000-0000-000000000001")


def test_a_payment_that_waits_is_not_asked_of_somebody_who_is_gone(till, seen):
    payment_id = prepare(till)["paymentId"]
    payment = Payment.objects.whole().get(pk=payment_id)
    step = pairings._leader(payment).ready(payment.state, is_checked_in=True)

    taken = pairings._take(payment, step, seen, cause="ready", by=COMMAND, now=clock.now(), amount=Money(2706, "DKK"))

    assert (taken.state, taken.operation, Payment.objects.get().amount_minor) == ("Prepared", "", None)


def test_an_amount_that_comes_as_the_customer_goes_waits_for_the_next_one(till, phone, pos, monkeypatch):
    payment_id = prepare(till)["paymentId"]
    phone.checks_in()
    look = check_ins.waiting

    def gone_at_once(**facts):
        found = look(**facts)
        CheckIn.objects.update(used_by="00000000-0000-0000-0000-000000000001")
        return found

    monkeypatch.setattr(check_ins, "waiting", gone_at_once)
    given = ready(till, payment_id)

    payment = Payment.objects.get(pk=payment_id)
    assert (given.status, payment.state, payment.amount_minor, payment.operation) == (200, "Initiated", 2706, "")


def test_a_check_in_says_what_it_is(seen):
    assert str(seen) == f"check-in {seen.pk}"


def test_what_was_let_go_of_is_let_go_of_once(till, phone, simulator):
    may_capture_parts(simulator)
    ProviderAccount.objects.update(captures_parts=True)
    assert capture(till, reserve(till, phone), amount="10.00").status == 200
    work()

    transitions.release(Payment.objects.whole().get(), by=COMMAND)

    assert Entry.objects.filter(action="payment:released").count() == 1


def test_a_store_of_a_network_that_keeps_no_stores_is_told_as_we_know_it(till, shops):
    [store] = shops["KINO1"].stores.all()

    told = stores.information(merchant=shops["KINO1"], store_id=store.store_id, by=COMMAND, now=clock.now())

    assert (told.name, told.synchronised_at) == (store.name, None)
