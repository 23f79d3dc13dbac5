"""All addresses. The noun of a page is the noun of its URL."""

from django.urls import include, path

from pilothouse.project.api import api
from pilothouse.web.patterns import patterns

urlpatterns = [
    path("", include("pilothouse.apps.workspace.urls")),
    path("p/<str:product_id>/today/", include("pilothouse.apps.today.urls")),
    path("p/<str:product_id>/analytics/", include("pilothouse.apps.analytics.urls")),
    path("p/<str:product_id>/experiments/", include("pilothouse.apps.experiments.urls")),
    path("p/<str:product_id>/backlog/", include("pilothouse.apps.backlog.urls")),
    path("p/<str:product_id>/roadmap/", include("pilothouse.apps.roadmap.urls")),
    path("roadmap/shared/", include("pilothouse.apps.roadmap.public_urls")),
    path("p/<str:product_id>/documents/", include("pilothouse.apps.documents.urls")),
    path("p/<str:product_id>/decisions/", include("pilothouse.apps.decisions.urls")),
    path("skills/", include("pilothouse.apps.skills.urls")),
    path("portfolio/", include("pilothouse.apps.portfolio.urls")),
    path("jobs/", include("pilothouse.apps.jobs.urls")),
    path("people/", include("pilothouse.apps.people.urls")),
    path("api/v1/", api.urls),
    path("patterns/", patterns, name="patterns"),
    path("", include("pilothouse.connect.ingest.urls")),
]

handler400 = "pilothouse.web.views.bad_request"
handler403 = "pilothouse.web.views.forbidden"
handler404 = "pilothouse.web.views.not_found"
handler500 = "pilothouse.web.views.server_error"
