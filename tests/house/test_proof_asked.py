"""Whatever gives power asks for a fresh second factor: every address that takes a form, and why the others do not."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.house.authorisation import ALLOWED, PAGES, PROVE, VISITORS, Place, expected
from tests.house.world import World, every_ask, forms_of_allauth, outcome, rows, undone

ASKS = {
    # Money, and the rules for it.
    "refunds:approve",
    "refunds:approve-in-emergency",
    "refunds:policy",
    "refunds:confirm-policy",
    "refunds:decline-policy",
    "refunds:withdraw-policy",
    # Who may do what.
    "people:invite",
    "people:change",
    "people:remove",
    "people:remind",
    "people:remove-second-factor",
    # What lets tills in, or keeps them out.
    "terminals:create-token",
    "terminals:reset-token",
    "terminals:revoke-token",
    "terminals:open-enrolment",
    "terminals:close-enrolment",
    # The merchant itself.
    "add-merchant",
    "terminals:merchant-details",
    "terminals:merchant-policies",
    "terminals:disable-merchant",
    "terminals:enable-merchant",
}
# allauth asks by itself before one's own ways in are changed (tests/accounts/test_second_factor.py).
ALLAUTH_ASKS = {
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_add_webauthn",
    "mfa_remove_webauthn",
    "mfa_edit_webauthn",
}
LEADS_ELSEWHERE = "takes no form: it leads elsewhere"
IS_A_PROOF = "is where a proof is given"
FOR_NOTHING = "only looks at MobilePay"
SECOND_PERSON = "moves no money: somebody else still has to approve it"
NOTHING_PAID = "pays nothing: the amount is free again"
ONE_WAY_IN_LESS = "gives nothing: whoever sees a session that is not theirs ends it at once"
ONE_SHOP = "concerns one terminal: no money moves by it, and it can be done again"
WITHOUT = {
    "accounts/email/": LEADS_ELSEWHERE,
    "accounts/signup/": LEADS_ELSEWHERE,
    "account_email": LEADS_ELSEWHERE,
    "account_signup": LEADS_ELSEWHERE,
    "account_login": IS_A_PROOF,
    "account_reauthenticate": IS_A_PROOF,
    "mfa_authenticate": IS_A_PROOF,
    "mfa_reauthenticate": IS_A_PROOF,
    "mfa_reauthenticate_webauthn": IS_A_PROOF,
    "mfa_login_webauthn": IS_A_PROOF,
    "account_logout": "gives something up",
    "account_end_session": ONE_WAY_IN_LESS,
    "account_end_other_sessions": ONE_WAY_IN_LESS,
    "account_change_password": "asks for the password itself",
    "account_set_password": "is for an account without a password, which nobody is signed in to",
    "account_reset_password": "is for those who cannot sign in; a letter proves the mailbox, the second factor stays",
    "account_reset_password_from_key": "asks for the letter's key; the second factor is asked for at the door",
    "account_confirm_login_code": "has no code to confirm: nobody signs in by letter",
    "account_confirm_email": "has nothing to confirm: an invitation has proved the address",
    "payments:check": FOR_NOTHING,
    "refunds:check": FOR_NOTHING,
    "terminals:compare-pos": FOR_NOTHING,
    "terminals:synchronise": FOR_NOTHING,
    "payments:capture": "takes what the customer has accepted at the till",
    "payments:cancel": "gives back what was only reserved",
    "refunds:ask": SECOND_PERSON,
    "refunds:decline": NOTHING_PAID,
    "refunds:withdraw": NOTHING_PAID,
    "refunds:review": "judges what is paid already",
    "terminals:add": ONE_SHOP,
    "terminals:change": ONE_SHOP,
    "terminals:register-pos": ONE_SHOP,
    "terminals:delete-pos": ONE_SHOP,
}
# Between them they may do everything that a page asks a proof for.
WHO = ["platform administrator", "approver"]


@pytest.fixture
def world(till, stranger) -> World:
    return World()


@pytest.fixture
def six_minutes_later(time_machine):
    return lambda: time_machine.move_to(datetime.now(tz=UTC) + timedelta(minutes=6))


def asks(name, pages):
    return [
        (page, method, place, with_htmx)
        for page in sorted(pages)
        for method, place, with_htmx in every_ask(PAGES[page])
        if place is Place.OURS and expected(VISITORS[name], PAGES[page], method, place) == ALLOWED
    ]


def test_every_address_that_takes_a_form_is_decided_about():
    forms = {name for name, page in PAGES.items() if "POST" in page.methods} | forms_of_allauth()

    assert forms == ASKS | ALLAUTH_ASKS | WITHOUT.keys()
    assert ASKS & WITHOUT.keys() == set()


def test_somebody_may_do_each_of_what_asks_for_a_proof():
    assert {page for name in WHO for page, *_ in asks(name, ASKS)} == ASKS


@pytest.mark.parametrize("name", WHO)
def test_what_gives_power_asks_for_a_fresh_proof_on_its_form_already_and_changes_nothing(
    world, name, six_minutes_later
):
    browser = world.visitor(name)
    before = rows()
    six_minutes_later()

    came = {ask: outcome(world.ask(browser, ask[1], ask[0], ask[2], with_htmx=ask[3])) for ask in asks(name, ASKS)}

    assert {ask: what for ask, what in came.items() if what != PROVE} == {}
    assert rows() == before


@pytest.mark.parametrize("name", WHO)
def test_everything_else_is_done_without(world, name, six_minutes_later, mailoutbox):
    browser = world.visitor(name)
    six_minutes_later()
    came = {}

    for page, method, place, with_htmx in asks(name, WITHOUT.keys() & PAGES.keys()):
        with undone():
            came[page, method, with_htmx] = outcome(world.ask(browser, method, page, place, with_htmx=with_htmx))

    assert {ask: what for ask, what in came.items() if what == PROVE} == {}
