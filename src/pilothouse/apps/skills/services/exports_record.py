"""A person's record for other tools: xAPI statements, CSV, and all that they wrote as JSON.

The person stands in it as an id; no name and no address goes out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from pilothouse.apps.skills.services.act_reviews import list_act_reviews
from pilothouse.apps.skills.services.asking import list_my_requests
from pilothouse.apps.skills.services.competencies import FRAMEWORK, RULES_VERSION, get_competency
from pilothouse.apps.skills.services.endorsements import list_endorsements, say_kind
from pilothouse.apps.skills.services.evidence import (
    EvidenceView,
    Record,
    read_record,
    to_evidence_views,
)
from pilothouse.apps.skills.services.ratings import list_ratings
from pilothouse.apps.skills.services.targets import list_targets
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.export import guard_cell
from pilothouse.apps.workspace.services.ledger import ActView

CSV_COLUMNS = (
    "sequence", "at", "act", "competency", "strength", "context", "simulated", "score", "says",
    "lacks", "title",
)  # fmt: skip


def to_xapi(access: Access) -> list[dict[str, Any]]:
    """One xAPI 1.0.3 statement for each act that is evidence, in the order of the ledger."""
    record = read_record(access)
    by_act: dict[int, list[EvidenceView]] = {}
    for each in to_evidence_views(access, record, record.evidence):
        by_act.setdefault(each.sequence, []).append(each)
    return [_statement(access, record, sequence, lines) for sequence, lines in by_act.items()]


def to_evidence_csv(access: Access) -> str:
    """All evidence as CSV that no spreadsheet takes for formulas."""
    record = read_record(access)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for each in to_evidence_views(access, record, record.evidence):
        row = (
            each.sequence, each.at.isoformat(), each.act_kind, each.competency, each.strength,
            each.context, "yes" if each.context == "simulated" else "no", each.score, each.says,
            "; ".join(each.lacks), each.title,
        )  # fmt: skip
        writer.writerow([guard_cell(cell) for cell in row])
    return text.getvalue()


def to_record_json(access: Access) -> dict[str, Any]:
    """All that a person wrote or was told: ratings, requests, reviews, endorsements, targets."""
    ratings = list_ratings(access)
    return {
        "framework": FRAMEWORK,
        "rules": RULES_VERSION,
        "ratings": [
            _plain(asdict(each))
            for found in ratings.values()
            for each in (*found.own, *found.others)
        ],
        "requests": [_plain(asdict(each)) for each in list_my_requests(access, limit=1000)],
        "reviews": [_plain(asdict(each)) for each in list_act_reviews(access)],
        "endorsements": [_plain(asdict(each)) for each in list_endorsements(access)],
        "targets": [_plain(asdict(each)) for each in list_targets(access)],
    }


def _statement(
    access: Access, record: Record, sequence: int, lines: Iterable[EvidenceView]
) -> dict[str, Any]:
    act, found = record.acts[sequence], list(lines)
    statement = {
        "id": str(uuid5(NAMESPACE_URL, f"urn:pilothouse:act:{act.hash}")),
        "version": "1.0.3",
        "actor": {
            "objectType": "Agent",
            "account": {"homePage": "urn:pilothouse:people", "name": access.user_public_id},
        },
        "verb": {
            "id": f"urn:pilothouse:verb:{act.kind}",
            "display": {"en-GB": say_kind(act.kind)},
        },
        "object": _object(act, found[0].title),
        "context": _context(act, record, found),
        "timestamp": act.at.isoformat(),
    }
    score = next((each.score for each in found if each.score is not None), None)
    if score is not None:
        raw = max(min(score, 100.0), -100.0)
        statement["result"] = {"score": {"raw": raw, "min": -100, "max": 100, "scaled": raw / 100}}
    return statement


def _object(act: ActView, title: str) -> dict[str, Any]:
    return {
        "objectType": "Activity",
        "id": f"urn:pilothouse:{act.object_kind}:{act.object_id or act.sequence}",
        "definition": {
            "name": {"en-GB": title or act.object_kind},
            "type": f"urn:pilothouse:type:{act.object_kind}",
        },
    }


def _context(act: ActView, record: Record, lines: list[EvidenceView]) -> dict[str, Any]:
    names = dict.fromkeys(each.competency for each in lines)
    activities: dict[str, Any] = {
        "grouping": [
            {
                "objectType": "Activity",
                "id": f"{FRAMEWORK}:{name}",
                "definition": {"name": {"en-GB": get_competency(name).title}},
            }
            for name in names
        ]
    }
    if act.product_id:
        activities["parent"] = [
            {"objectType": "Activity", "id": f"urn:pilothouse:product:{act.product_id}"}
        ]
    return {
        "contextActivities": activities,
        "extensions": {
            "urn:pilothouse:context": record.contexts[act.sequence].value,
            "urn:pilothouse:simulated": act.is_simulated,
            "urn:pilothouse:sequence": act.sequence,
            "urn:pilothouse:hash": act.hash,
            "urn:pilothouse:strength": max(each.strength for each in lines),
        },
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value
