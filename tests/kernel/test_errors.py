"""Refusals fit for a cashier to read."""

import pytest

from portal.errors import NotFound, PortalError


@pytest.mark.parametrize(("kind", "code", "status"), [(PortalError, "refused", 409), (NotFound, "not_found", 404)])
def test_refusal_has_words_for_people_and_a_word_for_programs(kind, code, status):
    refusal = kind("No such till. Nothing was done.")

    assert (str(refusal), refusal.message) == ("No such till. Nothing was done.", "No such till. Nothing was done.")
    assert (refusal.code, refusal.status, refusal.retry_after) == (code, status, None)


def test_every_refusal_can_be_caught_as_one():
    with pytest.raises(PortalError):
        raise NotFound("No such till.")
