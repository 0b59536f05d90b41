from decimal import Decimal

import pytest

from portal.mobilepay.simulator.posv10.people import TEST_USERS
from tests.mobilepay.simulator.client import CREDIT, DEBIT, LOYALTY, OK, RECEIPTS, new_pos, order, terms

STRANGER = "+4599999999"


def check_in(api, pos, phone):
    return api.act("checkin", beaconId=pos["beaconId"], phoneNumber=phone)


def accept(api, pos, phone):
    return api.act("acceptpayment", beaconId=pos["beaconId"], phoneNumber=phone)


def decline(api, pos):
    return api.act("cancelpaymentbyuser", beaconId=pos["beaconId"])


def test_the_sandbox_has_five_users_in_each_country():
    features = [
        (person.card, person.loyalty_ids, person.has_receipts, person.partial_capture) for person in TEST_USERS.values()
    ]

    assert list(TEST_USERS) == [
        *(f"+452003180{number}" for number in range(1, 6)),
        *(f"+35820031800{number}" for number in range(1, 6)),
    ]
    assert features[:5] == features[5:]
    assert features[:5] == [
        ("credit", (), False, False),
        ("debit", (), False, False),
        ("credit", (), True, False),
        ("credit", ("123456",), False, False),
        ("credit", (), False, True),
    ]


def test_nobody_is_checked_in_at_first(api, pos):
    answer = api.get(f"/pointofsales/{pos['posId']}/checkin")

    assert answer.body == {"isUserCheckedIn": False, "pollDelayInMs": 1000}


@pytest.mark.parametrize(
    ("phone", "receipts", "loyalty_ids"), [(RECEIPTS, 32, []), (LOYALTY, 0, ["123456"]), (STRANGER, 0, [])]
)
def test_a_check_in_tells_who_is_there(api, pos, phone, receipts, loyalty_ids):
    check_in(api, pos, phone)

    answer = api.get(f"/pointofsales/{pos['posId']}/checkin")

    assert len(answer.body.pop("customerToken")) == 40
    assert len(answer.body.pop("customerReceiptToken")) == receipts
    assert answer.body == {"isUserCheckedIn": True, "pollDelayInMs": 1000, "loyaltyIds": loyalty_ids}


def test_a_customer_has_the_same_token_at_every_visit(api, pos):
    tokens = []
    for phone in (CREDIT, DEBIT, CREDIT):
        check_in(api, pos, phone)
        tokens.append(api.get(f"/pointofsales/{pos['posId']}/checkin")["customerToken"])

    assert tokens[0] == tokens[2]
    assert tokens[0] != tokens[1]


def test_loyalty_and_receipts_are_missing_until_they_are_looked_up(api, pos, world):
    world.knobs.loyalty_lookup_delay = 5.0
    check_in(api, pos, LOYALTY)

    before = api.get(f"/pointofsales/{pos['posId']}/checkin")
    world.clock.advance(5)
    after = api.get(f"/pointofsales/{pos['posId']}/checkin")

    assert before.body.keys() == {"isUserCheckedIn", "pollDelayInMs", "customerToken"}
    assert after["loyaltyIds"] == ["123456"]


def test_a_later_customer_takes_over(api, pos):
    payment_id = api.post("/payments", order(pos))["paymentId"]
    check_in(api, pos, CREDIT)
    check_in(api, pos, DEBIT)

    answers = [accept(api, pos, CREDIT), accept(api, pos, DEBIT)]

    assert [answer.outcome for answer in answers] == [(409, "1001"), OK]
    assert api.get(f"/payments/{payment_id}")["status"] == "Reserved"


def test_customers_leave_when_the_payment_is_settled(api, pos, pay):
    pay()

    answer = api.get(f"/pointofsales/{pos['posId']}/checkin")

    assert answer["isUserCheckedIn"] is False


