"""Addresses of the roadmap outside of login, below /roadmap/shared/."""

from django.urls import path

from pilothouse.apps.roadmap.views import shares

urlpatterns = [
    path("<str:token>/", shares.shared, name="roadmap-shared"),
]
