"""A call with an access token, and with another one when that is refused."""

from collections.abc import Callable
from typing import Any

from portal.mobilepay.errors import Rejected, Unauthorized
from portal.mobilepay.http.tokens import TokenSource


def authorised(tokens: TokenSource, send: Callable[[str], Any]) -> Any:
    """What `send` gives for a token; raises what it raises.

    Another process may have left a token that is refused as well: only a new one is the last. What was refused along
    the way may have been carried out, unless each refusal was certain.
    """
    token, is_last, is_certain = tokens.get(), False, True
    while True:
        try:
            return send(token)
        except Rejected as refusal:
            refusal.is_certain = is_certain = is_certain and refusal.is_certain
            if not isinstance(refusal, Unauthorized):
                raise
            if is_last and refusal.is_own:
                raise
            if is_last:
                raise refusal.as_unknown() from refusal
        token, is_last = _renewed(tokens, token, is_certain=is_certain)


def _renewed(tokens: TokenSource, token: str, *, is_certain: bool) -> tuple[str, bool]:
    try:
        return tokens.renew(token)
    except Rejected as refusal:
        refusal.is_certain = is_certain
        raise
