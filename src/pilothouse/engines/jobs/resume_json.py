"""JSON Resume 1.3 in and out. Fields that the schema does not name are kept where they stood.

Source: ``@jsonresume/schema`` 1.3.1 (draft-07; every object may hold more than it names). Empty
values (``""``, ``[]``, ``{}``, ``null``) are the same as none. What a highlight rests on travels as
``x-evidence``: a list beside ``highlights`` with a list of keys for each of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pilothouse.engines.jobs.resume_types import (
    DAY,
    LISTED,
    SECTIONS,
    Bullet,
    Entry,
    FieldKind,
    FieldSpec,
    Resume,
    references_in,
    without_references,
)
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import clean_text

SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.3.1/schema.json"
EVIDENCE, SOURCE, TEXTS = "x-evidence", "x-source", "x-texts"
_META = ("canonical", "version", "lastModified")
MAX_ENTRIES = 200
MAX_BULLETS = 40
MAX_BULLET = 1000

NewId = Callable[[], str]


def read_json_resume(document: Any, new_id: NewId) -> Resume:
    """A resume from the parsed JSON of a file.

    ``new_id`` gives ids to entries and bullets. ``InvalidValueError`` names the path of the first
    value that the schema does not allow.
    """
    whole = _object(document, "the file")
    basics_raw = _object(whole.get("basics") or {}, "basics")
    basics = _read_entry("basics", basics_raw, "basics", "basics", skip=("location", "profiles"))
    location_raw = _object(basics_raw.get("location") or {}, "basics.location")
    location = _read_entry("location", location_raw, "basics.location", "location")
    profiles = _read_list("profiles", basics_raw.get("profiles"), "basics.profiles", new_id)
    entries: list[Entry] = []
    for key in LISTED:
        entries += _read_list(key, whole.get(key), key, new_id)
    extra = _pruned({k: v for k, v in whole.items() if k not in {"basics", *LISTED}})
    _check_about(extra)
    order = tuple(key for key in whole if key in LISTED)
    return Resume(basics, location, tuple(profiles), tuple(entries), order, extra)


def write_json_resume(resume: Resume, *, with_evidence: bool = False) -> dict[str, Any]:
    """The resume as JSON Resume. With evidence, ``x-evidence`` stands beside the highlights."""
    basics = _write_entry(resume.basics, with_evidence=with_evidence)
    location = _write_entry(resume.location, with_evidence=False)
    if location:
        basics["location"] = location
    profiles = [_write_entry(each, with_evidence=False) for each in resume.profiles]
    if any(profiles):
        basics["profiles"] = [each for each in profiles if each]
    written: dict[str, Any] = {"$schema": SCHEMA, **resume.extra}
    if basics:
        written["basics"] = basics
    for key in resume.sections:
        found = [_write_entry(e, with_evidence=with_evidence) for e in resume.section(key)]
        if any(found):
            written[key] = [each for each in found if each]
    return written


def to_content(resume: Resume) -> dict[str, Any]:
    """The resume as it is stored, whole."""
    return {
        "basics": _store(resume.basics), "location": _store(resume.location),
        "profiles": [_store(each) for each in resume.profiles],
        "entries": [_store(each) for each in resume.entries],
        "order": list(resume.order), "extra": dict(resume.extra),
    }  # fmt: skip


def from_content(content: Mapping[str, Any]) -> Resume:
    """The resume that was stored."""
    return Resume(
        _restore(content["basics"]), _restore(content["location"]),
        tuple(_restore(each) for each in content["profiles"]),
        tuple(_restore(each) for each in content["entries"]),
        tuple(content["order"]), content["extra"],
    )  # fmt: skip


def check_field(spec: FieldSpec, value: str, place: str = "") -> str:
    """A field's text cleaned; ``InvalidValueError`` names the place and the rule."""
    what = place or spec.label
    text = _clean(value, keep_lines=spec.kind is FieldKind.CLAIM)
    if len(text) > spec.most:
        raise InvalidValueError(
            f"{what} has at most {spec.most:,} characters; this has {len(text):,}.", value=text
        )
    if text and spec.kind is FieldKind.DAY and not DAY.fullmatch(text):
        raise InvalidValueError(
            f"{what} is a year, a month or a day: 2024, 2024-03 or 2024-03-31.", value=text
        )
    if text and spec.kind is FieldKind.ADDRESS and not _is_address(text):
        raise InvalidValueError(f"{what} begins with https:// or http://.", value=text)
    if text and spec.kind is FieldKind.MAIL and not _is_mail(text):
        raise InvalidValueError(f"{what} looks like ann@example.org.", value=text)
    return text


