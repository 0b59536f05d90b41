from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "portal.health"

    def ready(self) -> None:
        # Celery tells by a signal alone that a task has come to its end.
        from portal.health import receivers  # noqa: F401, PLC0415 - models must be loaded first
