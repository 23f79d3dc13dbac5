from django.apps import AppConfig


class BacklogConfig(AppConfig):
    name = "pilothouse.apps.backlog"
    label = "backlog"
