"""A Trello board (JSON) as work items: cards, checklists, comments, custom fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone, tzinfo
from typing import Any

from pilothouse.apps.backlog.formats.meanings import kind_among
from pilothouse.apps.backlog.formats.records import Comment, Problem, WorkFile, WorkItem
from pilothouse.kernel.written_dates import read_moment

# Trello writes no more of a board's history than this.
MAX_ACTIONS = 1000
JsonObject = Mapping[str, Any]


def is_board(body: Any) -> bool:
    """Whether a JSON document is a Trello board."""
    return isinstance(body, dict) and isinstance(body.get("cards"), list) and "lists" in body


def read_board(body: JsonObject, zone: tzinfo) -> WorkFile:
    """The cards of a board in the order of its lists."""
    lists = {each["id"]: each for each in _objects(body, "lists") if "id" in each}
    order = {key: place for place, key in enumerate(lists)}
    board = _Board(body, zone)
    cards = sorted(
        _objects(body, "cards"),
        key=lambda card: (order.get(card.get("idList", ""), len(order)), _position(card)),
    )
    items, problems = [], []
    for place, card in enumerate(cards, start=1):
        if not str(card.get("name") or "").strip():
            problems.append(Problem(place, "is a card without a name and was left out."))
            continue
        items.append(board.read(card, place, lists.get(card.get("idList", ""), {})))
    if len(_objects(body, "actions")) >= MAX_ACTIONS:
        problems.append(
            Problem(0, f"Trello exports the last {MAX_ACTIONS:,} actions only: "
                       "older comments are not in this file.")
        )  # fmt: skip
    return WorkFile("trello", tuple(items), tuple(problems))


class _Board:
    """What the cards of a board refer to."""

    def __init__(self, body: JsonObject, zone: tzinfo) -> None:
        self._zone = zone
        self._members = {
            each.get("id"): str(each.get("fullName") or each.get("username") or "")
            for each in _objects(body, "members")
        }
        self._fields = {each.get("id"): each for each in _objects(body, "customFields")}
        self._checklists: dict[str, list[JsonObject]] = {}
        for each in _objects(body, "checklists"):
            self._checklists.setdefault(str(each.get("idCard")), []).append(each)
        self._comments: dict[str, list[Comment]] = {}
        for action in reversed(_objects(body, "actions")):
            if action.get("type") == "commentCard":
                self._remember_comment(action)

    def read(self, card: JsonObject, place: int, column: JsonObject) -> WorkItem:
        """One card."""
        key = str(card.get("id", ""))
        is_closed = bool(card.get("closed") or column.get("closed"))
        names = [self._members.get(member, "") for member in card.get("idMembers") or ()]
        due = self._moment(card.get("due"))
        return WorkItem(
            external_id=str(card.get("shortLink") or key),
            title=str(card["name"]).strip(),
            line=place,
            body=self._body(card, key),
            kind=kind_among(_labels(card)),
            status=str(column.get("name", "")),
            status_group="done" if card.get("dueComplete") else "dropped" if is_closed else "",
            tags=(*_labels(card), *(("archived",) if is_closed else ())),
            owner=next((name for name in names if name), ""),
            due=due.date() if due else None,
            created_at=_created(key),
            comments=tuple(self._comments.get(key, ())),
            fields=self._custom(card),
        )

    def _remember_comment(self, action: JsonObject) -> None:
        data = action.get("data") or {}
        author = (action.get("memberCreator") or {}).get("fullName", "")
        comment = Comment(str(data.get("text", "")), author, self._moment(action.get("date")))
        self._comments.setdefault(str((data.get("card") or {}).get("id")), []).append(comment)

    def _moment(self, text: Any) -> datetime | None:
        return read_moment(str(text), zone=self._zone, is_day_first=True) if text else None

    def _body(self, card: JsonObject, key: str) -> str:
        parts = [str(card.get("desc") or "").strip()]
        for checklist in self._checklists.get(key, ()):
            lines = [
                f"- [{'x' if each.get('state') == 'complete' else ' '}] {each.get('name', '')}"
                for each in sorted(_objects(checklist, "checkItems"), key=_position)
            ]
            parts.append(f"**{checklist.get('name', 'Checklist')}**\n\n" + "\n".join(lines))
        return "\n\n".join(part for part in parts if part)

    def _custom(self, card: JsonObject) -> dict[str, Any]:
        found = {}
        for each in _objects(card, "customFieldItems"):
            field = self._fields.get(each.get("idCustomField"), {})
            value = _custom_value(each, field)
            if field.get("name") and value:
                found[str(field["name"])[:60]] = value
        return found


def _custom_value(item: JsonObject, field: JsonObject) -> str:
    if item.get("idValue"):
        for option in _objects(field, "options"):
            if option.get("id") == item["idValue"]:
                return str((option.get("value") or {}).get("text", ""))
    value = item.get("value")
    return str(next(iter(value.values()), "")) if isinstance(value, dict) and value else ""


def _labels(card: JsonObject) -> tuple[str, ...]:
    names = [str(each.get("name") or each.get("color") or "") for each in _objects(card, "labels")]
    return tuple(dict.fromkeys(name for name in names if name))


def _created(key: str) -> datetime | None:
    """The first eight digits of an id are the second of its making."""
    try:
        return datetime.fromtimestamp(int(key[:8], 16), timezone.utc)
    except (ValueError, OverflowError, OSError):
        return None


def _position(each: JsonObject) -> float:
    position = each.get("pos")
    return float(position) if isinstance(position, int | float) else 0.0


def _objects(body: JsonObject, key: str) -> list[JsonObject]:
    found = body.get(key)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
