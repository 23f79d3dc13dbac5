"""Addresses of credentials, below /portfolio/. The first page is named ``credentials``."""

from __future__ import annotations

from django.urls import path

from pilothouse.apps.portfolio.views import credential_forms as forms
from pilothouse.apps.portfolio.views import credentials as views

HERE = "credentials/"
urlpatterns = [
    path(HERE, views.credentials, name="credentials"),
    path(f"{HERE}new/", forms.credential_new, name="credential-new"),
    path(f"{HERE}record/", views.bundle, name="credential-bundle"),
    path(f"{HERE}check/", forms.credential_verify, name="credential-verify"),
    path(f"{HERE}endorse/", forms.credential_endorse, name="credential-endorse"),
    path(f"{HERE}keys/", views.key_new, name="credential-key"),
    path(f"{HERE}all.zip", views.everything, name="credential-all"),
    path(f"{HERE}published.zip", views.published, name="credential-published"),
    path(
        f"{HERE}endorsements/<str:endorsement_id>/<str:act>/",
        views.endorsement_act,
        name="endorsement-act",
    ),
    path(f"{HERE}c/<str:credential_id>/", views.credential, name="credential"),
    path(f"{HERE}c/<str:credential_id>/revoke/", views.revoke, name="credential-revoke"),
    path(f"{HERE}c/<str:credential_id>/picture.svg", views.credential_picture,
         name="credential-picture"),
    path(f"{HERE}c/<str:credential_id>/file.<str:form>", views.credential_file,
         name="credential-file"),
    path(f"{HERE}c/<str:credential_id>/endorsements/", views.endorsements,
         name="credential-endorsements"),
]  # fmt: skip
