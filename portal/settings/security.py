"""Secrets, hosts and HTTPS."""

from csp.constants import NONE, SELF

from portal.settings import environment
from portal.settings.base import DEBUG

_DEFAULT = environment.DEVELOPMENT_SECRET if DEBUG else None
SECRET_KEY = environment.text("SECRET_KEY", _DEFAULT)
# Of several the first writes, and all are still read.
TOKEN_PEPPERS = environment.words("TOKEN_PEPPER", _DEFAULT)
ENCRYPTION_KEYS = environment.words("ENCRYPTION_KEYS", _DEFAULT)
if not DEBUG:
    environment.refuse_weak("SECRET_KEY", [SECRET_KEY])
    environment.refuse_weak("TOKEN_PEPPER", TOKEN_PEPPERS)
    environment.refuse_weak("ENCRYPTION_KEYS", ENCRYPTION_KEYS)

ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if DEBUG else None)
# What letters link to; a request knows its own address, a worker does not.
PORTAL_URL = environment.url(
    "PORTAL_URL", "http://127.0.0.1:8000" if DEBUG else f"https://{ALLOWED_HOSTS[0].lstrip('*.')}"
)

HTTPS_ONLY = environment.boolean("HTTPS_ONLY", default=not DEBUG)
SECURE_SSL_REDIRECT = HTTPS_ONLY
SESSION_COOKIE_SECURE = HTTPS_ONLY
CSRF_COOKIE_SECURE = HTTPS_ONLY
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS_ONLY
TRUST_PROXY = environment.boolean("TRUST_PROXY", default=False)
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Everything from our own files, nothing inline; a picture may be written into a page (the second factor's QR code).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    **{each: [] for each in ("camera", "geolocation", "microphone", "payment", "usb")},
    "publickey-credentials-create": ["self"],
    "publickey-credentials-get": ["self"],
}

# A till call carries a few short words, and so does every form; nothing is uploaded.
TILL_BODY_LIMIT = 64 * 1024
PAGE_BODY_LIMIT = 256 * 1024
WEBHOOK_BODY_LIMIT = 64 * 1024
# All counted per process: `limits` notation.
TILL_RATE_LIMIT = environment.rate("TILL_RATE_LIMIT", "1000/second")
MERCHANT_RATE_LIMIT = environment.rate("MERCHANT_RATE_LIMIT", "1000/second")
WRONG_TOKEN_RATE_LIMIT = environment.rate("WRONG_TOKEN_RATE_LIMIT", "60/minute")
