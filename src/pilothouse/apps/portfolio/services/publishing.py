"""Publishing a study: what leaves is redacted, looked at first, and kept exactly as it left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from pilothouse.apps.portfolio.models import Confidentiality, Study, StudyVersion
from pilothouse.apps.portfolio.services.compiling import Compiled, check_study, refuse_gaps
from pilothouse.apps.portfolio.services.site_text import readable
from pilothouse.apps.portfolio.services.studies import StudyView, get_row, get_study, to_view
from pilothouse.apps.portfolio.services.texts import to_slug
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.members import list_members
from pilothouse.apps.workspace.services.products import list_products
from pilothouse.apps.workspace.services.search import index_entry, remove_entry
from pilothouse.engines.portfolio import REFERENCE, Exposure, find_exposures, mark, redact
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import canonical_json, digest


@dataclass(frozen=True)
class Preview:
    """What would leave. ``content`` is all of it; ``digest`` stands for having seen it."""

    compiled: Compiled
    content: dict[str, Any]
    digest: str
    exposures: tuple[Exposure, ...]
    replaced: int
    marked: tuple[tuple[str, tuple[tuple[str, bool], ...]], ...]
    obstacle: str

    @property
    def study(self) -> StudyView:
        return self.compiled.study


def preview_study(access: Access, public_id: str) -> Preview:
    """What would leave of a study, with what was replaced and what else looks private."""
    return _preview(access, get_study(access, public_id))


def publish_study(access: Access, public_id: str, seen: str) -> StudyView:
    """Let the previewed text leave with the next build of the site.

    ``seen`` is the digest of the preview: what nobody has looked at is not published.
    """
    with transaction.atomic():
        row = get_row(access, public_id, lock=True)
        preview = _preview(access, to_view(row))
        refuse_gaps(preview.compiled)
        if preview.obstacle:
            raise ConflictError(preview.obstacle, value=row.title)
        if seen != preview.digest:
            raise ConflictError(
                "what would leave is not what was previewed.", remedy="Look at the preview again."
            )
        content = dict(preview.content)
        if not row.slug or _names_hidden(row.slug, preview.study):
            row.slug = _free_slug(row, content["title"])
        now = timezone.now()
        version = StudyVersion.objects.get(study=row, number=row.version)
        version.published = content
        version.compiled_at = version.compiled_at or now
        version.save(update_fields=["published", "compiled_at"])
        row.published_version, row.published_at = row.version, row.published_at or now
        row.save(update_fields=["slug", "published_version", "published_at"])
        facts = {
            "version": row.version, "digest": preview.digest, "kind": row.kind,
            "contexts": content["contexts"], "claims": content["claims"],
        }  # fmt: skip
        record_act(access, "case-study.published", "case-study", public_id, facts)
        _index(access, row, content)
    return to_view(row)


def unpublish_study(access: Access, public_id: str) -> StudyView:
    """Leave a study out of every later build. What left already cannot be called back."""
    with transaction.atomic():
        row = get_row(access, public_id, lock=True)
        if row.published_version is not None:
            facts = {"version": row.published_version}
            row.published_version, row.published_at = None, None
            row.save(update_fields=["published_version", "published_at"])
            remove_entry(access.workspace_id, "case-study", public_id)
            record_act(access, "case-study.unpublished", "case-study", public_id, facts)
    return to_view(row)


def list_published(access: Access) -> list[tuple[StudyView, dict[str, Any]]]:
    """The person's published studies with what left of them, the newest first; two queries."""
    rows = Study.objects.filter(
        workspace_id=access.workspace_id, user_id=access.user_id, deleted_at=None
    ).exclude(published_version=None)
    contents = _published_contents(list(rows))
    ordered = sorted(rows, key=lambda row: (row.published_at, row.pk), reverse=True)
    return [(to_view(row), contents[row.pk]) for row in ordered if row.pk in contents]


def get_shared(access: Access, public_id: str) -> tuple[dict[str, Any], str]:
    """What left of a published study, for every member, and whose it is."""
    row = (
        Study.objects.select_related("user")
        .filter(workspace_id=access.workspace_id, public_id=public_id, deleted_at=None)
        .exclude(published_version=None)
        .first()
    )
    contents = _published_contents([row]) if row else {}
    if row is None or row.pk not in contents:
        raise NotFoundError("there is no such published piece.", value=public_id)
    return contents[row.pk], row.user.name


def _published_contents(rows: Sequence[Study]) -> dict[int, dict[str, Any]]:
    numbers = {row.pk: row.published_version for row in rows}
    versions = StudyVersion.objects.filter(study_id__in=numbers, published__isnull=False)
    return {
        study_id: dict(published)
        for study_id, number, published in versions.values_list("study_id", "number", "published")
        if published is not None and numbers[study_id] == number
    }


def _preview(access: Access, study: StudyView) -> Preview:
    compiled = check_study(access, study)
    plain = _content(compiled)
    content = _redacted(plain, study)
    texts = _texts(content)
    names = [member.name for member in list_members(access) if member.name != access.user_name]
    names += [product.name for product in list_products(access, with_archived=True)]
    marked = tuple(
        (label, mark(_with_numbers(text, plain), study.redactions)) for label, text in _texts(plain)
    )
    return Preview(
        compiled=compiled,
        content=content,
        digest=digest(canonical_json(content)),
        exposures=find_exposures("\n".join(text for _, text in texts), names),
        replaced=sum(is_new for _, pieces in marked for _, is_new in pieces),
        marked=marked,
        obstacle=_find_obstacle(compiled) or _find_leak(texts, study),
    )


