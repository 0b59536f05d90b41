"""A day of the whole portal with secrets of its own: what was sold, what went wrong, and what was said about it."""

from contextlib import contextmanager
import json
from pathlib import Path
import sqlite3

from django.core.cache.backends.filebased import FileBasedCache
from django.test import override_settings
import requests

from portal import encryption
from portal.management import processes
from portal.mobilepay.simulator.posv10.people import person_with
from tests.commands.programs import free_ports
from tests.security.programs import mail_server, programs, wait_for_all
from tests.shop import SHOPS
from tests.tillapi.endpoints import ENDPOINTS

ADMINISTRATOR = "pia@portal.example"
RECEIPTS, LOYAL = "+4520031803", "+4520031804"
SETTINGS = {
    "SECRET_KEY": "Sk7-of-this-very-run-and-of-no-other-run-in-the-world-2Qv9",
    "TOKEN_PEPPER": "Pp3-pepper-of-this-very-run-8Xw1",
    "ENCRYPTION_KEYS": "Ek5-first-key-of-this-very-run-4Zt6",
    "POSV10_CLIENT_SECRET": "Cs9-client-secret-of-this-very-run-7Rm2",
    "METRICS_TOKEN": "Mt1-metrics-token-of-this-very-run-5Ln8",
}
OTHER_KEY = "Ek8-key-of-the-misconfigured-process-3Bd5"
MAIL_PASSWORD = "Mp6-mail-password-of-this-run-9Hf4"
PASSWORD, WRONG_PASSWORD = "Pw2-password-of-pia-this-run-6Jk3", "Wp4-typed-by-mistake-this-run-1Gc7"
NEW_PASSWORD = "Np5-password-of-asta-this-run-8Vy2"


def secret_of(token: str) -> str:
    """The part of a till's token that nobody knows; what comes before it is its name, and the rest a checksum."""
    return token.split("_")[2][:32]


class Run:
    """`secrets` by name; `answers` are what somebody was told, and which secrets were theirs to be told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.logs = folder / "logs"
        self.var = folder / "var"
        self.secrets = {**SETTINGS, "other ENCRYPTION_KEYS": OTHER_KEY, "mail password": MAIL_PASSWORD}
        self.secrets |= {"password": PASSWORD, "wrong password": WRONG_PASSWORD, "new password": NEW_PASSWORD}
        customers = {"customer's": person_with(RECEIPTS), "member's": person_with(LOYAL)}
        for whose, person in customers.items():
            self.secrets[f"{whose} phone"] = person.phone_number.removeprefix("+")
            self.secrets[f"{whose} token"] = person.token
        self.secrets["customer's receipt token"] = customers["customer's"].receipt_token
        [self.secrets["loyalty id"]] = person_with(LOYAL).loyalty_ids
        self.answers: list[tuple[str, str, set[str]]] = []
        self.staff: list = []
        self.token = ""
        self._http = requests.Session()
        self._http.trust_env = False

    def close(self) -> None:
        self._http.close()
        for somebody in self.staff:
            somebody.browser.close()

    def environment(self, *, port: int, mobilepay: int, mail: int, **more: str) -> dict[str, str]:
        own = {
            "PATH": "/usr/bin:/bin",
            "PYTHONUNBUFFERED": "1",
            "VAR_DIR": str(self.var),
            "ALLOWED_HOSTS": "127.0.0.1",
            "PORTAL_URL": f"http://127.0.0.1:{port}",
            "HTTPS_ONLY": "off",
            "LOG_FORMAT": "json",
            "LOG_LEVEL": "INFO",
            "DEFAULT_PROVIDER": "posv10",
            "POSV10_API_URL": f"http://127.0.0.1:{mobilepay}",
            "POSV10_CLIENT_ID": "portal",
            "EMAIL_URL": f"smtp://portal:{MAIL_PASSWORD}@127.0.0.1:{mail}",
            "EMAIL_FROM": "portal@kino.example",
        }
        return {**own, **SETTINGS, **more}

    def ask(self, method: str, path: str, *, own: set[str] = frozenset(), port: int = 0, **more) -> requests.Response:
        """Any call to the portal; what it answers is kept."""
        url = f"http://127.0.0.1:{port or self.port}{path}"
        answer = self._http.request(method, url, timeout=15, **more)
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        self.answers.append((f"{method} {path}: {answer.status_code}", f"{headers}\n{answer.text}", set(own)))
        return answer

    def till(self, path: str, *, own: set[str] = frozenset(), **parameters: str) -> dict:
        """A till's call in the documented form."""
        headers = {"Authorization": f"Bearer {self.token}"}
        reads = any(each.path == path and each.methods == "GET" for each in ENDPOINTS)
        given = {"params": parameters} if reads else {"json": parameters}
        return self.ask("GET" if reads else "POST", f"/api/pos/{path}", headers=headers, own=own, **given).json()

    def mobilepay(self, act: str, **body) -> None:
        answer = self._http.post(f"http://127.0.0.1:{self.mobilepay_port}/_simulator/{act}", json=body, timeout=5)
        assert answer.status_code == 200

    def remember(self, name: str, secret: str) -> str:
        assert len(secret) >= 6, name
        self.secrets[name] = secret
        return secret

    def note_access_token(self, name: str) -> None:
        """MobilePay's own access token, as the processes leave it for each other."""
        with override_settings(ENCRYPTION_KEYS=[SETTINGS["ENCRYPTION_KEYS"]]):
            kept = FileBasedCache(str(self.var / "cache"), {}).get("mobilepay-token-portal")
            self.remember(name, encryption.decrypt(kept).partition(" ")[2])

    def rows(self, query: str) -> list[tuple]:
        database = sqlite3.connect(self.var / "portal.sqlite3")
        try:
            return database.execute(query).fetchall()
        finally:
            database.close()


@contextmanager
def opened(folder: Path):
    """The portal, its worker, MobilePay and a mail server, with two merchants and who runs it all."""
    run = Run(folder)
    run.logs.mkdir()
    shops = folder / "merchants.json"
    shops.write_text(json.dumps(SHOPS), encoding="utf-8")
    run.port, run.wrong_port, run.mobilepay_port = free_ports(3)
    with mail_server() as run.mail, programs(run.logs) as started:
        env = run.environment(port=run.port, mobilepay=run.mobilepay_port, mail=run.mail.port)
        wrong = {**env, "ENCRYPTION_KEYS": OTHER_KEY}
        started.run("migrate", "migrate", environment=env)
        simulator = ("simulator", "--port", str(run.mobilepay_port), "--merchants", str(shops))
        started.start("simulator", processes.manage(*simulator), env)
        started.start("web", processes.web(port=run.port), env)
        started.start("wrong web", processes.web(port=run.wrong_port), wrong)
        started.start("worker", [*processes.worker()[:-1], "info"], env)
        started.run("import", "import_merchants", str(shops), environment=env)
        who = ("add_administrator", ADMINISTRATOR, "Pia")
        started.run("administrator", *who, environment=env)
        run.token = started.run("issue", "issue_token", "KINO1", environment=env).strip()
        run.remember("issued token", secret_of(run.token))
        wait_for_all(run.port, run.wrong_port, run.mobilepay_port)
        yield run
        run.close()
