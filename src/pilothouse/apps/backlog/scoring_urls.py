"""Addresses of scoring: ranking, scores, surveys."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
