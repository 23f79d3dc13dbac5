from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "pilothouse.apps.workspace"
    label = "workspace"

    def ready(self) -> None:
        from pilothouse.apps.workspace.services import backups
        from pilothouse.apps.workspace.services.jobs import register_handler

        register_handler(backups.JOB_KIND, backups.run_backup)
