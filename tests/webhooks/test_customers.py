"""Customers whose check-in was delivered: noted where a point of sale has the code, and answered in any case."""

from datetime import timedelta

from payments.models import Payment
from portal import clock
from terminals.models import CheckIn, PointOfSale
from terminals.states import PosState
from tests.epayment.books import CREATE, told
from tests.webhooks.posted import check_in, post, registration
from tests.webhooks.test_consequences import outcome


def test_a_check_in_at_a_code_that_is_not_ours_is_answered_and_pairs_nobody(till, client):
    till.start()

    answer = post(client, registration(of="check-ins"), check_in("somebody-elses-code"))

    assert (answer.status_code, outcome(), CheckIn.objects.count()) == (200, "unknown", 0)
    assert Payment.objects.get().state == "Initiated"


def test_a_check_in_at_a_point_of_sale_that_is_gone_pairs_nobody(till, pos, client):
    PointOfSale.objects.filter(pk=pos.pk).update(state=PosState.DELETED)

    post(client, registration(of="check-ins"), check_in(pos.beacon_id))

    assert (outcome(), CheckIn.objects.count()) == ("unknown", 0)


def test_a_check_in_is_answered_though_nobody_sells(till, pos, client):
    answer = post(client, registration(of="check-ins"), check_in(pos.beacon_id))

    assert (answer.status_code, outcome(), CheckIn.objects.count()) == (200, "paired", 1)


def test_a_check_in_without_a_time_is_there_when_it_comes(till, pos, client):
    said = check_in(pos.beacon_id) | {"initiatedAt": "soon"}

    post(client, registration(of="check-ins"), said)

    assert abs(CheckIn.objects.get().at - clock.now()) < timedelta(seconds=5)


def test_a_check_in_that_the_network_does_not_take_is_noted_all_the_same(till, pos, client, simulator):
    till.start()

    post(client, registration(of="check-ins"), check_in(pos.beacon_id, "made-up"))

    assert (outcome(), Payment.objects.get().state, told(simulator, CREATE)) == ("paired", "Initiated", 1)
