"""What the network refuses when it is to ask a customer: who must do something, and what waits or ends."""

import pytest

from payments.models import Payment
from terminals.models import CheckIn, ProviderAccount
from tests.epayment.books import CREATE, OPEN, books, keys, lose, told, work
from tests.payments.factories import row_events
from tests.payments.till_sequences import cancel, prepare, ready

SOMEBODY = "+4520031802"
ASK_AGAIN = ["4050", "4060", "4070", "7010"]


def refuse(simulator, code, status=400, times=1):
    simulator.faults.add("refuse", *CREATE, status=status, code=code, times=times)


def waits(payment_id):
    """The payment's state and what is owed, and who has been asked for it."""
    payment = Payment.objects.get(pk=payment_id)
    return payment.state, payment.operation, payment.remote_id


@pytest.mark.parametrize("code", ASK_AGAIN)
def test_a_customer_whom_the_network_does_not_take_is_asked_to_scan_again(till, phone, simulator, later, code):
    phone.checks_in()
    refuse(simulator, code)

    started = till.start()
    waiting = till.status(started["paymentId"])
    later(seconds=5)
    phone.checks_in()

    assert (started.status, waiting, till.status(started["paymentId"])) == (200, "Initiated", "IssuedToUser")
    assert books(simulator) == [OPEN]
    first, second = simulator.calls.find(*CREATE)
    assert first.idempotency_key != second.idempotency_key
    assert first.body["customer"] != second.body["customer"]
    assert first.body["reference"] == second.body["reference"]


def test_a_prepared_payment_whose_customer_is_not_taken_waits_with_its_amount(till, phone, simulator, later):
    phone.checks_in()
    payment_id = prepare(till)["paymentId"]
    refuse(simulator, "4050")

    given = ready(till, payment_id)
    waiting = till.status(payment_id)
    later(seconds=5)
    phone.checks_in()

    assert (given.status, waiting, till.status(payment_id)) == (200, "Initiated", "IssuedToUser")
    assert books(simulator) == [OPEN]


def test_a_token_that_the_network_has_forgotten_already_is_asked_for_again(till, phone, simulator, later):
    phone.checks_in()
    simulator.epayment.knobs.check_in_lifetime = 60
    later(minutes=2)

    payment_id = till.start()["paymentId"]
    waiting = till.status(payment_id)
    phone.checks_in()

    assert (waiting, till.status(payment_id), books(simulator)) == ("Initiated", "IssuedToUser", [OPEN])


def test_who_checks_in_while_another_is_being_asked_in_vain_is_asked_next(till, phone, simulator, later):
    phone.checks_in()
    lose(simulator, CREATE)
    till.start()
    payment_id = str(Payment.objects.get().pk)
    later(seconds=2)
    phone.number = SOMEBODY
    phone.checks_in()
    refuse(simulator, "4050")

    later(seconds=1)
    work()
    waiting = waits(payment_id)
    work()

    assert waiting == ("Initiated", "", None)
    assert (till.status(payment_id), books(simulator)) == ("IssuedToUser", [OPEN])
    with simulator.epayment.present():
        assert [each.phone_number for each in simulator.epayment.payments] == ["4520031802"]


def test_a_payment_that_is_called_off_does_not_wait_for_another_customer(till, phone, simulator, later):
    phone.checks_in()
    lose(simulator, CREATE)
    till.start()
    payment_id = str(Payment.objects.get().pk)
    refuse(simulator, "4050")

    ended = cancel(till, payment_id)
    later(seconds=5)
    phone.checks_in()
    work()

    assert (ended.status, till.status(payment_id), books(simulator)) == (200, "CancelledByClient", [])
    assert CheckIn.objects.filter(used_by=None).count() == 1


def test_nothing_is_lost_of_what_happened_to_a_payment_that_waited_twice(till, phone, simulator, later):
    phone.checks_in()
    refuse(simulator, "4050")
    payment_id = till.start()["paymentId"]
    refuse(simulator, "7010")
    later(seconds=1)
    phone.checks_in()

    assert (till.status(payment_id), books(simulator)) == ("Initiated", [])
    assert [event[1] for event in row_events(payment_id)] == ["Created", "Initiated"]
    assert len(set(keys(simulator, CREATE))) == 2


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("5040", "the sales unit does not take this currency"),
        ("5060", "the sales unit's bank account is not verified"),
        ("5070", "the sales unit cannot take payments"),
        ("5080", "the sales unit may not send requests to phones"),
    ],
)
def test_what_an_administrator_must_mend_ends_the_payment_and_stands_with_the_account_until_it_is_mended(
    till, phone, simulator, later, code, meaning
):
    phone.checks_in()
    refuse(simulator, code)

    refused = till.start()
    account = ProviderAccount.objects.get(merchant_number="123456")
    later(seconds=1)
    phone.checks_in()
    next_one = till.start("order-2")

    assert (refused.status, refused.codes) == (502, ["mobilepay_refused"])
    assert f"(code {code}): it says {meaning}" in refused["errors"][0]
    assert Payment.objects.get(order_id="order-1").state == "CancelledByMobilePay"
    assert (account.problem, account.problem_at is None) == (meaning, False)
    assert (next_one.status, books(simulator)) == (200, [("order-2", "CREATED", 0, 0, 0)])
    account.refresh_from_db()
    assert (account.problem, account.problem_at) == ("", None)
    assert ProviderAccount.objects.exclude(problem="").count() == 0


def test_a_unit_that_may_not_push_says_so_by_itself(till, phone, simulator):
    with simulator.epayment.present():
        next(iter(simulator.epayment.units)).push_allowed = False
    phone.checks_in()

    refused = till.start()

    assert (refused.status, books(simulator), told(simulator, CREATE)) == (502, [], 1)
    problem = ProviderAccount.objects.get(merchant_number="123456").problem
    assert problem == "the sales unit may not send requests to phones"


@pytest.mark.parametrize("status", [401, 403])
def test_keys_that_do_not_open_the_unit_end_a_payment_at_once_and_leave_nothing_in_doubt(
    till, phone, simulator, later, status
):
    phone.checks_in()
    refuse(simulator, "", status=status, times=3)

    refused = till.start()
    phone.checks_in()
    simulator.faults.clear()
    later(seconds=1)
    phone.checks_in()

    assert (refused.status, refused.codes) == (502, ["mobilepay_refused"])
    assert (Payment.objects.get().state, Payment.objects.get().operation, books(simulator)) == (
        "CancelledByMobilePay",
        "",
        [],
    )
    assert till.start("order-2").status == 200


@pytest.mark.parametrize("code", ["4040", "4100", "6010"])
def test_what_nobody_at_the_till_can_mend_ends_the_payment(till, phone, simulator, code):
    phone.checks_in()
    refuse(simulator, code)

    refused = till.start()

    assert (refused.status, refused.codes, books(simulator)) == (502, ["mobilepay_refused"], [])
    assert waits(Payment.objects.get().pk) == ("CancelledByMobilePay", "", None)
    assert ProviderAccount.objects.exclude(problem="").count() == 0


def test_a_refusal_after_the_till_has_gone_is_kept_with_the_payment(till, phone, simulator):
    payment_id = till.start()["paymentId"]
    refuse(simulator, "5080")

    answered = phone.checks_in()

    assert (answered, till.status(payment_id)) == ([200], "CancelledByMobilePay")
    assert row_events(payment_id).last()[2] == "MobilePay refused it: the sales unit may not send requests to phones"
