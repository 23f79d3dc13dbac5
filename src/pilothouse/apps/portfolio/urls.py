"""Addresses of portfolio, below /portfolio/."""

from django.urls import path

from pilothouse.apps.portfolio import credential_urls
from pilothouse.apps.portfolio.views import home

app_name = "portfolio"
urlpatterns = [
    path("", home.home, name="home"),
    *credential_urls.urlpatterns,
]
