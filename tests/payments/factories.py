"""Payments put straight into the database, for what needs no MobilePay."""

from uuid import uuid4

from payments.models import Payment
from payments.services import transitions
from payments.states import POSSIBLE_FROM, Flow
from portal import clock
from portal.audit.actors import WORKER
from portal.audit.models import Entry
from portal.operations.models import Operation
from terminals.models import Merchant, PointOfSale, ProviderAccount, Store, Terminal
from terminals.states import PosState


def new_store(merchant, name="A store", store_id=None):
    """A store that sells through the merchant's usual account."""
    account = ProviderAccount.objects.of_vat_number(merchant)
    return Store.objects.create(merchant=merchant, account=account, store_id=store_id or str(uuid4()), name=name)


def new_pos(bio_code="KINO1", vat_number="DK12345678"):
    """A registered point of sale with all it stands on; merchants are made once."""
    merchant, _ = Merchant.objects.get_or_create(
        bio_code=bio_code, defaults={"name": bio_code, "vat_number": vat_number, "currencies": ["DKK"]}
    )
    store = new_store(merchant)
    terminal = Terminal.objects.create(store=store, merchant=merchant, terminal_id=str(uuid4()), name="A till")
    return PointOfSale.objects.create(
        terminal=terminal,
        account=store.account,
        state=PosState.REGISTERED,
        pos_id=uuid4(),
        beacon_id=str(uuid4()),
        name="A till",
    )


def new_payment(pos, **fields):
    """A payment that MobilePay has confirmed, unless the fields say otherwise."""
    facts = {
        "merchant": pos.terminal.merchant,
        "store_id": pos.terminal.store_id,
        "terminal": pos.terminal,
        "point_of_sale": pos,
        "account": pos.account,
        "flow": Flow.DIRECT,
        "order_id": "order-1",
        "amount_minor": 2706,
        "currency": "DKK",
        "remote_id": str(uuid4()),
        **fields,
    }
    if facts.get("state", "Created") == "Created":
        facts.setdefault("operation", "create")
    if facts.get("state") == "Captured":
        facts.setdefault("captured_minor", facts["amount_minor"])
    return Payment.objects.create(**facts)


def schedule(payment, operation, amount=None):
    """Note what MobilePay is to be told, as anybody's act would; says whether it was noted."""
    return transitions.LEDGER.schedule(
        payment,
        Operation(operation),
        states=POSSIBLE_FROM[operation],
        instead_of=payment.operation if payment.operation == "create" else "",
        by=WORKER,
        now=clock.now(),
        columns={"operation_minor": amount.minor if amount else None},
    )


def traces(payment):
    """Everything that is written down about a payment: its row, its events, its audit rows."""
    pk = getattr(payment, "pk", payment)
    row = Payment.objects.filter(pk=pk).values().get()
    events = list(row_events(pk))
    entries = list(Entry.objects.filter(subject_id=str(pk)).order_by("pk").values_list("action", flat=True))
    return row, events, entries


def row_events(pk):
    events = Payment.objects.get(pk=pk).events.order_by("pk")
    return events.values_list("from_state", "to_state", "cause", "actor_kind", "actor")
