"""Whoever has lost phone and codes: an administrator removes their second factor, and their mailbox sets a password."""

from datetime import timedelta

from allauth.mfa.models import Authenticator
import pytest

from portal import clock
from portal.accounts.models import LastCode, Membership, User
from portal.accounts.services import second_factors
from portal.audit.actors import COMMAND
from portal.emails.models import Email
from portal.roles import Role
from tests.accounts.colleagues import deeds, errors, page_of
from tests.accounts.visitors import AUTHENTICATE, LOGIN, Visitor, code, link_in, posted
from tests.pages import one, table, toasts, words
from tests.people import PASSWORD, Person, hire
from tests.tillapi.raw_calls import rows

ACT = "second-factor"
REASON = "Lost the phone in the harbour."
NEW = "a new horse, a new battery"
ONLY_PLATFORM = "The second factor of Asta can be removed by a platform administrator only. Nothing was changed."


@pytest.fixture
def asta(approver):
    """An approver who is signed in, with recovery codes and an authenticator app; its secret is `asta.secret`."""
    visitor = Visitor(approver.user)
    visitor.signs_in()
    visitor.proves_it_again()
    visitor.secret, _ = visitor.adds_factor()
    visitor.merchant = approver.merchant
    return visitor


@pytest.fixture
def alma(administrator):
    """A second administrator of Kino Nord."""
    return hire("alma@kino.example", administrator.merchant, Role.ADMINISTRATOR)


def _factors():
    return sorted(Authenticator.objects.values_list("type", flat=True))


def _remove(by, person, reason=REASON):
    return by.post(page_of(person, ACT), reason=reason)


def _refusal(by, person):
    """What the form says instead of asking, and whether what is sent all the same changes anything."""
    lead = words(one(by.get(page_of(person, ACT)), "main").find(".//p"))
    stored, password = _factors(), User.objects.get(pk=person.user.pk).password
    answer = _remove(by, person)
    assert (_factors(), User.objects.get(pk=person.user.pk).password, Email.objects.count()) == (stored, password, 0)
    assert lead in toasts(by.browser.get(answer.url))
    return lead


@pytest.fixture
def quiet():
    """What was written until now is no letter of ours."""
    return lambda: Email.objects.all().delete()


def test_factor_codes_and_password_go_and_it_is_written_down_with_the_reason(administrator, asta, quiet):
    quiet()

    answer = _remove(administrator, asta)

    user = User.objects.get(pk=asta.user.pk)
    assert (answer.status_code, _factors(), LastCode.objects.count()) == (302, [], 0)
    assert (user.has_usable_password(), user.check_password(PASSWORD)) == (False, False)
    merchant = administrator.merchant.pk
    details = {"role": "approver", "reason": REASON}
    subject = "Asta <asta@kino.example>"
    assert deeds()[-1] == ("person:factors_removed", "anna@kino.example", subject, merchant, details)
    page = administrator.browser.get(answer.url)
    message = "Removed the second factor and the password of Asta. A letter is on its way to asta@kino.example."
    assert toasts(page) == [message]


@pytest.mark.usefixtures("transactional_db")
def test_all_their_sessions_end_with_the_next_click(administrator, asta):
    before = asta.get("/accounts/2fa/").status_code

    _remove(administrator, asta)

    after = asta.get("/accounts/2fa/")
    assert (before, after.status_code, after.url) == (200, 302, f"{LOGIN}?next=/accounts/2fa/")


def test_the_person_reads_who_did_it_and_why_and_sets_a_new_password_by_the_letter(administrator, asta, quiet):
    quiet()
    _remove(administrator, asta)

    [letter] = [each for each in posted() if each.to == ["asta@kino.example"]]
    back = Visitor(asta.user)
    back.sets_password(link_in(letter), NEW)
    entered = back.signs_in(NEW)

    assert letter.subject == "[PoS Portal] Your second factor was removed"
    assert "Anna <anna@kino.example> has removed your second factor, your recovery codes and your" in letter.body
    assert f"The reason given: {REASON}" in letter.body
    assert (entered.url, back.is_in) == ("/", True)


