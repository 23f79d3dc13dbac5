"""Addresses of documents, below /p/PRODUCT/documents/."""

from django.urls import path

from pilothouse.apps.documents import exchange_urls
from pilothouse.apps.documents.views import claims, comments, editing, history, home, reading

app_name = "documents"
urlpatterns = [
    path("", home.home, name="home"),
    path("new/", home.document_new, name="new"),
    path("render/", editing.render_text, name="render"),
    path("claims/", claims.claims, name="claims"),
    path("claims/check/", claims.claims_check, name="claims-check"),
    path("claims/preview/", claims.claim_preview, name="claim-preview"),
    path("claims/<str:claim_id>/<str:act>/", claims.claim_act, name="claim-act"),
    path("comments/<str:comment_id>/<str:act>/", comments.comment_act, name="comment-act"),
    *exchange_urls.urlpatterns,
    path("<str:document_id>/", reading.document, name="document"),
    path("<str:document_id>/edit/", editing.document_edit, name="edit"),
    path("<str:document_id>/draft/", editing.document_draft, name="draft"),
    path("<str:document_id>/print/", reading.document_print, name="print"),
    path("<str:document_id>/check/", reading.document_check, name="check"),
    path("<str:document_id>/status/", reading.document_status, name="status"),
    path("<str:document_id>/details/", reading.document_details, name="details"),
    path("<str:document_id>/claims/", claims.claim_new, name="claim-new"),
    path("<str:document_id>/comments/", comments.comment_add, name="comment-add"),
    path("<str:document_id>/versions/", history.versions, name="versions"),
    path("<str:document_id>/versions/<str:number>/", history.version, name="version"),
    path(
        "<str:document_id>/versions/<str:number>/restore/",
        history.version_restore,
        name="version-restore",
    ),
    path("<str:document_id>/<str:act>/", reading.document_act, name="act"),
]
