"""Who may call, and with what: first keys and token, then the other headers, the query and the body."""

from dataclasses import dataclass
from typing import Any

from portal.mobilepay.simulator.core.messages import Request
from portal.mobilepay.simulator.core.wire import NotJson, decode
from portal.mobilepay.simulator.epayment.codes import Problem, unauthorised, wrong_subscription_key
from portal.mobilepay.simulator.epayment.descriptions import Description, wrong_body, wrong_headers, wrong_query
from portal.mobilepay.simulator.epayment.schemas import Wrong
from portal.mobilepay.simulator.epayment.units import SalesUnit
from portal.mobilepay.simulator.epayment.world import EPaymentWorld

SECRETS = ("authorization", "ocp-apim-subscription-key")


@dataclass(frozen=True)
class AdmittedCall:
    """A call from a known sales unit, with a body as described; `key` is None where none was sent.

    `body` is the parsed JSON, an empty object for an empty one; `query` has its names in lower case.
    """

    unit: SalesUnit
    key: str | None
    query: dict[str, str]
    body: dict[str, Any]


def headers_of(request: Request) -> dict[str, str]:
    """All headers by their lower-case names; what was sent twice comes as one text, which fits no pattern."""
    return {name: ", ".join(values) for name, values in request.headers.items()}


def identify(world: EPaymentWorld, description: Description, request: Request) -> SalesUnit:
    """The sales unit that calls: 401 for wrong keys or another unit's, 400 for headers that are not as described."""
    headers = headers_of(request)
    subscription_key = headers.get("ocp-apim-subscription-key", "")
    if not subscription_key:
        raise wrong_subscription_key()
    client_id = world.tokens.client(headers.get("authorization", ""))
    others = {name: header for name, header in description.headers.items() if name not in SECRETS}
    refuse(list(wrong_headers(others, headers)))
    opened = world.units.of(client_id, subscription_key)
    msn = headers.get("merchant-serial-number")
    unit = next((unit for unit in opened if msn in (None, unit.msn)), None)
    if unit:
        return unit
    named = world.units.get(msn or "")
    if named and named.keys.client_id == client_id:
        raise wrong_subscription_key()
    raise unauthorised()


def admit(unit: SalesUnit, description: Description, request: Request) -> AdmittedCall:
    """Take query and body apart; 400 naming every member that is not as described."""
    body = parse(request.body)
    content_type = request.header("content-type")
    refuse([*wrong_query(description, request.query), *wrong_body(description, body, content_type)])
    query = {name.lower(): value for name, value in request.query.items()}
    return AdmittedCall(unit, request.header("idempotency-key"), query, body or {})


def parse(body: bytes) -> Any:
    """The JSON in a body, None for an empty one; 400 when it is neither."""
    try:
        return decode(body) if body.strip() else None
    except NotJson as error:
        raise Problem(400, str(error), fields=(("body", "is not JSON"),)) from None


def refuse(wrongs: list[Wrong]) -> None:
    """400 naming the fields, if any is wrong."""
    if wrongs:
        raise Problem(400, "The request is not as described", fields=tuple(wrongs))
