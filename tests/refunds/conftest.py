"""Sold goods, the people of refunds, and time."""

import pytest

from portal import clock
from portal.roles import Role
from tests.people import hire
from tests.refunds.factories import sale
from tests.refunds.scenarios import ask, prove, sell


@pytest.fixture
def sold(till, customer):
    """A captured payment of 27.06 DKK."""
    return sell(till, customer)


@pytest.fixture
def payment(simulator, pos):
    """A payment that MobilePay remembers as captured: quicker than a sale."""
    return sale(simulator, pos)


@pytest.fixture
def asked(payment, clerk):
    """Carl asks for 10.00 DKK."""
    return ask(payment, clerk, 1000)


@pytest.fixture
def frozen(later, time_machine):
    """Time stands still between two jumps."""
    time_machine.move_to(clock.now(), tick=False)
    return later


@pytest.fixture
def second_approver(merchants, one_factor):
    person = hire("bent@kino.example", merchants["KINO1"], Role.APPROVER)
    prove(person)
    return person


@pytest.fixture
def eva(merchants, one_factor):
    """A second administrator, who has just proved who she is."""
    person = hire("eva@kino.example", merchants["KINO1"], Role.ADMINISTRATOR)
    prove(person)
    return person


@pytest.fixture
def asta(approver):
    """The approver, who has just proved who she is."""
    prove(approver)
    return approver
