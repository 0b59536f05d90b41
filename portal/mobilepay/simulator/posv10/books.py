"""The whole world as JSON: to compare books with, and for the page that plays the customer's phone."""

from typing import Any

from portal.mobilepay.simulator.posv10 import api_payments, api_refunds, api_stores
from portal.mobilepay.simulator.posv10.merchants import Merchant
from portal.mobilepay.simulator.posv10.payments import Payment
from portal.mobilepay.simulator.posv10.points_of_sale import PointOfSale
from portal.mobilepay.simulator.posv10.world import World


def snapshot(world: World) -> dict[str, Any]:
    """Merchants with stores, points of sale, payments and refunds, each in the order it came to be."""
    return {
        "merchants": [_merchant(merchant) for merchant in world.merchants],
        "pointsOfSale": [point_of_sale(world, pos) for pos in world.points_of_sale],
        "payments": [_payment(world, payment) for payment in world.payments],
        "refunds": [
            {**api_refunds.describe(world, refund), "merchantVatNumber": refund.owner.vat_number}
            for refund in world.refunds
        ],
    }


def point_of_sale(world: World, pos: PointOfSale) -> dict[str, Any]:
    """What the app shows after scanning: `payment` is being asked now, `latestPayment` may be over."""
    return {
        "posId": pos.pos_id,
        "merchantPosId": pos.merchant_pos_id,
        "merchantVatNumber": pos.owner.vat_number,
        "storeId": pos.store.store_id,
        "brandName": pos.store.brand_name,
        "storeName": pos.store.name,
        "posName": pos.name,
        "beaconId": pos.beacon_id,
        "requirePaymentBeforeCheckin": pos.require_payment_before_checkin,
        "checkedIn": pos.check_in.person.phone_number if pos.check_in else None,
        "payment": _optional_payment(world, world.payments.active_at(pos)),
        "latestPayment": _optional_payment(world, world.payments.latest_at(pos)),
    }


def _merchant(merchant: Merchant) -> dict[str, Any]:
    return {
        "bioCode": merchant.bio_code,
        "name": merchant.name,
        "vatNumber": merchant.vat_number,
        "currencies": merchant.currencies,
        "stores": [
            {**api_stores.describe(store), "activated": store.activated, "balance": store.balance}
            for store in merchant.stores
        ],
    }


def _payment(world: World, payment: Payment) -> dict[str, Any]:
    return {
        **api_payments.describe(world, payment),
        "merchantVatNumber": payment.owner.vat_number,
        "phoneNumber": payment.customer.person.phone_number if payment.customer else None,
        "capturedAmount": payment.captured_amount,
    }


def _optional_payment(world: World, payment: Payment | None) -> dict[str, Any] | None:
    return _payment(world, payment) if payment else None
