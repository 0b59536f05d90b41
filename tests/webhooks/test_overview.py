"""How word reaches an account: what administrators see, and whoever is called at night."""

from portal import clock
from portal.webhooks.models import Delivery, Registration
from portal.webhooks.services import overview
from portal.webhooks.services.overview import Reception
from terminals.models import ProviderAccount
from tests.webhooks.posted import event, other_secret, post, registration


def reception(msn="123456"):
    return overview.reception(ProviderAccount.objects.get(merchant_number=msn))


def test_an_account_that_was_told_nothing_has_its_registrations(shops):
    assert reception() == Reception(registrations=2, last_received_at=None, last_failed_at=None, waiting=0)


def test_what_came_and_what_was_not_genuine_is_counted_for_its_account_alone(shops, client):
    row = registration()
    post(client, row, event())
    post(client, row, event(psp="psp-2"))
    post(client, row, event(), signer=other_secret(row))

    seen = reception()

    row.refresh_from_db()
    assert (seen.last_received_at, seen.last_failed_at) == (row.last_received_at, row.last_failed_at)
    assert (seen.waiting, row.failures, row.last_failed_at is not None) == (2, 1, True)
    assert reception("654321") == Reception(2, None, None, 0)


def test_what_was_looked_after_waits_no_more(shops, client):
    post(client, registration(), event())
    Delivery.objects.update(due_at=None)

    assert reception().waiting == 0


def test_a_registration_that_has_ended_counts_no_more(shops, client):
    row = registration()
    post(client, row, event())
    Registration.objects.filter(pk=row.pk).update(ended_at=clock.now())

    seen = reception()

    assert (seen.registrations, seen.last_received_at, seen.waiting) == (1, None, 1)
