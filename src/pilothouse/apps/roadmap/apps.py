from django.apps import AppConfig


class RoadmapConfig(AppConfig):
    name = "pilothouse.apps.roadmap"
    label = "roadmap"
