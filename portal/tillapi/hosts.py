"""What a till is told that calls the portal by a name that is not its own; people who do so get a page."""

from typing import Any

from rest_framework.request import Request

from portal.errors import PortalError
from portal.tillapi.views import TillView


class HostUnknown(PortalError):
    """The call names a host that is not the portal's, or none."""

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
