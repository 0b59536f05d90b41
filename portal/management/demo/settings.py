"""The portal's settings, and what the demo's web server and worker have besides; production never reads this file."""

from portal.settings import *  # noqa: F403
from portal.settings import DEBUG, LOGGING, MIDDLEWARE, environment

if not DEBUG:
    environment.wrong("DEBUG", "must be on for the demo's settings")
    environment.check()

ROOT_URLCONF = "portal.management.demo.urls"
MIDDLEWARE = [*MIDDLEWARE, "portal.management.demo.tills.NewTokenMiddleware"]

EMAIL_BACKEND = "portal.management.demo.mailbox.EmailBackend"

# The terminal shows the sign-ins: only what is wrong with the portal itself comes after them.
_STDERR = LOGGING["handlers"]["stderr"]
LOGGING = {
    **LOGGING,
    "filters": {**LOGGING["filters"], "failures": {"()": "portal.management.demo.log_filters.FailureFilter"}},
    "handlers": {"stderr": {**_STDERR, "level": "ERROR", "filters": [*_STDERR["filters"], "failures"]}},
}
