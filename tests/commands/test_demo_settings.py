"""What the demo's programs have besides the portal's own settings."""

from secrets import token_urlsafe
import subprocess
import sys

from tests.commands.programs import ROOT, development

PROGRAM = """
import django, logging
django.setup()
log = logging.getLogger
log("django.request").warning("Not Found: /nothing", extra={"status_code": 404})
log("django.request").error("Service Unavailable: /api/pos/payment/status", extra={"status_code": 503})
log("django.security.DisallowedHost").error("Invalid HTTP_HOST header", extra={"status_code": 400})
log("portal.gateway.outage").warning("MobilePay does not answer")
log("portal.emails.services").error("A letter could not be sent")
log("django.request").error("Internal Server Error: /", extra={"status_code": 500})
"""


def started(folder, **environment):
    settings = {"DJANGO_SETTINGS_MODULE": "portal.management.demo.settings", **environment}
    command = [sys.executable, "-c", PROGRAM]
    return subprocess.run(  # noqa: S603
        command, env=development(folder, **settings), cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_the_terminal_shows_only_what_is_wrong_with_the_portal_itself(tmp_path):
    finished = started(tmp_path)

    lines = [line.partition(" ERROR ")[2] for line in finished.stderr.splitlines()]
    assert (finished.returncode, lines) == (
        0,
        ["portal.emails.services [-] A letter could not be sent", "django.request [-] Internal Server Error: /"],
    )


def test_production_cannot_be_started_with_them(tmp_path):
    finished = started(
        tmp_path,
        DEBUG="off",
        SECRET_KEY=token_urlsafe(48),
        TOKEN_PEPPER=token_urlsafe(48),
        ENCRYPTION_KEYS=token_urlsafe(48),
        ALLOWED_HOSTS="portal.example",
        EMAIL_URL="smtp://mail",
        EMAIL_FROM="portal@portal.example",
    )

    assert finished.returncode == 1
    assert finished.stderr == "Configuration: DEBUG must be on for the demo's settings.\n"
