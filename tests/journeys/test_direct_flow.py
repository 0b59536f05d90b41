"""The recommended way to sell: start, the customer accepts, capture."""

from payments.models import Payment, PaymentEvent
from portal.audit.models import Entry


def test_a_payment_goes_from_start_to_captured(till, customer, simulator):
    payment_id = till.start("order-1", "27.06")["paymentId"]
    seen = [till.status(payment_id)]
    customer.checks_in()
    seen.append(till.status(payment_id))
    customer.accepts()
    seen.append(till.status(payment_id))
    captured = till.post("payment/capture", paymentId=payment_id)
    seen.append(till.status(payment_id))

    assert seen == ["Initiated", "IssuedToUser", "Reserved", "Captured"]
    assert captured.status == 200
    assert captured.body == {
        "message": f"Payment {payment_id} is captured: 27.06 DKK.",
        "success": True,
        "errors": [],
        "errorCodes": [],
    }
    [upstream] = simulator.calls.find("POST", "/pos/v10/payments/[^/]+/capture")
    assert str(upstream.body["amount"]) == "27.06"


def test_every_step_leaves_an_event_and_an_audit_row(till, customer):
    payment_id = till.start()["paymentId"]
    customer.checks_in()
    till.status(payment_id)
    customer.accepts()
    till.status(payment_id)
    till.post("payment/capture", paymentId=payment_id)

    events = PaymentEvent.objects.filter(payment=payment_id).order_by("pk")
    assert [(event.from_state, event.to_state) for event in events] == [
        ("", "Created"),
        ("Created", "Initiated"),
        ("Initiated", "IssuedToUser"),
        ("IssuedToUser", "Reserved"),
        ("Reserved", "Captured"),
    ]
    entries = Entry.objects.filter(subject_kind="payment", subject_id=payment_id).order_by("pk")
    assert [entry.action for entry in entries] == [
        "payment:noted",
        "payment:moved",
        "payment:moved",
        "payment:moved",
        "payment:intended",
        "payment:moved",
    ]
    assert {entry.actor for entry in entries} == {till.token.split("_")[1]}


def test_a_customer_who_is_checked_in_already_is_asked_at_once(till, customer):
    customer.checks_in()

    payment_id = till.start()["paymentId"]

    assert till.status(payment_id) == "IssuedToUser"


def test_a_payment_started_by_get_and_parameters_is_the_same_payment(till, customer, pos):
    started = till.get(
        "payment/start/byPosId",
        orderId="order-1",
        amount="5",
        posId=str(pos.pos_id),
        bioCode="KINO1",
        accessToken=till.token,
        headers={"Authorization": ""},
    )

    payment = Payment.objects.get(pk=started["paymentId"])
    assert str(payment.amount) == "5.00 DKK"
    assert (
        Entry.objects.filter(subject_id=payment.pk).values_list("credential_source", flat=True).distinct().get()
        == "GET query"
    )
