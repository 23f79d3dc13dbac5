"""Checks, imports and exports of documents for programs."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router, Schema
from pydantic import ConfigDict

from pilothouse.apps.documents.services.documents import get_document, to_document_json
from pilothouse.apps.documents.services.exchange import FORMS, export_document, export_vault
from pilothouse.apps.documents.services.exchange_import import (
    import_documents,
    plan_documents,
    undo_import,
)
from pilothouse.apps.documents.services.exchange_read import MAX_BYTES, read_incoming
from pilothouse.apps.documents.services.lint import (
    lint_document,
    lint_product,
    lint_text_of,
    to_lint_json,
    to_trace_json,
)
from pilothouse.apps.documents.services.texts import clean_body
from pilothouse.apps.http import api_product, download
from pilothouse.apps.workspace.models import Role
from pilothouse.kernel.errors import InvalidValueError, NotFoundError

router = Router()


class LintIn(Schema):
    model_config = ConfigDict(extra="forbid")

    body: str
    kind: str = "note"


class ImportIn(Schema):
    """A file: its name with its ending, and its bytes in Base64."""

    model_config = ConfigDict(extra="forbid")

    name: str
    content: str
    dry_run: bool = False


@router.get("checks/documents", summary="What lint finds in all documents, and their requirements")
def get_checks(request: HttpRequest, product_id: Path[str]) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    return {
        "simulated": product.is_simulated,
        "documents": [
            {
                "id": each.document.public_id,
                "title": each.document.title,
                **to_lint_json(each.lint),
                "trace": [to_trace_json(trace) for trace in each.lint.traces],
            }
            for each in lint_product(product)
        ],
    }


@router.post("checks/text", summary="What lint finds in a text")
def post_lint(request: HttpRequest, product_id: Path[str], payload: LintIn) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    lint = lint_text_of(product, clean_body(payload.body), payload.kind)
    return {"simulated": product.is_simulated, **to_lint_json(lint)}


@router.post("imports/file", summary="Take documents in from a file, or only look at it")
def post_import(request: HttpRequest, product_id: Path[str], payload: ImportIn) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    access.require(Role.EDITOR, to="importing documents")
    planned = plan_documents(product, read_incoming(payload.name, _decode(payload.content)))
    answer: dict[str, Any] = {
        "simulated": product.is_simulated,
        "planned": [
            {
                "path": each.incoming.path,
                "title": each.incoming.title,
                "action": each.action,
                "trouble": each.incoming.trouble,
            }
            for each in planned
        ],
    }
    taken = [each for each in planned if each.is_taken]
    if payload.dry_run or not taken:
        return answer
    result = import_documents(access, product, taken, payload.name[:200], {})
    documents = [*result.created, *result.updated]
    return {
        **answer,
        "import": result.public_id,
        "documents": [to_document_json(each, with_body=False) for each in documents],
    }


def _decode(content: str) -> bytes:
    if len(content) > MAX_BYTES * 4 // 3 + 4:
        raise InvalidValueError(f"a file has at most {MAX_BYTES // 1024**2} MB.")
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidValueError("the content of a file is given in Base64.") from error


@router.post("imports/{document_import_id}/undo", summary="Take an import back")
def post_undo(
    request: HttpRequest, product_id: Path[str], document_import_id: str
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return {"documents": undo_import(access, product, document_import_id)}


@router.get("vault/zip", summary="All documents as a vault, a zip of Markdown files")
def get_vault(request: HttpRequest, product_id: Path[str]) -> HttpResponse:
    _, product = api_product(request, product_id)
    file = export_vault(product)
    return download(file.name, file.body, file.content_type)


@router.get("{document_id}/lint", summary="What lint finds in a document")
def get_lint(request: HttpRequest, product_id: Path[str], document_id: str) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    lint = lint_document(product, get_document(product, document_id)).lint
    trace = [to_trace_json(each) for each in lint.traces]
    return {"simulated": product.is_simulated, **to_lint_json(lint), "trace": trace}


@router.get("{document_id}/export", summary="A document as md, docx or feature")
def get_export(
    request: HttpRequest, product_id: Path[str], document_id: str, form: str = "md"
) -> HttpResponse:
    _, product = api_product(request, product_id)
    document = get_document(product, document_id)
    if form not in FORMS:
        raise NotFoundError("a document is not written in this form.", value=form)
    file = export_document(product, document, form, request.build_absolute_uri)
    return download(file.name, file.body, file.content_type)
