"""How a merchant's tills and people are treated, and forms that are older than somebody else's change."""

from datetime import timedelta

from allauth.mfa.models import Authenticator
import pytest

from portal.accounts.models import User
from portal.audit.models import Entry
from terminals.models import Merchant
from tests.pages import errors, facts, filled, toasts, value_of
from tests.people import Person
from tests.tillapi.raw_calls import rows

STALE = "Somebody else has changed this since you opened it: "
AGAIN = ". Nothing was saved; look at your values again and save them if they still hold."


@pytest.fixture
def kino(merchants):
    return merchants["KINO1"]


def path(act):
    return f"merchant/{act}/"


def form(person, act="policies", **fields):
    return filled(person.get(path(act)), **fields)


def unmoved():
    stored = rows()
    return stored["terminals_merchant"], stored["audit_entry"]


def test_policies_are_changed_and_hold_at_once(administrator, kino, till):
    fields = form(administrator, payment_timeout_minutes="5", token_overlap_hours="24", answers_always_200="on")
    fields["second_factor_for_all"] = "on"
    Authenticator.objects.create(user=administrator.user, type=Authenticator.Type.TOTP, data={})
    administrator = Person(User.objects.get(pk=administrator.user.pk), kino)

    answer = administrator.post(path("policies"), **fields)
    refused = till.get("payment/status", paymentId="0d9f1a52-7d0e-4b8f-9a41-0c5d2e7b1a01")

    kino.refresh_from_db()
    assert (kino.payment_timeout, kino.token_overlap) == (timedelta(minutes=5), timedelta(hours=24))
    assert (kino.answers_always_200, kino.second_factor_for_all) == (True, True)
    page = administrator.browser.get(answer["Location"])
    assert toasts(page) == ["Saved the policies. They hold from the next call on."]
    names = ("Payment time-out", "Token overlap", "Answers to tills", "Second factor")
    assert [facts(page)[name].split()[:3] for name in names] == [
        ["5", "min", "A"],
        ["1", "d", "How"],
        ["always", "HTTP", "200"],
        ["for", "everybody", "Who"],
    ]
    assert (refused.status, refused.codes) == (200, ["payment_not_found"])
    entry = Entry.objects.get(action="merchant:changed")
    assert (entry.actor, entry.details) == (
        "anna@kino.example",
        {
            "before": {
                "payment_timeout": "0:10:00",
                "token_overlap": "0:00:00",
                "answers_always_200": False,
                "second_factor_for_all": False,
            },
            "after": {
                "payment_timeout": "0:05:00",
                "token_overlap": "1 day, 0:00:00",
                "answers_always_200": True,
                "second_factor_for_all": True,
            },
        },
    )


def test_a_box_that_is_cleared_is_saved_as_cleared(administrator, kino):
    Merchant.objects.update(answers_always_200=True)

    administrator.post(path("policies"), **form(administrator, answers_always_200=None))

    kino.refresh_from_db()
    assert kino.answers_always_200 is False


@pytest.mark.parametrize(
    ("field", "written", "message"),
    [
        ("payment_timeout_minutes", "", "This field is required."),
        ("payment_timeout_minutes", "0", "Ensure this value is greater than or equal to 1."),
        ("payment_timeout_minutes", "61", "Ensure this value is less than or equal to 60."),
        ("payment_timeout_minutes", "-5", "Ensure this value is greater than or equal to 1."),
        ("payment_timeout_minutes", "1.5", "Enter a whole number."),
        ("payment_timeout_minutes", "ten", "Enter a whole number."),
        ("payment_timeout_minutes", "9" * 5000, "Enter a whole number."),
        ("token_overlap_hours", "-1", "Ensure this value is greater than or equal to 0."),
        ("token_overlap_hours", "25", "Ensure this value is less than or equal to 24."),
        ("token_overlap_hours", "1e1", "Enter a whole number."),
    ],
)
def test_policies_out_of_bounds_change_nothing(administrator, kino, field, written, message):
    fields, before = form(administrator, **{field: written}), unmoved()

    page = administrator.send(path("policies"), **fields)

    assert (page.status_code, errors(page), value_of(page, field)) == (422, [message], written)
    assert unmoved() == before


@pytest.mark.parametrize(
    ("act", "mine", "theirs"),
    [
        ("details", {"name": "Kino Syd"}, {"name": "Kino Vest"}),
        ("details", {"name": "Kino Syd"}, {"time_zone": "Europe/Helsinki"}),
        ("policies", {"payment_timeout_minutes": "5"}, {"token_overlap": timedelta(hours=2)}),
        ("policies", {"payment_timeout_minutes": "5"}, {"answers_always_200": True}),
    ],
)
def test_a_form_older_than_somebody_elses_change_is_shown_again_before_it_is_saved(
    administrator, kino, act, mine, theirs
):
    stale = form(administrator, act, **mine)
    Merchant.objects.filter(pk=kino.pk).update(**theirs)
    before = unmoved()

    refused = administrator.send(path(act), **stale)
    is_unmoved = unmoved() == before
    saved = administrator.send(path(act), **filled(refused))

    [[field, written]] = mine.items()
    assert (refused.status_code, is_unmoved, value_of(refused, field)) == (422, True, written)
    [message] = errors(refused)
    assert (message.startswith(STALE), message.endswith(AGAIN)) == (True, True)
    assert saved["HX-Redirect"] == administrator.url("merchant/")


def test_a_form_that_is_stale_and_wrong_is_told_both(administrator, kino):
    stale = form(administrator, payment_timeout_minutes="0")
    Merchant.objects.update(answers_always_200=True)
    before = unmoved()

    page = administrator.post(path("policies"), **stale)

    assert (page.status_code, len(errors(page)), unmoved() == before) == (422, 2, True)


def test_what_somebody_else_did_is_irrelevant_to_a_form_about_something_else(administrator, kino):
    fields = form(administrator, payment_timeout_minutes="5")
    Merchant.objects.update(name="Kino Vest")

    answer = administrator.post(path("policies"), **fields)

    kino.refresh_from_db()
    assert (answer.status_code, kino.name, kino.payment_timeout) == (302, "Kino Vest", timedelta(minutes=5))


@pytest.mark.parametrize("act", ["details", "policies"])
def test_what_is_true_now_is_told_in_words_for_people(administrator, kino, act):
    stale = form(administrator, act)
    Merchant.objects.update(time_zone="Europe/Helsinki", answers_always_200=True)

    [message] = errors(administrator.post(path(act), **stale))

    code_like = [each for each in ("_", "[", "'", "True", "False") if each in message]
    assert code_like == []
