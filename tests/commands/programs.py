"""Our commands as programs of their own, as whoever runs them sees them."""

from contextlib import contextmanager
import json
import os
from pathlib import Path
import socket
import subprocess
import sys
from urllib.request import ProxyHandler, Request, build_opener

ROOT = Path(__file__).parents[2]
_web = build_opener(ProxyHandler({}))


def free_ports(count):
    """So many ports that nobody listens on."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def development(folder, **more):
    """The environment of a developer whose data lies in this folder, and nothing of the tests' own."""
    return {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1", "DEBUG": "on", "VAR_DIR": str(folder), **more}


@contextmanager
def started(*arguments, environment):
    """Run a command; whatever happens, nothing of it outlives the block."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    process = subprocess.Popen(  # noqa: S603
        command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=30)


def finished(*arguments, environment):
    """Run a command to its end; gives its exit code and what it wrote to both outputs."""
    with started(*arguments, environment=environment) as process:
        out, err = process.communicate(timeout=20)
    return process.returncode, out, err


def fetched(address, *, body=None, token=""):
    """The status of an answer, and its text."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    with _web.open(Request(address, data, headers), timeout=5) as response:  # noqa: S310 - our own address
        return response.status, response.read().decode()
