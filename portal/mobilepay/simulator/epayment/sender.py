"""Sends deliveries over real HTTP, in the background."""

from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Thread
from urllib.parse import urlsplit

from portal.mobilepay.simulator.core.plug import Plug
from portal.mobilepay.simulator.epayment.deliveries import Deliveries, Delivery
from portal.mobilepay.simulator.epayment.signatures import path_and_query

LOOK_EVERY_SECONDS = 0.05
TIMEOUT_SECONDS = 10


class Sender:
    """Between `start` and `stop`, whatever is due leaves; a receiver that hangs holds up only its own registration.

    While the plug is pulled nothing leaves.
    """

    def __init__(self, deliveries: Deliveries, plug: Plug) -> None:
        self._deliveries = deliveries
        self._plug = plug
        self._stopping = Event()
        self._thread = Thread()

    def start(self) -> None:
        self._stopping = Event()
        self._thread = Thread(target=self._run, args=(self._stopping,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Begin nothing more; what is on its way may still arrive."""
        self._stopping.set()
        self._thread.join()

    def _run(self, stopping: Event) -> None:
        while not stopping.wait(LOOK_EVERY_SECONDS):
            for delivery in () if self._plug.is_pulled else self._deliveries.heads():
                Thread(target=self._send, args=(delivery,), daemon=True).start()

    def _send(self, delivery: Delivery) -> None:
        self._deliveries.answered(delivery, post(delivery))


def post(delivery: Delivery) -> int | None:
    """Send a delivery as it is signed; the status of the answer, or None when none comes in time.

    A ValueError is an address that nobody can have.
    """
    url = urlsplit(delivery.url)
    kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
    connection = kind(url.netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", path_and_query(delivery.url), delivery.body, delivery.headers)
        return connection.getresponse().status
    except (OSError, HTTPException, ValueError):
        return None
    finally:
        connection.close()
