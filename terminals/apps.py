from django.apps import AppConfig


class TerminalsConfig(AppConfig):
    name = "terminals"

    def ready(self) -> None:
        from portal.tillapi.calls import till_called  # noqa: PLC0415 - models must be loaded first
        from terminals.services import till_calls  # noqa: PLC0415

        till_called.connect(till_calls.receive, dispatch_uid="terminals.till_calls")
