"""Addresses of checks, imports and exports of documents, below /p/PRODUCT/documents/."""

from __future__ import annotations

from django.urls import URLPattern, path

from pilothouse.apps.documents.views import exchange, lint

urlpatterns: list[URLPattern] = [
    path("checks/", lint.checks, name="checks"),
    path("import/", exchange.document_import, name="import"),
    path("import/run/", exchange.import_run, name="import-run"),
    path("import/<str:document_import_id>/undo/", exchange.import_undo, name="import-undo"),
    path("vault.zip", exchange.vault_export, name="vault"),
    path("<str:document_id>/lint/", lint.lint, name="lint"),
    path("<str:document_id>/export/<str:extension>/", exchange.document_export, name="export"),
]
