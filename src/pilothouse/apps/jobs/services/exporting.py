"""A job search as plain files.

It is private: where a workspace has several members, its export holds nothing of it; each person
exports their own from the page. Alone, a person gets everything.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model

from pilothouse.apps.jobs.models import ApplicationNote, ApplicationPerson
from pilothouse.apps.jobs.services.applications import list_applications
from pilothouse.apps.jobs.services.histories import to_application_json
from pilothouse.apps.jobs.services.interview_exporting import export_all
from pilothouse.apps.jobs.services.jsons import to_posting_json
from pilothouse.apps.jobs.services.letters import list_letters
from pilothouse.apps.jobs.services.offer_jsons import to_offer_json
from pilothouse.apps.jobs.services.offers import list_offers
from pilothouse.apps.jobs.services.postings import list_postings
from pilothouse.apps.jobs.services.resume_exporting import read_everything as read_resumes
from pilothouse.apps.workspace.services.access import Access, ProductView, get_access


def write_jobs(products: Sequence[ProductView], folder: Path) -> int:
    """Write ``jobs.json``; how many postings, applications and lines it holds."""
    folder.mkdir(parents=True, exist_ok=True)
    bodies = []
    for workspace_id in sorted({product.workspace_id for product in products}):
        users = list(get_user_model().objects.filter(memberships__workspace_id=workspace_id)[:2])
        # One member left is not everybody who ever was one: only their own rows go out.
        if len(users) == 1:
            bodies.append(_everything(get_access(users[0], workspace_id)))
    text = json.dumps(bodies, ensure_ascii=False, indent=1)
    (folder / "jobs.json").write_text(text + "\n", encoding="utf-8")
    return sum(len(each) for body in bodies for each in body.values())


def _everything(access: Access) -> dict[str, Any]:
    applications = list_applications(access)
    names = {each.id: each.public_id for each in applications}
    inside = {"application__in": names, "deleted_at": None}
    notes = ApplicationNote.objects.filter(**inside).order_by("pk")
    people = ApplicationPerson.objects.filter(**inside).order_by("pk")
    return {
        "postings": [to_posting_json(each) for each in list_postings(access)],
        "applications": [to_application_json(each) for each in applications],
        "notes": [
            {
                "application": names[note.application_id], "kind": note.kind,
                "on": note.on.isoformat(), "text": note.text,
            }
            for note in notes
        ],
        "people": [
            {"application": names[each.application_id], "part": each.part, "name": each.name}
            for each in people
        ],
        "offers": [to_offer_json(each) for each in list_offers(access)],
        "letters": [
            {"application": each.public_id, "title": letter.title, "text": letter.text}
            for each in applications
            for letter in list_letters(each)
        ],
        **read_resumes(access),
        **{f"interview_{name}": found for name, found in export_all(access).items()},
    }  # fmt: skip
