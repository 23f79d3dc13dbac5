"""Pitches and posts for programs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Path, Router
from pydantic import Field

from pilothouse.apps.people.bodies import Strict, reader, writer
from pilothouse.apps.people.services import pitches, posts

router = Router()


class PitchIn(Strict):
    audience: str
    text: str
    seconds: int = 60

    def to_draft(self) -> pitches.PitchDraft:
        return pitches.PitchDraft(**self.dict())


class TryIn(Strict):
    seconds: int


class PostIn(Strict):
    """``evidence`` are keys of one's own work, such as ``act:12``."""

    title: str
    kind: str = "post"
    text: str = ""
    audience: str = ""
    evidence: list[str] = Field(default_factory=list)
    planned_on: date | None = None
    url: str = ""

    def to_draft(self) -> posts.PostDraft:
        body = self.dict()
        return posts.PostDraft(**{**body, "evidence": tuple(body["evidence"])})


class PublishedIn(Strict):
    """``on`` null is today."""

    url: str = ""
    on: date | None = None


class StateIn(Strict):
    """``state`` is idea, draft or dropped."""

    state: str


@router.get("pitches", summary="Pitches with how long they take")
def get_pitches(request: HttpRequest) -> dict[str, Any]:
    found = pitches.list_pitches(reader(request))
    return {"pitches": [pitches.to_pitch_json(each) for each in found]}


@router.post("pitches", summary="Write a pitch")
def post_pitch(request: HttpRequest, payload: PitchIn) -> dict[str, Any]:
    return pitches.to_pitch_json(pitches.create_pitch(writer(request), payload.to_draft()))


@router.get("pitches/{pitch_id}", summary="A pitch with every text it had")
def get_pitch(request: HttpRequest, pitch_id: Path[str]) -> dict[str, Any]:
    access = reader(request)
    view = pitches.get_pitch(access, pitch_id)
    versions = pitches.list_pitch_versions(access, pitch_id)
    return {**pitches.to_pitch_json(view), "versions": [asdict(each) for each in versions]}


@router.put("pitches/{pitch_id}", summary="Change a pitch; another text is another version")
def put_pitch(request: HttpRequest, pitch_id: Path[str], payload: PitchIn) -> dict[str, Any]:
    changed = pitches.change_pitch(writer(request), pitch_id, payload.to_draft())
    return pitches.to_pitch_json(changed)


@router.delete("pitches/{pitch_id}", summary="Take a pitch out (pages can restore it)")
def delete_pitch(request: HttpRequest, pitch_id: Path[str]) -> dict[str, Any]:
    pitches.set_pitch_deleted(writer(request), pitch_id, is_deleted=True)
    return {"deleted": pitch_id}


@router.post("pitches/{pitch_id}/tries", summary="Write down how long saying it took")
def post_try(request: HttpRequest, pitch_id: Path[str], payload: TryIn) -> dict[str, Any]:
    return pitches.to_pitch_json(pitches.add_try(writer(request), pitch_id, payload.seconds))


@router.get("posts", summary="The plan of posts and talks")
def get_posts(request: HttpRequest) -> dict[str, Any]:
    return {"posts": [posts.to_post_json(each) for each in posts.list_posts(reader(request))]}


@router.post("posts", summary="Plan a post or talk")
def post_post(request: HttpRequest, payload: PostIn) -> dict[str, Any]:
    return posts.to_post_json(posts.create_post(writer(request), payload.to_draft()))


@router.get("posts/{post_id}", summary="A post with the numbers that its work does not hold")
def get_post(request: HttpRequest, post_id: Path[str]) -> dict[str, Any]:
    access = reader(request)
    view = posts.get_post(access, post_id)
    loose = posts.list_loose_numbers(access, view)
    return {**posts.to_post_json(view), "loose_numbers": list(loose)}


@router.put("posts/{post_id}", summary="Change what is planned or written")
def put_post(request: HttpRequest, post_id: Path[str], payload: PostIn) -> dict[str, Any]:
    return posts.to_post_json(posts.change_post(writer(request), post_id, payload.to_draft()))


@router.delete("posts/{post_id}", summary="Take it out of the plan (pages can restore it)")
def delete_post(request: HttpRequest, post_id: Path[str]) -> dict[str, Any]:
    posts.set_post_deleted(writer(request), post_id, is_deleted=True)
    return {"deleted": post_id}


@router.post("posts/{post_id}/published", summary="Say that one published it oneself, and where")
def post_published(
    request: HttpRequest, post_id: Path[str], payload: PublishedIn
) -> dict[str, Any]:
    return posts.to_post_json(posts.publish_post(writer(request), post_id, **payload.dict()))


@router.put("posts/{post_id}/state", summary="Idea, draft or dropped; takes publishing back")
def put_state(request: HttpRequest, post_id: Path[str], payload: StateIn) -> dict[str, Any]:
    return posts.to_post_json(posts.set_post_state(writer(request), post_id, payload.state))