def _find_obstacle(compiled: Compiled) -> str:
    study = compiled.study
    if study.confidentiality == Confidentiality.SECRET:
        return "it is marked confidential and never leaves."
    if study.confidentiality == Confidentiality.UNDECIDED:
        return "nobody has said yet whether it may leave."
    is_employers = "employment" in compiled.contexts
    if is_employers and study.confidentiality != Confidentiality.ALLOWED:
        return "it rests on work for an employer, so it is not yours alone to publish."
    return ""


def _find_leak(texts: Sequence[tuple[str, str]], study: StudyView) -> str:
    """A hidden word that marks or entities in the Markdown would still let readers see."""
    for label, text in texts:
        shown = readable(text)
        for each in study.redactions:
            if redact(shown, [each]) != shown:
                return f"“{each.words}” can still be read in {label}: write it without marks."
    return ""


def _content(compiled: Compiled) -> dict[str, Any]:
    study = compiled.study
    used = {key: number for number, key in enumerate(compiled.compilation.used, 1)}
    lines = {line.key: line for line in compiled.lines}
    notes = [
        _act_note(number, lines[key]) if key in lines else _source_note(number, key, study)
        for key, number in used.items()
        if key in lines or key.startswith("source:")
    ]
    return {
        "kind": study.kind,
        "title": study.title,
        "summary": study.summary,
        "sections": [
            {"key": part.key, "title": part.title, "text": text}
            for part, text in study.parts
            if text
        ],
        "notes": [note for note in notes if note],
        "contexts": list(compiled.contexts),
        "context": compiled.context_label,
        "claims": len(compiled.compilation.claims),
        "version": study.version,
    }


def _act_note(number: int, line: Any) -> dict[str, Any]:
    return {
        "number": number,
        "key": line.key,
        "text": f"{line.words}{f', {line.title}' if line.title else ''}",
        "day": line.at.date().isoformat(),
        "context": line.context_label + ("" if line.is_mine else ", by somebody else"),
        "hash": line.hash,
        "url": "",
    }


def _source_note(number: int, key: str, study: StudyView) -> dict[str, Any]:
    place = int(key.partition(":")[2]) if key.partition(":")[2].isdecimal() else 0
    if not 1 <= place <= len(study.sources):
        return {}
    source = study.sources[place - 1]
    return {
        "number": number, "key": key, "text": source.title, "day": source.seen_on,
        "context": "Source outside, quoted and not checked", "hash": "", "url": source.url,
    }  # fmt: skip


def _redacted(content: dict[str, Any], study: StudyView) -> dict[str, Any]:
    """Every text of what leaves, with the hidden words replaced; references stay as they are."""

    def hide(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: hide(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [hide(inner, key) for inner in value]
        # These are our own words, or what a reader needs whole to find the act again.
        if key in {"key", "hash", "day", "kind", "contexts", "context"}:
            return value
        return _redact_around(value, study) if isinstance(value, str) else value

    hidden: dict[str, Any] = hide(content)
    for note in hidden["notes"]:
        source = note["url"]
        if source and any(each.words.casefold() in source.casefold() for each in study.redactions):
            note["url"] = ""
    return hidden


def _redact_around(text: str, study: StudyView) -> str:
    parts, start = [], 0
    for match in REFERENCE.finditer(text):
        parts += [redact(text[start : match.start()], study.redactions), match[0]]
        start = match.end()
    return "".join([*parts, redact(text[start:], study.redactions)])


def _texts(content: dict[str, Any]) -> list[tuple[str, str]]:
    """Everything with words in it, by what it is."""
    return [
        ("Title", content["title"]),
        *([("Summary", content["summary"])] if content["summary"] else []),
        *((part["title"], part["text"]) for part in content["sections"]),
        *((f"Evidence {n['number']}", f"{n['text']} {n['url']}".strip()) for n in content["notes"]),
    ]


def _with_numbers(text: str, content: dict[str, Any]) -> str:
    """References as the numbers of their notes, as a reader will see them."""
    numbers = {note["key"]: note["number"] for note in content["notes"]}
    return REFERENCE.sub(lambda m: f"[{numbers.get(f'{m[1]}:{m[2]}', '?')}]", text)


def _names_hidden(slug: str, study: StudyView) -> bool:
    """Whether an address from an earlier publication says a word that is hidden by now."""
    hidden = [to_slug(each.words) for each in study.redactions]
    return any(words and f"-{words}-" in f"-{slug}-" for words in hidden)


def _free_slug(row: Study, title: str) -> str:
    wanted = to_slug(title) or row.kind
    others = Study.objects.filter(workspace_id=row.workspace_id, user_id=row.user_id)
    taken = set(others.exclude(pk=row.pk).values_list("slug", flat=True))
    for number in range(1, 1000):
        slug = wanted if number == 1 else f"{wanted}-{number}"
        if slug not in taken:
            return slug
    raise InvalidValueError("too many pieces have this title.", value=title)


def _index(access: Access, row: Study, content: dict[str, Any]) -> None:
    """Only what left is findable, by its redacted words."""
    index_entry(
        access.workspace_id,
        kind="case-study",
        object_id=row.public_id,
        title=content["title"],
        body="\n".join([content["summary"], *(part["text"] for part in content["sections"])]),
        url=reverse("portfolio:published", args=[row.public_id]),
    )
