"""The base of every refusal the portal anticipates."""

from typing import ClassVar


class PortalError(Exception):
    """A refusal fit for a cashier to read: what happened, whether money moved, what to do.

    `code` is a stable snake_case word for programs; `status` is the HTTP status a till gets;
    `retry_after` is the number of seconds after which asking again makes sense, if it does.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    retry_after: ClassVar[int | None] = None

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(PortalError):
    """There is no such thing of this merchant."""

    code = "not_found"
    status = 404
