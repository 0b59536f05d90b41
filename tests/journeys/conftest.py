"""Journeys take time too."""

from tests.payments.conftest import later  # noqa: F401 - a fixture
