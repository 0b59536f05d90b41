"""What the machines of an installation leave for each other, by the one clock they share: the database's."""

from django.db import models

# What signs are of; a sweep leaves one under its task's name.
BEAT, MOBILEPAY = "beat", "mobilepay"


class Heartbeat(models.Model):
    """When something was last seen alive."""

    of = models.CharField(primary_key=True, max_length=100)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.of} at {self.at:%Y-%m-%d %H:%M:%S}"


class Clock(models.Model):
    """How far a machine's clock was ahead of the database's when a worker there last looked."""

    machine = models.CharField(primary_key=True, max_length=255)
    ahead = models.DurationField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.machine}: {self.ahead.total_seconds():+.1f} s"
