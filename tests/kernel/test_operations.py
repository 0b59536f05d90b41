"""What a row owes a network, in words and keys."""

from payments.models import Payment
from terminals.models import PointOfSale


def test_every_row_can_say_what_it_owes():
    said = [row.get_operation_display() for row in (Payment(), Payment(operation="capture"), PointOfSale())]

    assert said == ["Nothing", "Take the money, or pay it out", "Nothing"]


def test_each_call_of_one_intention_has_its_own_key_and_keeps_it():
    payment = Payment()

    keys = [payment.key_of(operation) for operation in ("create", "cancel", "create")]

    assert keys[0] == keys[2] != keys[1]
    assert keys[0] != Payment().key_of("create")
