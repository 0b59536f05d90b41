"""Decides which merchant's till is calling, by bearer header or by parameters."""

from collections.abc import Iterator
from contextlib import contextmanager

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from portal import clock
from portal.audit import context
from portal.tillapi import parameters, throttles
from portal.tillapi.errors import BadParameters
from portal.tillapi.parameters import Parameters
from terminals.services import access
from terminals.services.access import NotAuthenticated, Till

_PROOF = ("accessToken", "bioCode")


class TillAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[None, Till]:
        given = parameters.gather(request)
        problems = given.require_single(_PROOF)
        if problems:
            raise BadParameters(problems)
        token, place = _proof(request, given)
        bio_code = given.get("bioCode")
        with failures_counted():
            till = access.authenticate(
                token=token, bio_code=bio_code, form=f"{request.method} {place}", now=clock.now()
            )
        return None, till


@contextmanager
def failures_counted() -> Iterator[None]:
    """Limit how often one address may prove itself wrongly; who proves itself right never waits."""
    try:
        yield
    except NotAuthenticated:
        throttles.count_failed_proof(context.address())
        raise


def _proof(request: Request, given: Parameters) -> tuple[str, str]:
    """The token, and where it stood. The old contract's parameters count only without a header."""
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip(), "header"
    token = given.get("accessToken", "")
    return (token if isinstance(token, str) else ""), given.places.get("accessToken", "none")
