"""Sold goods, the people of refunds, and time."""

import pytest

from portal.roles import Role
from tests.desk import hire
from tests.payments.conftest import later  # noqa: F401 - a fixture
from tests.refunds.stage import prove, sell


@pytest.fixture
def sold(till, customer):
    """A captured payment of 27.06 DKK."""
    return sell(till, customer)


@pytest.fixture
def second_approver(merchants, one_factor):
    person = hire("bent@kino.example", merchants["KINO1"], Role.APPROVER)
    prove(person)
    return person


@pytest.fixture
def asta(approver):
    """The approver, who has just proved who she is."""
    prove(approver)
    return approver
