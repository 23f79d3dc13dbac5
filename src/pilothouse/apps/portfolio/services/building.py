"""Building the site as a job."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model

from pilothouse.apps.portfolio.services.site import publish_site
from pilothouse.apps.workspace.services.access import Access, get_access
from pilothouse.apps.workspace.services.jobs import JobContext, JobView, enqueue
from pilothouse.kernel.errors import NotFoundError

BUILD = "Build the portfolio's site"
KIND = "portfolio.build"


def start_build(access: Access) -> JobView:
    """Hand the build in."""
    arguments = {"user": access.user_id, "workspace": access.workspace_id}
    return enqueue(access, KIND, BUILD, arguments)


def run_build(context: JobContext) -> dict[str, Any]:
    """Build for whoever handed it in, with the rights they have now."""
    user = get_user_model().objects.filter(pk=context.arguments["user"], is_active=True).first()
    if user is None:
        raise NotFoundError("whoever handed this job in is gone.")
    access = get_access(user, context.arguments["workspace"])
    made = publish_site(access)
    return {"publication": made.public_id, "pages": made.pages, "bytes": made.size}
