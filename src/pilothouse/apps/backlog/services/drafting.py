"""Items of a file as drafts of ours: words translated, too long texts cut where nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pilothouse.apps.backlog.formats.meanings import guess_kind, guess_status
from pilothouse.apps.backlog.formats.records import Comment, Problem, Reading, WorkFile, WorkItem
from pilothouse.apps.backlog.services.creating import ItemDraft
from pilothouse.apps.backlog.services.fields import MAX_FIELDS, FieldView
from pilothouse.apps.backlog.services.values import (
    MAX_BODY,
    MAX_FIELD_TEXT,
    MAX_TAG,
    MAX_TAGS,
    MAX_TITLE,
    check_custom,
    check_estimate,
)
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import clean_text

# An owner who is no member here is kept in a custom field of this name.
OWNER_FIELD = "Owner elsewhere"


@dataclass(frozen=True)
class FieldPlan:
    """A custom field that a file needs; ``known`` is None when it is to be added."""

    name: str
    kind: str
    options: tuple[str, ...]
    known: FieldView | None


@dataclass(frozen=True)
class Draft:
    """A draft with the item of the file that it comes from; field values by their names."""

    item: WorkItem
    draft: ItemDraft
    named_fields: dict[str, Any]


@dataclass(frozen=True)
class Drafts:
    """All of a file, ready to be stored."""

    drafts: tuple[Draft, ...]
    fields: tuple[FieldPlan, ...]
    problems: tuple[Problem, ...]


def plan_drafts(
    file: WorkFile,
    reading: Reading,
    fields: Sequence[FieldView],
    members: Mapping[str, str],
) -> Drafts:
    """Drafts in the order of the file; ``members`` are public ids by name and address, folded."""
    drafter = _Drafter(reading, members)
    items = [drafter.with_owner(item) for item in _refuse_doubles(file, drafter)]
    plans = _plan_fields(items, file.field_kinds, fields, drafter)
    drafts = [drafter.draft(item, plans) for item in items]
    return Drafts(
        drafts=tuple(_set_parents(drafts, drafter)),
        fields=tuple(plans.values()),
        problems=(*file.problems, *drafter.problems),
    )


class _Drafter:
    """Translates one item after the other and remembers what did not fit."""

    def __init__(self, reading: Reading, members: Mapping[str, str]) -> None:
        self._reading = reading
        self._members = members
        self.problems: list[Problem] = []

    def tell(self, item: WorkItem, sentence: str) -> None:
        """Remember what was left out of an item, or changed in it."""
        self.problems.append(Problem(item.line, f"{_short(item.title)}: {sentence}"))

    def with_owner(self, item: WorkItem) -> WorkItem:
        """The item with an unknown owner moved into a custom field."""
        if not item.owner or item.owner.casefold() in self._members:
            return item
        return replace(item, fields={OWNER_FIELD: item.owner, **item.fields})

    def draft(self, item: WorkItem, plans: Mapping[str, FieldPlan]) -> Draft:
        """One item as a draft."""
        title = " ".join(clean_text(item.title).split())
        values = self._custom(item, plans)
        draft = ItemDraft(
            title=title if len(title) <= MAX_TITLE else title[: MAX_TITLE - 1] + "…",
            kind=self._reading.kinds.get(item.kind.lower(), guess_kind(item.kind)),
            status=self._reading.statuses.get(
                item.status.lower(), guess_status(item.status, item.status_group)
            ),
            body=self._body(item, title),
            tags=self._tags(item),
            owner_id=self._members.get(item.owner.casefold()),
            estimate=self._estimate(item),
            due=item.due,
            number=item.number,
            source=self._reading.source,
            external_id=item.external_id,
            created_at=item.created_at,
            started_at=item.started_at,
            done_at=item.done_at,
        )
        return Draft(item, draft, values)

    def _body(self, item: WorkItem, title: str) -> str:
        parts = [clean_text(item.body)]
        if len(title) > MAX_TITLE:
            parts.insert(0, title)
            self.tell(item, f"the title is longer than {MAX_TITLE} characters; "
                            "all of it begins the description.")  # fmt: skip
        parts += [_write_comment(comment) for comment in item.comments]
        body = "\n\n".join(part for part in parts if part.strip())
        if len(body) > MAX_BODY:
            self.tell(item, f"the description was cut after {MAX_BODY:,} characters.")
        return body[:MAX_BODY]

    def _tags(self, item: WorkItem) -> list[str]:
        tags = []
        for tag in item.tags:
            plain = " ".join(clean_text(tag).replace(",", " ").split())
            if plain[:MAX_TAG] != tag.strip():
                self.tell(item, f"the tag {_short(tag)} is now {_short(plain[:MAX_TAG])}.")
            tags.append(plain[:MAX_TAG].strip())
        kept = [tag for tag in dict.fromkeys(tags) if tag]
        if len(kept) > MAX_TAGS:
            self.tell(item, f"has {len(kept)} tags; the first {MAX_TAGS} were kept.")
        return kept[:MAX_TAGS]

    def _estimate(self, item: WorkItem) -> float | None:
        try:
            return check_estimate(item.estimate)
        except InvalidValueError as error:
            self.tell(item, f"the estimate was left out: {error.sentence}")
            return None

    def _custom(self, item: WorkItem, plans: Mapping[str, FieldPlan]) -> dict[str, Any]:
        values = {}
        for name, given in item.fields.items():
            plan = plans.get(name.casefold())
            if plan is None:
                continue
            text = given[:MAX_FIELD_TEXT] if isinstance(given, str) else given
            if text != given:
                self.tell(item, f"{name} was cut after {MAX_FIELD_TEXT:,} characters.")
            try:
                values[plan.name] = check_custom(plan.kind, name, list(plan.options), text)
            except InvalidValueError as error:
                self.tell(item, f"{name} was left out: {error.sentence}")
        return values


def _refuse_doubles(file: WorkFile, drafter: _Drafter) -> list[WorkItem]:
    """The items, each id once: the later of two rows of one id is left out and told."""
    seen: set[str] = set()
    kept = []
    for item in file.items:
        if item.external_id and item.external_id in seen:
            drafter.tell(item, f"{item.external_id} is in the file twice; the first one counts.")
            continue
        seen.add(item.external_id)
        kept.append(item)
    return kept


def _plan_fields(
    items: Sequence[WorkItem],
    kinds: Mapping[str, str],
    known: Sequence[FieldView],
    drafter: _Drafter,
) -> dict[str, FieldPlan]:
    """The custom fields that the file needs, by folded name; beyond the limit they are told."""
    by_name = {field.name.casefold(): field for field in known}
    values: dict[str, dict[str, None]] = {}
    names = {name.casefold(): name for name in kinds}
    for item in items:
        for name, value in item.fields.items():
            names.setdefault(name.casefold(), name)
            values.setdefault(name.casefold(), {})[str(value)] = None
    plans: dict[str, FieldPlan] = {}
    room = MAX_FIELDS - len(by_name)
    for folded, name in names.items():
        field = by_name.get(folded)
        if field is None and room <= 0:
            drafter.problems.append(
                Problem(0, f"{name} was left out: a product has at most {MAX_FIELDS} fields.")
            )
            continue
        room -= field is None
        kind = field.kind if field else kinds.get(name, "text")
        options = (*(field.options if field else ()), *values.get(folded, ()))
        shown = field.name if field else name
        plans[folded] = FieldPlan(shown, kind, tuple(dict.fromkeys(options)), field)
    return plans


def _set_parents(drafts: Sequence[Draft], drafter: _Drafter) -> list[Draft]:
    """Drafts with their parents by place in the list; circles are cut and told."""
    places = {each.item.external_id: place for place, each in enumerate(drafts)}
    parents = {
        place: places[each.item.parent]
        for place, each in enumerate(drafts)
        if each.item.parent in places and each.item.external_id != each.item.parent
    }
    done = []
    for place, each in enumerate(drafts):
        if _is_in_circle(place, parents):
            drafter.tell(each.item, f"lies below itself by its parent {each.item.parent}.")
            del parents[place]
        done.append(replace(each, draft=replace(each.draft, parent_index=parents.get(place))))
    return done


def _is_in_circle(place: int, parents: Mapping[int, int]) -> bool:
    seen, at = {place}, parents.get(place)
    while at is not None:
        if at == place:
            return True
        if at in seen:
            return False
        seen.add(at)
        at = parents.get(at)
    return False


def _write_comment(comment: Comment) -> str:
    who = clean_text(comment.author).strip()
    when = f"{comment.at:%Y-%m-%d %H:%M}" if comment.at else ""
    head = ", ".join(part for part in (who, when) if part)
    return f"**Comment{': ' if head else ''}{head}**\n\n{clean_text(comment.text).strip()}"


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
