"""Addresses of roadmap, below /p/PRODUCT/roadmap/."""

from django.urls import path

from pilothouse.apps.roadmap.views import home

app_name = "roadmap"
urlpatterns = [
    path("", home.home, name="home"),
]