def check_items(spec: FieldSpec, values: Sequence[str], place: str = "") -> tuple[str, ...]:
    """A list's items cleaned, empty ones left out."""
    items = tuple(item for item in (" ".join(clean_text(v).split()) for v in values) if item)
    if sum(map(len, items)) > spec.most:
        raise InvalidValueError(
            f"{place or spec.label} has at most {spec.most:,} characters in all.", value=items[0]
        )
    return items


def check_bullet(text: str, place: str) -> str:
    """A bullet on one line; ``InvalidValueError`` where it is too long."""
    cleaned = " ".join(clean_text(text).split())
    if len(cleaned) > MAX_BULLET:
        raise InvalidValueError(
            f"{place}: a bullet has at most {MAX_BULLET:,} characters; this has {len(cleaned):,}.",
            value=cleaned,
        )
    return cleaned


def _check_about(extra: Mapping[str, Any]) -> None:
    """What the schema says of the fields about the file itself."""
    meta = _object(extra.get("meta", {}), "meta")
    about = {"$schema": extra.get("$schema"), **{f"meta.{key}": meta.get(key) for key in _META}}
    for path, value in about.items():
        if value is not None and not isinstance(value, str):
            raise InvalidValueError(f"{path} must be a text.", value=value)


def _read_list(section: str, raw: Any, path: str, new_id: NewId) -> list[Entry]:
    if not raw:
        return []
    if not isinstance(raw, list):
        raise InvalidValueError(f"{path} must be a list.", value=raw)
    if len(raw) > MAX_ENTRIES:
        raise InvalidValueError(f"{path} has at most {MAX_ENTRIES} entries.", value=len(raw))
    return [
        _read_entry(section, _object(each, f"{path}[{i}]"), f"{path}[{i}]", new_id(), new_id=new_id)
        for i, each in enumerate(raw)
        if each
    ]


def _read_entry(
    section: str,
    raw: Mapping[str, Any],
    path: str,
    id_: str,
    *,
    new_id: NewId | None = None,
    skip: Sequence[str] = (),
) -> Entry:
    spec = SECTIONS[section]
    beside = raw.get(TEXTS)
    texts: Mapping[str, Any] = beside if isinstance(beside, dict) else {}
    fields: dict[str, Any] = {}
    for each in spec.fields:
        value = raw.get(each.key)
        if value in (None, "", []):
            continue
        place = f"{path}.{each.key}"
        fields[each.key] = _read_value(each, _with_references(value, texts, each.key), place)
    bullets = tuple(_read_bullets(raw, path, new_id)) if spec.has_bullets and new_id else ()
    known = spec.keys | set(skip) | {SOURCE, TEXTS}
    known |= {"highlights", EVIDENCE} if spec.has_bullets else set()
    extra = _pruned({key: value for key, value in raw.items() if key not in known})
    source = raw.get(SOURCE, "")
    kept = source if isinstance(source, str) else ""
    return Entry(id_, section, {k: v for k, v in fields.items() if v}, bullets, kept[:40], extra)


def _with_references(value: Any, texts: Mapping[str, Any], key: str) -> Any:
    """The text with the references it had when it was written, where it is still that text."""
    whole = texts.get(key)
    if isinstance(whole, str) and without_references(whole) == value:
        return whole
    return value


