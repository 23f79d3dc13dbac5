"""The REST API: OpenAPI 3.1 at /api/v1/openapi.json, the same services as the pages.

A request carries a token (``Authorization: Bearer ph_…``) and never the session's cookie.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from pilothouse import __version__
from pilothouse.apps.analytics.api import router as analytics_router
from pilothouse.apps.backlog.api import router as backlog_router
from pilothouse.apps.decisions.api import router as decisions_router
from pilothouse.apps.documents.api import router as documents_router
from pilothouse.apps.experiments.api import router as experiments_router
from pilothouse.apps.jobs.api import router as jobs_router
from pilothouse.apps.people.api import router as people_router
from pilothouse.apps.portfolio.api import router as portfolio_router
from pilothouse.apps.roadmap.api import router as roadmap_router
from pilothouse.apps.skills.api import router as skills_router
from pilothouse.apps.workspace.api import router as workspace_router
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.login import access_by_token
from pilothouse.kernel.errors import (
    ForbiddenError,
    InvalidValueError,
    NotFoundError,
    PilothouseError,
)
from pilothouse.web.errors import answer_error


class TokenAuth(HttpBearer):
    """A member's token; what it may do is in its ``Access``."""

    def authenticate(self, request: HttpRequest, token: str) -> Access | None:
        del request
        try:
            return access_by_token(token)
        except NotFoundError:
            return None


api = NinjaAPI(
    title="Pilothouse",
    version=__version__,
    description="The workbench's services for programs. Errors have one shape: error.message.",
    auth=TokenAuth(),
    docs_url=None,
    urls_namespace="api",
)
api.add_router("/", workspace_router, tags=["workspace"])
api.add_router("/products/{product_id}/analytics/", analytics_router, tags=["analytics"])
api.add_router("/products/{product_id}/experiments/", experiments_router, tags=["experiments"])
api.add_router("/products/{product_id}/backlog/", backlog_router, tags=["backlog"])
api.add_router("/products/{product_id}/roadmap/", roadmap_router, tags=["roadmap"])
api.add_router("/products/{product_id}/documents/", documents_router, tags=["documents"])
api.add_router("/products/{product_id}/decisions/", decisions_router, tags=["decisions"])
api.add_router("/skills/", skills_router, tags=["skills"])
api.add_router("/portfolio/", portfolio_router, tags=["portfolio"])
api.add_router("/jobs/", jobs_router, tags=["jobs"])
api.add_router("/people/", people_router, tags=["people"])


@api.exception_handler(PilothouseError)
def _known(request: HttpRequest, error: Any) -> HttpResponse:
    return answer_error(request, error)


@api.exception_handler(AuthenticationError)
def _stranger(_request: HttpRequest, _error: Any) -> HttpResponse:
    refused = ForbiddenError(
        "this needs a token that works.",
        remedy="Make one in Settings and send it as Authorization: Bearer ph_…",
    )
    return JsonResponse(refused.to_json(), status=401)


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    return answer_error(request, InvalidValueError(f"{error}."))


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    first = error.errors[0]
    place = ".".join(str(part) for part in first.get("loc", ()) if part not in {"body", "payload"})
    return answer_error(request, InvalidValueError(first.get("msg", "is not valid."), value=place))
