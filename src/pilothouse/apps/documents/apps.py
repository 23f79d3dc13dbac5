from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "pilothouse.apps.documents"
    label = "documents"

    def ready(self) -> None:
        from pilothouse.apps.documents import background, registry

        background.register()
        registry.register()
