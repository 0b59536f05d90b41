from email.utils import parsedate_to_datetime

import pytest
import simplejson

from portal.mobilepay.epayment.webhooks import is_genuine
from portal.mobilepay.simulator.epayment.deliveries import Delivery
from portal.mobilepay.simulator.epayment.formats import CHECKED_IN, EVENTS, PAYMENT_EVENTS
from portal.mobilepay.simulator.epayment.signatures import path_and_query, signed_headers
from portal.mobilepay.simulator.epayment.webhooks import Registration
from tests.mobilepay.simulator.epayment.client import CODE, KEY, MSN, WEBHOOK, kroner, order, part

HOUR, DAY = 3600, 86_400


@pytest.fixture
def deliveries(world):
    return world.deliveries


def said(delivery):
    return simplejson.loads(delivery.body)


def genuine(delivery, secret, now):
    return is_genuine(
        secret=secret,
        host="shop.example",
        path_and_query="/hooks/1?a=b",
        headers={name.lower(): value for name, value in delivery.headers.items()},
        body=delivery.body,
        now=now,
    )


def names(deliveries):
    return [delivery.event.split(".")[-2] for delivery in deliveries]


def test_a_check_in_is_told_with_the_token_and_the_code(register, scan, deliveries, world):
    made = register(CHECKED_IN)
    token = scan()

    (delivery,) = deliveries.take()

    check_in = world.codes.get(MSN, CODE).last_check_in
    assert check_in.is_told is True
    assert (delivery.url, delivery.event, delivery.registration_id) == (WEBHOOK, CHECKED_IN, made["id"])
    assert said(delivery) == {
        "customerToken": token,
        "merchantQrId": CODE,
        "msn": MSN,
        "initiatedAt": said(delivery)["initiatedAt"],
    }
    assert said(delivery)["initiatedAt"][:19] == f"{check_in.at:%Y-%m-%dT%H:%M:%S}"


def test_every_event_of_a_payment_is_told_in_order(api, register, reserved, deliveries):
    register(*PAYMENT_EVENTS)
    reference = reserved()
    api.pay(f"/{reference}/capture", part(1000), **{KEY: "capture-1"})
    api.pay(f"/{reference}/cancel")
    api.pay(f"/{reference}/refund", part(1), **{KEY: "refund-1"})

    told = deliveries.take()

    assert names(told) == ["created", "authorized", "captured", "cancelled", "refunded"]
    created, authorized, captured, cancelled, refunded = map(said, told)
    assert created == {
        "msn": MSN,
        "reference": reference,
        "pspReference": api.look(reference)["pspReference"],
        "name": "CREATED",
        "amount": kroner(1250),
        "timestamp": created["timestamp"],
        "idempotencyKey": created["idempotencyKey"],
        "success": True,
    }
    assert authorized["captureGuaranteedUntil"] == api.look(reference)["captureGuaranteedUntil"]
    assert authorized["idempotencyKey"] == created["idempotencyKey"]
    assert (captured["amount"], captured["idempotencyKey"]) == (kroner(1000), "capture-1")
    assert cancelled["amount"] == kroner(250)
    assert "idempotencyKey" not in cancelled
    assert (refunded["amount"], refunded["idempotencyKey"]) == (kroner(1), "refund-1")
    assert len({each["pspReference"] for each in (created, authorized, captured, cancelled, refunded)}) == 5


@pytest.mark.parametrize(("end", "name"), [("decline", "aborted"), ("expire", "expired"), ("cancel", "terminated")])
def test_a_payment_that_ends_unapproved_is_told_with_the_creates_reference_and_key(
    api, register, asked, deliveries, world, later, end, name
):
    register(*PAYMENT_EVENTS)
    reference = asked()
    {"decline": lambda: world.decline(reference), "expire": lambda: later(600), "cancel": lambda: None}[end]()
    api.pay(f"/{reference}/cancel")

    told = deliveries.take()

    created, ended = map(said, told)
    assert names(told) == ["created", name]
    assert (ended["pspReference"], ended["idempotencyKey"]) == (created["pspReference"], created["idempotencyKey"])


