"""Settings, one topic per file, from the environment only; docs/configuration.md lists the variables."""

from portal.settings import environment
from portal.settings.accounts import *  # noqa: F403
from portal.settings.api import *  # noqa: F403
from portal.settings.base import *  # noqa: F403
from portal.settings.database import *  # noqa: F403
from portal.settings.logs import *  # noqa: F403
from portal.settings.metrics import *  # noqa: F403
from portal.settings.mobilepay import *  # noqa: F403
from portal.settings.queue import *  # noqa: F403
from portal.settings.retention import *  # noqa: F403
from portal.settings.security import *  # noqa: F403

environment.check()
