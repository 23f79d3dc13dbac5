from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "pilothouse.apps.decisions"
    label = "decisions"
