"""Addresses of skills, below /skills/."""

from __future__ import annotations

from django.urls import path

from pilothouse.apps.skills import cards_urls, exercise_urls, guide_urls, learn_urls
from pilothouse.apps.skills.views import home

app_name = "skills"
urlpatterns = [
    path("", home.home, name="home"),
    *learn_urls.urlpatterns,
    *cards_urls.urlpatterns,
    *exercise_urls.urlpatterns,
    *guide_urls.urlpatterns,
]
