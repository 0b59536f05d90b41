"""How trouble shows on the pages of what lies below."""

from django import template
from django.template import Context

from portal import clock
from portal.dashboard.troubles import Troubled, merchants_in_trouble

register = template.Library()


@register.simple_tag(takes_context=True)
def troubled_merchants(context: Context) -> list[Troubled]:
    """The merchants where something is wrong, for whoever runs the portal; nobody else reads of it there."""
    user = context["user"]
    return merchants_in_trouble(user=user, now=clock.now()) if user.is_platform_administrator else []
