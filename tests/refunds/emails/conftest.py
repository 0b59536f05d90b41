"""A request on a Monday at noon."""

from django.utils.dateparse import parse_datetime
import pytest

from tests.refunds.factories import sale
from tests.refunds.scenarios import ask


@pytest.fixture
def payment(simulator, pos, time_machine):
    time_machine.move_to(parse_datetime("2026-03-02T11:00:00Z"), tick=False)
    return sale(simulator, pos)


@pytest.fixture
def asked(payment, clerk):
    return ask(payment, clerk, 1000, reason="faulty", note="torn & <wet>")
