"""How to reach MobilePay, and as whom."""

import re

from portal.settings import environment
from portal.settings.base import DEBUG

MOBILEPAY_PROVIDER = environment.choice("MOBILEPAY_PROVIDER", "posv10", allowed=["posv10"])
MOBILEPAY_API_URL = environment.url("MOBILEPAY_API_URL", "http://127.0.0.1:8600" if DEBUG else None)
MOBILEPAY_TOKEN_URL = environment.url(
    "MOBILEPAY_TOKEN_URL", f"{MOBILEPAY_API_URL}/integrator-authentication/connect/token"
)
MOBILEPAY_CLIENT_ID = environment.text("MOBILEPAY_CLIENT_ID", "demo-client" if DEBUG else None)
MOBILEPAY_CLIENT_SECRET = environment.text("MOBILEPAY_CLIENT_SECRET", "demo-secret" if DEBUG else None)
# While MobilePay is slow for a merchant: about half the threads of a web process, so that others get the rest.
SLOW_CALLS_PER_MERCHANT = environment.number("SLOW_CALLS_PER_MERCHANT", 4, least=1)
MOBILEPAY_CLIENT_VERSION = environment.text("MOBILEPAY_CLIENT_VERSION", "1.0.0")

if not re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", MOBILEPAY_CLIENT_VERSION):
    environment.stop("MOBILEPAY_CLIENT_VERSION", "must be three numbers such as 1.0.0")
