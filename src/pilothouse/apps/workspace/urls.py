"""Addresses of the workspace."""

from django.urls import path

from pilothouse.apps.workspace import views

app_name = "workspace"
urlpatterns = [
    path("", views.home, name="home"),
    path("health/", views.health, name="health"),
    path("login/", views.login_page, name="login"),
    path("login/<str:token>/", views.login_by_link, name="login-by-link"),
    path("logout/", views.logout_view, name="logout"),
    path("search/", views.search_view, name="search"),
    path("workspace/capture/", views.capture, name="capture"),
    path("workspace/captures/<str:capture_id>/", views.capture_detail, name="capture-detail"),
    path("workspace/captures/<str:capture_id>/<str:act>/", views.capture_act, name="capture-act"),
    path("workspace/products/", views.products, name="products"),
    path("workspace/products/new/", views.product_new, name="product-new"),
    path("workspace/products/<str:product_id>/", views.product_edit, name="product-edit"),
    path(
        "workspace/products/<str:product_id>/archive/",
        views.product_archive,
        name="product-archive",
    ),
    path("workspace/members/", views.members, name="members"),
    path("workspace/members/<str:member_id>/role/", views.member_role, name="member-role"),
    path("workspace/members/<str:member_id>/invite/", views.member_invite, name="member-invite"),
    path("workspace/members/<str:member_id>/remove/", views.member_remove, name="member-remove"),
    path("workspace/ledger/", views.ledger, name="ledger"),
    path("workspace/ledger/export/", views.ledger_export, name="ledger-export"),
    path("workspace/ledger/<int:sequence>/forget/", views.ledger_forget, name="ledger-forget"),
    path("workspace/jobs/", views.jobs, name="jobs"),
    path("workspace/jobs/<str:job_id>/", views.job_detail, name="job-detail"),
    path("workspace/jobs/<str:job_id>/cancel/", views.job_cancel, name="job-cancel"),
    path("workspace/jobs/<str:job_id>/retry/", views.job_retry, name="job-retry"),
    path("workspace/backups/", views.backups, name="backups"),
    path("workspace/backups/<str:name>/", views.backup_download, name="backup-download"),
    path("workspace/settings/", views.settings_page, name="settings"),
    path("workspace/tokens/<str:token_id>/revoke/", views.token_revoke, name="token-revoke"),
]
