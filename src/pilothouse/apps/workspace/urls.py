"""Addresses of the workspace."""

from django.urls import path

from pilothouse.apps.workspace.views import (
    jobs,
    ledger,
    links,
    members,
    products,
    session,
    settings,
    thoughts,
)

app_name = "workspace"
urlpatterns = [
    path("", session.home, name="home"),
    path("health/", session.health, name="health"),
    path("login/", session.login_page, name="login"),
    path("login/<str:token>/", session.login_by_link, name="login-by-link"),
    path("logout/", session.logout_view, name="logout"),
    path("search/", thoughts.search_view, name="search"),
    path("search/objects/", links.objects, name="objects"),
    path("workspace/links/<str:kind>/<str:object_id>/add/", links.link_add, name="link-add"),
    path("workspace/links/<str:link_id>/<str:act>/", links.link_act, name="link-act"),
    path("workspace/capture/", thoughts.capture, name="capture"),
    path("workspace/captures/<str:capture_id>/", thoughts.capture_detail, name="capture-detail"),
    path(
        "workspace/captures/<str:capture_id>/<str:act>/", thoughts.capture_act, name="capture-act"
    ),
    path("workspace/products/", products.products, name="products"),
    path("workspace/products/new/", products.product_new, name="product-new"),
    path("workspace/products/<str:product_id>/", products.product_edit, name="product-edit"),
    path(
        "workspace/products/<str:product_id>/archive/",
        products.product_archive,
        name="product-archive",
    ),
    path("workspace/members/", members.members, name="members"),
    path("workspace/members/<str:member_id>/role/", members.member_role, name="member-role"),
    path("workspace/members/<str:member_id>/invite/", members.member_invite, name="member-invite"),
    path("workspace/members/<str:member_id>/remove/", members.member_remove, name="member-remove"),
    path("workspace/ledger/", ledger.ledger, name="ledger"),
    path("workspace/ledger/export/", ledger.ledger_export, name="ledger-export"),
    path("workspace/ledger/<int:sequence>/forget/", ledger.ledger_forget, name="ledger-forget"),
    path("workspace/jobs/", jobs.jobs, name="jobs"),
    path("workspace/jobs/<str:job_id>/", jobs.job_detail, name="job-detail"),
    path("workspace/jobs/<str:job_id>/cancel/", jobs.job_cancel, name="job-cancel"),
    path("workspace/jobs/<str:job_id>/retry/", jobs.job_retry, name="job-retry"),
    path("workspace/backups/", settings.backups, name="backups"),
    path("workspace/backups/<str:name>/", settings.backup_download, name="backup-download"),
    path("workspace/settings/", settings.settings_page, name="settings"),
    path("workspace/tokens/<str:token_id>/revoke/", settings.token_revoke, name="token-revoke"),
]
