"""`manage.py sell`: tills and customers of the demo that keep buying, so that the pages have something to show."""

from argparse import ArgumentParser
from contextlib import suppress
from dataclasses import dataclass
import http.client
from itertools import cycle
import json
from pathlib import Path
from random import Random
import signal
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.management.phones import Phone, phone_at
from terminals.models import PointOfSale

TILLS = 4
# The phone page's own till stays free for whoever tries the demo.
_FREE = 1
_TIMEOUT_SECONDS = 10
_POLLS = 90
# Not the customers of the phone page: whoever tries that is asked for nobody else's sale.
_GUESTS = ("+4520031811", "+4520031812", "+4520031813", "+4520031814")
_ENDED = ("Captured", "CancelledByUser", "CancelledByClient", "CancelledByMobilePay", "ExpiredAndCancelled")


class Command(BaseCommand):
    help = "Let tills of the demo's first merchant sell and customers pay, until it is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("bio_code", metavar="BIOCODE")
        parser.add_argument("--portal", default="http://127.0.0.1:8000")
        parser.add_argument("--token-file", type=Path, required=True, help="holds the tills' access token")
        parser.add_argument("--pace", type=int, default=4, help="seconds between two steps, on average")

    def handle(self, *_args: Any, bio_code: str, portal: str, token_file: Path, pace: int, **_options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("This invents sales: it runs with DEBUG=on only.")
        stop = Event()
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, lambda *_: stop.set())
        registered = PointOfSale.objects.registered().filter(terminal__merchant__bio_code=bio_code)
        places = list(registered.whole().order_by("pk"))[_FREE:]
        threads = [
            Thread(target=_Seller(portal, token_file, places[number::TILLS], Random(), stop, pace).sell)  # noqa: S311
            for number in range(min(TILLS, len(places)))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


class _Refused(Exception):
    """The portal said no to the till."""


@dataclass(frozen=True)
class _Seller:
    """One cashier with some registers, and the customers in front of them; `token_file` is read before every call."""

    portal: str
    token_file: Path
    places: list[PointOfSale]
    dice: Random
    stop: Event
    pace: int

    def sell(self) -> None:
        number = self.dice.randrange(50_000, 90_000)
        registers = cycle(self.dice.sample(self.places, k=len(self.places)))
        while not self.stop.is_set():
            number += 1
            try:
                self._sale(next(registers), order_id=str(number))
            except (_Refused, OSError, http.client.HTTPException, ValueError):
                # The register is busy, MobilePay or the portal away, the token just replaced: the next one, in a while.
                self._pause()
            self._pause()

    def _sale(self, pos: PointOfSale, *, order_id: str) -> None:
        terminal_id = pos.terminal.terminal_id
        phone = phone_at(pos, mobilepay=settings.POSV10_API_URL, number=self.dice.choice(_GUESTS))
        amount = f"{self.dice.randrange(25, 420)}.{self.dice.choice(('00', '50', '95'))}"
        payment_id = self._till("payment/start", terminalId=terminal_id, orderId=order_id, amount=amount)["paymentId"]
        self._pause()
        (ending,) = self.dice.choices(
            [self._customer_pays, self._customer_declines, self._till_cancels, self._till_forgets], [80, 8, 8, 4]
        )
        ending(payment_id, phone)

    def _customer_pays(self, payment_id: str, phone: Phone) -> None:
        phone.scan()
        self._pause()
        phone.accept()
        if self._wait_for(payment_id, ("Reserved", *_ENDED)) != "Reserved":
            return
        self._pause()
        if self.dice.random() < 0.05:  # noqa: PLR2004 - one capture in twenty meets trouble
            fault = {"kind": "cut_after", "method": "POST", "path": ".*/capture", "times": 6}
            self._call(settings.POSV10_API_URL, "/_simulator/faults", fault)
        self._ask_to_capture(payment_id)
        if self._wait_for(payment_id, _ENDED) == "Captured" and self.dice.random() < 0.08:  # noqa: PLR2004 - one in twelve
            self._pause()
            self._refund(payment_id)

    def _ask_to_capture(self, payment_id: str) -> None:
        """Press the key; what is not answered now the portal finishes by itself."""
        with suppress(_Refused):
            self._till("payment/capture", paymentId=payment_id)

    def _refund(self, payment_id: str) -> None:
        """Give a little back, as a till does: create, wait until it is reserved, pay out."""
        order_id, amount = f"R-{self.dice.randrange(10_000, 99_999)}", f"{self.dice.randrange(5, 25)}.00"
        wanted = {"paymentId": payment_id, "refundOrderId": order_id, "amount": amount}
        refund_id = self._till("refund/create", **wanted)["refundId"]
        for _ in range(_POLLS):
            answer = self._call(self.portal, f"/api/pos/refund/details?refundId={refund_id}")
            if answer.get("refundDetails", {}).get("status") == "Reserved" or self.stop.wait(1):
                break
        self._till("refund/capture", refundId=refund_id)

    def _customer_declines(self, payment_id: str, phone: Phone) -> None:
        phone.scan()
        self._pause()
        phone.decline()
        self._wait_for(payment_id, _ENDED)

    def _till_cancels(self, payment_id: str, _phone: Phone) -> None:
        self._till("payment/cancel", paymentId=payment_id)

    def _till_forgets(self, _payment_id: str, phone: Phone) -> None:
        """Leave the register as it is: somebody at the desk frees it, or the time-out does."""
        phone.scan()

    def _wait_for(self, payment_id: str, states: tuple[str, ...]) -> str:
        state = ""
        for _ in range(_POLLS):
            answer = self._call(self.portal, f"/api/pos/payment/status?paymentId={payment_id}")
            state = answer.get("status", "")
            if state in states or self.stop.wait(1):
                break
        return state

    def _pause(self) -> None:
        self.stop.wait(self.dice.uniform(0.3, 1.7) * self.pace)

    def _till(self, path: str, **parameters: str) -> dict[str, Any]:
        """Do something at the till; raises _Refused unless the answer says that it is done, whatever its status."""
        answer = self._call(self.portal, f"/api/pos/{path}", parameters)
        if answer.get("success") is not True:
            raise _Refused
        return answer

    def _call(self, url: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        token = self.token_file.read_text(encoding="ascii")
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=_TIMEOUT_SECONDS)
        try:
            method, content = ("POST", json.dumps(body)) if body is not None else ("GET", None)
            connection.request(method, path, content, headers)
            answer = json.loads(connection.getresponse().read() or b"{}")
        finally:
            connection.close()
        if not isinstance(answer, dict):
            raise ValueError("an answer that is none")  # noqa: TRY004 - it is the other side that is wrong
        return answer
