"""What programs may ask of the learning plan and the library: the token's own person only.

A token that only reads has the rights of a viewer, who may keep learning in the browser. So that it
does not write, writing here asks for more.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import ConfigDict

from pilothouse.apps.skills.learn_forms import read_filter
from pilothouse.apps.skills.services.learning_feeds import (
    FeedItemView,
    add_feed,
    list_feeds,
    list_items,
    read_feeds,
    set_feed_deleted,
    set_item_read,
    set_reading,
)
from pilothouse.apps.skills.services.library import LibraryEntry, get_entry, to_entry_json
from pilothouse.apps.skills.services.library_exchange import import_library
from pilothouse.apps.skills.services.library_own import (
    EntryDraft,
    add_entry,
    change_entry,
    parse_aims,
    set_entry_deleted,
)
from pilothouse.apps.skills.services.plans import read_plan, set_weekly_hours
from pilothouse.apps.skills.services.plans_export import (
    to_feed_json,
    to_goal_json,
    to_plan_json,
    to_step_json,
)
from pilothouse.apps.skills.services.plans_goals import (
    add_goal,
    set_goal_deleted,
    set_goal_state,
)
from pilothouse.apps.skills.services.plans_steps import (
    add_step,
    change_step,
    get_step,
    set_step_deleted,
    set_step_state,
)
from pilothouse.apps.skills.services.plans_views import GoalDraft, StepDraft
from pilothouse.apps.skills.services.reading import (
    ReadingView,
    ShelfRow,
    get_reading,
    list_shelf,
    save_reading,
    to_shelf_json,
)
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access

router = Router()


class EntryIn(Schema):
    """An own entry; ``aims`` are written as ``C03.2``."""

    model_config = ConfigDict(extra="forbid")

    title: str
    type: str = "book"
    authors: tuple[str, ...] = ()
    year: int | None = None
    publisher: str = ""
    topics: tuple[str, ...] = ()
    aims: tuple[str, ...] = ()
    cost: str = "unknown"
    licence: str = ""
    isbn: str = ""
    url: str = ""
    act: str = ""
    next_act: str = ""

    def to_draft(self) -> EntryDraft:
        lists = {
            "authors": self.authors,
            "topics": self.topics,
            "aims": parse_aims(self.aims[:16]),
        }
        return EntryDraft(**{**self.model_dump(exclude=set(lists)), **lists})


class ReadingIn(Schema):
    model_config = ConfigDict(extra="forbid")

    state: str = ""
    started_on: date | None = None
    ended_on: date | None = None
    rating: int | None = None
    notes: str = ""


class LibraryImportIn(Schema):
    """The text of a BibTeX or CSL-JSON file."""

    model_config = ConfigDict(extra="forbid")

    text: str


class HoursIn(Schema):
    model_config = ConfigDict(extra="forbid")

    weekly_hours: float


class GoalIn(Schema):
    model_config = ConfigDict(extra="forbid")

    competency: str
    level: int
    why: str = ""
    due_on: date | None = None


class StateIn(Schema):
    model_config = ConfigDict(extra="forbid")

    state: str


class StepIn(Schema):
    model_config = ConfigDict(extra="forbid")

    title: str
    kind: str = "resource"
    goal: str = ""
    entry_id: str = ""
    provider: str = ""
    url: str = ""
    cost: str = ""
    starts_on: date | None = None
    due_on: date | None = None
    hours: float | None = None
    hours_done: float = 0.0
    expires_on: date | None = None
    act: str = ""
    next_act: str = ""


class FeedIn(Schema):
    model_config = ConfigDict(extra="forbid")

    url: str
    title: str = ""
    folder: str = ""


class FeedReadingIn(Schema):
    model_config = ConfigDict(extra="forbid")

    is_read: bool


def _reader(request: HttpRequest) -> Access:
    access: Access = request.auth  # type: ignore[attr-defined]
    return access


def _writer(request: HttpRequest) -> Access:
    access = _reader(request)
    access.require(Role.COMMENTER, to="writing by program")
    return access


def _show(access: Access, entry: LibraryEntry) -> dict[str, Any]:
    return to_shelf_json(ShelfRow(entry, get_reading(access, entry.entry_id)))


def _item_json(item: FeedItemView) -> dict[str, Any]:
    plain = {name: value for name, value in vars(item).items() if name != "public_id"}
    return {"id": item.public_id, **plain, "published_at": item.published_at.isoformat()}


@router.get("library", summary="Entries of the library; q, type, competency, level, cost, state")
def get_library(request: HttpRequest) -> dict[str, Any]:
    shelf = list_shelf(_reader(request), read_filter(request.GET))
    return {"entries": [to_shelf_json(row) for row in shelf]}


@router.post("library", summary="Add an entry of one's own; nothing is looked up")
def post_entry(request: HttpRequest, payload: EntryIn) -> dict[str, Any]:
    return to_entry_json(add_entry(_writer(request), payload.to_draft()))


@router.post("library/imports", summary="Bring in BibTeX or CSL-JSON")
def post_library_import(request: HttpRequest, payload: LibraryImportIn) -> dict[str, Any]:
    brought = import_library(_writer(request), payload.text)
    return {
        "added": [to_entry_json(entry) for entry in brought.added],
        "known": brought.known,
        "troubles": list(brought.troubles),
    }


@router.get("library/{library_entry_id}", summary="An entry with what its reader noted")
def get_library_entry(request: HttpRequest, library_entry_id: Path[str]) -> dict[str, Any]:
    access = _reader(request)
    return _show(access, get_entry(access, library_entry_id))


@router.put("library/{library_entry_id}", summary="Change an entry of one's own")
def put_entry(
    request: HttpRequest, library_entry_id: Path[str], payload: EntryIn
) -> dict[str, Any]:
    return to_entry_json(change_entry(_writer(request), library_entry_id, payload.to_draft()))


@router.delete("library/{library_entry_id}", summary="Delete an own entry (it can be restored)")
def delete_entry(request: HttpRequest, library_entry_id: Path[str]) -> dict[str, Any]:
    return to_entry_json(set_entry_deleted(_writer(request), library_entry_id, is_deleted=True))


@router.put("library/{library_entry_id}/reading", summary="Note state, days, rating and notes")
def put_reading(
    request: HttpRequest, library_entry_id: Path[str], payload: ReadingIn
) -> dict[str, Any]:
    access = _writer(request)
    save_reading(access, library_entry_id, ReadingView(**payload.model_dump()))
    return _show(access, get_entry(access, library_entry_id))


@router.get("plan", summary="The learning plan with its load")
def get_plan(request: HttpRequest) -> dict[str, Any]:
    return to_plan_json(read_plan(_reader(request)))


@router.put("plan", summary="Say how many hours a week there are")
def put_plan(request: HttpRequest, payload: HoursIn) -> dict[str, Any]:
    access = _writer(request)
    set_weekly_hours(access, payload.weekly_hours)
    return to_plan_json(read_plan(access))


@router.post("plan/goals", summary="Set a goal")
def post_goal(request: HttpRequest, payload: GoalIn) -> dict[str, Any]:
    return to_goal_json(add_goal(_writer(request), GoalDraft(**payload.model_dump())))


@router.put("plan/goals/{learning_goal_id}/state", summary="Open, reach or drop a goal")
def put_goal_state(
    request: HttpRequest, learning_goal_id: Path[str], payload: StateIn
) -> dict[str, Any]:
    return to_goal_json(set_goal_state(_writer(request), learning_goal_id, payload.state))


@router.delete("plan/goals/{learning_goal_id}", summary="Delete a goal (it can be restored)")
def delete_goal(request: HttpRequest, learning_goal_id: Path[str]) -> dict[str, Any]:
    return to_goal_json(set_goal_deleted(_writer(request), learning_goal_id, is_deleted=True))


@router.post("plan/steps", summary="Put a step into the plan")
def post_step(request: HttpRequest, payload: StepIn) -> dict[str, Any]:
    return to_step_json(add_step(_writer(request), StepDraft(**payload.model_dump())))


@router.get("plan/steps/{learning_step_id}", summary="A step of the plan")
def get_plan_step(request: HttpRequest, learning_step_id: Path[str]) -> dict[str, Any]:
    return to_step_json(get_step(_reader(request), learning_step_id))


@router.put("plan/steps/{learning_step_id}", summary="Change a step")
def put_step(request: HttpRequest, learning_step_id: Path[str], payload: StepIn) -> dict[str, Any]:
    draft = StepDraft(**payload.model_dump())
    return to_step_json(change_step(_writer(request), learning_step_id, draft))


@router.put("plan/steps/{learning_step_id}/state", summary="Begin, finish, drop or open a step")
def put_step_state(
    request: HttpRequest, learning_step_id: Path[str], payload: StateIn
) -> dict[str, Any]:
    return to_step_json(set_step_state(_writer(request), learning_step_id, payload.state))


@router.delete("plan/steps/{learning_step_id}", summary="Delete a step (it can be restored)")
def delete_step(request: HttpRequest, learning_step_id: Path[str]) -> dict[str, Any]:
    return to_step_json(set_step_deleted(_writer(request), learning_step_id, is_deleted=True))


@router.get("feeds", summary="The feeds that are followed")
def get_feeds(request: HttpRequest) -> dict[str, Any]:
    return {"feeds": [to_feed_json(feed) for feed in list_feeds(_reader(request))]}


@router.post("feeds", summary="Follow a feed; reading is off")
def post_feed(request: HttpRequest, payload: FeedIn) -> dict[str, Any]:
    return to_feed_json(add_feed(_writer(request), payload.url, payload.title, payload.folder))


@router.post("feeds/readings", summary="Fetch what is new where reading is on")
def post_feed_readings(request: HttpRequest) -> dict[str, Any]:
    return vars(read_feeds(_writer(request)))


@router.get("feeds/texts", summary="The newest texts; only_new leaves out what is read")
def get_feed_texts(
    request: HttpRequest, *, feed: str = "", only_new: bool = False
) -> dict[str, Any]:
    found = list_items(_reader(request), feed, only_new=only_new)
    return {"texts": [_item_json(item) for item in found]}


@router.put("feeds/texts/{feed_item_id}", summary="Mark a text as read or as new")
def put_feed_text(
    request: HttpRequest, feed_item_id: Path[str], payload: FeedReadingIn
) -> dict[str, Any]:
    return _item_json(set_item_read(_writer(request), feed_item_id, is_read=payload.is_read))


@router.put("feeds/{feed_id}/reading", summary="Switch the reading of a feed on or off")
def put_feed_reading(
    request: HttpRequest, feed_id: Path[str], payload: FeedReadingIn
) -> dict[str, Any]:
    return to_feed_json(set_reading(_writer(request), feed_id, is_on=payload.is_read))


@router.delete("feeds/{feed_id}", summary="Stop following a feed (it can be restored)")
def delete_feed(request: HttpRequest, feed_id: Path[str]) -> dict[str, Any]:
    return to_feed_json(set_feed_deleted(_writer(request), feed_id, is_deleted=True))