def test_a_point_of_sale_may_ask_for_a_payment_before_check_in(api):
    created = api.post("/pointofsales", new_pos(requirePaymentBeforeCheckin=True))
    pos = api.get(f"/pointofsales/{created['posId']}")

    before = check_in(api, pos, CREDIT)
    api.post("/payments", order(pos))
    after = check_in(api, pos, CREDIT)

    assert [before.outcome, after.outcome] == [(409, "1001"), OK]


@pytest.mark.parametrize("name", ["checkin", "acceptpayment", "cancelpaymentbyuser"])
def test_a_beacon_without_a_point_of_sale_is_a_conflict(api, name):
    answer = api.act(name, beaconId="123456789012345", phoneNumber=CREDIT)

    assert answer.outcome == (409, "1000")


@pytest.mark.parametrize("phone", [None, 4520031801, "20031801", "+45 20031801", "+45200318x1"])
def test_a_phone_number_is_a_plus_and_digits(api, pos, phone):
    answers = [check_in(api, pos, phone), accept(api, pos, phone)]

    assert [answer.outcome for answer in answers] == [(400, "1099")] * 2


def test_a_beacon_is_found_in_upper_case_too(api, pos):
    answer = api.act("checkin", beaconId=pos["beaconId"].upper(), phoneNumber=CREDIT)

    assert answer.outcome == OK


def test_nothing_can_be_accepted_or_declined_before_it_is_asked(api, pos):
    outcomes = [accept(api, pos, CREDIT).outcome, decline(api, pos).outcome]
    api.post("/payments", order(pos))
    outcomes += [accept(api, pos, CREDIT).outcome, decline(api, pos).outcome]

    assert outcomes == [(409, "1001")] * 4


def test_a_prepared_payment_can_be_declined_but_not_accepted(api, pos):
    payment_id = api.post("/payments/prepare", order(pos))["paymentId"]
    check_in(api, pos, CREDIT)

    outcomes = [accept(api, pos, CREDIT).outcome, decline(api, pos).outcome]

    assert outcomes == [(409, "1001"), OK]
    assert api.get(f"/payments/{payment_id}")["status"] == "CancelledByUser"


def test_a_declined_payment_frees_the_point_of_sale(api, pos):
    payment_id = api.post("/payments", order(pos))["paymentId"]
    check_in(api, pos, CREDIT)
    decline(api, pos)

    answer = api.post("/payments", order(pos))

    assert answer.outcome == OK
    assert api.get(f"/payments/{payment_id}")["status"] == "CancelledByUser"


@pytest.mark.parametrize(
    ("restrictions", "phone", "outcome"),
    [
        ({"debitCardDisallowed": True}, DEBIT, (400, "1099")),
        ({"debitCardDisallowed": True}, CREDIT, OK),
        ({"debitCardDisallowed": False}, DEBIT, OK),
        ({"creditCardDisallowed": True}, CREDIT, (400, "1099")),
        ({"creditCardDisallowed": True}, DEBIT, OK),
        ({"creditCardDisallowed": None}, CREDIT, OK),
    ],
)
def test_a_card_that_is_not_allowed_leaves_the_payment_waiting(api, pos, restrictions, phone, outcome):
    payment_id = api.post("/payments", order(pos, restrictions=restrictions))["paymentId"]
    check_in(api, pos, phone)

    answer = accept(api, pos, phone)

    assert answer.outcome == outcome
    assert api.get(f"/payments/{payment_id}")["status"] == ("Reserved" if outcome == OK else "IssuedToUser")


def test_a_declined_card_cancels_the_payment(api, pos, pay, world):
    world.knobs.decline_reservations = True

    payment_id = pay()

    assert api.get(f"/payments/{payment_id}")["status"] == "CancelledByMobilePay"


def test_restrictions_can_come_with_ready(api, pos):
    payment_id = api.post("/payments/prepare", order(pos))["paymentId"]
    check_in(api, pos, DEBIT)
    api.post(f"/payments/{payment_id}/ready", terms(restrictions={"debitCardDisallowed": True}))

    answer = accept(api, pos, DEBIT)

    assert answer.outcome == (400, "1099")
    assert api.get(f"/payments/{payment_id}")["amount"] == Decimal("12.50")
