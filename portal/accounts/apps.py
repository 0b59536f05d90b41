from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "portal.accounts"

    def ready(self) -> None:
        # allauth tells by signals alone what happened to a password or a second factor.
        from portal.accounts import receivers  # noqa: F401, PLC0415 - models must be loaded first
