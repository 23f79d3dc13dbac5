"""Views that belong to no noun: Django's error handlers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from pilothouse.kernel.errors import ForbiddenError, InvalidValueError, NotFoundError
from pilothouse.web.errors import answer_error, answer_unexpected


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that Django refused, such as one with too many fields."""
    del exception  # Django names this argument
    return answer_error(request, InvalidValueError("this request cannot be understood."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not allowed."""
    del exception  # Django names this argument
    return answer_error(request, ForbiddenError("you may not do this."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: an old page, or another site."""
    del reason
    return answer_error(
        request,
        ForbiddenError("this form is too old to be trusted.", remedy="Reload the page, try again."),
    )


def not_found(request: HttpRequest, exception: Any) -> HttpResponse:
    """No such page."""
    del exception
    return answer_error(request, NotFoundError("there is no such page.", value=request.path))


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault that no middleware caught."""
    return answer_unexpected(request, "unknown")
