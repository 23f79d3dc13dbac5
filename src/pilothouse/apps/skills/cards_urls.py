"""Addresses of study cards, below /skills/."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
