"""The entrance for networks: a signature is all the proof, and what is genuine is kept once and answered at once."""

from uuid import uuid4

from django.db import connection
import pytest

from portal import clock
from portal.webhooks.models import Delivery, Registration
from terminals.models import ProviderAccount
from tests.webhooks.posted import check_in, event, minutes, other_secret, post, registration, signer_of


def kept():
    return list(Delivery.objects.order_by("pk").values_list("name", "reference", "outcome"))


def failures():
    return sum(Registration.objects.values_list("failures", flat=True))


def test_a_genuine_delivery_is_kept_and_answered(shops, client):
    row = registration()

    answer = post(client, row, event())

    assert (answer.status_code, answer.content, answer.cookies) == (200, b"", {})
    assert kept() == [("AUTHORIZED", "order-1-0000000000000000", "")]
    row.refresh_from_db()
    assert (row.failures, row.last_failed_at, row.last_received_at is not None) == (0, None, True)


@pytest.mark.parametrize(
    ("spoil", "more"),
    [
        ({"x-ms-content-sha256": "AAAA"}, {}),
        ({"x-ms-content-sha256": None}, {}),
        ({"Authorization": "HMAC-SHA256 x", "X-Vipps-Authorization": None}, {}),
        ({"Authorization": None, "X-Vipps-Authorization": None}, {}),
        ({"x-ms-date": "Thu, 30 Mar 2023 08:38:32 GMT"}, {}),
        ({"x-ms-date": "yesterday"}, {}),
        ({"x-ms-date": None}, {}),
        ({"x-ms-date": "Thu, 30 Mar 99999999999999999 08:38:32 GMT"}, {}),
        ({"x-ms-date": "Thu, 30 Mar 2026 08:38:32 +99999999999999999999"}, {}),
        ({}, {"sent": b'{"other": "body"}'}),
        ({}, {"sent": b""}),
    ],
    ids=[
        *("wrong digest", "no digest", "wrong signature", "no signature", "another date"),
        *("no date at all", "date missing", "a year beyond all", "a zone beyond all", "another body", "no body"),
    ],
)
def test_what_is_not_signed_as_it_must_be_is_refused_and_only_counted(shops, client, spoil, more):
    row = registration()

    answer = post(client, row, event(), spoil=spoil, **more)

    row.refresh_from_db()
    assert (answer.status_code, kept(), row.failures) == (401, [], 1)
    assert (row.last_failed_at is not None, row.last_received_at) == (True, None)


@pytest.mark.parametrize("shift", [-5.1, 5.1], ids=["too old", "from the future"])
def test_a_delivery_signed_more_than_five_minutes_away_is_refused(shops, client, shift):
    answer = post(client, registration(), event(), at=minutes(shift))

    assert (answer.status_code, kept()) == (401, [])


@pytest.mark.parametrize("shift", [-4.9, 4.9], ids=["a little old", "a little early"])
def test_a_clock_that_is_a_little_off_costs_nothing(shops, client, shift):
    assert post(client, registration(), event(), at=minutes(shift)).status_code == 200


def test_somebody_elses_secret_opens_nothing(shops, client):
    row = registration()

    answer = post(client, row, event(), signer=other_secret(row))

    assert (answer.status_code, kept(), failures()) == (401, [], 1)


def test_another_units_registration_signs_for_itself_alone(shops, client):
    ours, theirs = registration(), registration(msn="654321")

    answer = post(client, ours, event(), signer=signer_of(theirs))

    assert (answer.status_code, kept()) == (401, [])


def test_an_address_that_nobody_has_is_refused_without_a_trace(shops, client):
    answer = post(client, registration(), event(), path=f"/webhooks/{uuid4()}/")

    assert (answer.status_code, kept(), failures()) == (401, [], 0)


def test_the_signature_past_a_proxy_that_takes_the_other_away_is_enough(shops, client):
    assert post(client, registration(), event(), spoil={"Authorization": None}).status_code == 200


def test_a_delivery_that_names_another_registration_of_its_account_is_proved_by_that_ones_secret(shops, client):
    payments, customers = registration(), registration(of="check-ins")
    # Signed for the other one's address, and sent to this one's, as a proxy might mix them up.
    answer = post(client, customers, event(), path=f"/webhooks/{payments.slug}/")

    assert answer.status_code == 200
    assert Delivery.objects.get().registration == customers


def test_a_delivery_that_names_a_registration_that_nobody_knows_is_judged_by_its_address(shops, client):
    assert post(client, registration(), event(), spoil={"Webhook-Id": "unknown"}).status_code == 200


