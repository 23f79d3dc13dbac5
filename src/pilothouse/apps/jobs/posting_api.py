"""Postings for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Router

from pilothouse.apps.jobs.bodies import FetchIn, PostingChangeIn, PostingIn, TargetIn
from pilothouse.apps.jobs.services import jsons, postings
from pilothouse.apps.jobs.services.fetching import fetch_posting
from pilothouse.apps.jobs.services.pivots import list_pivot_views
from pilothouse.apps.skills.services.guide_jsons import to_pivot_json
from pilothouse.apps.skills.services.targets import TargetDraft, save_target
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access

router = Router()


def to_reader(request: HttpRequest) -> Access:
    """Who asks."""
    access: Access = request.auth  # type: ignore[attr-defined]
    return access


def to_writer(request: HttpRequest) -> Access:
    """Who asks, if a token may write for them."""
    access = to_reader(request)
    access.require(Role.COMMENTER, to="writing with this token")
    return access


@router.get("postings", summary="My saved postings")
def get_postings(request: HttpRequest) -> dict[str, Any]:
    found = postings.list_postings(to_reader(request))
    return {"postings": [jsons.to_posting_json(each) for each in found]}


@router.post("postings", summary="Save a posting from its text")
def post_posting(request: HttpRequest, payload: PostingIn) -> dict[str, Any]:
    return jsons.to_posting_json(postings.save_posting(to_writer(request), payload.to_draft()))


@router.post("postings/fetch", summary="Fetch a page and save its posting")
def post_fetch(request: HttpRequest, payload: FetchIn) -> dict[str, Any]:
    access = to_writer(request)
    return jsons.to_posting_json(postings.save_posting(access, fetch_posting(payload.url)))


@router.get("pivots", summary="Neighbouring roles, with my postings for each")
def get_pivots(request: HttpRequest) -> dict[str, Any]:
    views = list_pivot_views(postings.list_postings(to_reader(request)))
    return {
        "pivots": [
            {**to_pivot_json(view.pivot), "postings": [each.public_id for each in view.postings]}
            for view in views
        ]
    }


@router.get("postings/{posting_id}", summary="A posting with what its words say")
def get_posting(request: HttpRequest, posting_id: Path[str]) -> dict[str, Any]:
    return jsons.to_posting_json(postings.get_posting(to_reader(request), posting_id))


@router.put("postings/{posting_id}", summary="Change what one wrote about a posting")
def put_posting(
    request: HttpRequest, posting_id: Path[str], payload: PostingChangeIn
) -> dict[str, Any]:
    access = to_writer(request)
    return jsons.to_posting_json(postings.change_posting(access, posting_id, payload.to_change()))


@router.delete("postings/{posting_id}", summary="Delete a posting (it can be restored)")
def delete_posting(request: HttpRequest, posting_id: Path[str]) -> dict[str, Any]:
    access = to_writer(request)
    return jsons.to_posting_json(postings.set_posting_deleted(access, posting_id, is_deleted=True))


@router.post("postings/{posting_id}/restore", summary="Bring a deleted posting back")
def post_restore(request: HttpRequest, posting_id: Path[str]) -> dict[str, Any]:
    access = to_writer(request)
    return jsons.to_posting_json(postings.set_posting_deleted(access, posting_id, is_deleted=False))


@router.post("postings/{posting_id}/target", summary="Hold my levels against it: a target")
def post_target(request: HttpRequest, posting_id: Path[str], payload: TargetIn) -> dict[str, Any]:
    access = to_writer(request)
    found = postings.get_posting(access, posting_id)
    made = save_target(
        access, TargetDraft(payload.role, payload.industry, found.company, found.text)
    )
    return {"id": made.public_id, "name": made.name, "url": made.url}
