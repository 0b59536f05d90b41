from importlib import import_module

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Makes Django find the commands in portal/management/commands, and tasks their Celery app."""

    name = "portal"
    label = "portal"

    def ready(self) -> None:
        import_module("portal.celery")
