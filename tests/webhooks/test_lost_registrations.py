"""Registrations whose answer was lost: their secret is gone with it, and the next look makes them anew."""

import pytest

from portal.audit.models import Entry
from portal.webhooks.models import Registration
from tests.webhooks.posted import check_in, event, post, registration
from tests.webhooks.test_registrations import HOOKS, check, live, there


@pytest.fixture
def bare(shops, simulator):
    """The network has no registration of Kino Nord, and the portal knows of none."""
    with simulator.epayment.present():
        for each in list(simulator.epayment.registrations.of("123456")):
            simulator.epayment.registrations.delete(each)
    Registration.objects.filter(account__merchant_number="123456").delete()


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("kind", ["cut_after", "fail_after", "garble", "foreign_after"])
@pytest.mark.parametrize("times", [1, 2, 9])
def test_what_was_made_unseen_is_replaced_and_nothing_is_left_over(simulator, client, kind, times):
    simulator.faults.add(kind, "POST", HOOKS, msn="123456", times=times)
    check()
    simulator.faults.clear()

    problems = [check()["123456"][2] for _ in range(2)]

    assert (problems, sorted(there(simulator).values()), live()) == (["", ""], [1, 8], set(there(simulator)))
    heard = [post(client, registration(), event()), post(client, registration(of="check-ins"), check_in("a-code"))]
    assert [each.status_code for each in heard] == [200, 200]


@pytest.mark.usefixtures("bare")
def test_what_cannot_be_made_is_told_and_tried_again_at_the_next_look(simulator):
    simulator.faults.add("cut_before", "POST", HOOKS, msn="123456", times=9)

    made, removed, problem = check()["123456"]
    before = there(simulator), live()
    simulator.faults.clear()

    assert (made, removed, problem) == (0, 0, "MobilePay does not answer (no answer: ConnectionError)")
    assert before == ({}, set())
    assert check()["123456"] == (2, 0, "")


@pytest.mark.parametrize("kind", ["cut_before", "cut_after", "fail_after"])
def test_a_removal_whose_answer_is_lost_is_not_noticed(shops, simulator, settings, kind):
    settings.PORTAL_URL = "https://new.example"
    simulator.faults.add(kind, "DELETE", f"{HOOKS}/.*", msn="123456")

    assert check()["123456"] == (2, 2, "")
    assert live() == set(there(simulator))


@pytest.mark.parametrize("kind", ["cut_before", "cut_after"])
def test_a_removal_that_gets_no_answer_at_all_is_finished_at_the_next_look(shops, simulator, settings, kind):
    settings.PORTAL_URL = "https://new.example"
    simulator.faults.add(kind, "DELETE", f"{HOOKS}/.*", msn="123456", times=9)

    lost = check()["123456"]
    simulator.faults.clear()
    check()

    assert lost[2] == "MobilePay does not answer (no answer: ConnectionError)"
    assert (check()["123456"], live(), sorted(there(simulator).values())) == ((0, 0, ""), set(there(simulator)), [1, 8])


def test_wrong_keys_of_one_account_keep_no_other_from_its_registrations(shops, simulator):
    Registration.objects.all().delete()
    simulator.epayment.tokens.expire_all()
    simulator.faults.add("refuse", "POST", "/accesstoken/get", status=401, code="x", msn="123456", times=9)
    before = there(simulator)

    outcome = check()

    problem = "MobilePay refused: it says the portal's credentials are not accepted (HTTP 401)"
    assert outcome["123456"] == (0, 0, problem)
    assert (outcome["654321"], there(simulator)) == ((2, 2, ""), before)
    assert Entry.objects.filter(action="webhook:removed").count() == 2
