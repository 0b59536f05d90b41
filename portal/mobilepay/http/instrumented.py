"""A network with a guard in front: it keeps slow accounts apart, and tells how long every call took."""

from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
import time
from typing import Any

from portal.mobilepay.errors import NetworkError
from portal.mobilepay.http.bulkhead import Bulkhead
from portal.mobilepay.ports import Network, Rules


class _Guarded:
    def __init__(
        self, ability: Any, name: str, *, account: str, bulkhead: Bulkhead, tell: Callable[[str, str, float], None]
    ) -> None:
        self._ability = ability
        self._name = name
        self._account = account
        self._bulkhead = bulkhead
        self._tell = tell

    def __getattr__(self, name: str) -> Any:
        return partial(self._call, name)

    def _call(self, name: str, *args: Any, **facts: Any) -> Any:
        began, outcome = time.perf_counter(), "ok"
        try:
            with self._bulkhead.place(self._account):
                return getattr(self._ability, name)(*args, **facts)
        except Exception as error:
            reason = error.reason if isinstance(error, NetworkError) else None
            outcome = str(reason or type(error).__name__.lower())
            raise
        finally:
            self._tell(f"{self._name}.{name}", outcome, time.perf_counter() - began)


def guarded(network: Network, *, account: str, bulkhead: Bulkhead, tell: Callable[[str, str, float], None]) -> Network:
    """The same network; `tell` hears of every call: its name (`payments.capture`), how it ended, and its seconds.

    It ended `ok`, with the reason of a refusal, or with the kind of error.
    """

    def guard(name: str) -> Any:
        ability = getattr(network, name)
        return ability and _Guarded(ability, name, account=account, bulkhead=bulkhead, tell=tell)

    abilities = [field.name for field in fields(network) if field.type is not Rules]
    return replace(network, **{name: guard(name) for name in abilities})
