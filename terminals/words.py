"""Sentences about many terminals, in which the number decides about the words."""

from django.utils.translation import ngettext


def terminals_stop(count: int) -> str:
    """How many stop selling at this moment."""
    if not count:
        return "No terminal is ready to sell, so none stops."
    return ngettext("%(count)d terminal stops selling now.", "%(count)d terminals stop selling now.", count) % {
        "count": count
    }


def terminals_go_on(count: int, hours: int) -> str:
    """How many sell on with the old token for the overlap, when it is kept."""
    overlap = ngettext("for %(count)d hour", "for %(count)d hours", hours) % {"count": hours}
    if not count:
        return f"No terminal is ready to sell. The old token works {overlap} more, if it is kept."
    sentence = ngettext(
        "%(count)d terminal sells on with the old token %(overlap)s, if it is kept; if not, it stops selling now.",
        "%(count)d terminals sell on with the old token %(overlap)s, if it is kept; if not, they stop selling now.",
        count,
    )
    return sentence % {"count": count, "overlap": overlap}
