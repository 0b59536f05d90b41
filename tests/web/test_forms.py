"""What forms share: a guard against stale pages, and reasons that stay in the audit log."""

from datetime import UTC, datetime, timedelta

from django import forms
from django.http import QueryDict
import pytest

from portal.web.forms import ConfirmForm, FreshForm, ReasonField


class _Form(FreshForm):
    name = forms.CharField()
    hours = forms.IntegerField(label="Overlap, in hours")


CURRENT = {"name": "Kino", "hours": 3}
STALE = (
    "Somebody else has changed this since you opened it: Name: now Bio; Overlap, in hours: now 3. "
    "Nothing was saved; look at your values again and save them if they still hold."
)


def _sent(current=CURRENT, **fields):
    data = QueryDict(mutable=True)
    data.update({"name": "Kino Nord", "hours": "5", **fields})
    data._mutable = False
    return _Form(data, current=current)


def _mark(current=CURRENT):
    return _Form(current=current)["seen"].value()


def test_a_form_about_what_is_still_so_is_taken():
    form = _sent(seen=_mark())

    assert (form.is_valid(), form.cleaned_data) == (True, {"seen": _mark(), "name": "Kino Nord", "hours": 5})


def test_a_form_shows_the_values_as_they_are():
    form = _Form(current=CURRENT)

    assert (form["name"].value(), form["hours"].value()) == ("Kino", 3)
    assert (form["seen"].is_hidden, len(_mark())) == (True, 16)


def test_a_form_about_what_has_changed_is_refused_and_says_how_it_is_now():
    form = _sent({"name": "Bio", "hours": 3}, seen=_mark())

    assert (form.is_valid(), form.errors) == (False, {"__all__": [STALE]})
    assert (form["name"].value(), form["hours"].value()) == ("Kino Nord", "5")


def test_a_refused_form_can_be_sent_again_knowing_what_is_so():
    now = {"name": "Bio", "hours": 3}
    refused = _sent(now, seen=_mark())
    refused.is_valid()

    again = _sent(now, seen=refused["seen"].value())

    assert (again.is_valid(), again.cleaned_data["name"]) == (True, "Kino Nord")


class _ChoicesForm(FreshForm):
    is_open = forms.BooleanField(required=False)
    place = forms.ChoiceField(choices=[("aar", "Aarhus"), ("ran", "Randers")])
    currencies = forms.MultipleChoiceField(choices=[("DKK", "Kroner"), ("EUR", "Euro")])


@pytest.mark.parametrize(
    ("current", "words"),
    [
        (
            {"is_open": True, "place": "aar", "currencies": ["DKK"]},
            "Is open: now yes; Place: now Aarhus; Currencies: now Kroner",
        ),
        (
            {"is_open": False, "place": "gone", "currencies": ["EUR", "DKK"]},
            "Is open: now no; Place: now gone; Currencies: now Euro, Kroner",
        ),
        ({"is_open": False, "place": "ran", "currencies": []}, "Is open: now no; Place: now Randers; Currencies: now "),
    ],
)
def test_how_it_is_now_is_said_in_the_words_of_the_form(current, words):
    assert _ChoicesForm(current=current).now() == words


@pytest.mark.parametrize("seen", ["", " ", "x", "\x00", "æ", "0" * 16, "0" * 5000])
def test_a_form_with_a_mark_that_is_not_ours_is_refused(seen):
    form = _sent(seen=seen)

    assert form.is_valid() is False
    assert form["seen"].value() == _mark()


def test_a_form_that_is_wrong_and_stale_says_both():
    form = _sent({"name": "Bio", "hours": 3}, seen=_mark(), hours="many")

    assert form.errors == {"hours": ["Enter a whole number."], "__all__": [STALE]}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": "1"}, {"a": 1}),
        ({"a": None}, {"a": ""}),
        ({"a": "b"}, {"b": "a"}),
        ({"a": ["b", "c"]}, {"a": ["c", "b"]}),
        ({"a": timedelta(1)}, {"a": timedelta(2)}),
        ({"a": datetime(2026, 1, 1, tzinfo=UTC)}, {"a": datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC)}),
    ],
)
def test_different_values_have_different_marks(one, other):
    assert _mark(one) != _mark(other)


def test_the_same_values_have_the_same_mark_in_any_order():
    assert _mark({"name": "Kino", "hours": 3}) == _mark({"hours": 3, "name": "Kino"})


class _WhyForm(forms.Form):
    reason = ReasonField()
    other = ReasonField(help_text="Something else.", required=False)


def test_a_reason_says_that_it_stays():
    form = _WhyForm()

    assert [form[name].help_text for name in ("reason", "other")] == ["It stays in the audit log.", "Something else."]


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        ("", "This field is required."),
        ("   ", "This field is required."),
        ("no", "Ensure this value has at least 3 characters (it has 2)."),
        ("x" * 201, "Ensure this value has at most 200 characters (it has 201)."),
    ],
)
def test_a_reason_says_something_and_not_too_much(reason, error):
    assert _WhyForm({"reason": reason}).errors == {"reason": [error]}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" lost\r\nBcc: x ", "lost Bcc: x"),
        ("lo\x00st\x07", "lost"),
        ("\u202etsol\u202c \u200bagain\ufeff", "tsol again"),
        ("cafe\u0301", "caf\xe9"),
        ("\u200b" * 300 + "lost", "lost"),
        ("x" * 200 + "\u2069", "x" * 200),
        ("\u0958" * 100, "\u0915\u093c" * 100),
        ("אבד 🍿", "אבד 🍿"),
    ],
)
def test_what_nobody_would_see_in_a_reason_is_left_out(written, kept):
    form = _WhyForm({"reason": written})

    assert (form.errors, form.cleaned_data) == ({}, {"reason": kept, "other": ""})


@pytest.mark.parametrize("reason", ["\u200b\u200b\u200b", "\x00\x00\x00", "\u202e \u2066 \n"])
def test_a_reason_of_which_nothing_shows_is_none(reason):
    assert _WhyForm({"reason": reason}).errors == {"reason": ["This field is required."]}


def test_a_confirmation_asks_for_nothing_but_to_be_sent():
    assert (ConfirmForm({}).is_valid(), ConfirmForm(None).is_valid(), list(ConfirmForm().fields)) == (True, False, [])
