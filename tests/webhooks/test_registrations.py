"""Each account has its registrations at our address, once; what the network has lost is made again."""

from django.db import connection
import pytest

from portal import clock
from portal.audit.actors import COMMAND
from portal.audit.models import Entry
from portal.webhooks import tasks
from portal.webhooks.models import Registration
from portal.webhooks.services import registrations
from terminals.models import ProviderAccount

HOOKS = "/webhooks/v1/webhooks"


def check():
    return {
        each.account.merchant_number: (each.made, each.removed, each.problem)
        for each in registrations.check_all(by=COMMAND, now=clock.now(), may_move=True)
    }


def there(simulator, msn="123456"):
    """What the network has for a unit: kinds of events by address."""
    with simulator.epayment.present():
        return {each.url: len(each.events) for each in simulator.epayment.registrations.of(msn)}


def live(msn="123456"):
    return {each.url for each in Registration.objects.filter(account__merchant_number=msn).live()}


def test_each_account_is_told_of_payments_and_of_customers_at_addresses_of_its_own(shops, simulator):
    ours, theirs = there(simulator), there(simulator, "654321")

    assert sorted(ours.values()) == sorted(theirs.values()) == [1, 8]
    assert not ours.keys() & theirs.keys()
    assert all(url.startswith("https://portal.example/webhooks/") for url in ours)
    assert live() == set(ours)


def test_to_see_to_it_again_changes_nothing(shops, simulator):
    before = there(simulator), live(), Entry.objects.count()

    tasks.check_registrations()

    assert (there(simulator), live(), Entry.objects.count()) == before


def test_what_was_made_and_removed_stands_in_the_audit_log_without_the_address(shops):
    rows = Entry.objects.filter(action="webhook:registered")

    assert rows.count() == 4
    assert "portal.example" not in str(list(rows.values_list("details", flat=True)))


def test_what_the_network_has_lost_is_made_again(shops, simulator):
    before = live()
    with simulator.epayment.present():
        [lost] = [each for each in simulator.epayment.registrations.of("123456") if len(each.events) == 8]
        simulator.epayment.registrations.delete(lost)

    outcome = check()

    assert outcome["123456"] == (1, 0, "")
    assert len(live()) == 2
    assert lost.url in before - live()
    assert sorted(there(simulator).values()) == [1, 8]


def test_after_the_portal_has_moved_the_old_addresses_go(shops, simulator, settings):
    before = live()
    settings.PORTAL_URL = "https://new.example"

    outcome = check()

    assert outcome["123456"] == (2, 2, "")
    assert live() == set(there(simulator))
    assert not live() & before
    assert all(url.startswith("https://new.example/webhooks/") for url in live())


def test_one_at_our_address_whose_secret_we_do_not_know_is_replaced(shops, simulator):
    Registration.objects.all().delete()

    outcome = check()

    assert outcome["123456"] == (2, 2, "")
    assert live() == set(there(simulator))


def test_others_registrations_are_left_alone(shops, simulator):
    with simulator.epayment.present():
        simulator.epayment.registrations.add("123456", "https://shop.example/hook", ["epayments.payment.captured.v1"])

    outcome = check()

    assert outcome["123456"] == (0, 0, "")
    assert there(simulator)["https://shop.example/hook"] == 1


def test_where_somebody_else_is_told_of_customers_payments_are_registered_all_the_same(shops, simulator):
    with simulator.epayment.present():
        for each in list(simulator.epayment.registrations.of("123456")):
            simulator.epayment.registrations.delete(each)
        simulator.epayment.registrations.add("123456", "https://shop.example/hook", ["user.checked-in.v1"])

    made, removed, problem = check()["123456"]

    assert (made, removed) == (1, 0)
    assert problem == "MobilePay refused: it says nothing that the portal understands (HTTP 400)"
    assert sorted(there(simulator).values()) == [1, 8]


def test_one_accounts_trouble_is_no_others(shops, simulator):
    with simulator.epayment.present():
        for msn in ("123456", "654321"):
            for each in list(simulator.epayment.registrations.of(msn)):
                simulator.epayment.registrations.delete(each)
    simulator.faults.add("refuse", "GET", HOOKS, status=403, code="5060", msn="123456", times=9)

    outcome = check()

    assert outcome["123456"] == (
        0,
        0,
        "MobilePay refused: it says the sales unit's bank account is not verified (HTTP 403)",
    )
    assert outcome["654321"] == (2, 0, "")


def test_a_silent_network_costs_nothing_that_stands(shops, simulator):
    before = live()
    simulator.faults.add("cut_before", None, HOOKS, times=50)

    outcome = check()

    assert outcome["123456"] == (0, 0, "MobilePay does not answer (no answer: ConnectionError)")
    assert live() == before


def test_one_that_is_gone_when_it_is_to_be_removed_is_gone(shops, simulator, settings):
    settings.PORTAL_URL = "https://new.example"
    simulator.faults.add("refuse", "DELETE", f"{HOOKS}/.*", status=404, code="5090", msn="123456")

    assert check()["123456"] == (2, 2, "")


def test_a_removal_that_is_refused_is_told(shops, simulator, settings):
    settings.PORTAL_URL = "https://new.example"
    simulator.faults.add("refuse", "DELETE", f"{HOOKS}/.*", status=403, code="5060", times=9)

    sentence = "MobilePay refused: it says the sales unit's bank account is not verified (HTTP 403)"
    assert check()["123456"][2] == sentence


def test_a_copy_of_the_database_elsewhere_takes_nothing_away_by_itself(shops, simulator, settings, caplog):
    before = there(simulator)
    settings.PORTAL_URL = "https://staging.example"

    tasks.check_registrations()

    assert there(simulator) == before
    assert "not in order" in caplog.text


def test_an_account_whose_keys_cannot_be_read_is_no_others_trouble(shops, simulator):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE terminals_provideraccount SET credentials = 'broken' WHERE merchant_number = '123456'")
    Registration.objects.filter(account__merchant_number="654321").delete()

    outcome = check()

    assert outcome["123456"] == (0, 0, "The portal failed: see its log")
    assert outcome["654321"] == (2, 2, "")


def test_where_payments_are_refused_customers_are_registered_all_the_same(shops, simulator):
    with simulator.epayment.present():
        for each in list(simulator.epayment.registrations.of("123456")):
            simulator.epayment.registrations.delete(each)
    simulator.faults.add("refuse", "POST", HOOKS, status=403, code="5060", msn="123456")

    made, removed, problem = check()["123456"]

    assert (made, removed, sorted(there(simulator).values())) == (1, 0, [1])
    assert problem.startswith("MobilePay refused")


@pytest.mark.parametrize("change", [{"is_active": False}, {"provider": "posv10"}])
def test_accounts_that_are_off_or_that_nobody_tells_anything_are_passed_over(shops, change):
    ProviderAccount.objects.filter(merchant_number="123456").update(**change)

    assert set(check()) == {"654321"}
