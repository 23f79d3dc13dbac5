"""Parts of an application as the API and commands show them: what was sent, people, lines."""

from __future__ import annotations

from typing import Any

from pilothouse.apps.jobs.services.applications import ApplicationView
from pilothouse.apps.jobs.services.histories import to_application_json
from pilothouse.apps.jobs.services.letters import LetterVersionView, LetterView, list_letters
from pilothouse.apps.jobs.services.sent_files import SentView, list_sent
from pilothouse.apps.jobs.services.timeline import NoteView, PersonView, list_notes, list_people
from pilothouse.engines.portfolio import Compilation


def to_whole_json(view: ApplicationView) -> dict[str, Any]:
    """An application with its history and everything beside it."""
    return {
        **to_application_json(view),
        "lines": [to_note_json(each) for each in list_notes(view)],
        "people": [to_person_json(each) for each in list_people(view)],
        "sent": [to_sent_json(each) for each in list_sent(view)],
        "letters": [to_letter_json(each) for each in list_letters(view)],
    }


def to_note_json(note: NoteView) -> dict[str, Any]:
    """A line of the timeline."""
    return {"id": note.public_id, "kind": note.kind, "on": note.on.isoformat(), "text": note.text}


def to_person_json(person: PersonView) -> dict[str, Any]:
    """Somebody who has to do with it."""
    return {
        "id": person.public_id, "part": person.part, "name": person.name,
        "contact": person.contact_id or None,
    }  # fmt: skip


def to_sent_json(sent: SentView) -> dict[str, Any]:
    """A file that was sent, without its bytes."""
    return {
        "id": sent.public_id, "kind": sent.kind, "version": sent.label, "name": sent.name,
        "size": sent.size, "sha256": sent.digest, "sent_on": sent.sent_on.isoformat(),
        "built": sent.version_id or None, "url": sent.url,
    }  # fmt: skip


def to_letter_json(letter: LetterView) -> dict[str, Any]:
    """A letter as it stands."""
    return {
        "id": letter.public_id, "title": letter.title, "text": letter.text,
        "version": letter.version, "updated_at": letter.updated_at.isoformat(), "url": letter.url,
    }  # fmt: skip


def to_letter_version_json(version: LetterVersionView) -> dict[str, Any]:
    """What a letter said once."""
    return {
        "version": version.number, "at": version.at.isoformat(), "title": version.title,
        "text": version.text, "sha256": version.digest,
    }  # fmt: skip


def to_letter_check_json(found: Compilation) -> dict[str, Any]:
    """What of a letter rests on no act."""
    gaps = [{"why": gap.why.value, "message": gap.sentence} for gap in found.gaps]
    return {"holds": found.is_whole, "claims": len(found.claims), "gaps": gaps}
