"""Celery's queue in folders, for one machine: a message is there as a whole, or not at all."""

from pathlib import Path
from time import monotonic_ns
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """kombu writes into the file that readers see: one that is quicker reads half a message, and its worker stops."""

    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:  # type: ignore[override] # as in kombu
        folder = Path(self.data_folder_out)
        unseen = folder / f"{uuid4()}.unseen"
        unseen.write_text(dumps(payload), encoding="utf-8")
        # Readers take the name for the order of arrival, and its end for the queue.
        unseen.replace(folder / f"{monotonic_ns():020}_{uuid4()}.{queue}.msg")


class Transport(filesystem.Transport):
    Channel = Channel
