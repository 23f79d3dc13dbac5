"""Addresses of skills, below /skills/."""

from django.urls import path

from pilothouse.apps.skills.views import home

app_name = "skills"
urlpatterns = [
    path("", home.home, name="home"),
]
