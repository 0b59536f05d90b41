"""Which tills call and which are refused at the door, as an overview and a terminal's page say it."""

from datetime import timedelta

from django.db import connection
import pytest

from portal import clock
from portal.audit.actors import COMMAND
from terminals.models import AccessToken, LastCall, Merchant, RefusedTill, Terminal
from terminals.services import access, fleet_status, merchants, till_calls
from terminals.services.fleet_status import Problem
from tests.pages import table
from tests.payments.till_sequences import capture, reserve
from tests.shop import Till
from tests.tillapi.raw_calls import as_form, as_query, call, rows


@pytest.fixture
def kino(till):
    return Merchant.objects.get(bio_code="KINO1")


def replace(till, merchant):
    """The till goes on with its old token, which does not work any more."""
    return access.reset(merchant=merchant, previous=None, by=COMMAND, now=clock.now(), reason="stolen")


def refused(merchant):
    found = till_calls.refused_now(merchant, now=clock.now())
    return [(each.terminal and each.terminal.terminal_id.lower(), each.address, each.why, each.calls) for each in found]


def test_a_call_is_noted_with_its_token_and_how_it_came(till, kino):
    till.start("order-1")

    noted = LastCall.objects.get()
    assert (noted.terminal.terminal_id, noted.lookup_id) == (till.terminal_id, till.token.split("_")[1])
    assert (noted.credential_source, noted.address) == ("POST header", "127.0.0.1")


def test_a_terminal_is_noted_once_in_a_while_whatever_its_till_calls(till, later):
    payment_id = till.start("order-1")["paymentId"]
    began = LastCall.objects.get().at
    till.status(payment_id)
    later(seconds=20)
    till.status(payment_id)
    soon = LastCall.objects.get().at
    later(seconds=20)
    till.status(payment_id)

    assert (soon, LastCall.objects.get().at - began >= timedelta(seconds=40)) == (began, True)


@pytest.mark.parametrize("name", ["terminalId", "posId", "paymentId", "refundId"])
def test_a_terminal_is_known_by_whatever_a_call_names(till, customer, pos, name, later):
    payment_id = reserve(till, customer)
    capture(till, payment_id)
    refund_id = till.post("refund/create", paymentId=payment_id, refundOrderId="r-1", amount="1.00")["refundId"]
    LastCall.objects.all().delete()
    till_calls.recently.forget()

    named = {"terminalId": till.terminal_id, "posId": pos.pos_id, "paymentId": payment_id, "refundId": refund_id}
    path = {"terminalId": "manage/terminal/information", "posId": "manage/checkInStatus/byposId"}
    path |= {"paymentId": "payment/details", "refundId": "refund/details"}
    till.get(path[name], **{name: str(named[name])})

    assert LastCall.objects.get().terminal.terminal_id == till.terminal_id


def test_a_call_that_the_portal_refuses_is_a_call(till):
    till.start("order-1")
    LastCall.objects.all().delete()
    till_calls.recently.forget()

    assert till.start("order-2").status == 409
    assert LastCall.objects.count() == 1


def test_a_call_about_no_terminal_of_the_merchants_is_noted_for_none(till, stranger):
    LastCall.objects.all().delete()

    assert Till(till.token, stranger.terminal_id).start().status == 404
    assert till.get("manage/stores").status == 200
    assert LastCall.objects.count() == 0


def test_a_till_with_an_old_token_is_named_by_its_terminal(till, kino, later):
    replace(till, kino)

    answers = [till.start("order-1").status, till.start("order-1").status]
    later(seconds=3)
    answers.append(till.start("order-1").status)

    assert answers == [401] * 3
    assert refused(kino) == [(till.terminal_id, "", "old_token", 2)]
    row = RefusedTill.objects.get()
    assert (row.lookup_id, row.at - row.since >= timedelta(seconds=3)) == (till.token.split("_")[1], True)


@pytest.mark.parametrize("shape", [as_query, as_form])
def test_the_old_form_of_a_call_is_understood_there_too(till, kino, shape):
    replace(till, kino)

    given = [("accessToken", till.token), ("terminalId", till.terminal_id)]
    assert call("POST", "payment/start", **shape(given)).status == 401

    assert refused(kino) == [(till.terminal_id, "", "old_token", 1)]


@pytest.mark.parametrize("named", [[], [("paymentId", "nonsense")], [("terminalId", "unknown")]])
def test_a_till_that_names_no_terminal_of_ours_is_named_by_its_address(till, kino, named):
    replace(till, kino)

    assert call("GET", "payment/status", token=till.token, **as_query(named)).status == 401

    assert refused(kino) == [(None, "127.0.0.1", "old_token", 1)]


