"""Talks, favours, messages, events, pitches and posts for programs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import Field

from pilothouse.apps.people.bodies import Strict
from pilothouse.apps.people.services import events, favours, outreach, pitches, posts, talks
from pilothouse.apps.people.services.asking import list_due, read_grid, who_knows
from pilothouse.apps.people.services.book import get_habits
from pilothouse.apps.people.services.contacts import get_contact
from pilothouse.apps.people.services.views import to_line_json
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access

router = Router()


class TalkIn(Strict):
    text: str
    channel: str = "meeting"
    on: date | None = None
    learned: str = ""
    follow_up: str = ""
    follow_up_on: date | None = None


class FavourIn(Strict):
    text: str
    direction: str = "given"
    kind: str = "advice"
    state: str = "done"
    on: date | None = None
    about_id: str = ""
    company_id: str = ""


class MessageIn(Strict):
    purpose: str = "offer"
    subject: str = ""
    text: str = ""
    evidence: list[str] = Field(default_factory=list)
    channel: str = "mail"

    def to_draft(self) -> outreach.OutreachDraft:
        body = self.dict()
        return outreach.OutreachDraft(**{**body, "evidence": tuple(body["evidence"])})


class EventIn(Strict):
    title: str
    day: date
    at: str = ""
    minutes: int = 60
    zone: str = "UTC"
    place: str = ""
    url: str = ""
    notes: str = ""
    goals: str = ""
    rule: str = ""


class SentIn(Strict):
    on: date | None = None


class PitchIn(Strict):
    audience: str
    text: str
    seconds: int = 60


class PostIn(Strict):
    """``evidence`` are keys of one's own work, such as ``act:12``."""

    title: str
    kind: str = "post"
    text: str = ""
    audience: str = ""
    evidence: list[str] = Field(default_factory=list)
    planned_on: date | None = None
    url: str = ""


class AskQuery(Schema):
    about: str


class DaysQuery(Schema):
    days: int = Field(30, ge=1, le=366)


def reader(request: HttpRequest) -> Access:
    access: Access = request.auth  # type: ignore[attr-defined]
    return access


def writer(request: HttpRequest) -> Access:
    access = reader(request)
    access.require(Role.COMMENTER, to="writing in the book by a program")
    return access


@router.get("next", summary="Whom to get in touch with, what was promised, whom to thank")
def get_next(request: HttpRequest) -> dict[str, Any]:
    access = reader(request)
    today = get_habits(access).today(timezone.now())
    due, total = list_due(access, today)
    return {
        "due": [to_line_json(line) for line in due], "due_in_all": total,
        "follow_ups": [asdict(each) for each in talks.list_follow_ups(access, today)],
        "unthanked": [asdict(each) for each in favours.list_favours(access, only_unthanked=True)],
        "balance": asdict(favours.read_balance(access)),
        "semantics": {"due": "days after the last contact: docs/methods/people.md"},
    }  # fmt: skip


@router.get("knowing", summary="Who knows about something, by what the book says")
def get_knowing(request: HttpRequest, asked: Query[AskQuery]) -> dict[str, Any]:
    found = who_knows(reader(request), asked.about)
    people = [{**to_line_json(each.line), "places": list(each.places)} for each in found]
    return {"about": asked.about, "people": people}


@router.get("grid", summary="Stakeholders by power and interest")
def get_grid(request: HttpRequest) -> dict[str, Any]:
    cells = read_grid(reader(request))
    return {
        "cells": [
            {"key": c.key, "title": c.title, "people": [to_line_json(p) for p in c.people]}
            for c in cells
        ]
    }


@router.get("contacts/{contact_id}/talks", summary="The talks with a contact")
def get_talks(request: HttpRequest, contact_id: Path[str]) -> dict[str, Any]:
    access = reader(request)
    get_contact(access, contact_id)
    return {"talks": [asdict(each) for each in talks.list_talks(access, contact_id)]}


