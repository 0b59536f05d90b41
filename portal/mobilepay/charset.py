"""The characters MobilePay takes in ids and names (docs/protocol/posv10.md, Field formats)."""

import re

MAX_LENGTH = 36

_LETTERS = "æÆøØåÅäÄöÖšŠžŽâÂàÀáÁãÃéÉêÊëËèÈíÍîÎïÏìÌüÜûÛùÙúÚôÔòÒóÓõÕÿYýÝñÑðþçßÇµÐÞ"
_SIGNS = "¦¯¨´×«»¤±°ªº©§¶¼½¾¬®¢£¥¡¿¹²³"  # noqa: RUF001 - the protocol's list
# \x20 to \x7e is all of printable ASCII, which is what the protocol lists one by one.
PATTERN = rf"[\x20-\x7e{_LETTERS}{_SIGNS}]{{1,{MAX_LENGTH}}}"


def is_valid(text: str) -> bool:
    """Whether the text is 1 to 36 of the characters that MobilePay takes."""
    return re.fullmatch(PATTERN, text) is not None
