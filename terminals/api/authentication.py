"""Decides which merchant's till is calling, by bearer header or by parameters."""

from collections.abc import Iterator
from contextlib import contextmanager
import logging

from django.core.exceptions import SuspiciousOperation
from django.db import Error as DatabaseTrouble
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from portal import clock
from portal.errors import PortalError
from portal.observability import request_context
from portal.tillapi import parameters, throttles
from portal.tillapi.errors import BadParameters
from portal.tillapi.parameters import Parameters
from terminals.api import refusals
from terminals.services import access, till_calls
from terminals.services.access import EnrolmentClosed, MerchantDisabled, NotAuthenticated, Till

logger = logging.getLogger(__name__)

_PROOF = ("accessToken", "bioCode")
# By which of a call's parameters it can be told whose call it was.
_THINGS = {"terminalId": "terminal", "posId": "pos", "paymentId": "payment", "refundId": "refund"}


class TillAuthentication(BaseAuthentication):
    refusals = refusals.PROOF

    def authenticate(self, request: Request) -> tuple[None, Till]:
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        # The old contract's parameters count only without a header, or with one that says nothing.
        by_header = token.strip() if scheme.lower() == "bearer" else ""
        with failures_counted():
            try:
                till = _by_header(request, by_header) if by_header else _by_parameters(request)
            except (NotAuthenticated, MerchantDisabled):
                _note_refusal(request, by_header)
                raise
        request_context.note(merchant=till.merchant.bio_code, token=till.token.lookup_id)
        return None, till


@contextmanager
def failures_counted() -> Iterator[None]:
    """Limit how often one address may prove itself wrongly; who proves itself right never waits."""
    try:
        yield
    except (NotAuthenticated, EnrolmentClosed):
        throttles.count_failed_proof(request_context.client_ip())
        raise


def _by_header(request: Request, token: str) -> Till:
    till = access.authenticate(
        token=token, bio_code=None, credential_source=f"{request.method} header", now=clock.now()
    )
    # Known from here on, so that a body nobody can read is refused in the way this merchant's tills understand.
    request._request.till = till  # type: ignore[attr-defined] # noqa: SLF001 - lives as long as the call
    if _gathered(request).value("bioCode") not in (None, till.merchant.bio_code):
        raise NotAuthenticated
    return till


def _by_parameters(request: Request) -> Till:
    given = _gathered(request)
    found = given.find("accessToken")
    token, place = (found[0].value, found[0].place) if found else ("", "none")
    till = access.authenticate(
        token=token if isinstance(token, str) else "",
        bio_code=given.value("bioCode"),
        credential_source=f"{request.method} {place}",
        now=clock.now(),
    )
    request._request.till = till  # type: ignore[attr-defined] # noqa: SLF001
    return till


def _note_refusal(request: Request, by_header: str) -> None:
    """A till that is one of ours, and stays outside, is somebody's trouble at the shop."""
    try:
        given = parameters.gather(request)
    except (APIException, PortalError, SuspiciousOperation):
        given = Parameters([])
    about = {word: given.value(name) for name, word in _THINGS.items()}
    token = by_header or given.value("accessToken")
    if isinstance(token, str):
        try:
            till_calls.note_refusal(token=token, about=about, now=clock.now())
        except DatabaseTrouble:
            # The till reads that it is refused, whether or not that could be noted.
            logger.exception("A refused call could not be noted")


def _gathered(request: Request) -> Parameters:
    given = parameters.gather(request)
    problems = given.require_single(_PROOF)
    if problems:
        raise BadParameters(list(problems.values()))
    return given
