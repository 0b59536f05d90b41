"""In which encoding a till wrote: what its first bytes show, else what it says, else UTF-8."""

import codecs
import re

UTF8 = "utf-8"

# A table of our own: Python's would remember every name that somebody makes up.
_LATIN_1 = ("iso-8859-1", "iso8859-1", "iso_8859-1", "latin-1", "latin1", "windows-1252", "cp1252")
# Who says Latin-1 on Windows means its own page: the same letters and a few more, as every browser knows.
_WESTERN = {**dict.fromkeys(_LATIN_1, "cp1252"), "iso-8859-15": "iso8859-15"}
_CHARSET = re.compile(r';\s*charset\s*=\s*"?([^\s";]+)', re.IGNORECASE)


def charset_of(content_type: str) -> str:
    """The charset that a Content-Type names, or an empty text."""
    found = _CHARSET.search(content_type)
    return found[1] if found else ""


def encoding_of(body: bytes, charset: str) -> str:
    """Python's name of the body's encoding; a charset that we do not know counts as UTF-8.

    UTF-16 shows by its mark, or by the zero in its first character: .NET writes `utf-16` above what is UTF-8.
    """
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in body[:2]:
        return "utf-16-be" if body.startswith(b"\0") else "utf-16-le"
    return "utf-8-sig" if body.startswith(codecs.BOM_UTF8) else _WESTERN.get(charset.lower(), UTF8)


def for_escapes(encoding: str) -> str:
    """The encoding of percent-escapes in a text of this encoding: they spell bytes, which UTF-16 has no use for."""
    return encoding if encoding in _WESTERN.values() else UTF8
