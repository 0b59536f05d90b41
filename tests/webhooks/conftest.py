"""The shop over ePayment, and what comes to its address."""

from tests.epayment.conftest import new_till, phone, pos, shops, till  # noqa: F401 - the same cast
