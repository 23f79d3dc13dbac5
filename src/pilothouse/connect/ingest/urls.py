"""Paths of other tools' protocols, each with and without the slash at its end."""

from __future__ import annotations

from django.urls import URLPattern, re_path

from pilothouse.connect.ingest import views

_EVENT_PATHS = r"^(?:batch|e|capture|i/v0/e|i/v0/ai/batch)/?$"

urlpatterns: list[URLPattern] = [
    re_path(_EVENT_PATHS, views.ingest, name="ingest"),
    re_path(r"^i/v1/analytics/events/?$", views.ingest_v1, name="ingest-v1"),
    re_path(r"^(?:flags|decide)/?$", views.flags, name="ingest-flags"),
    re_path(r"^array/[\w.\-]{1,200}/config/?$", views.config, name="ingest-config"),
    re_path(
        r"^array/(?P<key>[\w.\-]{1,200})/config\.js$",
        views.config_script,
        name="ingest-config-script",
    ),
]
