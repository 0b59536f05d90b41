"""What a merchant is told about the customer in front of the till."""

from datetime import timedelta
from typing import Any

from portal.mobilepay.simulator.posv10.points_of_sale import CheckIn
from portal.mobilepay.simulator.posv10.world import World


def customer_fields(world: World, check_in: CheckIn) -> dict[str, Any]:
    """The token at once; receipts and loyalty only when looked up, empty for a person who has none (6.1)."""
    person = check_in.person
    fields: dict[str, Any] = {"customerToken": person.token}
    if world.timeline.now >= check_in.at + timedelta(seconds=world.knobs.loyalty_lookup_delay):
        fields["customerReceiptToken"] = person.receipt_token
        fields["loyaltyIds"] = list(person.loyalty_ids)
    return fields