def test_a_registration_hears_only_what_it_asked_for(register, reserved, deliveries, other_unit):
    first, second = register("epayments.payment.authorized.v1"), register("epayments.payment.created.v1")
    register(*EVENTS, by=other_unit)
    reserved()

    told = deliveries.take()

    assert [(each.registration_id, names([each])) for each in told] == [
        (second["id"], ["created"]),
        (first["id"], ["authorized"]),
    ]


def test_a_delivery_is_signed_so_that_the_portal_believes_it(register, asked, deliveries, world):
    made = register(*PAYMENT_EVENTS)
    asked()

    (delivery,) = deliveries.take()

    assert genuine(delivery, made["secret"], world.clock.now())
    assert not genuine(delivery, "another secret", world.clock.now())
    assert delivery.headers == {
        "Host": "shop.example",
        "Accept-Encoding": "gzip",
        "User-Agent": "Vipps MobilePay/1.0 Webhooks/1.0",
        "Content-Type": "application/json; charset=utf-8",
        "x-ms-date": delivery.headers["x-ms-date"],
        "x-ms-content-sha256": delivery.headers["x-ms-content-sha256"],
        "Authorization": delivery.headers["Authorization"],
        "X-Vipps-Authorization": delivery.headers["Authorization"],
        "Webhook-Id": made["id"],
    }
    assert delivery.headers["x-ms-date"].endswith(" GMT")


def test_the_signature_is_the_one_that_was_published():
    secret = "A0+AeKBRG2KRGvnNwJpQlb6IJFk48CKXCIcrLoHncVJKDILsQSxS6NWCccwWm6r6FhGKhiHTBsG2wo/xU6FY/A=="
    registration = Registration(MSN, "https://webhook.site/e2cee29b-012e-4f1d-8ef4-e95fd74a7a63", (), secret=secret)
    body = b'{"some-unique-content":"ee6e441b-cc4a-46f8-895d-a5af79bcc233/hello-world"}'

    headers = signed_headers(registration, body, parsedate_to_datetime("Thu, 30 Mar 2023 08:38:32 GMT"))

    assert headers["x-ms-content-sha256"] == "lNlsp1XA03N34HrQsVzPgJKtC+r7l/RBF4V3JQUWMj4="
    assert headers["Authorization"].endswith("&Signature=agAiSyogQbDHpeucoNwYz+yAr5nJ+v+zasdkSbqzv+U=")


def test_an_address_without_a_path_is_the_root():
    assert path_and_query("https://shop.example") == "/"


@pytest.mark.parametrize("status", [200, 204])
def test_a_success_is_the_end_of_it(register, asked, deliveries, world, status):
    register(*PAYMENT_EVENTS)
    asked()

    deliveries.answered(deliveries.take()[0], status)

    world.clock.advance(599)
    assert deliveries.take() == []


def test_a_failure_is_tried_again_ever_later_and_signed_anew(register, asked, deliveries, world):
    made = register("epayments.payment.created.v1")
    asked()
    seen = []

    for pause in (2, 2, 2, 2, 60, 120, HOUR, HOUR):
        (delivery,) = deliveries.take()
        seen.append(delivery)
        assert genuine(delivery, made["secret"], world.clock.now())
        deliveries.answered(delivery, 500)
        world.clock.advance(pause - 1)
        assert deliveries.take() == []
        world.clock.advance(1)

    assert len({delivery.body for delivery in seen}) == 1
    assert len({delivery.headers["x-ms-date"] for delivery in seen}) == 8
    assert len({delivery.headers["Authorization"] for delivery in seen}) == 8


