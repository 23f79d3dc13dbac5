"""Errors as answers: a page for people, JSON for programs, a fragment for htmx."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from pilothouse.kernel.errors import (
    ConflictError,
    DamagedError,
    ForbiddenError,
    InvalidValueError,
    NotFoundError,
    PilothouseError,
    UnavailableError,
)

STATUS: dict[type[PilothouseError], int] = {
    InvalidValueError: 400,
    ForbiddenError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    UnavailableError: 503,
    DamagedError: 500,
}
HEADINGS = {
    400: "That did not work",
    403: "Not with your role",
    404: "Not here",
    405: "Not this way",
    409: "Not in this state",
    500: "Something broke",
    503: "Not right now",
}


def status_of(error: PilothouseError) -> int:
    """The HTTP status of an error."""
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 400)


def answer_error(request: HttpRequest, error: PilothouseError) -> HttpResponse:
    """The answer to a request that met a known error."""
    status = status_of(error)
    if wants_json(request):
        response: HttpResponse = JsonResponse(error.to_json(), status=status)
    else:
        response = render_error(request, status, error.sentence)
    if status == 503:
        response["Retry-After"] = "5"
    return response


def answer_unexpected(request: HttpRequest, error_id: str) -> HttpResponse:
    """The answer to a fault of ours: an id to find it in the log, and no details."""
    sentence = f"This is a fault of Pilothouse. It is in the log under {error_id}."
    if wants_json(request):
        body = {"error": {"code": "unexpected", "message": sentence, "id": error_id}}
        return JsonResponse(body, status=500)
    return render_error(request, 500, sentence)


def render_error(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    """The error page."""
    context = {"status": status, "heading": HEADINGS.get(status, "Error"), "sentence": sentence}
    return render(request, "errors/error.html", context, status=status)


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks."""
    if request.path.startswith("/api/"):
        return True
    accept = request.headers.get("Accept", "")
    return "application/json" in accept and "text/html" not in accept
