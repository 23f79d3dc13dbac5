"""Addresses of the learning plan and the library, below /skills/."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
