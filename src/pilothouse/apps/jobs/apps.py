from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "pilothouse.apps.jobs"
    label = "jobs"

    def ready(self) -> None:
        from pilothouse.apps.jobs import background

        background.register()
