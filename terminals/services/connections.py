"""Tests the connection of an account: whether its keys open its sales unit, and what that is set up for."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import Actor
from portal.gateway import networks
from portal.gateway.errors import in_words
from portal.mobilepay.errors import NetworkError, Rejected, Unauthorized
from portal.mobilepay.ports import Network
from portal.mobilepay.types import SalesUnit
from terminals.models import ProviderAccount


@dataclass(frozen=True, slots=True)
class Connection:
    """What a test has found; `problem` is a sentence for administrators, empty when the account can sell.

    `unit` is None where the network does not tell, as outside production.
    """

    account: ProviderAccount
    problem: str
    unit: SalesUnit | None = None


def check(*, account: ProviderAccount, by: Actor, now: datetime) -> Connection:
    """Ask the network with the account's keys, and keep what it says about push and parts. Moves no money."""
    network = networks.network_for(account)
    try:
        _open(network)
        unit = network.sales_units.one() if network.sales_units else None
    except Unauthorized as error:
        connection = Connection(account, f"The keys are not taken: MobilePay says {error.refusal.meaning} ({error}).")
    except Rejected as error:
        connection = Connection(account, f"{in_words(error)}.")
    except NetworkError as error:
        connection = Connection(account, f"{in_words(error)}. Whether the keys are right is not known.")
    else:
        connection = Connection(account, _problem(network, account, unit), unit)
    _write(connection, by=by, now=now)
    return connection


def _open(network: Network) -> None:
    """Ask for what every account can read: a test that asks nothing would find any keys right."""
    if network.webhooks is not None:
        network.webhooks.all()
    if network.stores is not None:
        network.stores.all()


def _problem(network: Network, account: ProviderAccount, unit: SalesUnit | None) -> str:
    if network.sales_units is None or unit is None:
        return ""
    if unit.takes_payments is False:
        return "The sales unit may not take payments: ask Vipps MobilePay to activate it."
    if unit.may_push is False:
        return "The sales unit may not send requests to phones: ask Vipps MobilePay to let it skip the landing page."
    if unit.currency and unit.currency not in account.merchant.currencies:
        return f"The sales unit sells in {unit.currency}, and the merchant does not."
    return ""


@transaction.atomic
def _write(connection: Connection, *, by: Actor, now: datetime) -> None:
    account, unit = connection.account, connection.unit
    account.checked_at, account.problem = now, connection.problem
    account.problem_at = now if connection.problem else None
    if unit is not None:
        account.may_push, account.captures_parts = unit.may_push, unit.captures_parts
        account.label = unit.name
    account.save(update_fields=["checked_at", "problem", "problem_at", "may_push", "captures_parts", "label"])
    audit.record(Action.ACCOUNT_CHECKED, by=by, on=account, merchant_id=account.merchant_id, problem=connection.problem)
