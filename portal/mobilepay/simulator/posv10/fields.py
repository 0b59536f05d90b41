"""Typed reading of a JSON object: a missing or ill-typed field is 400/1099."""

from portal.mobilepay.simulator.core import fields
from portal.mobilepay.simulator.posv10.codes import Code, Refusal
from portal.mobilepay.simulator.posv10.formats import is_guid


class Fields(fields.Fields):
    """A JSON object somebody sent."""

    @staticmethod
    def refusal(sentence: str) -> Refusal:
        return Refusal(Code.BAD_REQUEST, sentence)

    def optional_guid(self, name: str) -> str | None:
        """The GUID in lower case."""
        value = self.optional_text(name)
        if value is not None and not is_guid(value):
            raise self.wrong(name, "a GUID")
        return value and value.lower()

    def guid(self, name: str) -> str:
        return self.given(name, self.optional_guid(name))
