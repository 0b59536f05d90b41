"""The phone page, and the way its till takes to the portal: the access token never reaches the browser."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from portal.mobilepay.simulator.core.messages import Request, Response
from portal.mobilepay.simulator.core.router import Router

TILL_ROOT = "/till"
TILLS = "/tills"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
FILES = {"/": "phone.html"} | {
    f"/{name}": name for name in ("phone.css", "phone.js", "till.js", "refund.js", "wire.js", "networks.js", "plug.js")
}
FOLDER = Path(__file__).parent
TIMEOUT_SECONDS = 10
LOOPBACK = {"127.0.0.1", "localhost", "::1"}

NOT_STARTED = (
    "This till has no access token yet. Run make demo, which gives it one, "
    "or start the simulator with --till-token or DEMO_TILL_TOKEN."
)


@dataclass(frozen=True)
class DemoTill:
    """A till of the page: the portal it calls and the merchant's access token; without a token it is out of order.

    `token_file` holds the token where that may change while the till is in use: it is read before every call.
    `label` says whose it is, where there are several. `terminals` are the terminalIds it offers: a till that names none
    offers whatever the merchant's stores have at PoS V10; at ePayment nobody but the portal knows a till's code.

    ValueError for a portal on another machine: a page that anybody on this one may open must not move real money.
    """

    portal_url: str = "http://127.0.0.1:8000"
    token: str = field(default="", repr=False)
    label: str = ""
    terminals: tuple[str, ...] = ()
    token_file: Path | None = None

    def __post_init__(self) -> None:
        url = urlsplit(self.portal_url)
        if url.scheme != "http" or url.hostname not in LOOPBACK:
            raise ValueError(f"The phone page's till calls only http on this machine, not {self.portal_url}.")

    def current_token(self) -> str:
        if self.token_file is None:
            return self.token
        return self.token_file.read_text(encoding="ascii").strip() if self.token_file.exists() else ""

    @property
    def address(self) -> str:
        return urlsplit(self.portal_url).netloc

    @property
    def origin(self) -> str:
        return f"http://{self.address}"


class PagesApi:
    """These calls belong to the demo, not to MobilePay: they are not noted and meet no faults."""

    def __init__(self, tills: Sequence[DemoTill]) -> None:
        self._tills = tills
        origins = " ".join(dict.fromkeys(till.origin for till in tills))
        self._headers = {
            "Content-Security-Policy": (
                "default-src 'none'; script-src 'self'; style-src 'self'; "
                f"img-src 'self' {origins} data:; connect-src 'self'; "
                "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            ),
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }

    def add_to(self, router: Router) -> None:
        for path in FILES:
            router.add("GET", path, self._show)
        for method in ("GET", "POST", "DELETE"):
            router.add(method, TILL_ROOT + "/(?P<path>.+)", self._call_portal)
            router.add(method, TILLS + "/(?P<number>[0-9]+)/(?P<path>.+)", self._call_portal)
        router.add("GET", TILLS, self._list)

    @staticmethod
    def serves(path: str) -> bool:
        return path in FILES or path == TILLS or path.startswith((f"{TILL_ROOT}/", f"{TILLS}/"))

    def _show(self, request: Request) -> Response:
        file = FOLDER / FILES[request.path]
        return Response(200, file.read_bytes(), f"{TYPES[file.suffix]}; charset=utf-8", self._headers)

    def _list(self, _request: Request) -> Response:
        """The tills in the order of their numbers, without their tokens."""
        shown = [{"label": till.label, "terminals": list(till.terminals)} for till in self._tills]
        return Response(200, Response.json(shown).body, headers=self._headers)

    def _call_portal(self, request: Request, path: str, number: str = "0") -> Response:
        refuse: Callable[[int, str, str], Response] = partial(_refused, self._headers)
        # Other sites can make a browser call this address too, and the till API moves money by GET.
        if request.header("sec-fetch-site") not in (None, "same-origin", "none"):
            return refuse(403, "foreign_page", "Only the phone page itself may use its till.")
        if int(number) >= len(self._tills):
            return refuse(404, "till_unknown", "There is no such till.")
        till = self._tills[int(number)]
        token = till.current_token()
        if not token:
            return refuse(503, "till_not_started", NOT_STARTED)
        try:
            return self._forward(till, token, request, path)
        except (OSError, HTTPException):
            sentence = f"The portal at {till.origin} does not answer. Start it, then try again."
            return refuse(502, "portal_unreachable", sentence)

    def _forward(self, till: DemoTill, token: str, request: Request, path: str) -> Response:
        # `query` was read from the last parameter to the first, so that the first of a name wins.
        query = urlencode(list(request.query.items())[::-1])
        headers = {"Authorization": f"Bearer {token}"}
        if content_type := request.header("content-type"):
            headers["Content-Type"] = content_type
        target = f"/api/pos/{quote(path)}" + (f"?{query}" if query else "")
        connection = HTTPConnection(till.address, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(request.method, target, request.body or None, headers)
            answer = connection.getresponse()
            content_type = answer.getheader("content-type", "application/octet-stream")
            return Response(answer.status, answer.read(), content_type, self._headers)
        finally:
            connection.close()


def _refused(headers: Mapping[str, str], status: int, code: str, sentence: str) -> Response:
    """A refusal in the till API's own envelope."""
    body = Response.json({"success": False, "errors": [sentence], "errorCodes": [code]}).body
    return Response(status, body, headers=headers)
