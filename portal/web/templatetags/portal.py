"""Tags and filters that every page may use."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from heroicons.templatetags.heroicons import heroicon_outline

from portal import clock
from portal.money import Money
from portal.web import lists, numbers

register = template.Library()

NOTHING = "—"
LONGEST_SHOWN = 16

UNITS = (
    (timedelta(days=1), "d"),
    (timedelta(hours=1), "h"),
    (timedelta(minutes=1), "min"),
    (timedelta(seconds=1), "s"),
)


@register.filter
def money(amount: Money | None) -> str:
    """An amount with its currency, as the reader writes numbers: `1.234,50 DKK`."""
    return f"{numbers.number(amount.major)}\u00a0{amount.currency}" if amount else NOTHING


@register.filter
def amount(amount: Money | None) -> str:
    """An amount alone, below a heading that names the currency."""
    return numbers.number(amount.major) if amount else NOTHING


@register.filter
def bdi(words: object) -> SafeString:
    """What others have written: words that run from right to left change the place of nothing around them."""
    return format_html("<bdi>{}</bdi>", words)


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """An icon that only repeats the word beside it."""
    return SafeString(heroicon_outline(name, size=size, **{"aria-hidden": "true", "class": "icon"}))


@register.filter
def when(moment: datetime | None) -> str | SafeString:
    """A moment in the page's time zone, with the universal time on hover."""
    if moment is None:
        return NOTHING
    local = timezone.localtime(moment)
    is_recent = local.date() == timezone.localdate()
    text = f"{local:%H:%M:%S}" if is_recent else f"{local.day} {local:%b %Y, %H:%M}"
    return _time(moment, text)


@register.filter
def ago(moment: datetime | None) -> str | SafeString:
    """How long ago a moment was, in one unit."""
    return _time(moment, f"{duration(clock.now() - moment)} ago") if moment else NOTHING


@register.filter
def until(moment: datetime | None) -> str | SafeString:
    """How far off a moment is, in one unit."""
    return _time(moment, f"in {duration(moment - clock.now())}") if moment else NOTHING


@register.filter
def duration(length: timedelta) -> str:
    """A length of time in its largest unit: `14 s`, `3 min`, `2 h`, `5 d`."""
    for unit, name in UNITS:
        if length >= unit:
            return f"{length // unit} {name}"
    return "0 s"


@register.filter
def short(identifier: UUID | str) -> str:
    """The two ends of a long id."""
    text = str(identifier)
    return f"{text[:8]}…{text[-4:]}" if len(text) > LONGEST_SHOWN else text


@register.simple_tag(takes_context=True)
def list_url(context: Context, name: str, *args: Any) -> str:
    """The address of a list as the reader last asked for it, for the way back to it."""
    return lists.address(context["request"], name, *args)


@register.inclusion_tag("components/copy.html")
def copy(text: Any, label: str, *, all_stores: bool = False) -> dict[str, Any]:
    """A value with a button that copies it; long ids are shortened unless `all_stores`."""
    return {"text": str(text), "label": label, "all_stores": all_stores}


def _time(moment: datetime, text: str) -> SafeString:
    universal = moment.astimezone(timezone.get_default_timezone())
    return format_html(
        '<time datetime="{}" title="{} UTC">{}</time>', moment.isoformat(), f"{universal:%Y-%m-%d %H:%M:%S}", text
    )
