"""Doors are knocked at often here, and each test has tries of its own."""

from django.core.cache import caches
import pytest

from portal.roles import Role
from tests.payments.factories import new_store
from tests.people import hire


@pytest.fixture(autouse=True)
def _nobody_has_tried_before():
    caches["default"].clear()


@pytest.fixture
def aarhus(merchants):
    return merchants["KINO1"].stores.get(name="Kino Nord Aarhus")


@pytest.fixture
def randers(merchants):
    """A second store of Kino Nord."""
    return new_store(merchants["KINO1"], "Kino Nord Randers")


@pytest.fixture
def kolding(merchants):
    """The store of the other merchant."""
    return merchants["BAGER7"].stores.get()


@pytest.fixture
def local(administrator, aarhus):
    """An administrator of one store of Kino Nord."""
    return hire("lone@kino.example", administrator.merchant, Role.ADMINISTRATOR, stores=[aarhus])
