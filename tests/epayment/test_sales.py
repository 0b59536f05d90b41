"""Sales over ePayment: whoever checks in is asked, before or after the till has begun."""

from payments.models import Payment
from tests.epayment.books import CREATE, OPEN, books, told
from tests.payments.till_sequences import cancel, capture, prepare, ready


def test_a_customer_who_checks_in_after_the_start_is_asked_and_pays(till, phone):
    payment_id = till.start()["paymentId"]
    waiting = till.status(payment_id)
    phone.checks_in()
    asked = till.status(payment_id)
    phone.approves()
    phone.tells()
    approved = till.status(payment_id)

    taken = capture(till, payment_id)

    assert (waiting, asked, approved) == ("Initiated", "IssuedToUser", "Reserved")
    assert (taken.status, till.status(payment_id)) == (200, "Captured")


def test_a_start_without_a_customer_waits_and_tells_the_network_nothing(till, phone, simulator):
    payment_id = till.start()["paymentId"]

    assert (till.status(payment_id), told(simulator, CREATE), books(simulator)) == ("Initiated", 0, [])


def test_a_start_with_a_customer_there_asks_them_at_once(till, phone, simulator):
    phone.checks_in()

    payment_id = till.start()["paymentId"]

    assert (till.status(payment_id), books(simulator)) == ("IssuedToUser", [OPEN])


def test_a_prepared_payment_without_a_customer_is_prepared_and_tells_nothing(till, phone, simulator):
    payment_id = prepare(till)["paymentId"]

    assert (till.status(payment_id), told(simulator, CREATE)) == ("Prepared", 0)


def test_a_prepared_payment_with_a_customer_there_is_paired_and_tells_nothing(till, phone, simulator):
    phone.checks_in()

    payment_id = prepare(till)["paymentId"]

    assert (till.status(payment_id), told(simulator, CREATE)) == ("Paired", 0)


def test_a_check_in_pairs_a_prepared_payment_and_the_amount_asks_them(till, phone, simulator):
    payment_id = prepare(till)["paymentId"]
    phone.checks_in()
    paired = till.status(payment_id)

    given = ready(till, payment_id)

    assert (paired, given.status, till.status(payment_id)) == ("Paired", 200, "IssuedToUser")
    assert books(simulator) == [OPEN]


def test_an_amount_before_the_check_in_waits_and_the_check_in_asks(till, phone, simulator):
    payment_id = prepare(till)["paymentId"]
    given = ready(till, payment_id)
    waiting, before = till.status(payment_id), told(simulator, CREATE)

    phone.checks_in()

    assert (given.status, waiting, before) == (200, "Initiated", 0)
    assert (till.status(payment_id), books(simulator)) == ("IssuedToUser", [OPEN])


def test_the_same_amount_again_changes_nothing(till, phone, simulator):
    payment_id = prepare(till)["paymentId"]
    ready(till, payment_id)

    waiting = ready(till, payment_id)
    phone.checks_in()
    asked = ready(till, payment_id)

    assert (waiting.status, asked.status, told(simulator, CREATE)) == (200, 200, 1)


def test_another_amount_than_the_one_that_waits_is_refused_and_changes_nothing(till, phone, simulator):
    payment_id = prepare(till)["paymentId"]
    ready(till, payment_id)

    other = ready(till, payment_id, amount="28.00")

    assert (other.status, other.codes, told(simulator, CREATE)) == (409, ["amount_differs"], 0)
    assert (Payment.objects.get().amount_minor, till.status(payment_id)) == (2706, "Initiated")


def test_the_same_start_again_waits_for_the_same_customer(till, phone, simulator):
    first, again = till.start()["paymentId"], till.start()["paymentId"]

    phone.checks_in()
    third = till.start()["paymentId"]

    assert (first, again, third) == (first, first, first)
    assert books(simulator) == [OPEN]


def test_what_is_asked_says_whose_payment_it_is_and_nothing_that_is_not_described(till, phone, simulator):
    phone.checks_in()

    payment_id = till.start("order_1")["paymentId"]

    [call] = simulator.calls.find(*CREATE)
    token = call.body["customer"].pop("customerToken")
    with simulator.epayment.present():
        [code] = [each for each in simulator.epayment.codes if each.merchant_qr_id == phone.code]
        assert token == code.last_check_in.token
    assert call.body == {
        "amount": {"currency": "DKK", "value": 2706},
        "paymentMethod": {"type": "WALLET"},
        "customer": {},
        "customerInteraction": "CUSTOMER_PRESENT",
        "userFlow": "PUSH_MESSAGE",
        "reference": f"order-1-{payment_id.replace('-', '')[:16]}",
        "paymentDescription": "Kino Nord Aarhus, order_1",
        "metadata": {"paymentId": payment_id, "terminal": till.terminal_id},
    }
    assert call.headers == {
        "content-type": "application/json",
        "merchant-serial-number": "123456",
        "vipps-system-name": "mobilepay-merchant-portal",
        "vipps-system-version": "1.0.0",
        "idempotency-key": call.idempotency_key,
    }


def test_a_payment_in_front_of_a_customer_keeps_the_till_busy_until_it_is_cancelled(till, phone, simulator):
    phone.checks_in()
    payment_id = till.start()["paymentId"]

    refused = till.start("order-2")
    cancel(till, payment_id)
    after = till.start("order-2")

    assert (refused.status, refused.codes, after.status) == (409, ["payment_active"], 200)
    # The only one who had checked in was asked for the first.
    assert (till.status(after["paymentId"]), told(simulator, CREATE)) == ("Initiated", 1)
