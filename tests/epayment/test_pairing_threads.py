"""Tills and customers at the same moment, on real transactions: one payment is made, of one check-in."""

from urllib.parse import urlsplit

from django.test import Client
import pytest

from payments.models import Payment
from terminals.models import CheckIn
from tests.epayment.books import CANCEL, CREATE, books, keys, told
from tests.payments.threads import at_once, twin
from tests.payments.till_sequences import cancel, capture, prepare, ready

pytestmark = pytest.mark.usefixtures("transactional_db")
rounds = pytest.mark.parametrize("once_more", range(3))


def deliveries(simulator):
    """What is on its way to the portal, each as a call of its own."""
    taken = simulator.epayment.deliveries.take()
    return [lambda each=each: _deliver(simulator, each) for each in taken]


def _deliver(simulator, delivery):
    address = urlsplit(delivery.url)
    headers = {name: value for name, value in delivery.headers.items() if name.lower() not in {"host", "content-type"}}
    answer = Client().post(address.path, delivery.body, content_type="application/json", headers=headers, secure=True)
    simulator.epayment.deliveries.answered(delivery, answer.status_code)
    return answer.status_code


def used():
    """Which payments check-ins were used for, by their time."""
    return list(CheckIn.objects.order_by("at", "pk").values_list("used_by", flat=True))


def open_there(simulator):
    return [book for book in books(simulator) if book[1] == "CREATED"]


@rounds
def test_a_start_and_a_check_in_at_once_ask_the_customer_once(till, phone, simulator, once_more):
    phone.scans()

    started, delivered = at_once(lambda: twin(till).start(), *deliveries(simulator))

    payment = Payment.objects.get()
    assert (started.status, delivered, payment.state) == (200, 200, "IssuedToUser")
    assert (books(simulator), used()) == ([("order-1", "CREATED", 0, 0, 0)], [payment.pk])
    assert len(set(keys(simulator, CREATE))) == 1


@rounds
def test_many_tills_and_a_check_in_at_once_make_one_payment_of_one_check_in(till, phone, simulator, once_more):
    phone.scans()
    orders = [f"order-{number}" for number in range(6)]

    *answers, delivered = at_once(
        *(lambda order=order: twin(till).start(order) for order in orders), *deliveries(simulator)
    )

    payment = Payment.objects.get()
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409, 409, 409]
    assert [answer.codes for answer in answers if answer.status != 200] == [["payment_active"]] * 5
    assert (delivered, payment.state, used()) == (200, "IssuedToUser", [payment.pk])
    assert books(simulator) == [(payment.order_id, "CREATED", 0, 0, 0)]


@rounds
def test_the_same_start_from_many_tills_and_a_check_in_at_once_is_one_payment(till, phone, simulator, once_more):
    phone.scans()

    *answers, delivered = at_once(*(lambda: twin(till).start() for _ in range(4)), *deliveries(simulator))

    payment = Payment.objects.get()
    assert [(answer.status, answer["paymentId"]) for answer in answers] == [(200, str(payment.pk))] * 4
    assert (delivered, payment.state, used()) == (200, "IssuedToUser", [payment.pk])
    assert (len(books(simulator)), len(set(keys(simulator, CREATE)))) == (1, 1)


@rounds
def test_a_preparation_and_a_check_in_at_once_are_paired(till, phone, simulator, once_more):
    phone.scans()

    prepared, delivered = at_once(lambda: prepare(twin(till)), *deliveries(simulator))

    assert (prepared.status, delivered, Payment.objects.get().state) == (200, 200, "Paired")
    assert (told(simulator, CREATE), used()) == (0, [None])


@rounds
def test_an_amount_and_a_check_in_at_once_ask_the_customer_once(till, phone, simulator, once_more):
    payment_id = prepare(till)["paymentId"]
    phone.scans()

    given, delivered = at_once(lambda: ready(twin(till), payment_id), *deliveries(simulator))

    payment = Payment.objects.get()
    assert (given.status, delivered, payment.state, payment.amount_minor) == (200, 200, "IssuedToUser", 2706)
    assert (books(simulator), used()) == ([("order-1", "CREATED", 0, 0, 0)], [payment.pk])
    assert told(simulator, CREATE) == 1


@rounds
def test_the_same_amount_from_two_tills_and_a_check_in_at_once_is_given_once(till, phone, simulator, once_more):
    payment_id = prepare(till)["paymentId"]
    phone.scans()

    *given, delivered = at_once(*(lambda: ready(twin(till), payment_id) for _ in range(3)), *deliveries(simulator))

    payment = Payment.objects.get()
    assert ([answer.status for answer in given], delivered) == ([200] * 3, 200)
    assert (payment.state, used(), len(books(simulator))) == ("IssuedToUser", [payment.pk], 1)
    assert len(set(keys(simulator, CREATE))) == 1


@rounds
def test_two_amounts_and_a_check_in_at_once_ask_for_one_of_them(till, phone, simulator, once_more):
    payment_id = prepare(till)["paymentId"]
    phone.scans()

    ten, twenty, _ = at_once(
        lambda: ready(twin(till), payment_id, amount="10.00"),
        lambda: ready(twin(till), payment_id, amount="20.00"),
        *deliveries(simulator),
    )

    payment = Payment.objects.get()
    assert sorted([ten.status, twenty.status]) == [200, 409]
    wanted = 1000 if ten.status == 200 else 2000
    assert payment.amount_minor == wanted
    # Whoever comes second finishes it first, with the same key.
    assert {call.body["amount"]["value"] for call in simulator.calls.find(*CREATE)} == {wanted}
    assert (len(books(simulator)), len(set(keys(simulator, CREATE)))) == (1, 1)
    assert (payment.state, used()) == ("IssuedToUser", [payment.pk])


@rounds
def test_a_cancellation_and_a_check_in_at_once_leave_nothing_on_the_phone(till, phone, simulator, once_more):
    payment_id = till.start()["paymentId"]
    phone.scans()

    ended, delivered = at_once(lambda: cancel(twin(till), payment_id), *deliveries(simulator))

    assert delivered == 200
    if ended.status != 200:
        # The network was just being told: the till is to ask again.
        assert (ended.status, cancel(till, payment_id).status) == (503, 200)
    assert (Payment.objects.get().state, open_there(simulator)) == ("CancelledByClient", [])
    # Both may finish what is owed: with one key, that is told once.
    assert len(set(keys(simulator, CANCEL))) == len(books(simulator))


@rounds
def test_two_check_ins_at_once_ask_one_of_the_two(till, phone, simulator, later, once_more):
    payment_id = till.start()["paymentId"]
    phone.scans()
    phone.number = "+4520031802"
    phone.scans()

    delivered = at_once(*deliveries(simulator))

    payment = Payment.objects.get()
    assert (delivered, payment.state, len(books(simulator))) == ([200, 200], "IssuedToUser", 1)
    assert used().count(payment.pk) == 1
    phone.approves()
    later(seconds=2)
    assert (till.status(payment_id), capture(till, payment_id).status) == ("Reserved", 200)
    assert used() == [payment.pk] * 2


@rounds
def test_the_same_delivery_twice_at_once_is_one_check_in(till, phone, simulator, once_more):
    simulator.epayment.knobs.webhooks_twice = True
    till.start()
    phone.scans()

    delivered = at_once(*deliveries(simulator))

    payment = Payment.objects.get()
    assert (delivered, payment.state, used()) == ([200, 200], "IssuedToUser", [payment.pk])
    assert told(simulator, CREATE) == 1
