import pytest

from portal.mobilepay.simulator.epayment.formats import EVENTS
from tests.mobilepay.simulator.epayment.client import WEBHOOK, fields

ROOT = "/webhooks/v1/webhooks"
CAPTURED, CHECKED_IN = "epayments.payment.captured.v1", "user.checked-in.v1"


def test_a_registration_is_listed_and_its_secret_shown_once(api, register):
    made = register(CAPTURED, CHECKED_IN)

    listed = api.get(ROOT)
    assert (made.status, set(made.body)) == (201, {"id", "secret"})
    assert listed.body == {"webhooks": [{"id": made["id"], "url": WEBHOOK, "events": [CAPTURED, CHECKED_IN]}]}
    assert made["secret"] not in repr(api.control("GET", "/epayment/world").body)


def test_every_event_can_be_asked_for(register):
    assert len(EVENTS) == 9
    assert register(*EVENTS).status == 201


@pytest.mark.parametrize(
    "url", ["https://shop.example:8443/x", "http://127.0.0.1:8000/x", "http://localhost/x", "http://[::1]:8000/x"]
)
def test_addresses_must_be_https_but_on_this_machine(register, url):
    assert register(CAPTURED, url=url).status == 201


@pytest.mark.parametrize(
    "url", ["http://shop.example", "ftp://shop.example", "shop", "https://", "https://[", "https://a:b"]
)
def test_other_addresses_are_refused(api, register, url):
    answer = register(CAPTURED, url=url)

    assert (answer.status, fields(answer)) == (400, {"url": "must be an https address"})
    assert api.get(ROOT).body == {"webhooks": []}


@pytest.mark.parametrize("event", ["epayment.payment.captured.v1", "CAPTURED"])
def test_unknown_events_are_refused(register, event):
    assert fields(register(CAPTURED, event)) == {"events": f"{event} is no event"}


def test_check_ins_have_one_registration_of_a_unit(register, other_unit):
    answers = [register(CHECKED_IN), register(CHECKED_IN), register(CHECKED_IN, by=other_unit)]

    assert [answer.status for answer in answers] == [201, 400, 201]
    assert fields(answers[1]) == {"events": f"{CHECKED_IN} has 1 registrations already"}


def test_payments_have_twenty_five(register):
    answers = [register(CAPTURED) for _ in range(26)]

    assert [answer.status for answer in answers] == [201] * 25 + [400]


def test_a_deleted_registration_is_gone_and_wants_nothing_any_more(api, register, scan, world):
    kept, deleted = register(CAPTURED), register(CHECKED_IN)
    scan()

    answer = api.delete(f"{ROOT}/{deleted['id']}")

    assert (answer.status, answer.text) == (204, b"")
    assert [each["id"] for each in api.get(ROOT)["webhooks"]] == [kept["id"]]
    assert world.deliveries.take() == []


def test_nobody_deletes_what_is_not_theirs(api, register, other_unit):
    made = register(CAPTURED)

    answers = [other_unit.delete(f"{ROOT}/{made['id']}"), api.delete(f"{ROOT}/unknown")]

    assert [answer.status for answer in answers] == [404, 404]
    assert [each["id"] for each in api.get(ROOT)["webhooks"]] == [made["id"]]
    assert other_unit.get(ROOT).body == {"webhooks": []}
