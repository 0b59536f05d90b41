"""ePayment keeps the contract of every network."""

import pytest

from tests.epayment.conftest import new_till, phone, pos, shops, till  # noqa: F401 - the cast over ePayment
from tests.upstream.contract import READY_OPENS_IT, Contract
from tests.upstream.epayment import EPayment


class TestEPayment(Contract):
    ready_act = READY_OPENS_IT
    asked = "IssuedToUser"
    paired = "Paired"

    @pytest.fixture
    def upstream(self, simulator, phone):  # noqa: F811
        return EPayment(simulator, phone)
