"""Who is calling, and whether what they ask for is theirs."""

from dataclasses import dataclass

from portal.mobilepay.simulator.posv10.codes import Code, Refusal


@dataclass(frozen=True)
class Caller:
    """An integrator acting on behalf of a merchant."""

    client_id: str
    vat_number: str


def must_own(caller: Caller, owner: Caller, *, other_integrator: Code, other_merchant: Code) -> None:
    """Refuse with 403 and the operation's own code when the resource was created by or for somebody else."""
    if caller.client_id != owner.client_id:
        raise Refusal(other_integrator)
    if caller.vat_number != owner.vat_number:
        raise Refusal(other_merchant)
