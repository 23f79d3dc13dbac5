from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "pilothouse.apps.analytics"
    label = "analytics"

    def ready(self) -> None:
        from pilothouse.apps.analytics import background

        background.register()
