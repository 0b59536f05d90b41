"""What the demo writes on its terminal."""

import logging

_FAILED = 500


class FailureFilter(logging.Filter):
    """Leaves out what the portal has refused, and what it could not do because MobilePay was away."""

    def filter(self, record: logging.LogRecord) -> bool:
        return bool(getattr(record, "status_code", _FAILED) == _FAILED)
