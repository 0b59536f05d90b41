"""How to reach MobilePay, and as whom."""

import re

from portal.settings import environment
from portal.settings.base import DEBUG

DEFAULT_PROVIDER = environment.choice("DEFAULT_PROVIDER", "posv10", allowed=["posv10"])
POSV10_API_URL = environment.url("POSV10_API_URL", "http://127.0.0.1:8600" if DEBUG else None)
POSV10_TOKEN_URL = environment.url("POSV10_TOKEN_URL", f"{POSV10_API_URL}/integrator-authentication/connect/token")
POSV10_CLIENT_ID = environment.text("POSV10_CLIENT_ID", "demo-client" if DEBUG else None)
POSV10_CLIENT_SECRET = environment.text("POSV10_CLIENT_SECRET", "demo-secret" if DEBUG else None)
# While MobilePay is slow for a merchant: about half the threads of a web process, so that others get the rest.
SLOW_CALLS_PER_MERCHANT = environment.number("SLOW_CALLS_PER_MERCHANT", 4, least=1)
POSV10_CLIENT_VERSION = environment.text("POSV10_CLIENT_VERSION", "1.0.0")

if not re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", POSV10_CLIENT_VERSION):
    environment.stop("POSV10_CLIENT_VERSION", "must be three numbers such as 1.0.0")
