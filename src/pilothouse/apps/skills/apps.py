from django.apps import AppConfig


class SkillsConfig(AppConfig):
    name = "pilothouse.apps.skills"
    label = "skills"

    def ready(self) -> None:
        from pilothouse.apps.skills import background

        background.register()
