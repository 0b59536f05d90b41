"""Another pepper for the hashes of tokens: put in front, and no till notices."""

import hashlib
import hmac

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
import pytest

from portal import clock
from portal.audit.actors import COMMAND
from terminals import tokens
from terminals.models import AccessToken
from terminals.services import access
from tests.shop import Till
from tests.tillapi.raw_calls import rows

OLD, NEW = settings.TOKEN_PEPPERS[0], "new-pepper"


def stored(till):
    return AccessToken.objects.get(lookup_id=till.token.split("_")[1])


def hashed(till, pepper):
    return hmac.digest(pepper.encode(), till.token.encode(), hashlib.sha256)


def works(till):
    answer = till.get("manage/stores")
    assert answer.status in {200, 401}
    return answer.status == 200


def test_a_token_works_on_when_another_pepper_is_put_in_front(till, settings):
    assert bytes(stored(till).digest) == hashed(till, OLD)

    settings.TOKEN_PEPPERS = [NEW, OLD]

    assert [works(till), works(till)] == [True, True]


def test_a_token_is_hashed_anew_at_its_next_use_and_then_needs_the_old_pepper_no_more(till, stranger, settings):
    settings.TOKEN_PEPPERS = [NEW, OLD]
    works(till)
    after = [bytes(stored(each).digest) for each in (till, stranger)]

    settings.TOKEN_PEPPERS = [NEW]

    assert after == [hashed(till, NEW), hashed(stranger, OLD)]
    assert [works(till), works(stranger)] == [True, False]


def test_only_the_hash_is_changed_and_only_once(till, settings):
    settings.TOKEN_PEPPERS = [NEW, OLD]
    before = AccessToken.objects.filter(pk=stored(till).pk).values().get()
    works(till)
    seen = rows()["terminals_accesstoken"]

    works(till)

    after = AccessToken.objects.filter(pk=stored(till).pk).values().get()
    assert {name for name in before if before[name] != after[name]} == {"digest"}
    assert rows()["terminals_accesstoken"] == seen


def test_a_token_that_nobody_used_is_dead_with_its_pepper_and_alive_with_it(till, settings):
    settings.TOKEN_PEPPERS = [NEW]
    without = works(till)

    settings.TOKEN_PEPPERS = [NEW, "another", OLD]

    assert (without, works(till), bytes(stored(till).digest)) == (False, True, hashed(till, NEW))


def test_a_token_that_is_not_right_is_not_hashed_anew(till, settings):
    settings.TOKEN_PEPPERS = [NEW, OLD]
    body = f"{till.token[:14]}_{'x' * 32}"
    forged = Till(body + tokens._checksum(body), till.terminal_id)
    before = rows()

    assert (works(forged), rows()) == (False, before)


def test_a_revoked_token_is_not_hashed_anew(till, settings):
    access.revoke(token=stored(till), by=COMMAND, now=clock.now(), reason="stolen")
    settings.TOKEN_PEPPERS = [NEW, OLD]
    before = rows()

    assert (works(till), rows()) == (False, before)


def test_a_new_token_is_hashed_with_the_first_pepper(merchants, settings):
    settings.TOKEN_PEPPERS = [NEW, OLD]

    text = access.issue(merchant=merchants["KINO1"], by=COMMAND)

    digest = hmac.digest(NEW.encode(), text.encode(), hashlib.sha256)
    assert bytes(AccessToken.objects.get().digest) == digest


@pytest.mark.usefixtures("transactional_db")
def test_a_poll_costs_one_question_more_at_the_first_use_and_none_later(till, simulator, settings):
    simulator.world.knobs.payment_poll_delay_in_ms = 10_000
    payment_id = till.start()["paymentId"]
    till.status(payment_id)
    settings.TOKEN_PEPPERS = [NEW, OLD]

    costs = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as asked:
            till.status(payment_id)
        costs.append(len(asked))

    assert costs == [3, 2, 2]


def test_in_three_steps_no_machine_meets_a_token_that_it_cannot_read(till, settings):
    steps = [[[OLD], [OLD, NEW]], [[OLD, NEW], [NEW, OLD]], [[NEW, OLD], [NEW]]]

    for machines in steps:
        for peppers in (*machines, *machines):
            settings.TOKEN_PEPPERS = peppers
            assert works(till)
