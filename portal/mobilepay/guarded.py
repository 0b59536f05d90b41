"""A gateway with a guard in front: it keeps slow merchants apart, and tells how long every call took."""

from collections.abc import Callable
from functools import partial
import time
from typing import Any, cast

from portal.mobilepay.bulkhead import Bulkhead
from portal.mobilepay.gateway import Gateway


class _Guarded:
    def __init__(
        self, gateway: Gateway, *, merchant: str, bulkhead: Bulkhead, tell: Callable[[str, str, float], None]
    ) -> None:
        self._gateway = gateway
        self._merchant = merchant
        self._bulkhead = bulkhead
        self._tell = tell

    def __getattr__(self, name: str) -> Any:
        return partial(self._call, name)

    def _call(self, name: str, *args: Any, **facts: Any) -> Any:
        began, outcome = time.perf_counter(), "ok"
        try:
            with self._bulkhead.place(self._merchant):
                return getattr(self._gateway, name)(*args, **facts)
        except Exception as error:
            outcome = type(error).__name__.lower()
            raise
        finally:
            self._tell(name, outcome, time.perf_counter() - began)


def guarded(gateway: Gateway, *, merchant: str, bulkhead: Bulkhead, tell: Callable[[str, str, float], None]) -> Gateway:
    """The same gateway; `tell` hears of every call: its name, `ok` or the kind of error, and its seconds."""
    return cast("Gateway", _Guarded(gateway, merchant=merchant, bulkhead=bulkhead, tell=tell))
