from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "pilothouse.apps.analytics"
    label = "analytics"
