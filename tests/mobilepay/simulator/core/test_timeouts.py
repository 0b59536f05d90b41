import pytest

from tests.mobilepay.simulator.client import CREDIT, OK, new_refund, order

DAY = 86_400


@pytest.fixture
def later(api, world):
    """Lets seconds pass and logs in again."""

    def pass_time(seconds):
        world.clock.advance(seconds)
        api.log_in()

    return pass_time


@pytest.mark.parametrize("path", ["/payments", "/payments/prepare"])
@pytest.mark.parametrize("is_checked_in", [True, False])
def test_an_inactive_payment_is_cancelled_and_frees_the_point_of_sale(api, pos, later, path, is_checked_in):
    if is_checked_in:
        api.act("checkin", beaconId=pos["beaconId"], phoneNumber=CREDIT)
    payment_id = api.post(path, order(pos))["paymentId"]

    later(600)

    assert api.get(f"/payments/{payment_id}")["status"] == "CancelledByMobilePay"
    assert api.get(f"/pointofsales/{pos['posId']}/checkin")["isUserCheckedIn"] is False
    assert api.post(path, order(pos)).outcome == OK


def test_activity_puts_the_timeout_off(api, pos, later):
    payment_id = api.post("/payments", order(pos))["paymentId"]
    later(590)
    api.act("checkin", beaconId=pos["beaconId"], phoneNumber=CREDIT)

    later(590)

    assert api.get(f"/payments/{payment_id}")["status"] == "IssuedToUser"


def test_an_expired_payment_cannot_be_cancelled_or_captured(api, pay, later):
    payment_id = pay()

    later(7 * DAY)

    assert api.get(f"/payments/{payment_id}")["status"] == "ExpiredAndCancelled"
    assert api.post(f"/payments/{payment_id}/cancel").outcome == (409, "1300")
    assert api.post(f"/payments/{payment_id}/capture", {"amount": 12}).outcome == (409, "1304")
    assert api.get("/payments", orderId="ORDER-1").body == {"paymentIds": []}


def test_a_reservation_stands_for_almost_seven_days(api, pay, later):
    payment_id = pay()

    later(7 * DAY - 60)

    assert api.get(f"/payments/{payment_id}")["status"] == "Reserved"


def test_a_captured_payment_does_not_expire(api, captured, later):
    later(8 * DAY)

    assert api.get(f"/payments/{captured}")["status"] == "Captured"


def test_an_idle_check_in_ends(api, pos, later):
    api.act("checkin", beaconId=pos["beaconId"], phoneNumber=CREDIT)

    later(300)

    assert api.get(f"/pointofsales/{pos['posId']}/checkin")["isUserCheckedIn"] is False


def test_a_check_in_with_a_payment_does_not_end(api, pos, later):
    api.act("checkin", beaconId=pos["beaconId"], phoneNumber=CREDIT)
    api.post("/payments", order(pos))

    later(310)

    assert api.get(f"/pointofsales/{pos['posId']}/checkin")["isUserCheckedIn"] is True


def test_checking_in_again_begins_anew(api, pos, later):
    api.act("checkin", beaconId=pos["beaconId"], phoneNumber=CREDIT)
    later(290)
    api.act("checkin", beaconId=pos["beaconId"], phoneNumber=CREDIT)

    later(290)

    assert api.get(f"/pointofsales/{pos['posId']}/checkin")["isUserCheckedIn"] is True


def test_what_is_due_happens_in_order_however_long_nobody_looks(api, captured, later):
    refund_id = api.post("/refunds", new_refund(captured))["refundId"]

    later(DAY + 1)

    assert api.get(f"/refunds/{refund_id}")["status"] == "ExpiredAndCaptured"
