from django.apps import AppConfig


class WebConfig(AppConfig):
    """Registers the template tags; there are no models here."""

    name = "portal.web"
