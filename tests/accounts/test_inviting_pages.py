"""Inviting somebody, as administrators do it."""

import pytest

from portal.accounts.models import Membership
from tests.accounts.colleagues import errors, page_of
from tests.accounts.colleagues import people as everybody
from tests.accounts.visitors import posted
from tests.pages import all_of, one, toasts, words
from tests.tillapi.raw_calls import rows

LIST = "people/"
INVITATION = {"email": "New@Kino.example", "name": "Nora New", "role": "clerk", "all_stores": "on"}


@pytest.mark.parametrize("how", ["post", "send"])
def test_an_invitation_is_written_down_and_mailed(how, administrator):
    response = getattr(administrator, how)("people/invite/", **INVITATION)

    target = administrator.url(LIST)
    assert (response.status_code, response.url) == ((302 if how == "post" else 200), target)
    assert response.headers.get("HX-Redirect") == (None if how == "post" else target)
    assert everybody()[1] == ("new@kino.example", "KINO1", "clerk", "all")
    assert [letter.to for letter in posted()] == [["new@kino.example"]]
    assert toasts(administrator.get(LIST)) == ["A letter is on its way to new@kino.example."]


def test_an_invitation_for_some_stores(administrator, aarhus, randers):
    administrator.post("people/invite/", **{**INVITATION, "all_stores": "", "stores": [aarhus.pk, randers.pk]})

    assert everybody()[1] == ("new@kino.example", "KINO1", "clerk", ["Kino Nord Aarhus", "Kino Nord Randers"])


WHICH = "Choose all stores, or the ones it is for."


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"email": "nora"}, {"email": ["This is no e-mail address. Write it like name@company.dk. Nothing was done."]}),
        (
            {"email": "a@b.example\r\nBcc: c@d.example"},
            {
                "email": [
                    "The address holds signs that cannot be seen. Type it anew instead of pasting it. Nothing was done."
                ]
            },
        ),
        ({"name": " "}, {"name": ["This field is required."]}),
        ({"name": "x" * 101}, {"name": ["Ensure this value has at most 100 characters (it has 101)."]}),
        ({"role": "owner"}, {"role": ["Select a valid choice. owner is not one of the available choices."]}),
        ({"all_stores": ""}, {"__all__": [WHICH]}),
    ],
)
def test_an_invitation_that_says_too_little_or_too_much_gives_nothing(wrong, says, administrator):
    stored = rows()

    response = administrator.send("people/invite/", **{**INVITATION, **wrong})

    assert errors(response) == says
    assert rows() == stored


def test_all_stores_and_some_are_not_chosen_at_once(administrator, aarhus):
    stored = rows()

    response = administrator.send("people/invite/", **INVITATION, stores=[aarhus.pk])

    assert errors(response) == {"__all__": [WHICH]}
    assert rows() == stored


def test_another_merchants_store_is_no_choice(administrator, kolding):
    stored = rows()

    response = administrator.send("people/invite/", **{**INVITATION, "all_stores": "", "stores": [kolding.pk]})

    sentence = f"Select a valid choice. {kolding.pk} is not one of the available choices."
    assert errors(response) == {"stores": [sentence], "__all__": [WHICH]}
    assert rows() == stored


@pytest.mark.parametrize("store", ["0", "-1", "x", "", "9" * 30, "\x00", "1.5", "٣"])
def test_what_names_no_store_is_no_choice(store, administrator):
    stored = rows()

    response = administrator.send("people/invite/", **{**INVITATION, "all_stores": "", "stores": [store]})

    assert errors(response).keys() == {"stores", "__all__"}
    assert rows() == stored


def test_a_refusal_of_the_service_stands_in_the_form(administrator, clerk):
    stored = rows()

    response = administrator.send("people/invite/", **{**INVITATION, "email": clerk.user.email})

    sentence = (
        "carl@kino.example works here already. Change the role in the list, or ask an administrator of all stores; "
        "nothing was sent."
    )
    assert errors(response) == {"__all__": [sentence]}
    assert words(one(response, "div[@role='alert']")) == sentence
    assert rows() == stored


def test_an_administrator_of_one_store_is_offered_that_store_alone(local, aarhus, randers):
    page = local.get("people/invite/")
    stored = rows()
    refused = [
        local.send("people/invite/", **INVITATION),
        local.send("people/invite/", **INVITATION, stores=[randers.pk]),
    ]
    unchanged = rows() == stored
    local.send("people/invite/", **INVITATION, stores=[aarhus.pk])

    form = page.context["form"]
    assert (list(form.fields), list(form.fields["stores"].queryset), form.fields["stores"].label) == (
        ["email", "name", "role", "stores"],
        [aarhus],
        "For these stores",
    )
    assert ([each.status_code for each in refused], unchanged) == ([422, 422], True)
    assert everybody()[2] == ("new@kino.example", "KINO1", "clerk", ["Kino Nord Aarhus"])


@pytest.mark.parametrize("who", ["administrator", "platform"])
def test_whoever_holds_all_stores_is_offered_all_of_the_merchants_and_no_others(who, aarhus, randers, request):
    person = request.getfixturevalue(who)

    form = person.get("people/invite/").context["form"]

    assert [form.fields["stores"].label_from_instance(store) for store in form.fields["stores"].queryset] == [
        "Kino Nord Aarhus",
        "Kino Nord Randers",
    ]
    assert (list(form.fields), form.fields["stores"].label) == (
        ["email", "name", "role", "all_stores", "stores"],
        "Or for these",
    )


def test_a_letter_is_sent_again(administrator, clerk):
    Membership.objects.filter(user=clerk.user).update(accepted_at=None)
    asked = administrator.get(page_of(clerk, "remind"))
    looked = list(posted())

    administrator.post(page_of(clerk, "remind"))

    assert (asked.context["title"], looked) == ("Send the letter to Carl again?", [])
    assert [letter.to for letter in posted()] == [["carl@kino.example"]]
    assert toasts(administrator.get(LIST)) == ["A letter is on its way to carl@kino.example."]


def test_whoever_has_come_already_gets_no_letter(administrator, clerk):
    response = administrator.post(page_of(clerk, "remind"))

    assert (response.status_code, posted()) == (302, [])
    assert [words(toast) for toast in all_of(administrator.get(LIST), "div[@data-toast]", "bad")] == [
        "Carl needs no letter from you. Nothing was sent."
    ]
