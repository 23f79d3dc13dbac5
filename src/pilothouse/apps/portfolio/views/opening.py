"""Opening a side project for its pages."""

from __future__ import annotations

from django.http import HttpRequest

from pilothouse.apps.http import remember_product
from pilothouse.apps.portfolio.services.projects import ProjectView, get_project
from pilothouse.apps.workspace.services.access import Access


def open_project(request: HttpRequest, access: Access, project_id: str) -> ProjectView:
    """The project; its product becomes the one at hand, so that the frame leads to it."""
    project = get_project(access, project_id)
    remember_product(request, access, project.product)
    return project
