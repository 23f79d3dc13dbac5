from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    name = "pilothouse.apps.portfolio"
    label = "portfolio"
