"""Registrations for deliveries, and the sales unit's own record: what goes over the wire, and odd answers."""

import pytest

from portal.mobilepay.epayment.registrations import SalesUnits, Webhooks
from portal.mobilepay.errors import Reason, Rejected, Unreachable, Unreadable
from portal.mobilepay.types import SalesUnit, WebhookInfo, WebhookSecret
from tests.mobilepay.clients import answer
from tests.mobilepay.epayment.conftest import problem
from tests.mobilepay.epayment.test_driver import BARE, sent

ROOT = "/webhooks/v1/webhooks"
HERE = "https://portal.example/hooks"
UNIT = "/management/v1/sales-units/123456"
CONFIGURATION = {"paymentAllowed": True, "skipLandingPageAllowed": False, "partialCaptureAllowed": True}
NO_LIST = r"^an answer (without the promised (registrations|id|url)|with an empty (id|url)|that is no list of objects)"


@pytest.fixture
def webhooks(wire):
    return Webhooks(wire)


@pytest.fixture
def units(wire):
    return SalesUnits(wire, msn="123456")


def unit(**members):
    said = {"msn": "123456", "name": "Kino Nord", "businessIdentifier": {"scheme": "business:DK:CVR", "id": "12345678"}}
    return said | {"configuration": CONFIGURATION} | members


def set_up(name="Kino Nord", currency="DKK"):
    return SalesUnit(name, currency, takes_payments=True, may_push=False, captures_parts=True)


def test_registrations_are_listed_with_their_events(script, webhooks):
    listed = [
        {"id": "1", "url": HERE, "events": ["epayments.payment.created.v1", "user.checked-in.v1"], "more": 7},
        {"id": "2", "url": "https://elsewhere.example", "events": []},
    ]
    script.will_answer(answer({"webhooks": listed}))

    found = webhooks.all()

    assert found == [
        WebhookInfo("1", HERE, ("epayments.payment.created.v1", "user.checked-in.v1")),
        WebhookInfo("2", "https://elsewhere.example", ()),
    ]
    assert sent(script) == [(f"GET {ROOT}", BARE, None)]


def test_a_sales_unit_may_have_no_registrations(script, webhooks):
    script.will_answer(answer({"webhooks": []}))

    assert webhooks.all() == []


@pytest.mark.parametrize(
    "said",
    [
        b"",
        [],
        {},
        {"webhooks": None},
        {"webhooks": {"id": "1"}},
        {"webhooks": ["1"]},
        {"webhooks": [{"url": HERE, "events": []}]},
        {"webhooks": [{"id": "", "url": HERE, "events": []}]},
        {"webhooks": [{"id": "1", "events": []}]},
        {"webhooks": [{"id": "1", "url": "", "events": []}]},
        {"webhooks": [{"id": "1", "url": HERE}]},
        {"webhooks": [{"id": "1", "url": HERE, "events": None}]},
    ],
)
def test_what_is_no_list_of_registrations_is_not_taken_for_none(script, webhooks, said):
    script.will_answer(answer(said))

    with pytest.raises(Unreadable, match=NO_LIST):
        webhooks.all()


def test_an_address_is_registered_and_gives_its_secret_this_once(script, webhooks):
    script.will_answer(answer({"id": "1", "secret": "s3cret"}, status="201 Created"))

    made = webhooks.register(HERE, ("user.checked-in.v1",))

    assert (made, "s3cret" in repr(made)) == (WebhookSecret("1", "s3cret"), False)
    body = {"url": HERE, "events": ["user.checked-in.v1"]}
    assert sent(script) == [(f"POST {ROOT}", BARE | {"content-type": "application/json"}, body)]


@pytest.mark.parametrize(
    "said", [b"", [], {}, {"id": "1"}, {"secret": "s3cret"}, {"id": "", "secret": "s"}, {"id": "1", "secret": ""}]
)
def test_a_registration_without_its_id_or_secret_is_of_no_use(script, webhooks, said):
    script.will_answer(answer(said, status="201 Created"))

    with pytest.raises(Unreadable, match=r"^an answer (without the promised|with an empty) (id|secret)") as caught:
        webhooks.register(HERE, [])

    assert "s3cret" not in str(caught.value)


