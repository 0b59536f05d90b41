"""What a web server serves."""

import os
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")


class Utf8Request(WSGIRequest):
    """A request in UTF-8, whatever charset its Content-Type claims: a made-up one must not break the address."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        plain = {**meta, "CONTENT_TYPE": meta.get("CONTENT_TYPE", "").partition(";")[0]}
        super()._set_content_type_params(plain)  # type: ignore[misc] # the stubs leave it out


class PortalHandler(WSGIHandler):
    request_class = Utf8Request


django.setup(set_prefix=False)
application = PortalHandler()
