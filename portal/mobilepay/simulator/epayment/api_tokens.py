"""The token service: `POST /accesstoken/get`."""

from hmac import compare_digest

from portal.mobilepay.simulator.core.messages import Request, Response
from portal.mobilepay.simulator.core.router import Router
from portal.mobilepay.simulator.epayment.admission import headers_of, refuse
from portal.mobilepay.simulator.epayment.codes import Problem, wrong_subscription_key
from portal.mobilepay.simulator.epayment.descriptions import CALLS, wrong_headers
from portal.mobilepay.simulator.epayment.network import refused
from portal.mobilepay.simulator.epayment.world import EPaymentWorld

DESCRIPTION = next(call for call in CALLS if call.name == "token")
RESOURCE = "00000002-0000-0000-c000-000000000000"


class TokenApi:
    def __init__(self, world: EPaymentWorld) -> None:
        self._world = world

    def add_to(self, router: Router) -> None:
        router.add(DESCRIPTION.method, DESCRIPTION.path, self.issue)

    def issue(self, request: Request) -> Response:
        """A token for a sales unit's keys; every number of the answer is a text."""
        try:
            client_id = self._client(headers_of(request))
        except Problem as problem:
            return refused(request, problem)
        lifetime = self._world.knobs.token_lifetime
        token, expires_at = self._world.tokens.issue(client_id, lifetime)
        ends = int(expires_at.timestamp())
        return Response.json(
            {
                "token_type": "Bearer",
                "expires_in": str(lifetime),
                "ext_expires_in": str(lifetime),
                "expires_on": str(ends),
                "not_before": str(ends - lifetime),
                "resource": RESOURCE,
                "access_token": token,
            }
        )

    def _client(self, headers: dict[str, str]) -> str:
        subscription_key = headers.get("ocp-apim-subscription-key", "")
        if not subscription_key:
            raise wrong_subscription_key()
        refuse(list(wrong_headers(DESCRIPTION.headers, headers)))
        client_id, secret = headers["client_id"], headers["client_secret"]
        opened = self._world.units.of(client_id, subscription_key)
        unit = next((unit for unit in opened if unit.msn == headers["merchant-serial-number"]), None)
        if unit is None or not compare_digest(unit.keys.client_secret.encode(), secret.encode()):
            raise Problem(401, "The keys are wrong, or not this sales unit's")
        return client_id
