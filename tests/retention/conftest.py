"""The shop over ePayment, whose customers are told of."""

from tests.epayment.conftest import new_till, pos, shops, till  # noqa: F401 - the same cast
