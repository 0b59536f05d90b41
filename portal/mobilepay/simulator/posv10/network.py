"""The network as the server knows it: its routes, and the shape of its errors (protocol section 12)."""

from uuid import uuid4

from portal.mobilepay.simulator.core.messages import Request, Response
from portal.mobilepay.simulator.posv10.codes import Code, Refusal


class PosV10:
    """Every path that is no other network's is this one's, as it was the only one for long."""

    def serves(self, path: str) -> bool:  # noqa: ARG002 - whatever is left
        return True

    def failed(self, request: Request, status: int, code: str | None) -> Response:
        return failed(request, status, code, "Refused on demand")

    def crashed(self, request: Request) -> Response:
        return refused(request, Refusal(Code.INTERNAL_ERROR))


def refused(request: Request, refusal: Refusal) -> Response:
    """The answer that says no."""
    return failed(request, refusal.status, refusal.code, refusal.message)


def failed(request: Request, status: int, code: str | None, message: str) -> Response:
    """An error of section 12; without a code it has no body. Refund errors also tell their origin."""
    if code is None:
        return Response(status)
    body = {
        "code": code,
        "message": message,
        "correlationId": request.header("correlationid") or str(uuid4()),
    }
    if request.path.startswith("/pos/v10/refunds"):
        body["origin"] = "PoS"
    return Response.json(body, status=status)
