"""Secrets of registrations: encrypted, and several good while one replaces another."""

from django.db import connection
import pytest

from portal import clock
from portal.audit.actors import COMMAND
from portal.webhooks.models import Delivery, Registration
from portal.webhooks.services import registrations
from tests.webhooks.posted import check_in, event, post, registration


def check_all():
    registrations.check_all(by=COMMAND, now=clock.now(), may_move=True)


def _check_in(*, psp):
    return check_in("a-code", psp)


def test_what_stands_in_the_database_tells_no_secret(shops):
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM webhooks_registration")
        columns = str(cursor.fetchall())

    secrets = [each.secret for each in Registration.objects.all()]
    assert len(set(secrets)) == 4
    assert not [each for each in secrets if each in columns]


@pytest.mark.parametrize("kind", ["payments", "check-ins"])
def test_what_was_on_its_way_when_the_portal_moved_is_believed_for_a_day(shops, client, settings, kind, later):
    said = event if kind == "payments" else _check_in
    old = registration(of=kind)
    settings.PORTAL_URL = "https://new.example"

    check_all()

    new = registration(of=kind)
    at_once = [post(client, old, said(psp="psp-1")).status_code, post(client, new, said(psp="psp-2")).status_code]
    later(hours=25)
    a_day_later = [post(client, old, said(psp="psp-3")).status_code, post(client, new, said(psp="psp-4")).status_code]

    assert (old.pk != new.pk, at_once, a_day_later) == (True, [200, 200], [401, 200])
    assert Delivery.objects.count() == 3


def test_no_log_line_and_no_output_tells_a_secret(shops, settings, caplog, capsys):
    settings.PORTAL_URL = "https://new.example"
    old = [each.secret for each in Registration.objects.all()]

    with caplog.at_level("DEBUG"):
        check_all()

    said = caplog.text + "".join(capsys.readouterr())
    secrets = old + [each.secret for each in Registration.objects.all()]
    assert not [each for each in secrets if each in said]
