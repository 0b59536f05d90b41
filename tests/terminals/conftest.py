"""Tests prove themselves wrongly often, and all from one address; and time passes."""

import pytest

from tests.payments.conftest import later  # noqa: F401 - a fixture


@pytest.fixture(autouse=True)
def _wrong_tokens_are_taken_patiently(settings) -> None:
    settings.WRONG_TOKEN_RATE_LIMIT = "100000/second"
