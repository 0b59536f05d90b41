"""A customer's phone, and the network's deliveries on their way to the portal."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

NUMBER = "+4520031801"


def deliver(world, client) -> list[int]:
    """Post everything that is due to the portal; the statuses that it answered."""
    answered = []

    def post(delivery) -> int:
        address = urlsplit(delivery.url)
        headers = {
            name: value for name, value in delivery.headers.items() if name.lower() not in {"host", "content-type"}
        }
        reply = client.post(address.path, delivery.body, content_type="application/json", headers=headers, secure=True)
        answered.append(reply.status_code)
        return reply.status_code

    world.deliveries.deliver(post)
    return answered


@dataclass
class Phone:
    """In front of one point of sale."""

    world: Any
    code: str
    client: Any
    number: str = NUMBER

    def scans(self) -> None:
        """Check in, without the network's word getting anywhere yet."""
        self.world.check_in(self.code, self.number)

    def checks_in(self) -> list[int]:
        self.scans()
        return self.tells()

    def approves(self) -> None:
        self.world.approve(self.reference)

    def declines(self) -> None:
        self.world.decline(self.reference)

    def tells(self) -> list[int]:
        """Let the network deliver what it has to say."""
        return deliver(self.world, self.client)

    @property
    def reference(self) -> str:
        """Of the newest payment that the network knows."""
        with self.world.present():
            return list(self.world.payments)[-1].reference
