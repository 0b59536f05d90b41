"""`manage.py reencrypt`: everything is written with the first key, and then the old one can go."""

import io
from threading import Thread

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.management import CommandError, call_command
from django.db import connection
import pytest

from payments.models import Payment
from portal import encryption
from portal.accounts.models import User
from portal.emails.models import Email
from terminals.models import PointOfSale
from tests.payments.factories import new_payment
from tests.tillapi.raw_calls import rows

SECRETS = {"customer_token": "customer-7", "customer_receipt_token": "receipt-7", "loyalty_ids_json": '["loyal-7"]'}
CHECK_IN = '{"customerToken": "here-7"}'
LETTER = "Choose a password here: https://portal.example/key-7"
MISSING = "Some texts were written with a key that ENCRYPTION_KEYS lacks."


def reencrypt():
    out = io.StringIO()
    call_command("reencrypt", stdout=out)
    return out.getvalue()


def elsewhere(deed):
    """Somebody else does something meanwhile, on a connection of their own."""

    def run():
        try:
            deed()
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()


def after_the_first_look_at(table, deed):
    """While the block runs, `deed` happens as soon as the table has been read for the first time."""
    waiting = [deed]

    def look(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if waiting and sql.startswith("SELECT") and f'FROM "{table}"' in sql:
            elsewhere(waiting.pop())
        return result

    return connection.execute_wrapper(look)


def read_anew():
    """Everything that is encrypted, as it is read with today's keys."""
    payment, pos, user = Payment.objects.get(), PointOfSale.objects.get(), User.objects.get()
    factors = {each.type: each for each in user.authenticator_set.all()}
    return (
        {name: getattr(payment, name) for name in SECRETS},
        pos.check_in,
        Email.objects.get().body,
        encryption.decrypt(factors["totp"].data["secret"]),
        RecoveryCodes(factors["recovery_codes"]).get_unused_codes(),
    )


@pytest.fixture
def written(pos, settings):
    """A customer's tokens, a check-in, a letter, two second factors, written with the old key; gives what they say."""
    settings.ENCRYPTION_KEYS = ["old"]
    new_payment(pos, **SECRETS)
    PointOfSale.objects.update(check_in=CHECK_IN)
    Email.objects.create(to="anna@kino.example", subject="Your password", body=LETTER)
    user = User.objects.create(email="anna@kino.example", name="Anna")
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    codes = RecoveryCodes.activate(user).get_unused_codes()
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "a key", "credential": {}})
    settings.ENCRYPTION_KEYS = ["new", "old"]
    return SECRETS, CHECK_IN, LETTER, secret, codes


def test_everything_is_written_with_the_first_key_and_the_old_one_can_go(written, settings):
    said = reencrypt()

    settings.ENCRYPTION_KEYS = ["new"]
    assert said == "Encrypted anew: 5 texts, 2 second factors.\n"
    assert read_anew() == written


def test_running_it_again_changes_nothing(written):
    reencrypt()
    stored = rows()

    assert (reencrypt(), rows()) == ("Encrypted anew: 0 texts, 0 second factors.\n", stored)


def test_nothing_else_in_a_row_is_changed(written):
    def others():
        payment = Payment.objects.values().get()
        factors = {each.pk: each.data for each in Authenticator.objects.all()}
        for data in factors.values():
            data.pop("secret", None)
            data.pop("seed", None)
        return {name: value for name, value in payment.items() if name not in SECRETS}, factors

    before = others()
    reencrypt()

    assert others() == before


def test_what_is_empty_stays_empty(pos, settings):
    settings.ENCRYPTION_KEYS = ["old"]
    new_payment(pos, customer_token=None)
    settings.ENCRYPTION_KEYS = ["new", "old"]

    said = reencrypt()

    assert said == "Encrypted anew: 0 texts, 0 second factors.\n"
    assert Payment.objects.values_list(*SECRETS).get() == (None, None, None)


def test_a_missing_key_stops_it_and_what_it_cannot_read_is_not_changed(written, settings):
    settings.ENCRYPTION_KEYS = ["new", "another"]
    stored = rows()

    with pytest.raises(CommandError) as caught:
        reencrypt()

    assert (str(caught.value), rows()) == (MISSING, stored)
    settings.ENCRYPTION_KEYS = ["old"]
    assert read_anew() == written


def test_a_missing_key_of_a_second_factor_stops_it_too(written, settings):
    settings.ENCRYPTION_KEYS = ["lost"]
    [factor] = Authenticator.objects.filter(type="totp")
    factor.data["secret"] = encryption.encrypt("JBSWY3DP")
    factor.save()
    settings.ENCRYPTION_KEYS = ["new", "old"]

    with pytest.raises(CommandError) as caught:
        reencrypt()

    assert (str(caught.value), Authenticator.objects.get(pk=factor.pk).data) == (MISSING, factor.data)


@pytest.mark.usefixtures("transactional_db")
def test_what_somebody_writes_meanwhile_is_kept(written, settings):
    def write():
        Payment.objects.update(customer_token="customer-8")

    with after_the_first_look_at("payments_payment", write):
        reencrypt()

    settings.ENCRYPTION_KEYS = ["new"]
    assert Payment.objects.get().customer_token == "customer-8"


@pytest.mark.usefixtures("transactional_db")
def test_a_recovery_code_that_is_used_meanwhile_stays_used(written, settings):
    *_, codes = written

    def use():
        factor = Authenticator.objects.get(type="recovery_codes")
        assert RecoveryCodes(factor).validate_code(codes[0]) is True

    with after_the_first_look_at("mfa_authenticator", use):
        reencrypt()
    reencrypt()

    settings.ENCRYPTION_KEYS = ["new"]
    factor = Authenticator.objects.get(type="recovery_codes")
    assert RecoveryCodes(factor).get_unused_codes() == codes[1:]


@pytest.mark.usefixtures("transactional_db")
def test_a_second_factor_that_is_taken_away_meanwhile_does_not_come_back(written):
    with after_the_first_look_at("mfa_authenticator", lambda: Authenticator.objects.all().delete()):
        said = reencrypt()

    assert (said, Authenticator.objects.count()) == ("Encrypted anew: 5 texts, 0 second factors.\n", 0)


@pytest.mark.usefixtures("transactional_db")
def test_many_rows_are_written_while_others_write(pos, settings):
    settings.ENCRYPTION_KEYS = ["old"]
    first = new_payment(pos, state="Captured", customer_token="customer-7")
    Payment.objects.bulk_create(new_copy(first, order_id=f"order-{number}") for number in range(2100))
    settings.ENCRYPTION_KEYS = ["new", "old"]

    with after_the_first_look_at("payments_payment", lambda: PointOfSale.objects.update(name="Kasse 9")):
        said = reencrypt()

    settings.ENCRYPTION_KEYS = ["new"]
    assert said == "Encrypted anew: 2101 texts, 0 second factors.\n"
    assert set(Payment.objects.values_list("customer_token", flat=True)) == {"customer-7"}
    assert PointOfSale.objects.get().name == "Kasse 9"


def new_copy(payment, **fields):
    facts = {each.attname: getattr(payment, each.attname) for each in Payment._meta.concrete_fields}
    del facts["id"]
    return Payment(**{**facts, "remote_id": None, **fields})
