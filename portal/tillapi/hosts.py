"""Tells a till that calls the portal by a name that is not its own; people who do so get a page."""

from collections.abc import Callable
import logging
from typing import Any

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from portal.errors import PortalError
from portal.tillapi.views import TillView

_API = "/api/"

logger = logging.getLogger(__name__)


class HostUnknown(PortalError):
    """The call names another host than the portal's own."""

    code = "host_unknown"
    status = 400

    def __init__(self) -> None:
        super().__init__(
            "The portal does not go by this name: check the address that the till calls. Nothing was done."
        )


class UnknownHost(TillView):
    """Answers every call to another name than ours."""

    model = "UnknownHostViewModel"
    authentication_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise HostUnknown


class KnownHostMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(_API):
            return self._get_response(request)
        try:
            request.get_host()
        except DisallowedHost as error:
            logger.warning("%s", error)
            answer: Any = UnknownHost.as_view()(request)
            return answer.render()  # type: ignore[no-any-return]
        return self._get_response(request)
