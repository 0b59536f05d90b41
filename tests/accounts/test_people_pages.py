"""The list of people, as administrators see it."""

from datetime import timedelta

from allauth.mfa.models import Authenticator
import pytest

from portal import clock
from portal.accounts.models import Membership, User
from portal.roles import Role
from tests.pages import all_of, column, one, table, words
from tests.people import hire

LIST = "people/"


def _invited(merchant, email, name, stores=()):
    """Somebody who has never come."""
    user = User.objects.create(email=email, name=name)
    membership = Membership.objects.create(
        user=user, merchant=merchant, role=Role.CLERK, all_stores=not stores, invited_as=name
    )
    membership.stores.set(stores)
    return user


def test_the_list_says_who_works_here_as_what_where_and_how_safely(administrator, clerk, aarhus, rival, time_machine):
    time_machine.move_to(now := clock.now(), tick=False)
    User.objects.filter(pk=administrator.user.pk).update(last_login=now - timedelta(hours=3))
    User.objects.filter(pk=clerk.user.pk).update(last_login=now - timedelta(days=2))
    Authenticator.objects.create(user=clerk.user, type=Authenticator.Type.TOTP, data={})
    nora = _invited(administrator.merchant, "nora@kino.example", "Nora", [aarhus])
    Authenticator.objects.create(user=nora, type=Authenticator.Type.RECOVERY_CODES, data={})

    response = administrator.get(LIST)

    assert table(response) == [
        ["Anna anna@kino.example", "Administrator", "all", "None", "3 h ago", "you"],
        ["Carl carl@kino.example", "Clerk", "all", "On", "2 d ago", "Change… Lost phone… Remove…"],
        ["Nora nora@kino.example", "Clerk", "Kino Nord Aarhus", "", "Invited", "Change… Send again… Remove…"],
    ]


def test_an_administrator_of_one_store_is_offered_only_what_is_theirs_to_give(local, clerk, aarhus, randers):
    hire("here@kino.example", local.merchant, Role.CLERK, stores=[aarhus])
    hire("both@kino.example", local.merchant, Role.CLERK, stores=[aarhus, randers])
    hire("there@kino.example", local.merchant, Role.CLERK, stores=[randers])

    response = local.get(LIST)

    assert [(row[0].split()[0], row[5]) for row in table(response)] == [
        ("Lone", "you"),
        ("Here", "Change… Remove…"),
        ("Both", ""),
    ]


def test_a_store_that_the_reader_may_not_see_is_not_named_to_them(local, aarhus, randers):
    hire("both@kino.example", local.merchant, Role.CLERK, stores=[aarhus, randers])

    response = local.get(LIST)

    assert "Aarhus" in words(one(response, "main"))
    assert "Randers" not in words(one(response, "main"))


@pytest.mark.parametrize("colleagues", [1, 6])
def test_the_list_asks_as_many_questions_for_many_people_as_for_one(
    colleagues, administrator, aarhus, django_assert_num_queries
):
    for number in range(colleagues):
        _invited(administrator.merchant, f"clerk{number}@kino.example", "Clerk", [aarhus])
    administrator.get(LIST)

    with django_assert_num_queries(11):
        response = administrator.get(LIST)

    assert len(table(response)) == colleagues + 1


def test_many_people_fill_several_pages(administrator):
    for number in range(55):
        _invited(administrator.merchant, f"clerk{number}@kino.example", "Clerk")

    first = administrator.get(LIST)
    [after, last] = [link.get("href") for link in all_of(first, "nav[@class='pager']//a")]
    second, end = administrator.browser.get(f"{administrator.url(LIST)}{after}"), administrator.get(LIST, page="last")

    people = [*column(first, 0), *column(second, 0)]
    assert people == ["Anna anna@kino.example", *(f"Clerk clerk{number}@kino.example" for number in range(55))]
    assert (last, column(end, 0)) == ("?page=last", people[-50:])


def test_a_merchant_without_people_says_what_to_do(platform):
    response = platform.get(LIST)

    sentence = "Nobody works for this merchant yet. Invite an administrator first."
    assert words(one(response, "p", "empty")) == sentence


def test_a_name_is_shown_as_text_whatever_it_holds(administrator):
    hostile = "<script>alert('1')</script>{{ user }}"
    nora = _invited(administrator.merchant, "nora@kino.example", hostile)

    page = administrator.get(LIST)
    dialog = administrator.get(f"people/{nora.memberships.get().pk}/remove/")

    assert column(page, 0)[1] == f"{hostile} nora@kino.example"
    assert words(one(dialog, "h1")) == f"Remove {hostile} from Kino Nord?"
