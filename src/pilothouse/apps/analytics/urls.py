"""Addresses of analytics, below /p/PRODUCT/analytics/."""

from django.urls import path

from pilothouse.apps.analytics.views import explore, files, metrics, sources

app_name = "analytics"
urlpatterns = [
    path("", metrics.home, name="home"),
    path("trend/", explore.trend, name="trend"),
    path("funnel/", explore.funnel, name="funnel"),
    path("retention/", explore.retention, name="retention"),
    path("<str:kind>/answer.<str:extension>", explore.export, name="export"),
    path("metrics/new/", explore.metric_new, name="metric-new"),
    path("metrics/<str:metric_id>/", metrics.metric, name="metric"),
    path("metrics/<str:metric_id>/<str:act>/", metrics.metric_act, name="metric-act"),
    path("events/", sources.events, name="events"),
    path("sources/", sources.sources, name="sources"),
    path("sources/keys/<str:key_id>/revoke/", sources.key_revoke, name="key-revoke"),
    path("imports/", files.imports, name="imports"),
    path("imports/<str:import_id>/", files.import_detail, name="import"),
    path("imports/<str:import_id>/start/", files.import_start, name="import-start"),
    path("imports/<str:import_id>/undo/", files.import_undo, name="import-undo"),
]
