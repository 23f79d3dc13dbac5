from django.apps import AppConfig


class BacklogConfig(AppConfig):
    name = "pilothouse.apps.backlog"
    label = "backlog"

    def ready(self) -> None:
        from pilothouse.apps.backlog import background

        background.register()
