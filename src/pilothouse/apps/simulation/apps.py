from django.apps import AppConfig


class SimulationConfig(AppConfig):
    name = "pilothouse.apps.simulation"
    label = "simulation"
