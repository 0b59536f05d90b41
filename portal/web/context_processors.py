"""What the frame around every page needs to know."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal.roles import Right
from terminals.models import Merchant

THEMES = ("light", "dark")
MERCHANTS_IN_MENU = 8


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the merchant of the page, what the reader may do there, and where else they may go."""
    theme = request.COOKIES.get("theme", "")
    context: dict[str, Any] = {"theme": theme if theme in THEMES else ""}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return context
    merchant = getattr(request, "merchant", None)
    merchants = Merchant.objects.visible_to(user).order_by("name", "pk")
    context |= {
        "merchant": merchant,
        "menu_merchants": merchants[:MERCHANTS_IN_MENU],
        "version": settings.VERSION,
    }
    if merchant is not None:
        grant = user.scope.at(merchant.pk)
        context |= {
            "grant": grant,
            "may": {right.name.lower(): user.holds(right, merchant) for right in Right},
        }
    return context
