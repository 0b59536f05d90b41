"""How values are written into answers."""

from uuid import UUID

from portal.money import Money
from portal.tillapi.fields import FixedField, IdentifierField, SumField, WordedBooleanField


def test_values_are_written_as_the_contracts_texts():
    identifier = UUID("3974EAE6-E36F-4148-B5EE-22689E528C75")

    assert IdentifierField().to_representation(identifier) == "3974eae6-e36f-4148-b5ee-22689e528c75"
    assert [SumField().to_representation(Money(minor, "DKK")) for minor in (2706, 2700, 5)] == [
        "27.06",
        "27.00",
        "0.05",
    ]
    assert [WordedBooleanField().to_representation(value) for value in (True, False)] == ["true", "false"]
    assert [FixedField(value).to_representation(object()) for value in ("None", None)] == ["None", None]
