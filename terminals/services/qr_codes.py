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


def sign(*, beacon_id: str) -> str:
    """A word that stands for the beacon in a link, for a day."""
    return signing.dumps(beacon_id, salt=_SALT)


def read(signed: str) -> str:
    """The beacon id behind a signed word; raises LinkExpired for one that is old or not ours."""
    try:
        beacon_id: str = signing.loads(signed, salt=_SALT, max_age=LINK_LIFETIME)
    except signing.BadSignature as error:
        raise LinkExpired from error
    return beacon_id


def content(beacon_id: str) -> str:
    """What the code says, all lower case (docs/protocol/posv10.md, QR codes)."""
    return f"mobilepaypos://pos?id={beacon_id.lower()}&source=qr"


def picture(beacon_id: str, *, kind: str) -> bytes:
    """The code as `png` or `svg`."""
    picture = io.BytesIO()
    segno.make(content(beacon_id), error="m", micro=False).save(picture, kind=kind, scale=_DOT_SIZE)
    return picture.getvalue()
