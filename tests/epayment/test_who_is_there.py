"""Whether somebody is checked in, as tills are told it; of the customer they are told nothing."""

from portal import clock
from terminals.models import CheckIn

NOBODY_NAMED = {"customerToken": None, "customerReceiptToken": None, "loyaltyIds": [], "pollDelayInMs": "1000"}


def seen(till):
    [by_terminal, by_pos] = (
        till.get("manage/checkInStatus/byterminalId", terminalId=till.terminal_id)["checkInStatus"],
        till.get("manage/checkInStatus/byposId", posId=pos_id(till))["checkInStatus"],
    )
    assert by_terminal == by_pos
    assert by_terminal == {**NOBODY_NAMED, "isUserCheckedIn": by_terminal["isUserCheckedIn"]}
    return by_terminal["isUserCheckedIn"]


def pos_id(till):
    return till.get("manage/terminal/information", terminalId=till.terminal_id)["posInformation"]["posId"]


def test_whether_somebody_is_there_is_told_over_time(till, phone, later):
    nobody = seen(till)
    phone.checks_in()
    there = seen(till)
    later(minutes=14)
    still = seen(till)
    later(minutes=1, seconds=1)
    gone = seen(till)

    assert (nobody, there, still, gone) == ("false", "true", "true", "false")


def test_who_is_being_asked_is_there_and_who_has_paid_is_not(till, phone):
    phone.checks_in()
    till.start()
    asked = seen(till)
    phone.approves()
    phone.tells()

    assert (asked, seen(till)) == ("true", "false")


def test_who_has_declined_is_not_there_any_more(till, phone):
    phone.checks_in()
    till.start()
    phone.declines()
    phone.tells()

    assert seen(till) == "false"


def test_a_network_whose_clock_is_ahead_pairs_as_if_it_were_now(till, phone, simulator, later):
    simulator.epayment.clock.advance(120)

    phone.checks_in()

    assert CheckIn.objects.get().at <= clock.now()
    later(minutes=14, seconds=50)
    assert seen(till) == "true"
    later(seconds=20)
    assert seen(till) == "false"
