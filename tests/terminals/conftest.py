"""Tests prove themselves wrongly often, and all from one address."""

import pytest


@pytest.fixture(autouse=True)
def _wrong_tokens_are_taken_patiently(settings) -> None:
    settings.WRONG_TOKEN_RATE_LIMIT = "100000/second"
