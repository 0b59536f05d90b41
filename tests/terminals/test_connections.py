"""Testing an account's connection: its keys, its sales unit, and what that is set up for."""

import json

import pytest

from portal import clock
from portal.audit.actors import COMMAND
from portal.audit.models import Entry
from terminals import import_file
from terminals.models import ProviderAccount
from terminals.services import connections, imports
from tests.shop import EPAYMENT_SHOPS

HOOKS = "/webhooks/v1/webhooks"
UNIT = "/management/v1/sales-units/123456"
NOT_ACCEPTED = "The keys are not taken: MobilePay says the portal's credentials are not accepted (HTTP 401)."
SETUP = {"paymentAllowed": True, "skipLandingPageAllowed": True, "partialCaptureAllowed": True}


@pytest.fixture
def account(db, simulator):
    """The sales unit of Kino Nord, which nobody has spoken for yet."""
    imports.import_merchants(merchants=import_file.read(EPAYMENT_SHOPS), by=COMMAND)
    return ProviderAccount.objects.get(merchant_number="123456")


def check(account):
    found = connections.check(account=account, by=COMMAND, now=clock.now())
    account.refresh_from_db()
    return found


def with_keys(account, **keys):
    account.credentials = json.dumps({**json.loads(account.credentials), **keys})
    account.save()


def kept(account):
    return account.problem, account.problem_at is not None, account.checked_at is not None


def test_outside_production_the_keys_are_tested_and_the_unit_tells_nothing(account, simulator):
    found = check(account)

    assert (found.problem, found.unit, kept(account)) == ("", None, ("", False, True))
    assert (account.may_push, account.captures_parts, account.label) == (None, None, "")
    calls = simulator.calls.find("GET")
    assert [(each.path, each.status) for each in calls] == [(HOOKS, 200), (UNIT, 404)]
    entry = Entry.objects.get(action="account:checked")
    assert (entry.subject, entry.details) == ("Vipps MobilePay ePayment 123456", {"problem": ""})


@pytest.mark.parametrize(("push", "parts"), [(True, False), (True, True)])
def test_in_production_it_is_noted_whether_it_may_push_and_capture_parts(account, simulator, push, parts):
    simulator.epayment.knobs.is_production = True
    unit = simulator.epayment.units.get("123456")
    unit.push_allowed, unit.partial_capture = push, parts

    found = check(account)

    assert found.problem == ""
    assert (account.may_push, account.captures_parts, account.label) == (push, parts, "Kino Nord Aarhus")


def test_what_the_unit_once_told_stays_where_it_tells_nothing(account, simulator):
    simulator.epayment.knobs.is_production = True
    check(account)
    simulator.epayment.knobs.is_production = False

    found = check(account)

    assert (found.unit, account.may_push, account.label) == (None, True, "Kino Nord Aarhus")


def test_a_unit_that_may_not_push_is_told_to_administrators(account, simulator):
    simulator.epayment.knobs.is_production = True
    simulator.epayment.units.get("123456").push_allowed = False

    found = check(account)

    sentence = "The sales unit may not send requests to phones: ask Vipps MobilePay to let it skip the landing page."
    assert (found.problem, kept(account)) == (sentence, (sentence, True, True))
    assert account.may_push is False


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        (
            {"configuration": {**SETUP, "paymentAllowed": False}},
            "The sales unit may not take payments: ask Vipps MobilePay to activate it.",
        ),
        (
            {"businessIdentifier": {"scheme": "business:NO:ORG", "id": "1"}},
            "The sales unit sells in NOK, and the merchant does not.",
        ),
        ({"businessIdentifier": None}, ""),
        ({"configuration": {}}, ""),
    ],
)
def test_a_unit_that_cannot_sell_is_told_why(account, simulator, members, sentence):
    simulator.epayment.knobs.is_production = True
    simulator.faults.add("alter", "GET", UNIT, members=members)

    found = check(account)

    assert (found.problem, account.problem) == (sentence, sentence)


@pytest.mark.parametrize("wrong", [{"clientSecret": "x"}, {"clientId": "x"}, {"subscriptionKey": "x"}])
def test_wrong_keys_are_told_and_those_of_others_are_not_touched(account, wrong):
    with_keys(account, **wrong)

    found = check(account)

    assert (found.problem, kept(account)) == (NOT_ACCEPTED, (NOT_ACCEPTED, True, True))
    assert check(ProviderAccount.objects.get(merchant_number="654321")).problem == ""


def test_a_subscription_key_that_is_wrong_is_told_though_the_token_is_good(account):
    before = check(account).problem
    with_keys(account, subscriptionKey="x")

    assert (before, check(account).problem) == ("", NOT_ACCEPTED)


def test_keys_of_another_unit_do_not_open_this_one(account):
    theirs = json.loads(ProviderAccount.objects.get(merchant_number="654321").credentials)
    with_keys(account, **theirs)

    assert check(account).problem == NOT_ACCEPTED


def test_an_account_without_keys_is_not_asked_for(account, simulator, settings):
    settings.EPAYMENT_CLIENT_ID = ""
    ProviderAccount.objects.filter(pk=account.pk).update(credentials=None)
    account.refresh_from_db()

    found = check(account)

    assert found.problem.endswith("(there are no keys for the sales unit).")
    assert simulator.calls.find() == []


def test_a_partners_keys_serve_an_account_without_its_own(account, settings):
    ProviderAccount.objects.filter(pk=account.pk).update(credentials=None)
    settings.EPAYMENT_CLIENT_ID, settings.EPAYMENT_CLIENT_SECRET = "kino-client", "kino-secret"
    settings.EPAYMENT_SUBSCRIPTION_KEY = "kino-key"
    account.refresh_from_db()

    assert check(account).problem == ""


def test_a_refusal_that_is_not_about_keys_is_told_as_it_is(account, simulator):
    simulator.faults.add("refuse", "GET", HOOKS, status=403, code="5070")

    assert check(account).problem == "MobilePay refused: it says the sales unit cannot take payments (HTTP 403)."


def test_silence_says_nothing_about_the_keys(account, simulator):
    simulator.faults.add("cut_before", None, ".*", times=50)

    sentence = "MobilePay does not answer (no answer: ConnectionError). Whether the keys are right is not known."
    assert (check(account).problem, kept(account)) == (sentence, (sentence, True, True))


def test_a_problem_that_is_gone_is_forgotten(account, simulator):
    simulator.faults.add("refuse", "GET", HOOKS, status=403, code="5070")
    check(account)

    check(account)

    assert kept(account) == ("", False, True)


def test_a_test_account_is_tested_at_the_test_address(account, simulator, settings):
    settings.EPAYMENT_TEST_API_URL, settings.EPAYMENT_API_URL = simulator.url, "http://127.0.0.1:9"
    ProviderAccount.objects.filter(pk=account.pk).update(is_test=True)
    account.refresh_from_db()

    assert (check(account).problem, len(simulator.calls.find("GET", HOOKS))) == ("", 1)


def test_at_posv10_the_keys_are_tested_by_a_look_at_the_stores(merchants, simulator, settings):
    account = ProviderAccount.objects.get(merchant_number="DK12345678")

    good = check(account).problem
    asked = len(simulator.calls.find("GET", "/pos/v10/stores/detailed"))
    simulator.faults.add("refuse", "GET", "/pos/v10/stores/detailed", status=403, code="1410")

    assert (good, asked) == ("", 1)
    assert check(account).problem.startswith("MobilePay refused: it says ")
