from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "pilothouse.apps.decisions"
    label = "decisions"

    def ready(self) -> None:
        from pilothouse.apps.decisions import background

        background.register()
