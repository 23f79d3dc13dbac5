"""What every request passes: safe headers, no foreign origins, errors told in one shape."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db.utils import DataError, OperationalError
from django.http import HttpRequest, HttpResponse

from pilothouse.kernel.errors import InvalidValueError, PilothouseError, UnavailableError
from pilothouse.kernel.ids import new_public_id
from pilothouse.web.errors import answer_error, answer_unexpected

Handler = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger("pilothouse.web")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; manifest-src 'self'"
)
# What a page may ask of the machine: nothing, unless its view says so.
DEVICES = "camera=(), geolocation=(), microphone=()"
DEVICES_TO_RECORD = "camera=(), geolocation=(), microphone=(self)"
MEDIA = "; media-src 'self' blob:"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# These take a key or a token and never a cookie, so another site's page gains nothing by them.
KEYED_PATHS = ("/api/", "/batch", "/e", "/capture", "/i/", "/flags", "/decide", "/array/")


def is_keyed(path: str) -> bool:
    """Whether ``path`` is one of those that take a key instead of a cookie."""
    return any(
        path.startswith(each if each.endswith("/") else each + "/") or path == each
        for each in KEYED_PATHS
    )


class SecurityMiddleware:
    """Headers that keep a page to itself."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            # Every path checks the Host header, files and ingest included: rebinding ends here.
            request.get_host()
        except DisallowedHost:
            response = HttpResponse("Unknown host.", status=400, content_type="text/plain")
        else:
            response = self.get_response(request)
        is_recording = getattr(response, "allows_recording", False)
        is_playing = is_recording or getattr(response, "plays_media", False)
        response.setdefault("Content-Security-Policy", POLICY + (MEDIA if is_playing else ""))
        response.setdefault("Permissions-Policy", DEVICES_TO_RECORD if is_recording else DEVICES)
        response.setdefault("X-Content-Type-Options", "nosniff")
        response.setdefault("X-Frame-Options", "DENY")
        response.setdefault("Referrer-Policy", "same-origin")
        response.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if not request.path.startswith(settings.STATIC_URL):
            response.setdefault("Cache-Control", "no-store")
        return response


class OriginMiddleware:
    """Refuse what another site's page asks for with this person's cookie."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_keyed(request.path) and self._is_foreign(request):
            return HttpResponse("This request came from another site.", status=403)
        return self.get_response(request)

    def _is_foreign(self, request: HttpRequest) -> bool:
        site = request.headers.get("Sec-Fetch-Site", "")
        if site in {"cross-site", "same-site"}:
            # A plain link from elsewhere is fine; an embedded or scripted request is not.
            is_link = request.headers.get("Sec-Fetch-Mode") == "navigate"
            return not (is_link and request.method in SAFE_METHODS)
        origin = request.headers.get("Origin")
        if request.method in SAFE_METHODS or origin is None:
            return False
        return origin != f"{request.scheme}://{request.get_host()}"


class ErrorMiddleware:
    """Every error as one shape: a sentence with the value, the rule and the way out."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        known = to_known_error(error)
        if known is not None:
            return answer_error(request, known)
        if settings.DEBUG or not isinstance(error, Exception):
            return None
        from django.core.exceptions import PermissionDenied, SuspiciousOperation
        from django.http import Http404

        if isinstance(error, Http404 | PermissionDenied | SuspiciousOperation):
            return None
        error_id = new_public_id()
        logger.exception("unexpected error %s at %s", error_id, request.path)
        return answer_unexpected(request, error_id)


def to_known_error(error: Exception) -> PilothouseError | None:
    """The error as one of ours, where what happened can be told and will pass."""
    if isinstance(error, PilothouseError):
        return error
    if isinstance(error, DataError | UnicodeEncodeError):
        # The last net: what the fields' own rules let through, such as a NUL in an address.
        return InvalidValueError("a value holds characters or numbers that cannot be stored.")
    text = str(error).lower()
    if isinstance(error, OperationalError) and "full" in text:
        return _disk_full()
    if isinstance(error, OperationalError) and "locked" in text:
        return UnavailableError(
            "another program is writing to the workspace.", remedy="Try again in a moment."
        )
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return _disk_full()
    return None


def _disk_full() -> UnavailableError:
    return UnavailableError(
        "the disk is full, so nothing could be saved.",
        remedy="Free some space; what was saved before is safe.",
    )