def _read_value(spec: FieldSpec, value: Any, place: str) -> str | tuple[str, ...]:
    if spec.kind is FieldKind.LIST:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise InvalidValueError(f"{place} must be a list of texts.", value=value)
        return check_items(spec, value, place)
    if not isinstance(value, str):
        raise InvalidValueError(f"{place} must be a text.", value=value)
    return check_field(spec, value, place)


def _read_bullets(raw: Mapping[str, Any], path: str, new_id: NewId) -> Iterator[Bullet]:
    found = raw.get("highlights") or []
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise InvalidValueError(f"{path}.highlights must be a list of texts.", value=found)
    if len(found) > MAX_BULLETS:
        raise InvalidValueError(
            f"{path}.highlights has at most {MAX_BULLETS} bullets.", value=len(found)
        )
    keys = _keys_beside(raw.get(EVIDENCE), len(found))
    for text, beside in zip(found, keys, strict=True):
        marks = "".join(f" {{{key}}}" for key in beside if key not in references_in(text))
        cleaned = check_bullet(text + marks, f"{path}.highlights")
        if without_references(cleaned):
            yield Bullet(new_id(), cleaned)


def _keys_beside(raw: Any, count: int) -> list[list[str]]:
    """The keys of each highlight, or none where ``x-evidence`` is not ours."""
    if not isinstance(raw, list) or len(raw) != count:
        return [[] for _ in range(count)]
    return [
        [key for key in each if isinstance(key, str) and references_in(f"{{{key}}}") == (key,)]
        if isinstance(each, list)
        else []
        for each in raw
    ]


def _write_entry(entry: Entry, *, with_evidence: bool) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for spec in SECTIONS[entry.section].fields:
        value = entry.fields.get(spec.key)
        if value:
            is_list = spec.kind is FieldKind.LIST
            written[spec.key] = list(value) if is_list else without_references(value)
    if entry.bullets:
        written["highlights"] = [bullet.shown for bullet in entry.bullets]
    if with_evidence:
        written |= _write_evidence(entry)
    return {**entry.extra, **written}


def _write_evidence(entry: Entry) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if any(bullet.keys for bullet in entry.bullets):
        written[EVIDENCE] = [list(bullet.keys) for bullet in entry.bullets]
    texts = {k: v for k, v in entry.fields.items() if isinstance(v, str) and references_in(v)}
    if texts:
        written[TEXTS] = texts
    if entry.source:
        written[SOURCE] = entry.source
    return written


def _store(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id, "section": entry.section, "source": entry.source,
        "fields": {k: list(v) if isinstance(v, tuple) else v for k, v in entry.fields.items()},
        "bullets": [{"id": each.id, "text": each.text} for each in entry.bullets],
        "extra": dict(entry.extra),
    }  # fmt: skip


def _restore(raw: Mapping[str, Any]) -> Entry:
    fields = {k: tuple(v) if isinstance(v, list) else v for k, v in raw["fields"].items()}
    bullets = tuple(Bullet(each["id"], each["text"]) for each in raw["bullets"])
    return Entry(raw["id"], raw["section"], fields, bullets, raw["source"], raw["extra"])


def _clean(value: str, *, keep_lines: bool) -> str:
    if not keep_lines:
        return " ".join(clean_text(value).split())
    lines = [" ".join(line.split()) for line in clean_text(value).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _object(value: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise InvalidValueError(f"{path} must be an object.", value=value)
    return value


def _pruned(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if value not in (None, "", [], {})}


def _is_address(text: str) -> bool:
    return text.startswith(("https://", "http://")) and not any(
        c.isspace() or c in "\"'<>\\`{}|^" or not c.isprintable() for c in text
    )


def _is_mail(text: str) -> bool:
    name, _, host = text.rpartition("@")
    return (
        bool(name) and "." in host.strip(".") and not any(c.isspace() or c in "<>,;" for c in text)
    )
