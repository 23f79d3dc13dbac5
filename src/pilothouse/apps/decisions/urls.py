"""Addresses of decisions, below /p/PRODUCT/decisions/."""

from django.urls import path

from pilothouse.apps.decisions.views import home

app_name = "decisions"
urlpatterns = [
    path("", home.home, name="home"),
]
