"""What is counted while the portal works, in every process, for Prometheus to read (docs/operations.md)."""

from prometheus_client import Counter, Histogram

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_till_calls = Counter(
    "portal_till_calls", "Calls of tills by endpoint and outcome: ok, or the first error code.", ["endpoint", "outcome"]
)
_till_seconds = Histogram(
    "portal_till_call_seconds", "How long tills wait for their answer.", ["endpoint"], buckets=_SECONDS
)
_mobilepay_calls = Counter(
    "portal_mobilepay_calls",
    "Calls to MobilePay by the account they are made for, what they ask and how they end: ok, or what went wrong.",
    ["account", "call", "outcome"],
)
_mobilepay_seconds = Histogram(
    "portal_mobilepay_call_seconds", "How long MobilePay takes, with all tries of a call.", ["call"], buckets=_SECONDS
)


def till_called(endpoint: str, outcome: str, seconds: float) -> None:
    _till_calls.labels(endpoint, outcome).inc()
    _till_seconds.labels(endpoint).observe(seconds)


def mobilepay_called(account: str, call: str, outcome: str, seconds: float) -> None:
    """Count a call; how long it took is not kept by account, which would be twelve series for each of its calls."""
    _mobilepay_calls.labels(account, call, outcome).inc()
    _mobilepay_seconds.labels(call).observe(seconds)
