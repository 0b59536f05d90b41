"""E-mail addresses: the one spelling that is kept, what is refused, and which lead to one mailbox."""

import pytest

from portal.accounts import addresses
from portal.accounts.addresses import AddressRefused

ZERO_WIDTH = "\u200b"
UNSEEN = "The address holds signs that cannot be seen. Type it anew instead of pasting it. Nothing was done."


@pytest.mark.parametrize(
    "typed",
    [
        "anna@kino.example",
        " Anna@KINO.Example ",
        "anna@kino.example.",
        "anna@\uff4b\uff49\uff4e\uff4f.example",
        "\uff41nna\uff20kino\u3002example",
    ],
)
def test_an_address_is_kept_in_one_spelling(typed):
    assert addresses.read(typed) == "anna@kino.example"


@pytest.mark.parametrize(
    "typed", ["anna@r\xf8dgr\xf8d.example", "anna@R\xd8DGR\xd8D.example", "anna@xn--rdgrd-vuad.example"]
)
def test_a_domain_is_kept_as_mail_servers_spell_it(typed):
    assert addresses.read(typed) == "anna@xn--rdgrd-vuad.example"


def test_a_domain_in_look_alike_letters_cannot_pass_for_another():
    assert addresses.read("anna@k\u0456no.example") == "anna@xn--kno-jhd.example"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (f"anna@ki{ZERO_WIDTH}no.example", UNSEEN),
        (f"an{ZERO_WIDTH}na@kino.example", UNSEEN),
        ("anna@kino.exa\xadmple", UNSEEN),
        ("anna\u202e@kino.example", UNSEEN),
        ("an na@kino.example", UNSEEN),
        ("anna@kino.example\r\nBcc: x@y.example", UNSEEN),
        ("anna\x00@kino.example", UNSEEN),
        (
            '"anna"@kino.example',
            "Write the address without quotation marks and without what stands in brackets. Nothing was done.",
        ),
        (
            "anna(at work)@kino.example".replace(" ", "-"),
            "Write the address without quotation marks and without what stands in brackets. Nothing was done.",
        ),
        (
            "anna+second@kino.example",
            "Write the address without “+” and what follows it: anna@… reaches the same mailbox. Nothing was done.",
        ),
        (
            "\u0430nna@kino.example",
            "Before the @ there can only be letters from a to z, digits and signs such as . _ - Nothing was done.",
        ),
        ("anna@kino..example", "What stands after the @ is no domain. Nothing was done."),
        (f"anna@{'x' * 64}.example", "What stands after the @ is no domain. Nothing was done."),
        ("anna", "This is no e-mail address. Write it like name@company.dk. Nothing was done."),
        ("", "This is no e-mail address. Write it like name@company.dk. Nothing was done."),
        (f"{'x' * 60}@{'y' * 60}.example", "The address is longer than 120 signs. Nothing was done."),
    ],
)
def test_what_could_be_a_second_spelling_is_refused_in_a_sentence(typed, says):
    with pytest.raises(AddressRefused) as refusal:
        addresses.read(typed)

    assert (refusal.value.code, refusal.value.message) == ("address_refused", says)


@pytest.mark.parametrize(
    "old",
    [
        "anna@kino.example",
        "ANNA@Kino.example.",
        "anna+refunds@kino.example",
        f"anna@ki{ZERO_WIDTH}no.example",
        '"anna"@kino.example',
        '"an\\na"@kino.example',
        "anna(at work)@kino.example",
        "\uff41nna@kino.example",
    ],
)
def test_old_accounts_of_one_mailbox_are_found_out(old):
    assert addresses.mailbox(old) == "anna@kino.example"


@pytest.mark.parametrize("old", ["a.n.n.a@gmail.com", "anna@googlemail.com", "Anna+x@GMail.com"])
def test_dots_say_nothing_where_mail_is_known_to_leave_them_out(old):
    assert addresses.mailbox(old) == "anna@gmail.com"


@pytest.mark.parametrize(
    ("old", "where"),
    [
        ("a.nna@kino.example", "a.nna@kino.example"),
        ("+anna@kino.example", "+anna@kino.example"),
        ("anna@kino..example.", "anna@kino..example"),
        ("anna", "@anna"),
        ("anna@r\xf8dgr\xf8d.example", "anna@xn--rdgrd-vuad.example"),
    ],
)
def test_every_address_has_a_mailbox(old, where):
    assert addresses.mailbox(old) == where


def test_whatever_is_typed_at_the_door_is_looked_for_in_the_spelling_that_is_kept():
    assert [addresses.as_kept(typed) for typed in (" Anna@KINO.example.", "Anna+X@kino.example", "nobody")] == [
        "anna@kino.example",
        "anna+x@kino.example",
        "nobody",
    ]