@router.post("contacts/{contact_id}/talks", summary="Write a talk down")
def post_talk(request: HttpRequest, contact_id: Path[str], payload: TalkIn) -> dict[str, Any]:
    draft = talks.TalkDraft(**payload.dict())
    return asdict(talks.log_talk(writer(request), contact_id, draft))


@router.post("contacts/{contact_id}/favours", summary="Write a favour down")
def post_favour(request: HttpRequest, contact_id: Path[str], payload: FavourIn) -> dict[str, Any]:
    draft = favours.FavourDraft(**payload.dict())
    return asdict(favours.write_favour(writer(request), contact_id, draft))


@router.post("favours/{favour_id}/thanks", summary="Say that one thanked for it")
def post_thanks(request: HttpRequest, favour_id: Path[str]) -> dict[str, Any]:
    return asdict(favours.set_thanked(writer(request), favour_id, is_thanked=True))


@router.post("contacts/{contact_id}/messages", summary="Begin a message")
def post_message(request: HttpRequest, contact_id: Path[str], payload: MessageIn) -> dict[str, Any]:
    access = writer(request)
    view = outreach.begin_outreach(access, contact_id, payload.to_draft())
    return outreach.to_outreach_json(view, outreach.check_outreach(access, view))


@router.get("messages/{message_id}", summary="A message with its checks")
def get_message(request: HttpRequest, message_id: Path[str]) -> dict[str, Any]:
    access = reader(request)
    view = outreach.get_outreach(access, message_id)
    return outreach.to_outreach_json(view, outreach.check_outreach(access, view))


@router.put("messages/{message_id}", summary="Change a message that is not sent")
def put_message(request: HttpRequest, message_id: Path[str], payload: MessageIn) -> dict[str, Any]:
    access = writer(request)
    view = outreach.save_outreach(access, message_id, payload.to_draft())
    return outreach.to_outreach_json(view, outreach.check_outreach(access, view))


@router.post("messages/{message_id}/sent", summary="Say that one sent it oneself")
def post_sent(request: HttpRequest, message_id: Path[str], payload: SentIn) -> dict[str, Any]:
    view = outreach.mark_sent(writer(request), message_id, on=payload.on)
    return outreach.to_outreach_json(view)


@router.get("events", summary="What takes place in the coming days")
def get_events(request: HttpRequest, asked: Query[DaysQuery]) -> dict[str, Any]:
    access = reader(request)
    today = get_habits(access).today(timezone.now())
    found = events.list_meetings(access, today, days=asked.days)
    return {"meetings": [events.to_meeting_json(each) for each in found]}


@router.post("events", summary="Enter an event")
def post_event(request: HttpRequest, payload: EventIn) -> dict[str, Any]:
    view = events.create_event(writer(request), events.EventDraft(**payload.dict()))
    return {"id": view.public_id, "title": view.title, "rule": view.rule, "url": view.page_url}


@router.get("pitches", summary="Pitches with how long they take")
def get_pitches(request: HttpRequest) -> dict[str, Any]:
    found = pitches.list_pitches(reader(request))
    return {"pitches": [{**asdict(each), "fits": each.fits} for each in found]}


@router.get("posts", summary="The plan of posts and talks")
def get_posts(request: HttpRequest) -> dict[str, Any]:
    return {"posts": [asdict(each) for each in posts.list_posts(reader(request))]}


@router.post("pitches", summary="Write a pitch")
def post_pitch(request: HttpRequest, payload: PitchIn) -> dict[str, Any]:
    view = pitches.create_pitch(writer(request), pitches.PitchDraft(**payload.dict()))
    return {**asdict(view), "fits": view.fits}


@router.post("posts", summary="Plan a post or talk")
def post_post(request: HttpRequest, payload: PostIn) -> dict[str, Any]:
    body = {**payload.dict(), "evidence": tuple(payload.evidence)}
    return asdict(posts.create_post(writer(request), posts.PostDraft(**body)))
