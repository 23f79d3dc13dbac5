"""What a person may take away: the model, their record, their evidence."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from pilothouse.apps.http import download, with_access
from pilothouse.apps.skills.services.exports_case import to_case_json
from pilothouse.apps.skills.services.exports_record import (
    to_evidence_csv,
    to_record_json,
    to_xapi,
)
from pilothouse.apps.workspace.services.access import Access


@require_GET
@with_access
def export(request: HttpRequest, access: Access, kind: str) -> HttpResponse:
    """``case.json``, ``xapi.json``, ``record.json`` or ``evidence.csv``."""
    del request
    if kind == "case.json":
        return _json("competencies.case.json", to_case_json())
    if kind == "xapi.json":
        return _json("evidence.xapi.json", to_xapi(access))
    if kind == "record.json":
        return _json("skills.json", to_record_json(access))
    if kind == "evidence.csv":
        body = to_evidence_csv(access).encode("utf-8-sig")
        return download("evidence.csv", body, "text/csv; charset=utf-8")
    raise Http404


def _json(name: str, body: Any) -> HttpResponse:
    text = json.dumps(body, ensure_ascii=False, indent=1) + "\n"
    return download(name, text.encode(), "application/json; charset=utf-8")
