"""Keys that are wrong from now on are told at once, whatever token the right ones have left."""

from portal import clock
from portal.audit.actors import COMMAND
from terminals import import_file
from terminals.models import ProviderAccount
from terminals.services import connections, imports
from tests.shop import KINO, KINO_UNIT


def check():
    account = ProviderAccount.objects.get(merchant_number="123456")
    return connections.check(account=account, by=COMMAND, now=clock.now()).problem


def replace(**keys):
    store = {**KINO["stores"][0], **KINO_UNIT, **keys}
    imports.import_merchants(merchants=import_file.read({"merchants": [{**KINO, "stores": [store]}]}), by=COMMAND)


def test_a_secret_that_is_wrong_is_told_and_the_right_one_works_again(till):
    right = check()

    replace(clientSecret="wrong")
    wrong = check()
    replace(clientSecret=KINO_UNIT["clientSecret"])

    assert (right, check()) == ("", "")
    assert wrong.startswith("The keys are not taken")


def test_a_start_with_wrong_keys_ends_at_once_and_the_next_one_sells(till, phone):
    replace(clientSecret="wrong", subscriptionKey="wrong")
    phone.scans()
    phone.tells()

    refused = till.start()
    replace(**KINO_UNIT)
    phone.checks_in()

    assert (refused.status, refused.codes) == (502, ["mobilepay_refused"])
    assert till.status(till.start("order-2")["paymentId"]) == "IssuedToUser"
