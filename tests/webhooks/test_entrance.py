"""What an entrance that is open to everybody asks for, and what it does not: whose delivery it is, and nothing else."""

from dataclasses import replace

from django.test import Client
import pytest

from portal.mobilepay.simulator.epayment.signatures import signed_headers
from portal.webhooks.models import Delivery, Registration
from terminals.models import CheckIn
from tests.webhooks.posted import check_in, event, minutes, other_secret, post, registration, signer_of


@pytest.fixture
def row(shops):
    return registration()


def test_neither_session_nor_cookie_nor_csrf_token_is_needed(row):
    stranger = Client(enforce_csrf_checks=True)

    answer = post(stranger, row, event())

    assert (answer.status_code, dict(answer.cookies), dict(stranger.cookies)) == (200, {}, {})


@pytest.mark.parametrize(
    "url",
    [
        *("https://elsewhere.example{path}", "https://portal.example:8443{path}", "https://portal.example{path}?a=1"),
        *("https://portal.example/elsewhere{path}", "https://portal.example{path}x"),
    ],
    ids=["another host", "another port", "a query", "another path", "a longer path"],
)
def test_what_is_signed_for_another_address_is_refused(row, client, url):
    path = row.url.removeprefix("https://portal.example")
    signer = replace(signer_of(row), url=url.format(path=path))

    answer = post(client, row, event(), signer=signer)

    assert (answer.status_code, Delivery.objects.count()) == (401, 0)
    assert Registration.objects.get(pk=row.pk).failures == 1


def test_the_registered_address_counts_whatever_a_proxy_calls_the_host(row, client):
    assert post(client, row, event(), SERVER_NAME="testserver", SERVER_PORT="8000").status_code == 200


def test_a_query_that_the_registration_has_is_signed_along(row, client):
    Registration.objects.filter(pk=row.pk).update(url=f"{row.url}?from=vipps")
    row.refresh_from_db()

    signed_along = post(client, row, event())
    row.url = row.url.removesuffix("?from=vipps")
    left_out = post(client, row, event(psp="psp-2"))

    assert (signed_along.status_code, left_out.status_code) == (200, 401)


@pytest.mark.parametrize("name", ["Authorization", "X-Vipps-Authorization"])
def test_one_good_signature_of_two_is_enough(row, client, name):
    assert post(client, row, event(), spoil={name: "Bearer of-a-proxy"}).status_code == 200


def test_a_signature_of_another_body_opens_nothing(row, client):
    headers = signed_headers(signer_of(row), b"another", minutes(0))

    answer = post(client, row, event(), spoil={"Authorization": headers["Authorization"]})

    # The other header is still the right one; without it nothing is.
    spoilt = {"Authorization": headers["Authorization"], "X-Vipps-Authorization": None}
    assert (answer.status_code, post(client, row, event(psp="2"), spoil=spoilt).status_code) == (200, 401)


def test_the_id_of_another_accounts_registration_is_judged_by_the_address(row, client):
    theirs = registration(msn="654321")

    named = post(client, row, event(), spoil={"Webhook-Id": theirs.remote_id})
    signed = post(client, row, event(psp="psp-2"), signer=signer_of(theirs))

    assert (named.status_code, signed.status_code) == (200, 401)
    assert Delivery.objects.get().registration == row
    assert (Registration.objects.get(pk=row.pk).failures, Registration.objects.get(pk=theirs.pk).failures) == (1, 0)


def test_a_delivery_without_an_id_is_judged_by_its_address(row, client):
    assert post(client, row, event(), spoil={"Webhook-Id": None}).status_code == 200


def test_the_answer_to_a_wrong_one_says_no_more_than_that(row, client):
    answer = post(client, row, event(), signer=other_secret(row))

    assert answer.json() == {"error": "This delivery is not signed as it must be."}


def test_what_is_too_long_is_not_even_counted(row, client):
    answer = post(client, row, b" " * 1024 * 1024)

    assert (answer.status_code, Delivery.objects.count()) == (413, 0)
    assert Registration.objects.get(pk=row.pk).failures == 0


def test_a_genuine_one_of_another_unit_wakes_nobody(row, client):
    answer = post(client, row, check_in("a-code", msn="654321"))

    delivery = Delivery.objects.get()
    assert (answer.status_code, delivery.outcome, delivery.name, delivery.due_at) == (200, "unreadable", "", None)
    assert str(delivery) == f"delivery {delivery.pk}: "


def test_one_that_comes_twice_is_looked_after_once(row, client):
    post(client, row, event())
    Delivery.objects.update(due_at=None, outcome="unknown")

    answer = post(client, row, event())

    assert (answer.status_code, Delivery.objects.get().outcome, Delivery.objects.get().attempts) == (200, "unknown", 1)


def test_when_one_came_last_is_written_down_every_ten_seconds(row, client, later):
    seen = []
    for number, pause in enumerate((0, 5, 6)):
        later(seconds=pause)
        post(client, row, event(psp=f"psp-{number}"))
        seen.append(Registration.objects.get(pk=row.pk).last_received_at)

    assert seen[0] == seen[1] < seen[2]


def test_an_address_that_is_no_id_is_not_there(row, client):
    assert client.post("/webhooks/not-an-id/", b"{}", content_type="application/json", secure=True).status_code == 404


def test_a_customer_is_kept_without_being_named(till, pos, client):
    post(client, registration(of="check-ins"), check_in(pos.beacon_id, "token-of-a-customer"))

    known = CheckIn.objects.get()
    assert (str(known), known.token) == (f"check-in {known.pk}", "token-of-a-customer")
