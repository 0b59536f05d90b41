"""`manage.py register_webhooks`: once for each account, and what could not be done is told."""

from io import StringIO
import re

from django.core.management import CommandError, call_command
import pytest

from portal.webhooks.models import Registration
from terminals.models import ProviderAccount
from tests.epayment.conftest import shops  # noqa: F401 - the shop over ePayment
from tests.webhooks.posted import event, post, registration


def run():
    out = StringIO()
    call_command("register_webhooks", stdout=out)
    return out.getvalue()


def test_every_account_is_named_with_what_was_done(shops):  # noqa: F811
    Registration.objects.all().delete()

    assert run().splitlines() == [
        "Vipps MobilePay ePayment 123456 of Kino Nord (KINO1): 2 made, 2 removed; last told never, 0 waiting",
        "Vipps MobilePay ePayment 654321 of Bageriet Syd (BAGER7): 2 made, 2 removed; last told never, 0 waiting",
    ]


def test_when_an_account_was_told_of_something_last_is_said(shops, client):  # noqa: F811
    post(client, registration(), event())

    [said, _] = run().splitlines()

    assert re.search(r": 0 made, 0 removed; last told 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC, 1 waiting$", said)


def test_what_could_not_be_done_fails_the_command(shops, simulator):  # noqa: F811
    simulator.faults.add("cut_before", None, "/webhooks/v1/webhooks", times=50)

    with pytest.raises(CommandError, match="found by polling all the same"):
        run()


def test_where_no_network_sends_anything_that_is_said(shops, settings):  # noqa: F811
    ProviderAccount.objects.update(is_active=False)

    assert run() == "No account has a network that sends anything to https://portal.example.\n"