def test_one_registration_too_many_is_refused(script, webhooks):
    script.will_answer(answer({"title": "No", "extraDetails": []}, status="400 Bad Request"))

    with pytest.raises(Rejected) as caught:
        webhooks.register(HERE, ["user.checked-in.v1"])

    assert (caught.value.reason, len(script.asked)) == (Reason.OTHER, 1)


def test_a_registration_is_deleted_by_its_id(script, webhooks):
    script.will_answer(answer(status="204 No Content"))

    webhooks.delete("a/b")

    assert sent(script) == [(f"DELETE {ROOT}/a%2Fb", BARE, None)]


def test_a_registration_that_is_gone_already_is_not_found(script, webhooks):
    script.will_answer(answer(problem(status=404), status="404 Not Found"))

    with pytest.raises(Rejected) as caught:
        webhooks.delete("1")

    assert caught.value.reason is Reason.NOT_FOUND


def test_a_sales_unit_tells_what_it_is_set_up_for(script, units):
    script.will_answer(answer(unit(settlementBankAccount="1")))

    found = units.one()

    assert (found, sent(script)) == (set_up(), [(f"GET {UNIT}", BARE, None)])


@pytest.mark.parametrize(
    ("scheme", "currency"),
    [
        ("business:DK:CVR", "DKK"),
        ("business:FI:Y-tunnus", "EUR"),
        ("business:NO:ORG", "NOK"),
        ("business:SE:ORG", None),
        (None, None),
        (7, None),
    ],
)
def test_a_sales_unit_sells_in_the_money_of_its_country(script, units, scheme, currency):
    script.will_answer(answer(unit(businessIdentifier={"scheme": scheme})))

    assert units.one().currency == currency


@pytest.mark.parametrize(
    ("members", "wanted"),
    [
        ({"businessIdentifier": None}, set_up(currency=None)),
        ({"configuration": None}, SalesUnit("Kino Nord", "DKK", None, None, None)),
        ({"configuration": {}}, SalesUnit("Kino Nord", "DKK", None, None, None)),
        (
            {"configuration": {"paymentAllowed": "true", "skipLandingPageAllowed": 1, "partialCaptureAllowed": None}},
            SalesUnit("Kino Nord", "DKK", None, None, None),
        ),
        ({"name": "x" * 101}, set_up("x" * 100)),
        ({"name": "Kino\u202e Nord"}, set_up()),
    ],
)
def test_what_a_sales_unit_does_not_tell_is_not_known(script, units, members, wanted):
    script.will_answer(answer(unit(**members)))

    assert units.one() == wanted


@pytest.mark.parametrize(
    ("status", "body"),
    [
        ("404 Not Found", problem(status=404)),
        ("404 Not Found", b""),
        ("403 Forbidden", {"statusCode": 403, "message": "No"}),
        ("403 Forbidden", b"<html>No</html>"),
        ("200 OK", b"<html>Sign in</html>"),
        ("200 OK", b""),
        ("200 OK", []),
        ("200 OK", {"msn": "123456"}),
        ("200 OK", unit(configuration="none")),
        ("200 OK", unit(businessIdentifier="none")),
    ],
)
def test_a_network_that_does_not_tell_of_a_sales_unit_tells_nothing(script, units, status, body):
    # What is no answer is asked for three times.
    script.will_answer(*[answer(body, status=status)] * 3)

    assert units.one() is None


@pytest.mark.parametrize("said", [problem(status=401), b"<html>Sign in</html>"], ids=["its own", "anybody's"])
def test_keys_that_do_not_open_this_call_tell_nothing_of_the_sales_unit(script, units, said):
    refused = answer(said, status="401 Unauthorized")
    script.will_answer(refused, answer({"expires_in": "3600", "access_token": "token-2"}), refused)

    assert (units.one(), script.lines) == (None, [f"GET {UNIT}", "POST /accesstoken/get", f"GET {UNIT}"])


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        # It is ours to mend: not that it does not tell.
        ("400 Bad Request", problem("4040"), Rejected),
        ("503 Service Unavailable", b"", Unreachable),
    ],
)
def test_a_refusal_or_silence_is_not_passed_over(script, units, status, body, error):
    script.will_answer(*[answer(body, status=status)] * 3)

    with pytest.raises(error) as caught:
        units.one()

    assert not isinstance(caught.value, Unreadable)
