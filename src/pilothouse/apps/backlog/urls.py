"""Addresses of backlog, below /p/PRODUCT/backlog/."""

from django.urls import path

from pilothouse.apps.backlog.views import home

app_name = "backlog"
urlpatterns = [
    path("", home.home, name="home"),
]
