"""What a till or a person reads when a network says no, or nothing."""

from portal.errors import PortalError
from portal.mobilepay.errors import NetworkError, Rejected
from portal.mobilepay.posv10.errors import Code

# For examples of what a till reads.
SAMPLE_REFUSAL = Rejected("", refusal=Code.STORE_NOT_ACTIVATED.refusal, code=Code.STORE_NOT_ACTIVATED)


def in_words(error: NetworkError) -> str:
    """What an administrator reads of it, without a full stop."""
    if isinstance(error, Rejected):
        return f"MobilePay refused: it says {error.refusal.meaning} ({error})"
    return f"MobilePay does not answer ({error})"


class OutcomeUnknown(PortalError):
    """MobilePay was told and has not answered: whether money moved is not known yet. The portal keeps asking."""

    code = "outcome_unknown"
    status = 503
    retry_after = 2


class Unavailable(PortalError):
    """MobilePay does not answer; nothing was begun and nothing was changed."""

    code = "mobilepay_unavailable"
    status = 503
    retry_after = 2

    def __init__(self) -> None:
        super().__init__("MobilePay does not answer right now. Nothing was changed; ask again in a moment.")


class Refused(PortalError):
    """MobilePay said no for a reason that a till cannot mend; no money moved."""

    code = "mobilepay_refused"
    status = 502

    def __init__(self, error: Rejected) -> None:
        code = f" (code {error.code})" if error.code else ""
        super().__init__(
            f"MobilePay refused{code}: it says {error.refusal.meaning}. Nothing was changed and no money moved; "
            "the service desk must look at the registration."
        )
