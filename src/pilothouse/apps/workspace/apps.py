from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "pilothouse.apps.workspace"
    label = "workspace"
