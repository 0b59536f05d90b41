"""Who does something."""

from dataclasses import dataclass

from django.db import models


class ActorKind(models.TextChoices):
    TILL = "till", "Till"
    PERSON = "person", "Person"
    WORKER = "worker", "Worker"
    COMMAND = "command", "Command line"


@dataclass(frozen=True, slots=True)
class Actor:
    """`name` is a token's lookup id, a person's e-mail or a program's name.

    `credential_source` says how a till asked, such as `GET query`: merchants see by it who still uses the old form.
    """

    kind: ActorKind
    name: str
    credential_source: str = ""


WORKER = Actor(ActorKind.WORKER, "worker")
COMMAND = Actor(ActorKind.COMMAND, "manage.py")
