"""Who leads a payment: two tables, written out by hand, so that the source's do not judge themselves."""

from dataclasses import replace

import pytest

from payments.flows import NetworkLed, PortalLed, leader
from payments.states import ACTIVE, State
from portal.gateway import networks
from portal.operations.models import Operation

PREPARING, WITHOUT = NetworkLed(prepares=True), NetworkLed(prepares=False)
PORTAL = PortalLed()


def told(step):
    return step and (str(step.state), str(step.operation))


@pytest.mark.parametrize(
    ("flow", "has_amount", "is_checked_in", "first"),
    [
        (PREPARING, True, False, ("Created", "create")),
        (PREPARING, True, True, ("Created", "create")),
        (PREPARING, False, False, ("Created", "prepare")),
        (PREPARING, False, True, ("Created", "prepare")),
        (WITHOUT, True, False, ("Created", "create")),
        (WITHOUT, False, False, ("Prepared", "")),
        (PORTAL, True, True, ("Created", "create")),
        (PORTAL, True, False, ("Initiated", "")),
        (PORTAL, False, True, ("Paired", "")),
        (PORTAL, False, False, ("Prepared", "")),
    ],
    ids=lambda value: type(value).__name__ if hasattr(value, "begin") else None,
)
def test_a_payment_begins(flow, has_amount, is_checked_in, first):
    assert told(flow.begin(has_amount=has_amount, is_checked_in=is_checked_in)) == first


@pytest.mark.parametrize("state", State)
def test_a_check_in_brings_about_what_only_the_portal_can_know(state):
    after = {"Prepared": ("Paired", ""), "Initiated": ("Initiated", "create")}

    assert told(PORTAL.check_in(state)) == after.get(state)
    assert (PREPARING.check_in(state), WITHOUT.check_in(state)) == (None, None)


@pytest.mark.parametrize("state", [State.PREPARED, State.PAIRED])
def test_the_amount_of_a_prepared_payment_is_told_or_opens_it_or_waits_for_a_customer(state):
    assert told(PREPARING.ready(state, is_checked_in=False)) == (state, "ready")
    assert told(WITHOUT.ready(state, is_checked_in=False)) == (state, "create")
    assert told(PORTAL.ready(state, is_checked_in=True)) == (state, "create")
    assert told(PORTAL.ready(state, is_checked_in=False)) == ("Initiated", "")


@pytest.mark.parametrize("state", ACTIVE)
def test_a_yes_brings_it_to_the_customer(state):
    after_ready = "IssuedToUser" if state == State.PAIRED else "Initiated"

    assert PREPARING.accepted(Operation.PREPARE, State.CREATED) == "Prepared"
    assert PREPARING.accepted(Operation.CREATE, State.CREATED) == "Initiated"
    assert PREPARING.accepted(Operation.READY, state) == after_ready
    assert PORTAL.accepted(Operation.CREATE, state) == "IssuedToUser"


def test_the_network_leads_where_it_can_say_who_stands_at_a_till(simulator, pos):
    network = networks.network_for(pos.account)

    assert leader(network) == PREPARING
    assert leader(replace(network, prepared=None)) == WITHOUT
    assert leader(replace(network, check_ins=None)) == PORTAL
    assert leader(replace(network, check_ins=None, prepared=None)) == PORTAL
