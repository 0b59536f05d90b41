"""What the project is made of."""

import os
from pathlib import Path
import tomllib

from portal.settings import environment

# What a process of the portal writes is for its owner: payments, messages, what the cache holds.
os.umask(0o077)

BASE_DIR = Path(__file__).resolve().parents[2]
# Written there and nowhere else; a release is tagged with it (docs/operations.md).
VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
VAR_DIR = Path(environment.text("VAR_DIR", str(BASE_DIR / "var"))).resolve()
environment.folder("VAR_DIR", VAR_DIR)

DEBUG = environment.boolean("DEBUG", default=False)

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "portal.audit",
    "portal.web.apps.WebConfig",
    "portal.emails",
    "portal.accounts",
    "portal.health",
    "portal.management.apps.PortalConfig",
    "terminals",
    "payments",
    "refunds",
    "portal.webhooks.apps.WebhooksConfig",
    "portal.dashboard.apps.DashboardConfig",
    "portal.retention",
]

MIDDLEWARE = [
    "portal.observability.middleware.RequestIdMiddleware",
    "portal.health.middleware.HealthMiddleware",
    "portal.tillapi.middleware.CanonicalPathMiddleware",
    "portal.tillapi.middleware.KnownHostMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.web.middleware.NoStoreMiddleware",
    # Whatever is answered from here on carries the headers of the ones above, also when it is an error.
    "portal.web.middleware.BodyLimitMiddleware",
    "portal.web.middleware.CookieMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "portal.accounts.middleware.SessionEndMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.web.middleware.ReaderMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.web.context_processors.shell",
                "portal.gateway.context_processors.mobilepay_outage",
            ],
            "builtins": ["template_partials.templatetags.partials"],
        },
    },
]
FORM_RENDERER = "portal.web.forms.Renderer"
CSRF_FAILURE_VIEW = "portal.web.views.csrf_failed"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "portal" / "static"]
# Static files are served from where they lie: no collect step stands between a clone and a page.
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
