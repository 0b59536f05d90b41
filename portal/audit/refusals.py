"""What the web framework refuses is a line of the log: a traceback is for what went wrong with the portal."""

import logging

from portal import plain_text

_LONGEST_LINE = 300
_FAILED = 500


class RefusalFilter(logging.Filter):
    """Takes the traceback off what Django answered with a refusal, and the alarm off a host name that is not ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        status = getattr(record, "status_code", _FAILED)
        if record.name.startswith("django.") and status < _FAILED:
            record.exc_info = record.exc_text = None
            record.levelno, record.levelname = logging.WARNING, logging.getLevelName(logging.WARNING)
            record.msg, record.args = plain_text.clean(record.getMessage(), longest=_LONGEST_LINE), ()
        return True
