"""Talks, favours, messages and the questions of the book for programs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import Field

from pilothouse.apps.people.bodies import Strict, reader, writer
from pilothouse.apps.people.services import balances, favours, outreach, talks
from pilothouse.apps.people.services.asking import list_due, list_former, read_grid, who_knows
from pilothouse.apps.people.services.book import get_habits
from pilothouse.apps.people.services.contacts import get_contact
from pilothouse.apps.people.services.views import to_line_json

router = Router()


class TalkIn(Strict):
    text: str
    channel: str = "meeting"
    on: date | None = None
    learned: str = ""
    follow_up: str = ""
    follow_up_on: date | None = None


class FavourIn(Strict):
    """``about`` (a contact) and ``at`` (a company) may be given by id or by name."""

    text: str
    direction: str = "given"
    kind: str = "advice"
    state: str = "done"
    on: date | None = None
    about_id: str = ""
    company_id: str = ""
    about: str = ""
    at: str = ""


class MessageIn(Strict):
    purpose: str = "offer"
    subject: str = ""
    text: str = ""
    evidence: list[str] = Field(default_factory=list)
    channel: str = "mail"

    def to_draft(self) -> outreach.OutreachDraft:
        body = self.dict()
        return outreach.OutreachDraft(**{**body, "evidence": tuple(body["evidence"])})


class SentIn(Strict):
    on: date | None = None


class DoneIn(Strict):
    done: bool = True


class StateIn(Strict):
    """``state`` is asked, done or declined."""

    state: str


class FavoursQuery(Schema):
    state: str = ""
    unthanked: bool = False


class AskQuery(Schema):
    about: str


@router.get("next", summary="Whom to get in touch with, what was promised, whom to thank")
def get_next(request: HttpRequest) -> dict[str, Any]:
    access = reader(request)
    today = get_habits(access).today(timezone.now())
    due, total = list_due(access, today)
    return {
        "due": [to_line_json(line) for line in due], "due_in_all": total,
        "follow_ups": [asdict(each) for each in talks.list_follow_ups(access, today)],
        "unthanked": [asdict(each) for each in favours.list_favours(access, only_unthanked=True)],
        "balance": asdict(balances.read_balance(access)),
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


@router.delete("talks/{talk_id}", summary="Take a talk out of the log (pages can restore it)")
def delete_talk(request: HttpRequest, talk_id: Path[str]) -> dict[str, Any]:
    talks.set_talk_deleted(writer(request), talk_id, is_deleted=True)
    return {"deleted": talk_id}


@router.put("talks/{talk_id}/follow-up", summary="Tick off what was promised, or open it again")
def put_follow_up(request: HttpRequest, talk_id: Path[str], payload: DoneIn) -> dict[str, Any]:
    contact_id = talks.set_followed_up(writer(request), talk_id, is_done=payload.done)
    return {"talk": talk_id, "contact": contact_id, "done": payload.done}


@router.get("favours", summary="What people did for each other, the latest first")
def get_favours(request: HttpRequest, asked: Query[FavoursQuery]) -> dict[str, Any]:
    found = favours.list_favours(reader(request), state=asked.state, only_unthanked=asked.unthanked)
    return {"favours": [asdict(each) for each in found]}


@router.put("favours/{favour_id}/state", summary="Say what became of what was asked")
def put_favour_state(
    request: HttpRequest, favour_id: Path[str], payload: StateIn
) -> dict[str, Any]:
    return asdict(favours.set_favour_state(writer(request), favour_id, payload.state))


@router.delete("favours/{favour_id}", summary="Take a favour out (pages can restore it)")
def delete_favour(request: HttpRequest, favour_id: Path[str]) -> dict[str, Any]:
    favours.set_favour_deleted(writer(request), favour_id, is_deleted=True)
    return {"deleted": favour_id}


@router.delete("favours/{favour_id}/thanks", summary="Not thanked after all")
def delete_thanks(request: HttpRequest, favour_id: Path[str]) -> dict[str, Any]:
    return asdict(favours.set_thanked(writer(request), favour_id, is_thanked=False))


@router.get("balance", summary="Given and received: in all, and with whom it is not even")
def get_balance(request: HttpRequest) -> dict[str, Any]:
    access = reader(request)
    lines = balances.list_balances(access, limit=200)
    total = balances.read_balance(access)
    return {"in_all": {**asdict(total), "net": total.net},
            "uneven": [balances.to_balance_json(each) for each in lines],
            "semantics": {"net": "given less received; every favour counts one"}}  # fmt: skip


@router.get("former", summary="Former colleagues and alumni, the longest without a word first")
def get_former(request: HttpRequest) -> dict[str, Any]:
    found, total = list_former(reader(request), limit=500)
    return {"total": total, "people": [to_line_json(line) for line in found]}


@router.get("messages", summary="Messages, the latest first")
def get_messages(request: HttpRequest) -> dict[str, Any]:
    found = outreach.list_outreach(reader(request))
    return {"messages": [outreach.to_outreach_json(each) for each in found]}


@router.put("messages/{message_id}/answered", summary="An answer came, or did not after all")
def put_answered(request: HttpRequest, message_id: Path[str], payload: DoneIn) -> dict[str, Any]:
    view = outreach.mark_answered(writer(request), message_id, is_answered=payload.done)
    return outreach.to_outreach_json(view)


@router.delete("messages/{message_id}", summary="Throw a message away (pages can restore it)")
def delete_message(request: HttpRequest, message_id: Path[str]) -> dict[str, Any]:
    outreach.set_outreach_deleted(writer(request), message_id, is_deleted=True)
    return {"deleted": message_id}
