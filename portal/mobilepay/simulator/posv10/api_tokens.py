"""The token endpoint (protocol section 2.1)."""

from base64 import b64decode
from hmac import compare_digest
from urllib.parse import parse_qsl

from portal.mobilepay.simulator.core.messages import Request, Response
from portal.mobilepay.simulator.core.router import Router
from portal.mobilepay.simulator.posv10.knobs import Knobs
from portal.mobilepay.simulator.posv10.tokens import Tokens

TOKEN_PATH = "/integrator-authentication/connect/token"  # noqa: S105 - a path


class TokenApi:
    def __init__(self, tokens: Tokens, knobs: Knobs) -> None:
        self._tokens = tokens
        self._knobs = knobs

    def add_to(self, router: Router) -> None:
        router.add("POST", TOKEN_PATH, self.issue)

    def issue(self, request: Request) -> Response:
        """Issue a token for client credentials; a malformed `merchant_vat` surfaces later, as 1182."""
        client_id = self._authenticated_client(request)
        if client_id is None:
            return Response.json({"error": "invalid_client"}, status=401)
        form = dict(parse_qsl(request.body.decode("latin-1")))
        if form.get("grant_type") != "client_credentials":
            return Response.json({"error": "unsupported_grant_type"}, status=400)
        lifetime = self._knobs.token_lifetime
        token = self._tokens.issue(client_id, form.get("merchant_vat"), lifetime)
        return Response.json(
            {
                "access_token": token,
                "expires_in": lifetime,
                "token_type": "Bearer",
                "scope": "integrator_scope",
            }
        )

    def _authenticated_client(self, request: Request) -> str | None:
        scheme, _, credentials = (request.header("authorization") or "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            client_id, _, secret = b64decode(credentials, validate=True).decode().partition(":")
        except ValueError:
            return None
        expected = self._tokens.clients.get(client_id)
        is_known = expected is not None and compare_digest(expected.encode(), secret.encode())
        return client_id if is_known else None
