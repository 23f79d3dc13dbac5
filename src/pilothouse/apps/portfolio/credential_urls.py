"""Addresses of credentials, below /portfolio/. The first page is named ``credentials``."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
