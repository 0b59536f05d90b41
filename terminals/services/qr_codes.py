"""The QR code a customer scans at a terminal: its content, and links to its picture that expire."""

from datetime import timedelta
import io

from django.core import signing
import segno

from portal.errors import NotFound

LINK_LIFETIME = timedelta(hours=24)

_SALT = "terminals.qr"
_DOT_SIZE = 8


class LinkExpired(NotFound):
    code = "link_expired"

    def __init__(self) -> None:
        super().__init__("This link to a QR code is not valid, or not any more. Ask the portal for a new one.")


def sign(*, content: str) -> str:
    """A word that stands for what a code says in a link, for a day."""
    return signing.dumps(content, salt=_SALT)


def read(signed: str) -> str:
    """What the code behind a signed word says; raises LinkExpired for one that is old or not ours."""
    try:
        content: str = signing.loads(signed, salt=_SALT, max_age=LINK_LIFETIME)
    except signing.BadSignature as error:
        raise LinkExpired from error
    return content


def picture(content: str, *, kind: str) -> bytes:
    """The code as `png` or `svg`."""
    picture = io.BytesIO()
    segno.make(content, error="m", micro=False).save(picture, kind=kind, scale=_DOT_SIZE)
    return picture.getvalue()
