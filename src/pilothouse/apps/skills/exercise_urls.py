"""Addresses of exercises, below /skills/."""

from __future__ import annotations

from django.urls import URLPattern, path

from pilothouse.apps.skills.views import exercises

urlpatterns: list[URLPattern] = [
    path("exercises/", exercises.home, name="exercises"),
    path("exercises/next/", exercises.next_one, name="exercise-next"),
    path("exercises/history/", exercises.history, name="exercise-history"),
    path("exercises/history.csv", exercises.export, name="exercise-export"),
    path("exercises/history/<str:attempt_id>/", exercises.attempt, name="exercise-attempt"),
    path("exercises/<str:kind>/", exercises.exercise, name="exercise"),
]
