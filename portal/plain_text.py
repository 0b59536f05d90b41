"""What the words of others may hold: texts that show, whole, what they say, on one line."""

import re
import unicodedata

# What shows nothing, or changes how its neighbours are shown, and what no database, XML or log takes:
_UNSEEN = re.compile(
    r"["
    r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls; those that part words are blanks, and stay so
    # Unicode's Default_Ignorable_Code_Point: zero-width and bidi marks, soft hyphens, fillers, variation selectors
    r"\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    r"\ufff9-\ufffb"  # annotations between lines
    r"\ud800-\udfff"  # halves of characters
    r"\ufdd0-\ufdef\ufffe\uffff"  # code points that are no characters, here and at the end of every plane
    + "".join(f"\\U{plane:04x}fffe\\U{plane:04x}ffff" for plane in range(1, 17))
    + r"]"
)


def clean(text: str, *, longest: int) -> str:
    """The text without what nobody can see, in one line, its letters composed (NFC), cut to `longest`.

    Cleaning twice is cleaning once. What is left may be empty.
    """
    seen = " ".join(_UNSEEN.sub("", text).split())
    return _cut(unicodedata.normalize("NFC", seen), longest).rstrip()


def shows_all(text: str) -> bool:
    """Whether everything in the text can be seen, on one line; blanks apart, nothing of it would be cleaned away."""
    return text.isprintable() and _UNSEEN.search(text) is None


def _cut(text: str, longest: int) -> str:
    """The beginning of the text; no letter loses its accents to the cut, unless nothing else would be left."""
    end = longest
    while 0 < end < len(text) and unicodedata.combining(text[end]):
        end -= 1
    return text[: end or longest]
