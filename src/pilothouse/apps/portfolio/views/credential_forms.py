"""Issuing a badge in three steps, endorsing somebody else's, checking any."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from pilothouse.apps.http import form_error, read_number, with_access
from pilothouse.apps.portfolio.services import credentials as service
from pilothouse.apps.portfolio.services.credential_checks import (
    MAX_FILE_BYTES,
    check_credential,
)
from pilothouse.apps.portfolio.services.credential_drafts import (
    STATUSES,
    BadgeDraft,
    FileDigest,
    digest_files,
    files_from_json,
)
from pilothouse.apps.portfolio.services.credential_levels import (
    list_claims,
    read_claim,
)
from pilothouse.apps.portfolio.services.endorsing import endorse
from pilothouse.apps.portfolio.services.profiles import get_profile
from pilothouse.apps.skills.services.competencies import LEVEL_NAMES
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.portfolio.badges import HONEST_WORDS
from pilothouse.kernel.errors import InvalidValueError, PilothouseError

STATUS_WORDS = {
    "Completed": "Reached",
    "Failed": "Tried, not reached",
    "InProgress": "In progress",
    "Provisional": "Provisional",
    "Withdrew": "Withdrawn from",
}


@require_http_methods(["GET", "POST"])
@with_access
def credential_new(request: HttpRequest, access: Access) -> HttpResponse:
    """Choose a competency; say what the badge holds; look at it; sign."""
    if request.method == "GET":
        competency = request.GET.get("competency", "")
        if not competency:
            choices = {"claims": list_claims(access), "honest_words": HONEST_WORDS}
            return render(request, "portfolio/credential_choose.html", choices)
        return _form(request, access, competency)
    competency = request.POST.get("competency", "")
    try:
        draft = _read_draft(request)
        if request.POST.get("do") == "issue":
            made = service.issue_badge(access, draft, seal=request.POST.get("seal", ""))
            messages.success(request, f"Signed: {made.name}")
            return redirect(made.url)
        if request.POST.get("do") == "change":
            return _form(request, access, competency)
        looked = service.preview(access, draft)
    except PilothouseError as error:
        return _form(request, access, competency, error=form_error(error))
    context = {
        "preview": looked,
        "pretty": json.dumps(looked.document, indent=2, ensure_ascii=False),
        "files": json.dumps([file.__dict__ for file in looked.draft.files]),
        "status_words": STATUS_WORDS[looked.draft.status],
    }
    return render(request, "portfolio/credential_preview.html", context)


@require_http_methods(["GET", "POST"])
@with_access
def credential_verify(request: HttpRequest, access: Access) -> HttpResponse:
    """Check a file or a text, each check named."""
    del access  # any member may check anything
    error, finding = None, None
    if request.method == "POST":
        try:
            data = read_file(request, "file", "text")
            listed = read_file(request, "list") if "list" in request.FILES else None
            belonging = [_read(file) for file in request.FILES.getlist("belonging")[:5]]
            finding = check_credential(data, listed, belonging)
        except PilothouseError as refused:
            error = form_error(refused)
    context = {
        "finding": finding,
        "error": error,
        "typed": request.POST,
        "rows": _rows(finding) if finding else [],
    }
    return render(
        request, "portfolio/credential_verify.html", context, status=400 if error else 200
    )


@require_http_methods(["GET", "POST"])
@with_access
def credential_endorse(request: HttpRequest, access: Access) -> HttpResponse:
    """Sign words about somebody else's badge."""
    error = None
    if request.method == "POST":
        try:
            data = read_file(request, "file", "text")
            made = endorse(access, data, request.POST.get("comment", ""))
        except PilothouseError as refused:
            error = form_error(refused)
        else:
            messages.success(request, "Signed: give the JSON file to the holder of the badge")
            return redirect(made.url)
    context = {"error": error, "typed": request.POST}
    return render(
        request, "portfolio/credential_endorse.html", context, status=400 if error else 200
    )


def read_file(request: HttpRequest, name: str, text: str = "") -> bytes:
    """The content of an uploaded file, or of the text field beside it."""
    file = request.FILES.get(name)
    if file is None:
        return request.POST.get(text, "").encode("utf-8", "replace") if text else b""
    return _read(file)


def _read(file: UploadedFile) -> bytes:
    if file.size is None or file.size > MAX_FILE_BYTES:
        raise InvalidValueError("this file is larger than 8 MiB.", value=file.name)
    content: bytes = file.read()
    return content


def _form(
    request: HttpRequest,
    access: Access,
    competency: str,
    error: PilothouseError | None = None,
) -> HttpResponse:
    given = request.POST
    claim = read_claim(access, competency)
    levels = [(str(number), f"L{number} {name}") for number, name in enumerate(LEVEL_NAMES, 1)]
    context = {
        "claim": claim,
        "levels": [("", "What the acts hold"), *levels],
        "statuses": [(each, STATUS_WORDS[each]) for each in STATUSES],
        "values": given if request.method == "POST" else _first_values(access),
        "files": given.get("files_json", ""),
        "error": error,
    }
    status = 400 if error else 200
    return render(request, "portfolio/credential_new.html", context, status=status)


def _first_values(access: Access) -> dict[str, str]:
    profile = get_profile(access)
    base = profile.base_url.rstrip("/")
    return {
        "holder": profile.name,
        "list_url": f"{base}/credentials/status.json" if base.startswith("https://") else "",
    }


def _read_draft(request: HttpRequest) -> BadgeDraft:
    given = request.POST
    level = given.get("level", "")
    number = read_number(level)
    if level and number is None:
        raise InvalidValueError("a level is 1 to 4.", value=level)
    return BadgeDraft(
        competency=given.get("competency", ""),
        holder=given.get("holder", ""),
        level=number or 0,
        status=given.get("status") or "Completed",
        with_titles=bool(given.get("titles")),
        list_url=given.get("list_url", ""),
        files=_read_files(request),
    )


def _read_files(request: HttpRequest) -> tuple[FileDigest, ...]:
    sent = request.FILES.getlist("files")
    if sent:
        if len(sent) > 10 or sum(file.size or 0 for file in sent) > 10 * MAX_FILE_BYTES:
            raise InvalidValueError("these files are too many or too large to bind.")
        return digest_files(
            (file.name or "file", file.content_type or "", file.read()) for file in sent
        )
    text = request.POST.get("files_json", "")
    if not text:
        return ()
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidValueError("the list of files cannot be read.") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InvalidValueError("the list of files cannot be read.")
    return files_from_json(rows)


def _rows(finding: Any) -> list[dict[str, Any]]:
    """The whole first, then its parts, each with its checks."""
    whole = finding.verification
    groups = [("", whole)] + [
        (str(part.document.get("name") or part.document.get("id") or part.kind)[:200], part)
        for part in whole.parts
    ]
    return [
        {"name": name, "checks": found.checks, "kind": found.kind, "is_valid": found.is_valid}
        for name, found in groups
    ]
