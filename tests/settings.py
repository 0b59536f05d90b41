"""The project's settings for tests: production's defaults, on a database and a broker of their own."""

import os
from pathlib import Path
import tempfile

_folder = tempfile.mkdtemp(prefix="portal-tests-")

os.environ.update(
    {
        "VAR_DIR": _folder,
        "SECRET_KEY": "tests-secret-key-that-is-long-enough-to-be-one",
        "TOKEN_PEPPER": "tests-pepper-that-is-long-enough-to-be-one",
        "ENCRYPTION_KEYS": "tests-encryption-key-that-is-long-enough-to-be-one",
        "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
        "HTTPS_ONLY": "off",
        "DEFAULT_PROVIDER": "posv10",
        "EPAYMENT_API_URL": "http://127.0.0.1:9",
        "POSV10_API_URL": "http://127.0.0.1:9",
        "POSV10_CLIENT_ID": "demo-client",
        "POSV10_CLIENT_SECRET": "demo-secret",
        "POSV10_CLIENT_VERSION": "1.0.0",
        "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", f"sqlite:///{Path(_folder) / 'tests.sqlite3'}"),
        "CELERY_BROKER_URL": "filesystem://",
        "EMAIL_URL": "smtp://127.0.0.1:9",
        "EMAIL_FROM": "portal@kino.example",
    }
)

from portal.settings import *  # noqa: E402, F403

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, because threads sharing a database in memory do not wait for each other.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_folder) / "tests.sqlite3")}  # noqa: F405

CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True

# Fast, and no weaker for passwords that stand in this repository.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