def test_they_are_asked_for_a_new_second_factor_before_anything_else(administrator, asta, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    _remove(Person(administrator.user, administrator.merchant), asta)
    Authenticator.objects.create(user=administrator.user, type=Authenticator.Type.TOTP, data={})
    _remove(Person(User.objects.get(pk=administrator.user.pk), administrator.merchant), asta)
    back = Visitor(asta.user)
    back.sets_password(link_in(posted()[-1]), NEW)
    back.signs_in(NEW)

    answer = back.get("/")

    assert (answer.status_code, answer.url) == (302, "/accounts/second-factor/")


def test_the_old_password_opens_nothing_and_neither_does_an_older_letter(administrator, asta):
    asta.post("/accounts/password/reset/", email=asta.user.email)
    older = link_in(posted()[-1])
    _remove(administrator, asta)
    thief = Visitor(asta.user)
    thief.signs_in()

    thief.sets_password(older, NEW)
    thief.signs_in(NEW)

    assert (thief.is_nobody, User.objects.get(pk=asta.user.pk).has_usable_password()) == (True, False)


def test_whoever_waits_at_the_door_with_the_old_password_begins_anew(administrator, asta):
    waiting = Visitor(asta.user)
    waiting.signs_in()
    asked = waiting.get(AUTHENTICATE).status_code
    _remove(administrator, asta)

    led = waiting.get(AUTHENTICATE)
    door = waiting.get(led.url)
    answers = [waiting.post(AUTHENTICATE, code=code(asta.secret, steps=1)).url, waiting.is_nobody]

    assert (asked, led.status_code, led.url, door.status_code) == (200, 302, LOGIN, 200)
    assert answers == [LOGIN, True]


def test_other_administrators_read_of_it_with_the_reason_and_neither_the_doer_nor_the_person_does(
    administrator, alma, asta, quiet, settings
):
    settings.PORTAL_URL = "https://portal.example"
    quiet()

    _remove(administrator, asta)

    sentence = "The second factor of Asta <asta@kino.example> was removed by Anna <anna@kino.example>."
    letters = {letter.to[0]: letter for letter in posted()}
    assert sorted(letters) == ["alma@kino.example", "asta@kino.example"]
    told = letters["alma@kino.example"]
    assert told.subject == f"[PoS Portal] {sentence}"
    assert told.body.startswith(f"Hello Alma,\n\n{sentence}\nThe reason given: {REASON}\n")
    assert told.body.endswith(f"https://portal.example/merchants/{administrator.merchant.pk}/people/\n")


def test_where_there_is_no_other_administrator_the_platforms_read_of_it(administrator, asta, platform, quiet):
    quiet()

    _remove(administrator, asta)

    assert sorted(letter.to[0] for letter in posted()) == ["asta@kino.example", "pia@portal.example"]


def test_an_administrators_own_loss_is_read_of_by_the_platforms_others(administrator, alma, platform, quiet):
    """Neither who does it nor whom it concerns counts as one who watches."""
    User.objects.create(email="paul@portal.example", name="Paul", is_platform_administrator=True)
    Membership.objects.filter(user=alma.user).delete()
    Authenticator.objects.create(user=administrator.user, type=Authenticator.Type.TOTP, data={})
    quiet()

    _remove(platform, administrator)

    assert sorted(letter.to[0] for letter in posted()) == ["anna@kino.example", "paul@portal.example"]


def test_nobody_removes_their_own(administrator, quiet):
    Authenticator.objects.create(user=administrator.user, type=Authenticator.Type.TOTP, data={})
    again = Person(User.objects.get(pk=administrator.user.pk), administrator.merchant)
    quiet()

    assert _refusal(again, administrator) == (
        "Your own second factor you change on your Security page. Nothing was changed."
    )


def test_an_administrator_of_some_stores_removes_nobodys(local, aarhus, quiet):
    here = hire("here@kino.example", local.merchant, Role.CLERK, stores=[aarhus])
    Authenticator.objects.create(user=here.user, type=Authenticator.Type.TOTP, data={})
    quiet()

    assert _refusal(local, here) == (
        "Only an administrator of all stores can remove a second factor. Nothing was changed."
    )


def test_whoever_works_elsewhere_too_is_for_the_platform(administrator, asta, merchants, platform, quiet):
    """The other merchant's administrators did not agree, and its approver would be the weaker for it."""
    elsewhere = asta.user.memberships.create(
        merchant=merchants["BAGER7"], role=Role.APPROVER, all_stores=True, accepted_at=clock.now()
    )
    quiet()
    asta_here = Person.__new__(Person)
    asta_here.user, asta_here.merchant = asta.user, asta.merchant

    said = _refusal(administrator, asta_here)
    _remove(platform, asta_here)

    assert said == ONLY_PLATFORM
    noted = [
        (merchant, facts["role"]) for action, _, _, merchant, facts in deeds() if action.endswith("factors_removed")
    ]
    assert noted == [(administrator.merchant.pk, "approver"), (elsewhere.merchant_id, "approver")]
    assert _factors() == []


def test_an_invitation_elsewhere_that_was_not_taken_up_is_no_reason(administrator, asta, merchants):
    asta.user.memberships.create(merchant=merchants["BAGER7"], role=Role.APPROVER, all_stores=True)

    _remove(administrator, asta)

    assert _factors() == []


def test_an_administrator_of_both_merchants_removes_it_at_both(administrator, asta, merchants):
    for user in (administrator.user, asta.user):
        user.memberships.create(
            merchant=merchants["BAGER7"], role=Role.ADMINISTRATOR, all_stores=True, accepted_at=clock.now()
        )

    _remove(administrator, asta)

    assert _factors() == []


def test_a_platform_administrators_is_for_another_one(administrator, approver, platform, asta, quiet):
    User.objects.filter(pk=asta.user.pk).update(is_platform_administrator=True)
    quiet()

    said = _refusal(administrator, asta)
    _remove(platform, asta)

    assert (said, _factors()) == (ONLY_PLATFORM, [])


def test_what_an_account_has_elsewhere_is_not_told_before_its_holder_has_come(administrator, rival, quiet):
    Authenticator.objects.create(user=rival.user, type=Authenticator.Type.TOTP, data={})
    rival.user.memberships.create(merchant=administrator.merchant, role=Role.CLERK, all_stores=True, invited_as="Nora")
    new = Person.__new__(Person)
    new.user, new.merchant = rival.user, administrator.merchant
    quiet()

    assert _refusal(administrator, new) == "Nora has no second factor here that could be removed. Nothing was changed."


def test_whoever_has_none_keeps_their_password(administrator, clerk, quiet):
    Authenticator.objects.create(user=clerk.user, type=Authenticator.Type.RECOVERY_CODES, data={})
    quiet()

    assert (
        _refusal(administrator, clerk) == "Carl has no second factor here that could be removed. Nothing was changed."
    )


def test_two_administrators_remove_it_once(administrator, alma, asta):
    membership = Membership.objects.with_people().get(user=asta.user)
    second_factors.remove(membership=membership, reason=REASON, by=alma.user, now=clock.now())
    stored = rows()

    with pytest.raises(second_factors.NoSecondFactor):
        second_factors.remove(membership=membership, reason=REASON, by=administrator.user, now=clock.now())

    assert rows() == stored


@pytest.mark.parametrize("reason", ["", "  ", "ab", "x" * 201])
def test_a_reason_is_asked_for(reason, administrator, asta, quiet):
    quiet()

    answer = _remove(administrator, asta, reason)

    assert list(errors(answer)) == ["reason"]
    assert (_factors(), Email.objects.count()) == (["recovery_codes", "totp"], 0)


def test_it_asks_for_a_fresh_proof(administrator, asta):
    administrator.proves_it_again(ago=timedelta(minutes=6))

    answer = _remove(administrator, asta)

    assert answer.url.startswith("/accounts/reauthenticate/?next=")
    assert _factors() == ["recovery_codes", "totp"]


def test_only_an_administrator_of_all_stores_is_offered_it_and_only_where_there_is_one(administrator, local, asta):
    hire("carl@kino.example", administrator.merchant, Role.CLERK)

    whole, limited = (
        {row[0].split()[0]: row[5] for row in table(each.get("people/"))} for each in (administrator, local)
    )

    assert (whole["Asta"], whole["Carl"]) == ("Change… Lost phone… Remove…", "Change… Remove…")
    assert "Lost phone" not in " ".join(limited.values())


def test_by_command_it_is_the_same_for_anybody(asta, alma, quiet):
    quiet()

    second_factors.remove_by_command(user=asta.user, reason=REASON, by=COMMAND, now=clock.now())

    assert (_factors(), User.objects.get(pk=asta.user.pk).has_usable_password()) == ([], False)
    assert sorted(letter.to[0] for letter in posted()) == [
        "alma@kino.example",
        "anna@kino.example",
        "asta@kino.example",
    ]
