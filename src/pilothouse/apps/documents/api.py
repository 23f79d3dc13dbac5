"""Documents for programs: texts, versions, comments and live claims."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import ConfigDict, Field

from pilothouse.apps.documents.exchange_api import router as exchange_router
from pilothouse.apps.documents.services.checking import check_claims
from pilothouse.apps.documents.services.claims import (
    accept_claim,
    create_claim,
    keep_claim,
    list_claims,
    set_tolerance,
    to_claim_json,
)
from pilothouse.apps.documents.services.comments import (
    add_comment,
    list_comments,
    set_comment_deleted,
    set_comment_resolved,
    to_comment_json,
)
from pilothouse.apps.documents.services.details import set_status, update_document
from pilothouse.apps.documents.services.documents import (
    DocumentDraft,
    create_document,
    get_document,
    list_documents,
    save_document,
    set_document_deleted,
    to_document_json,
)
from pilothouse.apps.documents.services.rendering import render_document
from pilothouse.apps.documents.services.texts import clean_body
from pilothouse.apps.documents.services.versions import (
    get_version,
    list_versions,
    restore_version,
    to_version_json,
)
from pilothouse.apps.http import api_product, read_number
from pilothouse.apps.workspace.services.access import ProductView

texts = Router()


class Body(Schema):
    model_config = ConfigDict(extra="forbid")


class DocumentIn(Body):
    title: str
    body: str = ""
    kind: str = "note"
    folder: str = ""


class TextIn(Body):
    """A new text; ``base`` is the digest that was read, so that nothing unseen is overwritten.

    Without it the text is saved over whatever stands; every version stays.
    """

    title: str
    body: str
    base: str | None = None
    note: str = ""


class DetailsIn(Body):
    """What stands beside the text; what is left out stays."""

    kind: str | None = None
    folder: str | None = None
    owner: str | None = None


class StatusIn(Body):
    status: str
    reviewer: str = ""


class RenderIn(Body):
    body: str


class CommentIn(Body):
    body: str
    quote: str = ""
    parent: str = ""


class ToleranceIn(Body):
    """``amount``: 0.1 is 10 % if relative, else it is in the unit of the claim."""

    tolerance: str = ""
    amount: float | None = None


class ClaimIn(ToleranceIn):
    kind: str
    definition: dict[str, Any] = Field(default_factory=dict)


class ReasonIn(Body):
    reason: str


def _with_world(product: ProductView, body: dict[str, Any]) -> dict[str, Any]:
    return {"simulated": product.is_simulated, **body}


@texts.get("", summary="Documents, without their texts")
def get_documents(
    request: HttpRequest, product_id: Path[str], kind: str = "", status: str = "", q: str = ""
) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    found = list_documents(product, kind=kind, status=status, text=q, with_bodies=False)
    documents = [to_document_json(each, with_body=False) for each in found]
    return _with_world(product, {"documents": documents})


@texts.post("", summary="Write a document")
def post_document(
    request: HttpRequest, product_id: Path[str], payload: DocumentIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_document_json(create_document(access, product, DocumentDraft(**payload.dict())))


@texts.post("render", summary="A text as readers see it, as HTML")
def post_render(request: HttpRequest, product_id: Path[str], payload: RenderIn) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    page = render_document(product, clean_body(payload.body))
    claims = [to_claim_json(claim) for claim in page.claims]
    return _with_world(product, {"html": str(page.html), "claims": claims})


@texts.get("claims", summary="All live claims")
def get_claims(request: HttpRequest, product_id: Path[str], state: str = "") -> dict[str, Any]:
    _, product = api_product(request, product_id)
    claims = [to_claim_json(claim) for claim in list_claims(product, state=state)]
    return _with_world(product, {"claims": claims})


@texts.post("claims/check", summary="Read the sources of all claims now")
def post_check(request: HttpRequest, product_id: Path[str]) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return _with_world(product, check_claims(access, product).__dict__)


@texts.post("claims/{claim_id}/accept", summary="Quote what the source says now")
def post_accept(request: HttpRequest, product_id: Path[str], claim_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_document_json(accept_claim(access, product, claim_id))


@texts.post("claims/{claim_id}/keep", summary="Let the quoted number stand for a reason")
def post_keep(
    request: HttpRequest, product_id: Path[str], claim_id: str, payload: ReasonIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_claim_json(keep_claim(access, product, claim_id, payload.reason))


@texts.put("claims/{claim_id}/tolerance", summary="Allow the source to move more or less")
def put_tolerance(
    request: HttpRequest, product_id: Path[str], claim_id: str, payload: ToleranceIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_claim_json(
        set_tolerance(access, product, claim_id, payload.tolerance, payload.amount)
    )


@texts.post("comments/{comment_id}/resolve", summary="Close a thread")
def post_resolve(request: HttpRequest, product_id: Path[str], comment_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_comment_json(set_comment_resolved(access, product, comment_id, is_resolved=True))


@texts.delete("comments/{comment_id}", summary="Delete a comment (it can be restored)")
def delete_comment(request: HttpRequest, product_id: Path[str], comment_id: str) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_comment_json(set_comment_deleted(access, product, comment_id, is_deleted=True))


@texts.get("{document_id}", summary="A document with its text and its claims")
def get_one_document(
    request: HttpRequest, product_id: Path[str], document_id: str
) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    view = get_document(product, document_id)
    claims = [to_claim_json(claim) for claim in list_claims(product, document_id=document_id)]
    return _with_world(product, {**to_document_json(view), "claims": claims})


@texts.put("{document_id}", summary="Save a text as a new version")
def put_document(
    request: HttpRequest, product_id: Path[str], document_id: str, payload: TextIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_document_json(save_document(access, product, document_id, **payload.dict()))


@texts.patch("{document_id}", summary="Change kind, folder or owner")
def patch_document(
    request: HttpRequest, product_id: Path[str], document_id: str, payload: DetailsIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    changes = {name: value for name, value in payload.dict().items() if value is not None}
    return to_document_json(update_document(access, product, document_id, changes))


@texts.delete("{document_id}", summary="Delete a document (it can be restored)")
def delete_document(
    request: HttpRequest, product_id: Path[str], document_id: str
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_document_json(set_document_deleted(access, product, document_id, is_deleted=True))


@texts.post("{document_id}/status", summary="Ask for a review, publish, archive, take back")
def post_status(
    request: HttpRequest, product_id: Path[str], document_id: str, payload: StatusIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    view = set_status(access, product, document_id, payload.status, reviewer=payload.reviewer)
    return to_document_json(view)


@texts.get("{document_id}/versions", summary="Versions, without their texts")
def get_versions(request: HttpRequest, product_id: Path[str], document_id: str) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    get_document(product, document_id)
    found = list_versions(product, document_id)
    return {"versions": [to_version_json(each, with_body=False) for each in found]}


@texts.get("{document_id}/versions/{version_number}", summary="What a document said in one version")
def get_one_version(
    request: HttpRequest, product_id: Path[str], document_id: str, version_number: str
) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    return to_version_json(get_version(product, document_id, read_number(version_number) or 0))


@texts.post(
    "{document_id}/versions/{version_number}/restore", summary="Say again what a version said"
)
def post_restore(
    request: HttpRequest, product_id: Path[str], document_id: str, version_number: str
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_document_json(
        restore_version(access, product, document_id, read_number(version_number) or 0)
    )


@texts.get("{document_id}/comments", summary="Threads of comments")
def get_comments(request: HttpRequest, product_id: Path[str], document_id: str) -> dict[str, Any]:
    _, product = api_product(request, product_id)
    return {"comments": [to_comment_json(each) for each in list_comments(product, document_id)]}


@texts.post("{document_id}/comments", summary="Comment, or answer in a thread")
def post_comment(
    request: HttpRequest, product_id: Path[str], document_id: str, payload: CommentIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    comment = add_comment(
        access, product, document_id, body=payload.body, quote=payload.quote,
        parent_id=payload.parent,
    )  # fmt: skip
    return to_comment_json(comment)


@texts.post("{document_id}/claims", summary="Quote a number; put its markdown into the text")
def post_claim(
    request: HttpRequest, product_id: Path[str], document_id: str, payload: ClaimIn
) -> dict[str, Any]:
    access, product = api_product(request, product_id)
    return to_claim_json(create_claim(access, product, document_id, **payload.dict()))


# Their fixed words come before the ids of documents, which would match them too.
router = Router()
router.add_router("", exchange_router)
router.add_router("", texts)
