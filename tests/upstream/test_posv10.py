"""PoS V10 keeps the contract of every network."""

import pytest

from tests.upstream.contract import READY_IS_ITS_OWN_CALL, Contract
from tests.upstream.posv10 import PosV10


class TestPosV10(Contract):
    ready_act = READY_IS_ITS_OWN_CALL

    @pytest.fixture
    def upstream(self, simulator, customer):
        return PosV10(simulator, customer)
