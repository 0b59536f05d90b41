"""What somebody or something is called: one line of letters and signs."""

from django.core.exceptions import ValidationError
import pytest

from portal.web.forms import NameField


@pytest.mark.parametrize("name", ["Anna", " Anna ", "Søren Ærø-Å", "李雷", "O'Neil <b>", "x" * 100, "7-Eleven 🍿"])
def test_a_name_is_taken_as_it_is(name):
    assert NameField().clean(name) == name.strip()


@pytest.mark.parametrize(
    "name", ["Anna\nBcc: x", "Anna\r\nBo", "Anna\tBo", "Anna\u2028Bo", "Anna\u202eoB", "\x7fAnna", "An\u200bna"]
)
def test_a_name_of_more_than_a_line_is_refused(name):
    with pytest.raises(ValidationError) as refusal:
        NameField().clean(name)

    assert refusal.value.messages == ["A name is one line of letters and signs."]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "This field is required."),
        ("  ", "This field is required."),
        ("x" * 101, "Ensure this value has at most 100 characters (it has 101)."),
        ("a\x00b", "Null characters are not allowed."),
    ],
)
def test_a_name_says_something_and_not_too_much(name, says):
    with pytest.raises(ValidationError) as refusal:
        NameField().clean(name)

    assert refusal.value.messages == [says]


@pytest.mark.parametrize("name", ["\u3164", "Kino\u034f", "Kino \ufe0f", "\U000e0041Kino", "\uffffKino", "Ki\u115fno"])
def test_a_name_of_which_a_part_cannot_be_seen_is_refused(name):
    with pytest.raises(ValidationError) as refusal:
        NameField().clean(name)

    assert refusal.value.messages == ["A name is one line of letters and signs."]


def test_a_name_is_spelled_in_one_way():
    assert NameField().clean("Cafe\u0301  Zoe\u0308") == "Caf\xe9 Zo\xeb"
