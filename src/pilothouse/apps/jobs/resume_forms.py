"""The resume editor: what was typed, as a resume and back. Nothing typed is lost on bad input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from pilothouse.engines.jobs.resume_bullets import match_bullets, split_lines
from pilothouse.engines.jobs.resume_json import (
    MAX_BULLETS,
    MAX_ENTRIES,
    check_bullet,
    check_field,
    check_items,
)
from pilothouse.engines.jobs.resume_types import (
    LISTED,
    SECTIONS,
    Entry,
    FieldKind,
    FieldSpec,
    Resume,
    SectionSpec,
)
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import new_public_id

PROFILES = FieldSpec("profiles", "Profiles, one a line: network, name there, address", most=4000)
_HIDDEN = {"image"}


@dataclass(frozen=True)
class FieldRow:
    """A field of the form with what stands in it."""

    name: str
    spec: FieldSpec
    value: str

    @property
    def label(self) -> str:
        return self.spec.label

    @property
    def is_long(self) -> bool:
        return (self.spec.kind is FieldKind.CLAIM and self.spec.most > 300) or self.spec is PROFILES

    @property
    def is_wide(self) -> bool:
        return self.is_long or self.is_list

    @property
    def is_day(self) -> bool:
        return self.spec.kind is FieldKind.DAY

    @property
    def is_list(self) -> bool:
        return self.spec.kind is FieldKind.LIST


@dataclass(frozen=True)
class EntryRow:
    """An entry of the form. ``bullets`` is one a line, None where the section has none."""

    id: str
    title: str
    rows: tuple[FieldRow, ...]
    bullets: str | None
    is_new: bool = False


@dataclass(frozen=True)
class SectionRow:
    """A section of the form with its entries."""

    spec: SectionSpec
    entries: tuple[EntryRow, ...]


def show_basics(resume: Resume) -> tuple[FieldRow, ...]:
    """The fields at the top as they are."""
    rows = [
        *(
            _row(resume.basics, spec)
            for spec in SECTIONS["basics"].fields
            if spec.key not in _HIDDEN
        ),
        *(_row(resume.location, spec) for spec in SECTIONS["location"].fields),
    ]
    return (*rows, FieldRow("profiles", PROFILES, "\n".join(_profile(p) for p in resume.profiles)))


def show_sections(resume: Resume) -> tuple[SectionRow, ...]:
    """All sections as they are, empty ones too."""
    return tuple(
        SectionRow(SECTIONS[key], tuple(_entry_row(each) for each in resume.section(key)))
        for key in resume.sections
    )


def show_typed(
    data: QueryDict, saved: Resume
) -> tuple[tuple[FieldRow, ...], tuple[SectionRow, ...]]:
    """The same as it was typed, for a form that is shown again."""
    basics = tuple(replace(row, value=data.get(row.name, row.value)) for row in show_basics(saved))
    sections = []
    for section in show_sections(saved):
        entries = tuple(_typed(row, data) for row in section.entries)
        sections.append(SectionRow(section.spec, entries))
    return basics, tuple(sections)


def read_resume(data: QueryDict, saved: Resume) -> Resume:
    """The resume as its form sends it; ``InvalidValueError`` names the field.

    What the form does not show (pictures, fields of other tools) stays as it was saved.
    """
    basics = replace(saved.basics, fields=_read_fields(saved.basics, data))
    location = replace(saved.location, fields=_read_fields(saved.location, data))
    profiles = _read_profiles(data.get("profiles"), saved)
    entries = tuple(_read_entry(entry, data) for entry in saved.entries)
    return replace(saved, basics=basics, location=location, profiles=profiles, entries=entries)


def add_entry(resume: Resume, section: str) -> tuple[Resume, str]:
    """An empty entry on top of a section, and its id."""
    if section not in LISTED:
        known = ", ".join(LISTED)
        raise InvalidValueError(f"a section is one of {known}.", value=section)
    if len(resume.section(section)) >= MAX_ENTRIES:
        raise InvalidValueError(f"a section has at most {MAX_ENTRIES} entries.", value=section)
    entry = Entry(new_public_id(), section)
    return replace(resume, entries=(entry, *resume.entries)), entry.id


def remove_entry(resume: Resume, id_: str) -> Resume:
    """The resume without an entry."""
    return replace(resume, entries=tuple(each for each in resume.entries if each.id != id_))


def move_entry(resume: Resume, id_: str, by: int) -> Resume:
    """The resume with an entry moved within its section."""
    entry = next((each for each in resume.entries if each.id == id_), None)
    if entry is None:
        return resume
    section = list(resume.section(entry.section))
    place = section.index(entry)
    target = min(max(place + by, 0), len(section) - 1)
    section.insert(target, section.pop(place))
    others = tuple(each for each in resume.entries if each.section != entry.section)
    return replace(resume, entries=(*others, *section))


def move_section(resume: Resume, key: str, by: int) -> Resume:
    """The resume with a section moved among the others."""
    order = list(resume.sections)
    if key not in order:
        return resume
    place = order.index(key)
    target = min(max(place + by, 0), len(order) - 1)
    order.insert(target, order.pop(place))
    return replace(resume, order=tuple(order))


def _row(entry: Entry, spec: FieldSpec) -> FieldRow:
    value = entry.fields.get(spec.key, "")
    text = "; ".join(value) if isinstance(value, tuple) else str(value)
    return FieldRow(_name(entry, spec), spec, text)


def _name(entry: Entry, spec: FieldSpec) -> str:
    return f"{entry.id}.{spec.key}"


def _entry_row(entry: Entry) -> EntryRow:
    spec = SECTIONS[entry.section]
    bullets = "\n".join(each.text for each in entry.bullets) if spec.has_bullets else None
    rows = tuple(_row(entry, each) for each in spec.fields)
    is_new = not entry.fields and not entry.bullets
    return EntryRow(entry.id, entry.full_name, rows, bullets, is_new)


def _typed(row: EntryRow, data: QueryDict) -> EntryRow:
    rows = tuple(replace(each, value=data.get(each.name, each.value)) for each in row.rows)
    if row.bullets is None:
        return replace(row, rows=rows)
    return replace(row, rows=rows, bullets=data.get(f"{row.id}.bullets", row.bullets))


def _read_entry(entry: Entry, data: QueryDict) -> Entry:
    text = data.get(f"{entry.id}.bullets")
    bullets = entry.bullets
    place = f"{SECTIONS[entry.section].heading}, {entry.name}"
    if SECTIONS[entry.section].has_bullets and text is not None:
        lines = [check_bullet(line, place) for line in split_lines(text)]
        if len(lines) > MAX_BULLETS:
            raise InvalidValueError(f"{place}: at most {MAX_BULLETS} bullets.", value=len(lines))
        bullets = match_bullets(entry.bullets, lines, new_public_id)
    return replace(entry, fields=_read_fields(entry, data, place), bullets=bullets)


def _read_fields(entry: Entry, data: QueryDict, place: str = "") -> dict[str, Any]:
    fields: dict[str, Any] = dict(entry.fields)
    for spec in SECTIONS[entry.section].fields:
        typed = data.get(_name(entry, spec))
        if typed is None:
            continue
        where = f"{place}, {spec.label.lower()}" if place else spec.label
        fields[spec.key] = (
            check_items(spec, typed.replace("\n", ";").split(";"), where)
            if spec.kind is FieldKind.LIST
            else check_field(spec, typed, where)
        )
    return {key: value for key, value in fields.items() if value}


def _profile(entry: Entry) -> str:
    parts = (entry.get("network"), entry.get("username"), entry.get("url"))
    return ", ".join(part for part in parts if part)


def _read_profiles(text: str | None, saved: Resume) -> tuple[Entry, ...]:
    if text is None:
        return saved.profiles
    known = {_profile(each): each for each in saved.profiles}
    lines = [" ".join(line.split()) for line in text.splitlines()]
    found = [known.get(line) or _read_profile(line) for line in lines if line]
    if len(found) > MAX_BULLETS:
        raise InvalidValueError(f"at most {MAX_BULLETS} profiles.", value=len(found))
    return tuple(found)


def _read_profile(line: str) -> Entry:
    parts = [part.strip() for part in line.split(",") if part.strip()]
    fields: dict[str, str] = {}
    if parts and parts[-1].startswith(("https://", "http://")):
        fields["url"] = parts.pop()
    fields |= dict(zip(("network", "username"), parts, strict=False))
    checked: Mapping[str, str] = {
        spec.key: check_field(spec, fields[spec.key], f"profiles, {spec.label.lower()}")
        for spec in SECTIONS["profiles"].fields
        if fields.get(spec.key)
    }
    return Entry(new_public_id(), "profiles", checked)
