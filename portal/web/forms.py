"""What forms share: how they look, amounts in any reader's spelling, and a guard against stale pages."""

from datetime import time
import hashlib
import json
import re
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.http import QueryDict
from django.utils.crypto import constant_time_compare

from portal import plain_text
from portal.money import InvalidAmount, Money
from portal.web import numbers

REASON_LENGTH = 200
LONGEST_AMOUNT = 20
# No text becomes longer than so many times itself when its letters are composed.
_LONGEST_COMPOSED = 3

_GROUPED = re.compile(r"[0-9]{1,3}([.,' \u00a0\u202f])[0-9]{3}(?:\1[0-9]{3})*(?:(?!\1)[.,]([0-9]{1,2}))?")
_AMBIGUOUS = re.compile(r"[0-9]{1,3}[.,][0-9]{3}")


class Renderer(TemplatesSetting):
    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


class MoneyField(forms.Field):
    """An amount as people write it, `27.06`, `27,06` or `1.234,50`; gives Money in the field's currency."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": LONGEST_AMOUNT})

    def __init__(self, *, currency: str, **options: Any) -> None:
        super().__init__(**options)
        self.currency = currency

    def to_python(self, value: Any) -> Money | None:
        text = str(value or "").strip()
        if not text:
            return None
        if _AMBIGUOUS.fullmatch(text):
            raise ValidationError(f"{text} can be read in two ways. Write it with two decimals, such as 1234.00.")
        try:
            return Money.parse(_plain(text[: LONGEST_AMOUNT + 1]), self.currency)
        except InvalidAmount as wrong:
            raise ValidationError(f"The amount {wrong}.") from wrong

    def prepare_value(self, value: Any) -> Any:
        return numbers.number(value.major, is_grouped=False) if isinstance(value, Money) else value


def _plain(text: str) -> str:
    grouped = _GROUPED.fullmatch(text)
    if grouped:
        whole, cents = text, ""
        if grouped[2]:
            whole, cents = text[: -len(grouped[2]) - 1], "." + grouped[2]
        return re.sub(r"[^0-9]", "", whole) + cents
    return text.replace(",", ".")


class NoteField(forms.CharField):
    """What somebody wants to say, as it can stand in a sentence, a letter or a line of the log.

    What nobody would see in it is left out; a note that is too long is refused, and never cut.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=REASON_LENGTH, **options)

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value))
        return plain_text.clean(text, longest=_LONGEST_COMPOSED * len(text))


class ReasonField(NoteField):
    """Why somebody does this: it stays in the audit log."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", "It stays in the audit log.")
        super().__init__(min_length=3, **options)


class NameField(forms.CharField):
    """What somebody or something is called, in one line.

    A name is refused rather than changed: whoever gave it must know what they are called.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=100, **options)

    def clean(self, value: Any) -> Any:
        name = super().clean(value)
        if not plain_text.shows_all(name):
            raise ValidationError("A name is one line of letters and signs.")
        return plain_text.clean(name, longest=self.max_length or 0)


class ConfirmForm(forms.Form):
    """Nothing to fill in: the question is whether it is meant."""


class ReasonForm(forms.Form):
    """Why it is done."""

    reason = ReasonField()


class FreshForm(forms.Form):
    """A form about something that exists: refuses when somebody else has changed it since the page was made.

    `current` holds the values as they are now, by field.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: QueryDict | None = None, *, current: dict[str, Any]) -> None:
        self._mark = _mark(current)
        super().__init__(data, initial={**current, "seen": self._mark})

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not constant_time_compare(cleaned.get("seen", ""), self._mark):
            # What they see next is fresh: sending it again is a decision about that.
            fresh = cast("QueryDict", self.data).copy()
            fresh["seen"] = self._mark
            self.data = fresh
            raise ValidationError(
                "Somebody else has changed this since you opened it: "
                f"{self.now()}. Nothing was saved; look at your values again and save them if they still hold."
            )
        return cleaned

    def now(self) -> str:
        """The values as they are now, in words."""
        shown = [
            (self[name].label, _words(self.fields[name], self.initial[name])) for name in self.fields if name != "seen"
        ]
        return "; ".join(f"{label}: now {words}" for label, words in shown)


def _words(field: forms.Field, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    names = dict(getattr(field, "choices", ()))
    values = value if isinstance(value, list) else [value]
    if value is None:
        return "empty"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return ", ".join(str(names.get(each, each)) for each in values)


def _mark(values: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, default=str, sort_keys=True).encode()).hexdigest()[:16]
