"""Every line that a worker writes says which job it belongs to, and what the job is about."""

import logging
from uuid import UUID

from payments import tasks
from payments.models import Payment
from portal.observability import request_context
from refunds import tasks as refund_tasks
from refunds.models import Refund
from terminals import tasks as terminal_tasks
from terminals.models import PointOfSale
from tests.audit.log_lines import logged, members
from tests.payments.posv10_calls import START, be_busy
from tests.refunds import scenarios
from tests.tillapi.raw_calls import as_json, call

logger = logging.getLogger("portal.tests")


def test_a_worker_names_the_payment_that_it_looks_after(till, simulator, later):
    be_busy(simulator, START, times=1)
    till.start()
    later(seconds=10)

    with logged() as lines:
        tasks.sweep_due()

    payment_id = str(Payment.objects.get().pk)
    assert members(lines, "action", "by", "payment") == [("payment:moved", "worker", payment_id)]
    assert str(UUID(lines[0]["request_id"])) == lines[0]["request_id"]


def test_a_worker_names_the_refund_that_it_looks_after(till, customer, simulator, later):
    sold = scenarios.sell(till, customer)
    be_busy(simulator, scenarios.CREATE, times=1)
    scenarios.give_back(till, sold)
    later(seconds=10)

    with logged() as lines:
        refund_tasks.sweep_due()

    assert members(lines, "action", "by", "refund") == [("refund:moved", "worker", str(Refund.objects.get().pk))]


def test_a_worker_names_the_point_of_sale_that_it_looks_after(new_till, simulator, later):
    be_busy(simulator, ("POST", "/pos/v10/pointofsales"), times=1)
    call("POST", "manage/create", token=new_till.token, **as_json([("terminalId", new_till.terminal_id)]))
    later(seconds=10)

    with logged() as lines:
        terminal_tasks.sweep_due()

    assert members(lines, "action", "pointofsale") == [("pos:registered", str(PointOfSale.objects.get().pk))]


def test_a_job_names_on_each_line_what_it_was_told_and_what_it_finds_out():
    with logged() as lines, request_context.job(payment=7):
        logger.info("first")
        request_context.note(refund="r-1")
        logger.info("second", extra={"payment": "of this very line"})
        request_id = request_context.request_id()
    with logged() as others:
        logger.info("third")

    assert members(lines, "message", "payment", "refund", "request_id") == [
        ("first", "7", None, request_id),
        ("second", "of this very line", "r-1", request_id),
    ]
    assert members(others, "payment", "refund", "request_id") == [(None, None, "-")]


def test_what_is_noted_outside_of_requests_and_jobs_is_about_nothing():
    request_context.note(payment="nobody's")

    with logged() as lines, request_context.job():
        logger.info("a line")

    assert "payment" not in lines[0]
