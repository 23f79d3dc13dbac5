"""Imports and exports of the backlog for programs."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Path, Router, Schema
from pydantic import ConfigDict, Field

from pilothouse.apps.backlog.services.imports import (
    ItemImportView,
    get_import,
    list_imports,
    receive_file,
    set_reading,
    start_import,
    to_reading_json,
    undo_import,
)
from pilothouse.apps.backlog.services.item_files import FORMATS, export_items
from pilothouse.apps.http import api_product
from pilothouse.kernel.errors import InvalidValueError, NotFoundError

router = Router()


class FileIn(Schema):
    """A file: its name and its bytes in Base64; ``start`` imports it as it is understood."""

    model_config = ConfigDict(extra="forbid")

    name: str
    content: str
    start: bool = False


class ReadingIn(Schema):
    """How a file is to be read; see the answer of ``POST imports`` for its parts."""

    model_config = ConfigDict(extra="forbid")

    columns: dict[str, list[int]] = Field(default_factory=dict)
    fields: list[int] = Field(default_factory=list)
    is_day_first: bool = True
    kinds: dict[str, str] = Field(default_factory=dict)
    statuses: dict[str, str] = Field(default_factory=dict)


@router.get("imports", summary="Imports of items, the newest first")
def get_imports(request: HttpRequest, product_id: Path[str]) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    return {"imports": [to_import_json(row) for row in list_imports(product)]}


@router.post("imports", summary="Hand a file of Jira, Linear, Trello, GitHub or CSV in")
def post_import(request: HttpRequest, product_id: Path[str], payload: FileIn) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    try:
        data = base64.b64decode(payload.content, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidValueError("the content of a file is Base64.", remedy="Encode its bytes.")
    row = receive_file(access, product, payload.name, [data])
    if payload.start:
        start_import(access, product, row.public_id)
    return to_import_json(get_import(product, row.public_id))


@router.get("imports/{item_import_id}", summary="One import")
def get_one_import(
    request: HttpRequest, product_id: Path[str], item_import_id: str
) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    return to_import_json(get_import(product, item_import_id))


@router.put("imports/{item_import_id}/reading", summary="Say what columns and words mean")
def put_reading(
    request: HttpRequest, product_id: Path[str], item_import_id: str, payload: ReadingIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_import_json(set_reading(access, product, item_import_id, payload.dict()))


@router.post("imports/{item_import_id}/start", summary="Import it")
def post_start(request: HttpRequest, product_id: Path[str], item_import_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    job = start_import(access, product, item_import_id)
    return {"job": job.public_id, **to_import_json(get_import(product, item_import_id))}


@router.post("imports/{item_import_id}/undo", summary="Take it out again")
def post_undo(request: HttpRequest, product_id: Path[str], item_import_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_import_json(undo_import(access, product, item_import_id))


@router.get("export/{format_name}", summary="All items as a file")
def get_export(request: HttpRequest, product_id: Path[str], format_name: str) -> HttpResponse:
    _, product = api_product(request, product_id)
    if format_name not in FORMATS:
        raise NotFoundError("there is no such format.", value=format_name)
    ending, pieces = export_items(product, format_name)
    kind = "application/json" if ending == "json" else "text/csv; charset=utf-8"
    return StreamingHttpResponse(pieces, content_type=kind)  # type: ignore[return-value]


def to_import_json(row: ItemImportView) -> dict[str, Any]:
    """An import as programs see it."""
    return {
        "id": row.public_id,
        "file_name": row.file_name,
        "source": row.source,
        "state": row.state.value,
        "reading": to_reading_json(row.reading),
        "created": row.created,
        "changed": row.changed,
        "unchanged": row.unchanged,
        "problems": [{"line": each.line, "sentence": each.sentence} for each in row.problems],
    }
