"""So does a network that cannot list, has no prepared payments, and gives money back in one step."""

import pytest

from portal import clock
from portal.audit.actors import COMMAND
from portal.gateway import networks
from refunds.models import Refund
from terminals.models import ProviderAccount, Terminal
from terminals.services import points_of_sale
from tests.refunds.scenarios import work
from tests.upstream.contract import READY_OPENS_IT, Contract, create, refund_books, sell
from tests.upstream.plain import Plain
from tests.upstream.upstreams import PAY_BACK


class TestPlain(Contract):
    ready_act = READY_OPENS_IT

    @pytest.fixture
    def upstream(self, merchants, monkeypatch):
        plain = Plain()
        monkeypatch.setitem(networks._NETWORKS, "plain", plain.network)
        ProviderAccount.objects.update(provider="plain")
        return plain

    @pytest.fixture
    def till(self, upstream, new_till):
        terminal = Terminal.objects.select_related("store", "merchant").get(terminal_id=new_till.terminal_id)
        points_of_sale.register(terminal=terminal, by=COMMAND, now=clock.now())
        return new_till

    def test_it_is_told_nothing_of_a_refund_before_it_is_paid(self, till, upstream):
        payment_id = sell(till, upstream)
        refund_id = create(till, payment_id)["refundId"]

        told = till.get("refund/details", refundId=refund_id)["refundDetails"]

        assert (told["status"], told["refundId"], upstream.keys(PAY_BACK)) == ("Reserved", refund_id, [])

    def test_a_payout_that_is_refused_for_good_ends_with_its_reason_and_frees_the_room(self, till, upstream):
        payment_id = sell(till, upstream)
        refund_id = create(till, payment_id)["refundId"]
        upstream.refuse(PAY_BACK)

        refused = till.post("refund/capture", refundId=refund_id)
        work()

        assert (refused.status, upstream.paid_back(), refund_books()) == (502, [], (0, 0))
        refund = Refund.objects.get()
        assert (refund.state, refund.refused_reason, refund.refused_code) == (
            "CancelledByMobilePay",
            "not_allowed",
            "denied",
        )
