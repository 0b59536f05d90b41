"""Signs of life that the machines of an installation leave for each other."""

from django.db import models


class Sign(models.Model):
    """When something was last seen alive."""

    class Of(models.TextChoices):
        BEAT = "beat", "beat, the queue and a worker"
        MOBILEPAY = "mobilepay", "MobilePay"

    of = models.CharField(primary_key=True, max_length=10, choices=Of)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.get_of_display()} at {self.at:%Y-%m-%d %H:%M:%S}"
