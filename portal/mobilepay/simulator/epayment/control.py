"""Routes under `/_simulator/epayment`: the customers, somebody in the network's own portal, the books and the knobs."""

from collections.abc import Callable
import re
from typing import Any

from portal.mobilepay.simulator.core.control import CONTROL_ROOT, KnobsApi, add_routes
from portal.mobilepay.simulator.core.fields import Fields
from portal.mobilepay.simulator.core.messages import Request
from portal.mobilepay.simulator.core.router import Router
from portal.mobilepay.simulator.epayment.books import shown_code, shown_payment, snapshot
from portal.mobilepay.simulator.epayment.past import PastPayment
from portal.mobilepay.simulator.epayment.people import own_code
from portal.mobilepay.simulator.epayment.world import EPaymentWorld

ROOT = "/epayment"
PAYMENT = f"{ROOT}/payments/{{reference}}"
CUSTOMERS = ("approve", "decline", "begin-approving", "stop-approving")
_BY_CUSTOMERS = re.compile(rf"{CONTROL_ROOT}{ROOT}/(check-ins|payments/[^/]+/({'|'.join(CUSTOMERS)}))")


def is_customers(path: str) -> bool:
    """Whether a customer's phone makes the call."""
    return _BY_CUSTOMERS.fullmatch(path) is not None


class ControlApi:
    def __init__(self, world: EPaymentWorld) -> None:
        self._world = world

    def add_to(self, router: Router) -> None:
        KnobsApi(self._world, root=ROOT).add_to(router)
        world = self._world
        by_customers = zip(
            CUSTOMERS, (world.approve, world.decline, world.begin_approving, world.stop_approving), strict=True
        )
        elsewhere = {"capture": world.capture_elsewhere, "refund": world.refund_elsewhere}
        add_routes(
            router,
            ("POST", f"{ROOT}/check-ins", self.check_in),
            ("POST", f"{ROOT}/payments", self.remember),
            *(("POST", f"{PAYMENT}/{name}", self._by_customer(act)) for name, act in by_customers),
            *(("POST", f"{PAYMENT}/{name}-elsewhere", self._elsewhere(act)) for name, act in elsewhere.items()),
            ("POST", f"{PAYMENT}/cancel-elsewhere", self.cancel_elsewhere),
            ("POST", f"{ROOT}/codes", self.remember_codes),
            ("GET", f"{ROOT}/world", self.show_world),
            ("GET", f"{ROOT}/codes/{{merchant_qr_id}}", self.show_code),
            ("GET", f"{ROOT}/own-codes/{{phone_number}}", self.show_own_code),
        )

    def check_in(self, request: Request) -> dict[str, Any]:
        """Have `phoneNumber` scan the code `merchantQrId`; `isTold` says whether any registration hears of it."""
        fields = Fields.of(request.body)
        check_in = self._world.check_in(fields.text("merchantQrId"), fields.text("phoneNumber"))
        return {"customerToken": check_in.token, "isTold": check_in.is_told}

    def remember(self, request: Request) -> dict[str, Any]:
        """Take payments into the books that were captured before: a list of `{msn, reference, amount, captured,
        currency, capturedAt}`, in minor units.
        """
        past = [PastPayment.read(fields) for fields in Fields.listed(request.body)]
        for each in past:
            self._world.remember(each)
        return {"remembered": len(past)}

    def remember_codes(self, request: Request) -> dict[str, Any]:
        """Put codes up that were up before: a list of `{msn, merchantQrId, locationDescription, isSticker}`."""
        listed = Fields.listed(request.body)
        for fields in listed:
            self._world.put_up(
                fields.text("msn"),
                fields.text("merchantQrId"),
                fields.text("locationDescription"),
                is_sticker=bool(fields.optional_flag("isSticker")),
            )
        return {"remembered": len(listed)}

    def cancel_elsewhere(self, request: Request, reference: str) -> dict[str, Any]:
        """Have somebody release what is reserved, or call off what is asked: `{msn}`."""
        msn = Fields.of(request.body).text("msn")
        self._world.cancel_elsewhere(msn, reference)
        return self._show(msn, reference)

    def show_world(self, _request: Request) -> dict[str, Any]:
        with self._world.present():
            return snapshot(self._world)

    def show_code(self, _request: Request, merchant_qr_id: str) -> dict[str, Any]:
        with self._world.present():
            return shown_code(self._world, self._world.code(merchant_qr_id))

    def show_own_code(self, _request: Request, phone_number: str) -> dict[str, Any]:
        """What a customer's own code says, for tills with a scanner."""
        return {"content": own_code(phone_number)}

    def _by_customer(self, act: Callable[[str], object]) -> Callable[..., dict[str, Any]]:
        def perform(_request: Request, reference: str) -> dict[str, Any]:
            with self._world.present():
                act(reference)
                return shown_payment(self._world.asked(reference))

        return perform

    def _elsewhere(self, act: Callable[[str, str, int], None]) -> Callable[..., dict[str, Any]]:
        """Have somebody move `{msn, minor}` in the network's own portal."""

        def perform(request: Request, reference: str) -> dict[str, Any]:
            fields = Fields.of(request.body)
            msn = fields.text("msn")
            act(msn, reference, int(fields.number("minor")))
            return self._show(msn, reference)

        return perform

    def _show(self, msn: str, reference: str) -> dict[str, Any]:
        with self._world.present():
            return shown_payment(self._world.payment(msn, reference))
