"""Everybody of a filter put into a group, for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router
from pydantic import Field

from pilothouse.apps.people.bodies import ContactsFilter, Strict, reader, writer
from pilothouse.apps.people.services import grouping

router = Router()


class FilterIn(ContactsFilter, Strict):
    """A filter in a body."""


class GroupingIn(Strict):
    """``expected`` is how many were seen before: if the filter shows others, nothing is done."""

    into: str
    filter: FilterIn
    expected: int = Field(ge=0, le=1_000_000)


class LookQuery(ContactsFilter):
    into: str


@router.get("groupings", summary="What was put into groups at once, the latest first")
def get_groupings(request: HttpRequest) -> dict[str, Any]:
    found = grouping.list_groupings(reader(request))
    return {"groupings": [grouping.to_grouping_json(each) for each in found]}


@router.get("groupings/look", summary="How many a filter shows, and how many would be new in it")
def get_look(request: HttpRequest, asked: Query[LookQuery]) -> dict[str, Any]:
    look = grouping.look_at_grouping(reader(request), asked.to_wanted(), asked.into)
    return grouping.to_look_json(look)


@router.post("groupings", summary="Put all that a filter shows into a group")
def post_grouping(request: HttpRequest, payload: GroupingIn) -> dict[str, Any]:
    made, look = grouping.put_in_group(
        writer(request), payload.filter.to_wanted(), payload.into, now=timezone.now(),
        expected=payload.expected,
    )  # fmt: skip
    return {**grouping.to_look_json(look), **grouping.to_grouping_json(made)}


@router.post("groupings/{grouping_id}/undo", summary="Take those out again who came in so")
def post_grouping_undo(request: HttpRequest, grouping_id: Path[str]) -> dict[str, Any]:
    view, gone = grouping.undo_grouping(writer(request), grouping_id, now=timezone.now())
    return {**grouping.to_grouping_json(view), "taken_out": gone}
