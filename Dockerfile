# The portal in one image: web, worker, beat and the commands are the same files and differ in what they run (compose.yaml).
# What the tests run on; any image with Python 3.11 or newer and its venv will do.
ARG BASE=docker.io/library/python:3.11-slim-bookworm

FROM ${BASE} AS libraries
COPY requirements.txt /tmp/requirements.txt
RUN python3 -m venv /opt/portal/.venv \
    && /opt/portal/.venv/bin/pip install --no-cache-dir --require-hashes --requirement /tmp/requirements.txt

FROM ${BASE}
# A number, so that a cluster can see that it is not root; it owns nothing but what the portal writes.
RUN groupadd --gid 10001 portal \
    && useradd --uid 10001 --gid 10001 --home-dir /opt/portal --no-create-home --shell /usr/sbin/nologin portal \
    && install --directory --owner 10001 --group 10001 --mode 0700 /var/lib/portal
ENV PATH=/opt/portal/.venv/bin:$PATH \
    VAR_DIR=/var/lib/portal \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /opt/portal
COPY --from=libraries /opt/portal/.venv .venv
# Static files are served from where they lie: nothing has to be collected.
COPY . .
# The file system may be read-only: everything is compiled here.
RUN python3 -m compileall -q portal terminals payments refunds
USER 10001:10001
EXPOSE 8000
# Granian and Celery finish what is under way when they are told this.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python3", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "4", "--blocking-threads", "8", "--respawn-failed-workers", "portal.wsgi:application"]
