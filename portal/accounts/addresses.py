"""E-mail addresses: how one is written down, and which of them lead to one mailbox."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.encoding import punycode

from portal.errors import PortalError

LENGTH = 120
# Letters to these reach one mailbox, whatever dots stand before the @.
_DOTLESS = {"gmail.com", "googlemail.com"}
# What may stand in an old account's address beside the mailbox: quotes, comments, spaces.
_DECORATION = re.compile(r'\([^)]*\)|[\s"\\]')


class AddressRefused(PortalError):
    """An address that cannot be told apart from another one, or that is none."""

    code = "address_refused"

    def __init__(self, problem: str) -> None:
        super().__init__(f"{problem} Nothing was done.")


def read(text: str) -> str:
    """The address as it is kept: in small letters, its domain as mail servers spell it; raises AddressRefused.

    What could be a second spelling of somebody's mailbox is refused rather than guessed.
    """
    text = unicodedata.normalize("NFKC", text.strip())
    if not text.isprintable() or " " in text:
        raise AddressRefused("The address holds signs that cannot be seen. Type it anew instead of pasting it.")
    local, _, domain = text.lower().rpartition("@")
    if '"' in local or "(" in text:
        raise AddressRefused("Write the address without quotation marks and without what stands in brackets.")
    if "+" in local:
        plain = local.partition("+")[0]
        raise AddressRefused(f"Write the address without “+” and what follows it: {plain}@… reaches the same mailbox.")
    if not local.isascii():
        raise AddressRefused("Before the @ there can only be letters from a to z, digits and signs such as . _ -")
    return _valid(f"{local}@{_ascii(domain)}")


def as_kept(text: str) -> str:
    """The address in the spelling that an account would have, whatever is typed at the door."""
    try:
        return read(text)
    except AddressRefused:
        return text.strip().lower()


def mailbox(address: str) -> str:
    """Where letters to the address end up: without `+tag` and decoration, the domain as mail servers spell it.

    It takes every address that an account has ever had, and is the same for all that one person reads.
    """
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", address) if sign.isprintable())
    local, _, domain = _DECORATION.sub("", plain).lower().rpartition("@")
    try:
        domain = _ascii(domain)
    except AddressRefused:
        domain = domain.strip(".")
    local = local.partition("+")[0] or local
    if domain in _DOTLESS:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def _ascii(domain: str) -> str:
    try:
        return punycode(domain.removesuffix("."))
    except UnicodeError as error:
        raise AddressRefused("What stands after the @ is no domain.") from error


def _valid(address: str) -> str:
    try:
        validate_email(address)
    except ValidationError as error:
        raise AddressRefused("This is no e-mail address. Write it like name@company.dk.") from error
    if len(address) > LENGTH:
        raise AddressRefused(f"The address is longer than {LENGTH} signs.")
    return address