@pytest.mark.parametrize("status", [301, 404, 500, None])
def test_what_fails_holds_up_what_comes_after_it_at_its_own_registration(register, reserved, deliveries, status):
    broken = register(*PAYMENT_EVENTS)
    register(*PAYMENT_EVENTS, url="https://shop.example/other")
    reserved()
    tried = []

    def post(delivery):
        tried.append((delivery.url, *names([delivery])))
        return status if delivery.registration_id == broken["id"] else 200

    tries = deliveries.deliver(post)

    assert tries == len(tried) == 3
    assert tried == [
        (WEBHOOK, "created"),
        ("https://shop.example/other", "created"),
        ("https://shop.example/other", "authorized"),
    ]


def test_what_waits_arrives_in_order_once_the_receiver_is_well(register, reserved, deliveries, world):
    register(*PAYMENT_EVENTS)
    reserved()
    deliveries.deliver(lambda _delivery: None)
    world.clock.advance(2)
    arrived = []

    deliveries.deliver(lambda delivery: arrived.append(delivery) or 200)

    assert names(arrived) == ["created", "authorized"]


def test_while_one_is_out_nothing_else_leaves_for_that_registration(register, reserved, deliveries):
    register(*PAYMENT_EVENTS)
    reserved()

    (out,) = deliveries.heads()
    during = deliveries.heads()
    deliveries.answered(out, 200)

    assert during == []
    assert names(deliveries.heads()) == ["authorized"]


def test_nobody_is_tried_for_longer_than_a_week(register, asked, deliveries, world):
    register("epayments.payment.created.v1")
    asked()
    deliveries.answered(deliveries.take()[0], 500)
    world.clock.advance(7 * DAY)
    (last,) = deliveries.take()

    deliveries.answered(last, 500)

    world.clock.advance(DAY)
    assert deliveries.take() == []


def test_an_answer_to_what_nobody_waits_for_any_more_means_nothing(deliveries):
    deliveries.answered(Delivery(WEBHOOK, {}, b"", "gone", CHECKED_IN, 99), 200)

    assert deliveries.take() == []


def test_deliveries_get_lost(register, asked, deliveries, world, scan):
    world.knobs.webhooks_lost = 1.0
    register(*EVENTS)
    asked()

    assert deliveries.take() == []
    assert world.codes.get(MSN, CODE).last_check_in.is_told is True


def test_a_customer_whose_check_in_is_not_taken_cannot_connect_to_the_store(register, scan, deliveries, world):
    register(CHECKED_IN)
    scan()
    check_in = world.codes.get(MSN, CODE).last_check_in
    before = check_in.is_told

    deliveries.answered(deliveries.take()[0], 401)

    assert (before, check_in.is_told) == (True, False)


def test_deliveries_come_twice(register, scan, deliveries, world):
    world.knobs.webhooks_twice = True
    register(CHECKED_IN)
    scan()

    first, second = deliveries.take()

    assert (first.body, first.event) == (second.body, second.event)


def test_deliveries_come_late(register, scan, deliveries, world):
    world.knobs.webhook_delay = 30.0
    register(CHECKED_IN)
    scan()
    before = deliveries.take()
    world.clock.advance(30)

    (late,) = deliveries.take()

    assert before == []
    assert parsedate_to_datetime(late.headers["x-ms-date"]).isoformat()[:19] > said(late)["initiatedAt"][:19]


def test_a_forged_delivery_goes_ahead_and_is_sent_only_once(register, scan, deliveries, world):
    world.knobs.webhooks_forged = True
    made = register(CHECKED_IN)
    scan()

    forged, true = deliveries.take()
    deliveries.answered(forged, 401)
    deliveries.answered(true, 500)
    world.clock.advance(2)

    assert [genuine(each, made["secret"], world.clock.now()) for each in (forged, true)] == [False, True]
    assert [each.number for each in deliveries.take()] == [true.number]


def test_the_payment_of_a_code_on_a_screen_is_told_too(api, register, deliveries, world):
    register(*PAYMENT_EVENTS)
    api.pay("", order())
    world.approve("order-0001")

    assert names(deliveries.take()) == ["created", "authorized"]
