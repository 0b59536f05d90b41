"""Signing in: e-mail and password, then a second factor; nobody signs up by themselves."""

from datetime import timedelta

from environ import Env

from portal.settings import environment
from portal.settings.base import DEBUG
from portal.settings.security import TRUST_PROXY

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ["email", "name"]}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

# A working day at the desk: then everybody signs in anew, however busy they were.
SESSION_LIFETIME = timedelta(hours=environment.number("SESSION_HOURS", 12, least=1))
SESSION_COOKIE_AGE = int(SESSION_LIFETIME.total_seconds())
SESSION_ENGINE = "portal.accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# An invitation's link works as long as that of a forgotten password.
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60

ACCOUNT_ADAPTER = "portal.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# Whoever holds an account has set its password by a link sent to its address.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[PoS Portal] "
ACCOUNT_FORMS = {"reset_password": "portal.accounts.sign_in_forms.ForgottenPasswordForm"}
# By who asks, and never by whose account it is: nobody is kept out by what somebody else types. Wrong passwords
# are counted for each address from each place (adapters.py), the codes of a second factor for each account.
ACCOUNT_RATE_LIMITS = {"reset_password": "20/m/ip"}
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if DEBUG else "https"
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if TRUST_PROXY else 0

MFA_ADAPTER = "portal.accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "portal.accounts.sign_in_forms.SecondFactorForm",
    "reauthenticate": "portal.accounts.sign_in_forms.SecondFactorAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Addresses are proved by the invitation: there is no second proof to wait for.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "PoS Portal"
MFA_TOTP_TOLERANCE = 1
# Browsers make passkeys for https and for localhost only.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG

SECOND_FACTOR_REQUIRED = environment.boolean("SECOND_FACTOR_REQUIRED", default=True)
if not SECOND_FACTOR_REQUIRED and not DEBUG:
    environment.wrong("SECOND_FACTOR_REQUIRED", "can be off in the demo only, together with DEBUG=on")

_email_url = environment.address(
    "EMAIL_URL",
    "consolemail://" if DEBUG else None,
    schemes=("consolemail", "smtp", "smtps", "smtp+tls", "smtp+ssl"),
)
_email = Env.email_url_config(_email_url)
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST = _email["EMAIL_HOST"] or "localhost"
EMAIL_PORT = _email["EMAIL_PORT"] or 25
EMAIL_HOST_USER = _email["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.text("EMAIL_FROM", "portal@localhost" if DEBUG else None)
