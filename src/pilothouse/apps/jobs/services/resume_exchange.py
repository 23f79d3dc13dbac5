"""JSON Resume files in and out."""

from __future__ import annotations

import json
from typing import Any

from pilothouse.apps.jobs.services.resume_checking import check
from pilothouse.apps.jobs.services.resume_records import (
    ResumeView,
    begin_resume,
    get_base,
    save_content,
)
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.jobs.resume_bullets import adopt_ids
from pilothouse.engines.jobs.resume_json import (
    from_content,
    read_json_resume,
    to_content,
    write_json_resume,
)
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import clean_text, new_public_id

MAX_BYTES = 1_000_000


def import_resume(access: Access, data: bytes, name: str = "") -> ResumeView:
    """A new base from a JSON Resume file; ``InvalidValueError`` names what it does not allow."""
    return import_document(access, parse_json(data), name)


def import_document(access: Access, document: Any, name: str = "") -> ResumeView:
    """The same from parsed JSON."""
    text = read_json_resume(_cleaned(document), new_public_id)
    return begin_resume(access, name or text.basics.get("name") or "Imported resume", text)


def save_document(access: Access, public_id: str, document: Any, *, base: int = 0) -> ResumeView:
    """Write a base anew from parsed JSON; entries and bullets that are the same keep their ids."""
    view = get_base(access, public_id)
    text = read_json_resume(_cleaned(document), new_public_id)
    kept = adopt_ids(text, from_content(view.content), new_public_id)
    return save_content(access, public_id, to_content(kept), base=base)


def export_resume(
    access: Access, view: ResumeView, *, with_evidence: bool = True
) -> dict[str, Any]:
    """A resume as JSON Resume, as it stands now."""
    return write_json_resume(check(access, view).text, with_evidence=with_evidence)


def parse_json(data: bytes) -> Any:
    """The parsed file."""
    if len(data) > MAX_BYTES:
        raise InvalidValueError(f"a file has at most {MAX_BYTES:,} bytes.", value=len(data))
    try:
        parsed = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise InvalidValueError(
            f"this is not JSON: {error}.", remedy="Take a file in the JSON Resume format."
        ) from error
    return parsed


def _refuse(text: str) -> None:
    raise ValueError(f"{text} is no number in JSON")


def _cleaned(value: Any, depth: int = 0) -> Any:
    if depth > 20:
        raise InvalidValueError("the file is nested deeper than 20 levels.")
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [_cleaned(each, depth + 1) for each in value]
    if isinstance(value, dict):
        return {clean_text(str(k)): _cleaned(v, depth + 1) for k, v in value.items()}
    return value
