"""`manage.py chaos`: it runs to its end, and its comparison finds every way in which books can disagree."""

import re

import pytest

from payments.models import Payment
from portal.management.chaos import books
from portal.management.chaos.tills import Told
from portal.mobilepay.simulator.posv10.books import snapshot
from tests.commands.programs import development, free_ports, started
from tests.refunds.scenarios import sell

NO_UNITS: dict[str, list] = {"payments": []}
DONE = re.compile(
    r"seed 3: 6 sales asked for, 6 captured, \d given back in part; settled after \d+ s; "
    r"6 payments and \d refunds compared, 0 differences\n$"
)


def test_a_short_run_ends_with_books_that_agree(tmp_path):
    port, simulator_port = free_ports(2)
    options = ["--sales", "6", "--tills", "2", "--seed", "3", "--port", port, "--simulator-port", simulator_port]

    with started("chaos", *map(str, options), environment=development(tmp_path / "chaos")) as process:
        out, err = process.communicate(timeout=120)

    assert (process.returncode, err) == (0, "")
    assert DONE.search(out)


@pytest.fixture
def day(till, customer, simulator):
    """A sale that was refunded in part: what the till was told, and MobilePay's books."""
    payment = sell(till, customer)
    wish = {"paymentId": str(payment.pk), "refundOrderId": "R-1", "amount": "10.00"}
    refund_id = till.post("refund/create", **wish)["refundId"]
    till.get("refund/details", refundId=refund_id)
    till.post("refund/capture", refundId=refund_id)
    told = Told("order-1", payment_id=str(payment.pk), captured=True, refund_id=refund_id, refunded=True)
    with simulator.world.present():
        return told, snapshot(simulator.world)


def test_books_that_agree_have_no_differences(day):
    told, world = day

    assert (books.differences(world, NO_UNITS, [told]), books.in_doubt()) == ([], 0)


@pytest.mark.parametrize(
    ("kind", "change", "says"),
    [
        ("payments", {"status": "Reserved"}, "payment {payment} is Captured here and Reserved there"),
        ("payments", {"capturedAmount": 1}, "payment {payment} has another captured amount there"),
        ("refunds", {"status": "Reserved"}, "refund {refund} is Captured here and Reserved there"),
    ],
)
def test_what_mobilepay_has_otherwise_is_found(day, kind, change, says):
    told, world = day
    world[kind][0] |= change

    assert books.differences(world, NO_UNITS, [told]) == [says.format(payment=told.payment_id, refund=told.refund_id)]


@pytest.mark.parametrize(
    ("kind", "member", "says"),
    [
        ("payments", "paymentId", "MobilePay's payment {} of order order-1 is Captured and unknown here"),
        ("refunds", "refundId", "MobilePay's refund {} is Captured and unknown here"),
    ],
)
def test_what_only_mobilepay_has_is_found_and_so_is_what_was_done_twice(day, kind, member, says):
    told, world = day
    stranger = "00000000-0000-4000-8000-000000000000"
    world[kind].append({**world[kind][0], member: stranger})
    order = {"payments": "order-1", "refunds": "R-1"}[kind]

    assert books.differences(world, NO_UNITS, [told]) == [
        says.format(stranger),
        f"order {order} was taken or given back 2 times",
    ]


def test_what_mobilepay_does_not_have_is_found(day):
    told, world = day
    Payment.objects.update(remote_id=None)

    found = books.differences(world, NO_UNITS, [told])

    assert found[0] == f"payment {told.payment_id} is Captured and MobilePay does not have it"


def test_what_a_till_was_told_and_is_not_so_is_found(day, till):
    told, world = day
    open_id = till.start("order-2")["paymentId"]
    other = Told("order-2", payment_id=open_id, captured=True, doubles=["payment/start: 1 and 2"])

    assert books.differences(world, NO_UNITS, [told, other]) == [
        f"payment {open_id} is Initiated and MobilePay does not have it",
        "payment/start: 1 and 2",
        "a till was told that order order-2 is captured",
    ]


def test_a_key_that_went_out_with_two_bodies_is_found():
    calls = [
        {"idempotencyKey": key, "path": "/pos/v10/payments", "body": {"amount": amount}}
        for key, amount in [("a", 1), ("a", 1), ("b", 1), ("b", 2), (None, 3)]
    ]

    assert books.reused_keys(calls) == [
        'the key b went out with /pos/v10/payments {"amount": 1} and /pos/v10/payments {"amount": 2}'
    ]
