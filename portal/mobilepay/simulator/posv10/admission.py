"""The headers every call must carry (protocol section 3), checked in the order of section 18."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.mobilepay.simulator.core.messages import Request
from portal.mobilepay.simulator.posv10.codes import Code, Refusal
from portal.mobilepay.simulator.posv10.fields import Fields
from portal.mobilepay.simulator.posv10.formats import is_valid_text, is_vat_number, is_version
from portal.mobilepay.simulator.posv10.ownership import Caller
from portal.mobilepay.simulator.posv10.tokens import Tokens


@dataclass(frozen=True)
class AdmittedCall:
    """A request from a known caller; `key` is the idempotency key, empty where none is asked for."""

    request: Request
    caller: Caller
    key: str

    def body(self) -> Fields:
        """The JSON object in the body; 400/1099 when there is none."""
        media_type = (self.request.header("content-type") or "").partition(";")[0].strip().lower()
        if not (media_type.startswith(("application/", "text/")) and media_type.endswith(("/json", "+json"))):
            raise Refusal(Code.BAD_REQUEST, "The Content-Type must be application/json")
        return Fields.of(self.request.body)

    def query(self) -> Fields:
        return Fields(dict(self.request.query))


def admit(request: Request, tokens: Tokens, *, needs_key: bool) -> AdmittedCall:
    """Let a request in, or refuse it: first 401, then the version, the VAT number and the idempotency key."""
    grant = tokens.grant(request.header("authorization"))
    _header(
        request,
        "x-mobilepay-client-system-version",
        missing=Code.MISSING_VERSION,
        duplicated=Code.DUPLICATED_VERSION,
        invalid=Code.INVALID_VERSION,
        is_valid=is_version,
    )
    caller = Caller(grant.client_id, _vat_number(request, grant.merchant_vat))
    return AdmittedCall(request, caller, _key(request) if needs_key else "")


def _vat_number(request: Request, claim: str | None) -> str:
    if claim is not None and not is_vat_number(claim):
        raise Refusal(Code.INVALID_VAT_CLAIM)
    if claim is not None and "x-mobilepay-merchant-vat-number" not in request.headers:
        return claim
    vat_number = _header(
        request,
        "x-mobilepay-merchant-vat-number",
        missing=Code.MISSING_VAT_NUMBER,
        duplicated=Code.DUPLICATED_VAT_NUMBER,
        invalid=Code.INVALID_VAT_NUMBER,
        is_valid=is_vat_number,
    )
    if claim not in (None, vat_number):
        raise Refusal(Code.INVALID_VAT_CLAIM)
    return vat_number


def _key(request: Request) -> str:
    return _header(
        request,
        "x-mobilepay-idempotency-key",
        missing=Code.MISSING_KEY,
        duplicated=Code.DUPLICATED_KEY,
        invalid=Code.INVALID_KEY,
        is_valid=is_valid_text,
    )


def _header(
    request: Request,
    name: str,
    *,
    missing: Code,
    duplicated: Code,
    invalid: Code,
    is_valid: Callable[[str], bool],
) -> str:
    values = request.headers.get(name, [])
    if not values:
        raise Refusal(missing)
    if len(values) > 1:
        raise Refusal(duplicated)
    if not is_valid(values[0]):
        raise Refusal(invalid)
    return values[0]
