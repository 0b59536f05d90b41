"""The whole world as JSON: to compare books with, and for the page that plays the customer's phone."""

from typing import Any

from portal.mobilepay.simulator.epayment.api_payments import describe
from portal.mobilepay.simulator.epayment.check_ins import CallbackCode
from portal.mobilepay.simulator.epayment.formats import logged
from portal.mobilepay.simulator.epayment.payments import Payment, State
from portal.mobilepay.simulator.epayment.units import SalesUnit
from portal.mobilepay.simulator.epayment.webhooks import Registration
from portal.mobilepay.simulator.epayment.world import EPaymentWorld


def snapshot(world: EPaymentWorld) -> dict[str, Any]:
    """Sales units, codes, registrations, payments with their events, and refunds, each in the order it came to be."""
    return {
        "salesUnits": [_unit(unit) for unit in world.units],
        "codes": [shown_code(world, code) for code in world.codes],
        "webhooks": [_registration(world, registration) for registration in world.registrations],
        "payments": [shown_payment(payment) for payment in world.payments],
        "refunds": [
            {"msn": payment.unit.msn, **logged(payment, event)}
            for payment in world.payments
            for event in payment.events
            if event.name == "REFUNDED"
        ],
    }


def shown_code(world: EPaymentWorld, code: CallbackCode) -> dict[str, Any]:
    """What the app shows after scanning.

    `checkedIn` is who waits there for the till or is being asked: whoever scans a code that tells nobody is told so by
    their app. `payment` is what they are asked now, `latestPayment` may be over.
    """
    last = code.last_check_in
    asked = world.payments.asked_of(last) if last else None
    latest = shown_payment(asked) if asked else None
    payment = latest if latest and latest["state"] == State.CREATED else None
    is_there = last and (payment or (last.is_told and not last.is_used and world.check_ins.is_fresh(last)))
    return {
        "merchantQrId": code.merchant_qr_id,
        "msn": code.unit.msn,
        "locationDescription": code.location_description,
        "isSticker": code.is_sticker,
        "qrContent": code.content,
        "brandName": code.unit.stores[0].brand_name,
        "storeName": code.unit.name,
        "storeIds": [store.store_id for store in code.unit.stores],
        "checkedIn": last.phone_number if last and is_there else None,
        "isTold": last.is_told if last else None,
        "payment": payment,
        "latestPayment": latest,
    }


def shown_payment(payment: Payment) -> dict[str, Any]:
    return {
        **describe(payment),
        "msn": payment.unit.msn,
        "userFlow": payment.order["userFlow"],
        "paymentDescription": payment.order.get("paymentDescription", ""),
        "idempotencyKey": payment.key,
        "phoneNumber": payment.phone_number,
        "isBeingApproved": payment.is_being_approved,
        "events": [logged(payment, event) for event in payment.events],
    }


def _unit(unit: SalesUnit) -> dict[str, Any]:
    return {
        "msn": unit.msn,
        "name": unit.name,
        "vatNumber": unit.vat_number,
        "currencies": list(unit.currencies),
        "partialCapture": unit.partial_capture,
        "pushAllowed": unit.push_allowed,
        "stores": [{"storeId": store.store_id, "name": store.name} for store in unit.stores],
    }


def _registration(world: EPaymentWorld, registration: Registration) -> dict[str, Any]:
    return {
        "id": registration.registration_id,
        "msn": registration.msn,
        "url": registration.url,
        "events": list(registration.events),
        "waiting": world.deliveries.waiting_for(registration),
    }
