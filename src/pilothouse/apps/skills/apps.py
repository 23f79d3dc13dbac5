from django.apps import AppConfig


class SkillsConfig(AppConfig):
    name = "pilothouse.apps.skills"
    label = "skills"
