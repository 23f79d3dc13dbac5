"""Addresses of checks, imports and exports of documents, below /p/PRODUCT/documents/."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