def test_a_body_that_nobody_can_read_is_a_call_all_the_same(till, kino):
    replace(till, kino)

    answer = call("POST", "payment/start", token=till.token, body=b"{", content_type="application/json")

    assert (answer.status, refused(kino)) == (401, [(None, "127.0.0.1", "old_token", 1)])


def test_the_tills_of_a_disabled_merchant_are_named_with_that_reason(till, kino):
    merchants.switch(merchant=kino, is_active=False, reason="unpaid", by=COMMAND)

    assert till.start().status == 403
    assert refused(kino) == [(till.terminal_id, "", "merchant_disabled", 1)]


def test_a_refusal_is_told_also_when_it_cannot_be_noted(till, kino, caplog):
    replace(till, kino)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE terminals_refusedtill RENAME TO gone")

    answer = till.start("order-1")

    assert (answer.status, answer.codes) == (401, ["not_authenticated"])
    assert "A refused call could not be noted" in caplog.text


@pytest.mark.parametrize("token", ["", "nonsense", "mpp_0000000000_00000000000000000000000000000000000000"])
def test_a_stranger_is_no_till_that_is_refused(till, kino, token):
    before = rows()

    assert Till(token, till.terminal_id).start().status == 401
    assert (refused(kino), rows()) == ([], before)


def test_a_forged_secret_under_a_known_id_is_no_till_that_is_refused(till, kino):
    replace(till, kino)
    other = access.TokenText.make()
    AccessToken.objects.filter(lookup_id=till.token.split("_")[1]).update(lookup_id=other.lookup_id)

    assert Till(other.text, till.terminal_id).start().status == 401
    assert refused(kino) == []


def test_a_good_token_with_another_merchants_bio_code_is_no_till_that_is_refused(till, kino):
    given = [("accessToken", till.token), ("bioCode", "BAGER7"), ("terminalId", till.terminal_id)]

    assert call("POST", "payment/start", **as_form(given)).status == 401
    assert refused(kino) == []


def test_a_till_that_has_the_new_token_is_refused_no_more(till, kino, later):
    token = replace(till, kino)
    till.start("order-1")
    later(seconds=1)

    assert Till(token, till.terminal_id).start("order-1").status == 200
    assert refused(kino) == []


def test_a_till_that_has_not_tried_for_long_is_not_shown_and_begins_anew(till, kino, later):
    replace(till, kino)
    till.start("order-1")
    later(minutes=16)
    gone = refused(kino)
    till.start("order-1")

    row = RefusedTill.objects.get()
    assert (gone, len(refused(kino)), row.since, row.calls) == ([], 1, row.at, 2)


def test_only_terminals_with_a_point_of_sale_stop_selling(till, neighbour, kino):
    lookup_id = till.token.split("_")[1]
    Terminal.objects.create(store=kino.stores.first(), merchant=kino, terminal_id="K9", name="In a box")
    till.start("order-1")

    assert till_calls.selling(kino) == 2
    assert till_calls.selling(kino, lookup_id=lookup_id) == 2
    LastCall.objects.update(lookup_id="another")
    assert till_calls.selling(kino, lookup_id=lookup_id) == 1


def test_what_a_process_remembers_has_an_end(till, monkeypatch):
    monkeypatch.setattr(till_calls, "_MOST_REMEMBERED", 3)
    now = clock.now()

    for key in range(5):
        till_calls.recently.is_new(key, now=now, every=till_calls.EVERY)

    assert [till_calls.recently.is_new(key, now=now, every=till_calls.EVERY) for key in (4, 0)] == [False, True]


def test_a_clock_that_was_set_back_silences_nobody(till):
    now = clock.now()
    till_calls.recently.is_new("key", now=now, every=till_calls.EVERY)

    assert till_calls.recently.is_new("key", now=now - timedelta(days=1), every=till_calls.EVERY) is True


def test_a_terminal_whose_till_is_refused_is_one_to_look_at(till, kino, clerk):
    replace(till, kino)
    till.start("order-1")

    [status] = fleet_status.status_of(Terminal.objects.filter(terminal_id=till.terminal_id), now=clock.now())
    row = RefusedTill.objects.get()

    assert (status.problem, status.since, status.word) == (Problem.REFUSED, row.since, "Refused at the door")
    assert [cells[3].split(" since")[0] for cells in table(clerk.get("terminals/", problem="refused"))] == [
        "Refused at the door"
    ]


def test_a_log_names_what_is_noted_by_its_terminal_and_moment(till, kino):
    till.start("order-1")
    replace(till, kino)
    till.start("order-1")

    noted, told = LastCall.objects.get(), RefusedTill.objects.get()
    assert str(noted) == f"{noted.terminal_id} at {noted.at:%Y-%m-%d %H:%M:%S}"
    assert str(told) == f"{told.terminal_id} at {told.at:%Y-%m-%d %H:%M:%S}"
