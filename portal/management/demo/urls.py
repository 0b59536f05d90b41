"""Every address of the portal, and the demo's mailbox."""

from django.urls import path

from portal.management.demo import mailbox
from portal.urls import handler403, urlpatterns

__all__ = ["handler403", "urlpatterns"]

urlpatterns = [*urlpatterns, path("mailbox/", mailbox.listing, name="mailbox")]
