"""Addresses of the role guide, the FAQ, fit and the industries, below /skills/."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
