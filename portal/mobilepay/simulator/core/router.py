"""From method and path to the function that answers."""

from collections.abc import Callable
import re

from portal.mobilepay.simulator.core.messages import Request, Response

Handler = Callable[..., Response]


class Router:
    """Routes are tried in the order they were added; `{name}` in a template stands for one path segment."""

    def __init__(self) -> None:
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []

    def add(self, method: str, template: str, handler: Handler) -> None:
        """Have `handler(request, **segments)` answer what matches."""
        pattern = re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", template))
        self._routes.append((method, pattern, handler))

    def answer(self, request: Request) -> Response:
        """Call the matching handler; 404 for an unknown path, 405 for a known one with another method."""
        status = 404
        for method, pattern, handler in self._routes:
            match = pattern.fullmatch(request.path)
            if match and method == request.method:
                return handler(request, **match.groupdict())
            if match:
                status = 405
        return Response(status)
