"""Callback codes, and the customers who scan them."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_bytes

from portal.mobilepay.simulator.core.timeline import Timeline
from portal.mobilepay.simulator.epayment.codes import Code, problem
from portal.mobilepay.simulator.epayment.knobs import Knobs
from portal.mobilepay.simulator.epayment.units import SalesUnit

CONTENT_ROOT = "https://qr.vipps.no/28/2/05/031"
IMAGE_ROOT = "https://qr.vipps.no/generate/qr"
USUAL_SIZE = 1024


@dataclass
class CheckIn:
    """A scan. The token is good for one payment.

    `is_told` says whether a registration hears of it: while none does, the app cannot connect to the store.
    """

    phone_number: str
    at: datetime
    token: str = field(default_factory=lambda: b64encode(token_bytes(48)).decode())
    is_used: bool = False
    is_told: bool = False

    def fail(self) -> None:
        """Whoever should hear of it does not take it."""
        self.is_told = False


@dataclass
class CallbackCode:
    """A code at a till: one of the merchant's own making, or an old sticker, which only one unit can have."""

    unit: SalesUnit
    merchant_qr_id: str
    location_description: str
    is_sticker: bool
    # Tells the codes of two units apart that call them the same; it stays while the code is up.
    mark: str = field(default_factory=lambda: token_bytes(12).hex())
    last_check_in: CheckIn | None = None

    @property
    def content(self) -> str:
        return f"{CONTENT_ROOT}/{self.mark}"

    def image_url(self, image_format: str, size: str | int) -> str:
        """`image_format` is PNG or SVG; the size is in pixels and means something for PNG only."""
        sized = f"&size={size}" if image_format == "PNG" else ""
        return f"{IMAGE_ROOT}.{image_format.lower()}?code={self.mark}{sized}"


class CallbackCodes:
    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CallbackCode] = {}

    def __iter__(self) -> Iterator[CallbackCode]:
        return iter(self._codes.values())

    def get(self, msn: str, merchant_qr_id: str) -> CallbackCode | None:
        return self._codes.get((msn, merchant_qr_id))

    def scanned(self, merchant_qr_id: str) -> CallbackCode | None:
        """The code that a phone sees; of two units' with one name, the one that has been up for longer."""
        return next((code for code in self if code.merchant_qr_id == merchant_qr_id), None)

    def sticker(self, beacon_id: str) -> CallbackCode | None:
        """The code of an old sticker, whichever unit has it."""
        return next((code for code in self if code.is_sticker and code.merchant_qr_id == beacon_id), None)

    def put(self, unit: SalesUnit, merchant_qr_id: str, location_description: str, *, is_sticker: bool) -> None:
        """Put a code up, or call the place of one that is up otherwise."""
        code = self.get(unit.msn, merchant_qr_id)
        if code:
            code.location_description = location_description
        else:
            code = CallbackCode(unit, merchant_qr_id, location_description, is_sticker)
            self._codes[unit.msn, merchant_qr_id] = code

    def delete(self, code: CallbackCode) -> None:
        del self._codes[code.unit.msn, code.merchant_qr_id]


class CheckIns:
    """Who has checked in, by the token that a payment may be asked with."""

    def __init__(self, timeline: Timeline, knobs: Knobs) -> None:
        self._timeline = timeline
        self._knobs = knobs
        self._by_token: dict[str, tuple[SalesUnit, CheckIn]] = {}

    def add(self, code: CallbackCode, check_in: CheckIn) -> None:
        code.last_check_in = check_in
        self._by_token[check_in.token] = code.unit, check_in

    def is_fresh(self, check_in: CheckIn) -> bool:
        """Whether its token is not too old."""
        return check_in.at > self._timeline.now - timedelta(seconds=self._knobs.check_in_lifetime)

    def spend(self, unit: SalesUnit, token: str) -> CheckIn:
        """Use a token up; 4050 when it is too old, used already, or of no check-in at one of the unit's own codes."""
        owner, check_in = self._by_token.get(token, (None, None))
        if check_in is None or owner is not unit or check_in.is_used or not self.is_fresh(check_in):
            raise problem(Code.CUSTOMER_TOKEN)
        check_in.is_used = True
        return check_in
