"""What a web server serves."""

import io
import os
from typing import Any

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")


class PortalRequest(WSGIRequest):
    """Takes what tills really send: chunked bodies, and charsets that do not exist."""

    def __init__(self, environ: dict[str, Any]) -> None:
        if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower() and not environ.get("CONTENT_LENGTH"):
            # Django reads as much as Content-Length says, which a chunked body does not have.
            body = environ["wsgi.input"].read(max(settings.TILL_BODY_LIMIT, settings.PAGE_BODY_LIMIT) + 1)
            environ = {**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        super().__init__(environ)

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        plain = {**meta, "CONTENT_TYPE": meta.get("CONTENT_TYPE", "").partition(";")[0]}
        super()._set_content_type_params(plain)  # type: ignore[misc] # the stubs leave it out


class PortalHandler(WSGIHandler):
    request_class = PortalRequest

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        answer = super().__call__(environ, start_response)
        if environ["REQUEST_METHOD"] != "HEAD":
            return answer
        # Django leaves the body of a HEAD to the server, and granian sends it over HTTP/2, where that is an error.
        answer.close()
        return []


django.setup(set_prefix=False)
application = PortalHandler()
