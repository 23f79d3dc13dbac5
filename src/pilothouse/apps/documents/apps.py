from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "pilothouse.apps.documents"
    label = "documents"
