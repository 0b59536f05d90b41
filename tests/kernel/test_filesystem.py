"""The queue in folders: whoever reads sees whole messages, in the order in which they came."""

from pathlib import Path

from kombu import Connection
import pytest

from portal import celery  # noqa: F401 - puts our transport in the place of kombu's
from portal.filesystem import Channel


@pytest.fixture
def channel(tmp_path):
    for folder in ("messages", "processed", "control"):
        (tmp_path / folder).mkdir()
    options = {
        "data_folder_in": str(tmp_path / "messages"),
        "data_folder_out": str(tmp_path / "messages"),
        "processed_folder": str(tmp_path / "processed"),
        "control_folder": str(tmp_path / "control"),
    }
    with Connection("filesystem://", transport_options=options) as connection:
        yield connection.default_channel


def test_the_portal_uses_it(channel):
    assert isinstance(channel, Channel)


def test_while_a_message_is_written_nobody_sees_it(channel):
    seen = []

    class Body:
        def __json__(self):
            seen.append([each.name for each in Path(channel.data_folder_in).iterdir()])
            return "whole"

    channel._put("portal", {"body": Body()})

    assert seen == [[]]
    assert channel._get("portal") == {"body": "whole"}
    assert list(Path(channel.data_folder_in).iterdir()) == []


def test_messages_are_read_in_the_order_in_which_they_came_and_by_their_own_queue(channel):
    for number in range(20):
        channel._put("portal", number)
        channel._put("other", -number)

    assert channel._size("portal") == 20
    assert [channel._get("portal") for _ in range(20)] == list(range(20))
    assert channel._size("other") == 20
