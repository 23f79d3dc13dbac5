"""Addresses of imports and exports of the backlog."""

from django.urls import path

from pilothouse.apps.backlog.views import exchange

urlpatterns = [
    path("imports/", exchange.imports, name="imports"),
    path("imports/<str:item_import_id>/", exchange.import_detail, name="import"),
    path("imports/<str:item_import_id>/<str:act>/", exchange.import_act, name="import-act"),
    path("export/<str:format_name>/", exchange.export, name="export"),
]
