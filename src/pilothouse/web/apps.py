"""The web folder as a Django app, so that its template tags are found."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Base templates, components and charts; no models."""

    name = "pilothouse.web"
    label = "web"