@pytest.mark.parametrize(
    "said",
    [
        *(b"{", b"[]", b'"ok"', b"\xff\xfe", {"name": "AUTHORIZED"}, {"msn": "123456"}, event(msn="654321")),
        *(event(["AUTHORIZED"]), event(name={"a": 1}), event("\ud800-order"), event(name="AUTH\x00RIZED"), event("")),
        *(check_in("a-code", None), check_in("a-code", {"token": 1}), check_in("a-code", ""), check_in("co\x00de")),
        check_in("a-code", "\ud800"),
    ],
    ids=[
        *("no JSON", "a list", "a text", "no text", "no unit", "about nothing", "another unit"),
        *("a reference that is a list", "a name that is an object", "half a sign", "a zero sign", "no reference"),
        *("no token", "a token that is an object", "an empty token", "a zero sign in a code", "half a token"),
    ],
)
def test_what_is_genuine_and_says_nothing_is_kept_and_never_asked_for_again(shops, client, said):
    answer = post(client, registration(), said)

    [row] = Delivery.objects.all()
    assert (answer.status_code, row.outcome, row.due_at) == (200, "unreadable", None)


def test_an_event_that_nobody_knows_is_kept(shops, client):
    answer = post(client, registration(), event(name="RENAMED", whatever={"new": 1}))

    assert (answer.status_code, kept()[0][0]) == (200, "RENAMED")


def test_a_delivery_that_comes_twice_is_one(shops, client):
    row, said = registration(), event()

    answers = [post(client, row, said).status_code for _ in range(3)]

    assert (answers, len(kept())) == ([200, 200, 200], 1)


@pytest.mark.parametrize("change", [{"name": "ABORTED"}, {"psp": "psp-2"}, {"reference": "order-2-0000000000000000"}])
def test_another_event_is_another_delivery(shops, client, change):
    row = registration()

    post(client, row, event())
    post(client, row, event(**change))

    assert len(kept()) == 2


def test_a_check_in_is_one_by_its_token_whatever_else_it_says(till, pos, client):
    row = registration(of="check-ins")

    post(client, row, check_in(pos.beacon_id, "t-1"))
    post(client, row, check_in(pos.beacon_id, "t-1", at=minutes(1)))
    post(client, row, check_in(pos.beacon_id, "t-2"))

    assert len(kept()) == 2


@pytest.mark.parametrize("length", [64 * 1024, 64 * 1024 + 1, 1024 * 1024])
def test_a_body_is_read_up_to_its_limit(shops, client, length):
    row, said = registration(), event()
    body = (str(said).replace("'", '"').replace("True", "true")).encode()
    body += b" " * (length - len(body))

    answer = post(client, row, body)

    is_too_long = length > 64 * 1024
    assert (answer.status_code, len(kept())) == ((413, 0) if is_too_long else (200, 1))


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "head"])
def test_only_a_post_is_heard(shops, client, method):
    answer = getattr(client, method)(f"/webhooks/{registration().slug}/", secure=True)

    assert (answer.status_code, kept(), failures()) == (405, [], 0)


def test_a_registration_that_was_replaced_is_believed_for_another_day(shops, client, later):
    row = registration()
    Registration.objects.filter(pk=row.pk).update(ended_at=clock.now())

    later(hours=23)
    on_its_way = post(client, row, event())
    later(hours=2)
    late = post(client, row, event(psp="psp-2"))

    assert (on_its_way.status_code, late.status_code, len(kept())) == (200, 401, 1)


def test_what_belongs_to_an_account_that_is_off_is_believed_no_more(shops, client):
    ProviderAccount.objects.filter(merchant_number="123456").update(is_active=False)

    assert (post(client, registration(), event()).status_code, kept()) == (401, [])


def test_a_name_and_a_reference_are_kept_as_far_as_there_is_room(shops, client):
    post(client, registration(), event("r" * 500, "N" * 500))

    assert kept() == [("N" * 100, "r" * 64, "")]


def test_neither_tokens_nor_secrets_stand_in_any_log_line(till, pos, client, caplog):
    row = registration(of="check-ins")

    post(client, row, check_in(pos.beacon_id, "token-of-a-customer"))
    post(client, row, check_in(pos.beacon_id, "token-of-another"), signer=other_secret(row))

    assert "token-of" not in caplog.text
    assert row.secret not in caplog.text
    assert str(row.slug) not in caplog.text


def test_what_stands_in_the_database_tells_no_token(till, pos, client):
    post(client, registration(of="check-ins"), check_in(pos.beacon_id, "token-of-a-customer"))

    with connection.cursor() as cursor:
        cursor.execute("SELECT body, event_key FROM webhooks_delivery")
        deliveries = cursor.fetchall()
        cursor.execute("SELECT token, token_digest FROM terminals_checkin")
        customers = cursor.fetchall()
    assert "token-of" not in str(deliveries) + str(customers)
    assert (len(deliveries), len(customers)) == (1, 1)


def test_a_row_says_what_it_is(shops, client):
    post(client, registration(), event())

    assert str(registration()).startswith("registration ")
    assert str(Delivery.objects.get()).endswith(": AUTHORIZED")
