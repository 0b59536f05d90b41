"""An invitation shows nothing of an account elsewhere, until whoever is invited has opened the merchant's pages."""

import re

from allauth.mfa.models import Authenticator
import pytest

from portal.accounts.models import Membership, User
from portal.audit.models import Entry
from portal.roles import Role
from tests.accounts.colleagues import deeds, page_of
from tests.accounts.visitors import posted
from tests.pages import one, table, toasts, words
from tests.people import Person, hire

LIST = "people/"


@pytest.fixture
def elsewhere(rival):
    """Berta has an account, a second factor and a password at another merchant."""
    Authenticator.objects.create(user=rival.user, type=Authenticator.Type.TOTP, data={})
    return Person(User.objects.get(pk=rival.user.pk), rival.merchant)


def _invite(administrator, email):
    return administrator.post("people/invite/", email=email, name="Nora New", role="approver", all_stores="on")


def _plain(page, email):
    page = re.sub(r'(csrfmiddlewaretoken" value=|x-csrftoken": )"[^"]*"', "", page.content.decode())
    return re.sub(r"people/\d+/|act-[\w-]+|<time[^>]*>[^<]*</time>", "", page.replace(email, "…"))


def test_the_inviter_sees_the_same_whether_or_not_there_is_an_account(administrator, elsewhere):
    shown = []
    for email in (elsewhere.user.email, "nobody@bager.example"):
        answer = _invite(administrator, email)
        membership = Membership.objects.get(merchant=administrator.merchant, user__email=email)
        pages = [LIST, *(f"people/{membership.pk}/{act}/" for act in ("change", "remove", "remind"))]
        shown.append([answer.status_code, *(_plain(administrator.get(page), email) for page in pages)])
        membership.delete()

    assert shown[0] == shown[1]
    assert "Berta" not in str(shown)


def test_the_list_calls_somebody_invited_what_the_inviter_called_them(administrator, elsewhere):
    _invite(administrator, elsewhere.user.email)

    assert table(administrator.get(LIST))[1] == [
        "Nora New berta@bager.example",
        "Approver",
        "all",
        "",
        "Invited",
        "Change… Send again… Remove…",
    ]


def test_the_audit_log_of_the_merchant_says_no_more(administrator, elsewhere):
    _invite(administrator, elsewhere.user.email)
    membership = Membership.objects.get(merchant=administrator.merchant, user=elsewhere.user)
    administrator.post(f"people/{membership.pk}/remove/")

    subjects = [subject for action, _, subject, *_ in deeds()]
    assert subjects == ["Nora New <berta@bager.example>"] * 2
    assert "Berta" not in words(one(administrator.get("audit/"), "main"))
    assert {entry.subject_id for entry in Entry.objects.filter(action__startswith="person:")} == {
        str(elsewhere.user.pk)
    }


def test_whoever_is_invited_is_known_by_their_own_name_once_they_have_come(administrator, elsewhere):
    _invite(administrator, elsewhere.user.email)
    elsewhere.get("/merchants/")
    before = table(administrator.get(LIST))[1][0]
    elsewhere.merchant = administrator.merchant
    elsewhere.get("payments/")

    row = table(administrator.get(LIST))[1]

    assert before == "Nora New berta@bager.example"
    assert (row[0], row[3], row[5]) == ("Berta berta@bager.example", "On", "Change… Lost phone… Remove…")


def test_a_letter_can_be_sent_again_to_whoever_has_not_come_whatever_they_have_elsewhere(administrator, elsewhere):
    _invite(administrator, elsewhere.user.email)
    person = hire("x@x.example", administrator.merchant, Role.CLERK)
    person.user = elsewhere.user

    administrator.post(page_of(person, "remind"))

    assert toasts(administrator.get(LIST))[-1] == "A letter is on its way to berta@bager.example."
    assert [letter.to for letter in posted() if "You can work" in letter.subject] == [["berta@bager.example"]] * 2


def test_opening_a_page_takes_the_invitation_up_once(administrator, elsewhere):
    _invite(administrator, elsewhere.user.email)
    elsewhere.merchant = administrator.merchant
    elsewhere.get("payments/")
    accepted_at = Membership.objects.get(merchant=administrator.merchant, user=elsewhere.user).accepted_at

    elsewhere.get("payments/")

    again = Membership.objects.get(merchant=administrator.merchant, user=elsewhere.user).accepted_at
    assert (accepted_at is not None, again) == (True, accepted_at)


def test_somebody_who_has_not_come_is_not_yet_one_of_those_who_approve_or_administer(administrator, elsewhere):
    _invite(administrator, elsewhere.user.email)

    at_kino = Membership.objects.for_merchant(administrator.merchant)
    assert [each.user.email for each in at_kino.active()] == ["anna@kino.example"]
