"""The 20 operations of the Point-of-Sale API V10 and their paths (protocol section 6)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from portal.mobilepay.simulator.core.messages import Request, Response
from portal.mobilepay.simulator.core.router import Router
from portal.mobilepay.simulator.posv10 import api_payments, api_points_of_sale, api_refunds, api_stores
from portal.mobilepay.simulator.posv10.admission import admit
from portal.mobilepay.simulator.posv10.codes import Refusal
from portal.mobilepay.simulator.posv10.network import refused
from portal.mobilepay.simulator.posv10.tokens import Tokens
from portal.mobilepay.simulator.posv10.world import World

ROOT = "/pos/v10"

# What an operation returns is the JSON answered with 200; None is 200 without a body.
Operation = Callable[..., Any]

OPERATIONS: tuple[tuple[str, str, Operation], ...] = (
    ("GET", "/payments/{payment_id}", api_payments.query),
    ("GET", "/payments", api_payments.find),
    ("POST", "/payments/{payment_id}/ready", api_payments.ready),
    ("POST", "/payments/{payment_id}/capture", api_payments.capture),
    ("POST", "/payments/{payment_id}/cancel", api_payments.cancel),
    ("GET", "/pointofsales/{pos_id}", api_points_of_sale.get),
    ("DELETE", "/pointofsales/{pos_id}", api_points_of_sale.delete),
    ("GET", "/pointofsales", api_points_of_sale.find),
    ("GET", "/pointofsales/{pos_id}/checkin", api_points_of_sale.get_check_in),
    ("GET", "/stores/detailed", api_stores.find_detailed),
    ("GET", "/stores/{store_id}", api_stores.get),
    ("GET", "/stores", api_stores.find),
    ("GET", "/refunds/{refund_id}", api_refunds.get),
    ("GET", "/refunds", api_refunds.find),
    ("POST", "/refunds/{refund_id}/capture", api_refunds.capture),
    ("POST", "/refunds/{refund_id}/cancel", api_refunds.cancel),
)

CREATING: tuple[tuple[str, Operation], ...] = (
    ("/payments", api_payments.initiate),
    ("/payments/prepare", api_payments.prepare),
    ("/pointofsales", api_points_of_sale.create),
    ("/refunds", api_refunds.create),
)


class PosApi:
    def __init__(self, world: World, tokens: Tokens) -> None:
        self._world = world
        self._tokens = tokens

    def add_to(self, router: Router) -> None:
        for path, operation in CREATING:
            router.add("POST", ROOT + path, partial(self._perform, operation, needs_key=True))
        for method, path, operation in OPERATIONS:
            router.add(method, ROOT + path, partial(self._perform, operation, needs_key=False))

    def _perform(self, operation: Operation, request: Request, *, needs_key: bool, **segments: str) -> Response:
        try:
            with self._world.present():
                call = admit(request, self._tokens, needs_key=needs_key)
                answer = operation(self._world, call, **segments)
        except Refusal as refusal:
            return refused(request, refusal)
        return Response(200) if answer is None else Response.json(answer)
