from django.apps import AppConfig


class CommandsConfig(AppConfig):
    """Makes Django find the commands in portal/management/commands."""

    name = "portal"
    label = "portal"
