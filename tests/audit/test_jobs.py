"""What a worker does in one go has one id, and what is to be said once is written down once."""

from uuid import UUID

import pytest

from portal.audit import services as audit
from portal.audit.actions import Action
from portal.audit.actors import COMMAND, WORKER
from portal.audit.models import Entry
from portal.observability import request_context


def test_all_that_a_worker_does_in_one_go_has_one_id_and_the_next_another():
    with request_context.job():
        first = [request_context.request_id(), request_context.request_id(), request_context.client_ip()]
    with request_context.job():
        second = request_context.request_id()
    outside = request_context.request_id()

    assert (first[0], str(UUID(first[0])), first[2]) == (first[1], first[0], "")
    assert len({first[0], second, outside}) == 3


def test_a_worker_that_fails_leaves_its_id_behind():
    seen = []

    def fail():
        with request_context.job():
            seen.append(request_context.request_id())
            raise RuntimeError("ours")

    with pytest.raises(RuntimeError, match=r"^ours$"):
        fail()

    assert request_context.request_id() not in seen


def test_what_is_said_once_about_a_thing_is_not_said_again(merchants):
    for merchant in (merchants["KINO1"], merchants["KINO1"], merchants["BAGER7"]):
        for action in (Action.PAYMENT_CONTRADICTED, Action.TOKEN_RESET):
            audit.record_once(action, by=WORKER, on=merchant, merchant_id=merchant.pk)
    audit.record(Action.TOKEN_RESET, by=COMMAND, on=merchants["KINO1"], merchant_id=None)

    found = Entry.objects.exclude(action=Action.MERCHANTS_IMPORTED).order_by("pk")
    assert [(entry.action, entry.actor, entry.subject) for entry in found] == [
        ("payment:contradicted", "worker", "Kino Nord (KINO1)"),
        ("token:reset", "worker", "Kino Nord (KINO1)"),
        ("payment:contradicted", "worker", "Bageriet Syd (BAGER7)"),
        ("token:reset", "worker", "Bageriet Syd (BAGER7)"),
        ("token:reset", "manage.py", "Kino Nord (KINO1)"),
    ]
