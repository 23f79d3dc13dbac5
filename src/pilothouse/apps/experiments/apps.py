from django.apps import AppConfig


class ExperimentsConfig(AppConfig):
    name = "pilothouse.apps.experiments"
    label = "experiments"

    def ready(self) -> None:
        from pilothouse.apps.experiments import registry

        registry.register()
