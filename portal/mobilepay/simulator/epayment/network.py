"""The network as the server knows it, and the shapes of its errors."""

from http import HTTPStatus
from typing import Any
from uuid import uuid4

from portal.mobilepay.simulator.core.messages import Request, Response
from portal.mobilepay.simulator.core.wire import encode
from portal.mobilepay.simulator.epayment.codes import GatewayRefusal, Problem
from portal.mobilepay.simulator.epayment.descriptions import ROOTS

PROBLEM_TYPE = "application/problem+json"
INTERNAL_ERROR = "3010"


class EPayment:
    def serves(self, path: str) -> bool:
        return path.startswith(ROOTS)

    def failed(self, request: Request, status: int, code: str | None) -> Response:
        if code is None:
            return Response(status)
        return refused(request, Problem(status, "Refused on demand", code=code))

    def crashed(self, request: Request) -> Response:
        return refused(request, Problem(500, "Something went wrong", code=INTERNAL_ERROR))


def refused(request: Request, problem: Problem) -> Response:
    """The answer that says no: a problem, but the token service, the QR API and the gateway have their own forms."""
    if isinstance(problem, GatewayRefusal):
        return _of_gateway(problem)
    if request.path.startswith("/accesstoken/"):
        return _of_token_service(problem)
    if request.path.startswith("/qr/"):
        return Response.json(_of_qr(problem), status=problem.status)
    body = encode(_of_api(request, problem))
    return Response(problem.status, body, PROBLEM_TYPE)


def _of_api(request: Request, problem: Problem) -> dict[str, Any]:
    details = [("ErrorCode", problem.code)] if problem.code else list(problem.fields)
    return {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "detail": problem.message,
        "instance": request.path,
        "status": problem.status,
        "traceId": uuid4().hex,
        "extraDetails": [{"name": name, "reason": reason} for name, reason in details],
    }


def _of_qr(problem: Problem) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "detail": problem.message,
        "instance": uuid4().hex,
        "invalidParams": [{"name": name, "reason": reason} for name, reason in problem.fields],
    }


def _of_token_service(problem: Problem) -> Response:
    is_unknown = problem.status == HTTPStatus.UNAUTHORIZED
    body = {
        "error": "unauthorized_client" if is_unknown else "invalid_request",
        "error_description": problem.message,
        "trace_id": str(uuid4()),
        "correlation_id": str(uuid4()),
    }
    return Response.json(body, status=problem.status)


def _of_gateway(refusal: GatewayRefusal) -> Response:
    headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
    body = encode({"statusCode": refusal.status, "message": refusal.message})
    return Response(refusal.status, body, headers=headers)
