"""Columns of payments that exist to be found by."""

from portal.database.derived_fields import DerivedField


class ReversedField(DerivedField):
    """Another field's text from its end: the last signs of an order are what stands on a receipt."""

    def derive(self, text: str) -> str:
        return text[::-1]
