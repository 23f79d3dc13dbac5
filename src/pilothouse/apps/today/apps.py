from django.apps import AppConfig


class TodayConfig(AppConfig):
    name = "pilothouse.apps.today"
    label = "today"
