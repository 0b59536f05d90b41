"""How to reach MobilePay, and as whom."""

import re

from portal.settings import environment
from portal.settings.base import DEBUG

_SIMULATOR = "http://127.0.0.1:8600"

# The network of imported stores that name none.
DEFAULT_PROVIDER = environment.choice("DEFAULT_PROVIDER", "epayment", allowed=["epayment", "posv10"])

EPAYMENT_API_URL = environment.url("EPAYMENT_API_URL", _SIMULATOR if DEBUG else "https://api.vipps.no")
EPAYMENT_TEST_API_URL = environment.url("EPAYMENT_TEST_API_URL", _SIMULATOR if DEBUG else "https://apitest.vipps.no")
# A partner's keys, for accounts without their own.
EPAYMENT_CLIENT_ID = environment.text("EPAYMENT_CLIENT_ID", "demo-client" if DEBUG else "")
EPAYMENT_CLIENT_SECRET = environment.text("EPAYMENT_CLIENT_SECRET", "demo-secret" if DEBUG else "")
EPAYMENT_SUBSCRIPTION_KEY = environment.text("EPAYMENT_SUBSCRIPTION_KEY", "demo-key" if DEBUG else "")

# Needed only where an account of PoS V10 exists; without them its calls go nowhere.
POSV10_API_URL = environment.url("POSV10_API_URL", _SIMULATOR if DEBUG else "https://posv10.invalid")
POSV10_TOKEN_URL = environment.url("POSV10_TOKEN_URL", f"{POSV10_API_URL}/integrator-authentication/connect/token")
POSV10_CLIENT_ID = environment.text("POSV10_CLIENT_ID", "demo-client" if DEBUG else "")
POSV10_CLIENT_SECRET = environment.text("POSV10_CLIENT_SECRET", "demo-secret" if DEBUG else "")
POSV10_CLIENT_VERSION = environment.text("POSV10_CLIENT_VERSION", "1.0.0")

# While MobilePay is slow for a merchant: about half the threads of a web process, so that others get the rest.
SLOW_CALLS_PER_MERCHANT = environment.number("SLOW_CALLS_PER_MERCHANT", 4, least=1)

if not re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", POSV10_CLIENT_VERSION):
    environment.wrong("POSV10_CLIENT_VERSION", "must be three numbers such as 1.0.0")
