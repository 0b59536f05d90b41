"""Where processes count, and who may read it."""

import os

from portal.settings import environment
from portal.settings.base import DEBUG, VAR_DIR

METRICS_TOKEN = environment.text("METRICS_TOKEN", "")
if METRICS_TOKEN and not DEBUG:
    environment.refuse_weak("METRICS_TOKEN", [METRICS_TOKEN])

# The processes of a machine count in files of one folder, which prometheus_client wants to know when it is imported.
_METRICS_DIR = VAR_DIR / "metrics"
environment.folder("VAR_DIR", _METRICS_DIR)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_METRICS_DIR)
