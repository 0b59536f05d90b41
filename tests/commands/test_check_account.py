"""`manage.py check_account MSN`: whether an account's keys work, in words."""

from io import StringIO
import json

from django.core.management import CommandError, call_command
import pytest

from portal.audit.models import Entry
from terminals.models import Merchant, ProviderAccount
from tests.epayment.conftest import shops  # noqa: F401 - the shop over ePayment


def run(number):
    out = StringIO()
    try:
        call_command("check_account", number, stdout=out)
    except CommandError as error:
        return out.getvalue().splitlines(), str(error)
    return out.getvalue().splitlines(), ""


def test_keys_that_work_are_said_to_work(shops):  # noqa: F811
    assert run("123456") == (["Vipps MobilePay ePayment 123456 of Kino Nord (KINO1): the keys work."], "")
    assert Entry.objects.get(action="account:checked").actor == "manage.py"


def test_in_production_it_says_what_the_unit_may_do(shops, simulator):  # noqa: F811
    simulator.epayment.knobs.is_production = True

    assert run("123456") == (
        [
            "Vipps MobilePay ePayment 123456 of Kino Nord (KINO1): the keys work.",
            "  Kino Nord Aarhus, DKK; payments yes, push yes, parts no",
        ],
        "",
    )


def test_what_the_unit_does_not_tell_is_said_to_be_not_told(shops, simulator):  # noqa: F811
    simulator.epayment.knobs.is_production = True
    untold = {"configuration": None, "businessIdentifier": None}
    simulator.faults.add("alter", "GET", "/management/v1/sales-units/123456", members=untold)

    said, _ = run("123456")

    assert said[1] == "  Kino Nord Aarhus, currency not told; payments not told, push not told, parts not told"


def test_keys_that_are_not_taken_fail_the_command_and_are_not_shown(shops):  # noqa: F811
    account = ProviderAccount.objects.get(merchant_number="123456")
    account.credentials = json.dumps({**json.loads(account.credentials), "subscriptionKey": "a-wrong-key"})
    account.save()

    said, error = run("123456")

    problem = "The keys are not taken: MobilePay says the portal's credentials are not accepted (HTTP 401)."
    assert said == [f"Vipps MobilePay ePayment 123456 of Kino Nord (KINO1): {problem}"]
    assert error == "Not everything is in order; no money moved."
    assert "a-wrong-key" not in str(said)


@pytest.mark.django_db
def test_a_number_that_no_account_has_is_told():
    assert run("999999") == ([], "No account has the number 999999.")


def test_every_account_of_a_number_is_tested(merchants):
    other = Merchant.objects.get(bio_code="BAGER7")
    ProviderAccount.objects.filter(merchant=other).update(merchant_number="DK12345678")

    assert run("DK12345678") == (
        [
            "MobilePay PoS V10 DK12345678 of Kino Nord (KINO1): the keys work.",
            "MobilePay PoS V10 DK12345678 of Bageriet Syd (BAGER7): the keys work.",
        ],
        "",
    )
