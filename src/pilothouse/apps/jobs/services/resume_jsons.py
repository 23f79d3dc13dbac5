"""Resumes as the API, commands and exports show them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pilothouse.apps.jobs.services.resume_checking import CheckedResume
from pilothouse.apps.jobs.services.resume_facts import FactView
from pilothouse.apps.jobs.services.resume_offers import Offer
from pilothouse.apps.jobs.services.resume_records import ResumeView
from pilothouse.apps.jobs.services.resume_versions import ResumeVersion, VersionPage
from pilothouse.engines.jobs.resume_coverage import Coverage
from pilothouse.engines.jobs.resume_linkedin import ProfileText


def to_resume_json(view: ResumeView) -> dict[str, Any]:
    """A resume without its words."""
    return {
        "id": view.public_id,
        "name": view.name,
        "base": view.base_id or None,
        "template": view.template,
        "paper": view.paper,
        "posting": {
            "id": view.posting_id or None, "title": view.posting_title,
            "digest": view.posting_digest,
        },
        "state": view.version,
        "updated_at": view.updated_at.isoformat(),
        "url": view.url,
    }  # fmt: skip


def to_checked_json(found: CheckedResume) -> dict[str, Any]:
    """What the check said: every gap with its bullet and number."""
    checked = found.checked
    return {
        "id": found.view.public_id,
        "builds": checked.is_whole,
        "bullets": len(checked.bullets),
        "with_evidence": checked.with_evidence,
        "figures": checked.figures,
        "stated": len(checked.stated),
        "simulated": len(checked.simulated),
        "gaps": [
            {
                "why": gap.why.value, "place": gap.place, "text": gap.text, "figure": gap.figure,
                "key": gap.key, "message": gap.sentence, "remedy": gap.remedy,
            }
            for gap in checked.gaps
        ],
        "evidence": [
            {
                "key": proof.evidence.key, "label": proof.label, "context": proof.context,
                "stated": proof.is_stated,
            }
            for proof in found.proof_lines
        ],
    }  # fmt: skip


def to_version_json(version: ResumeVersion) -> dict[str, Any]:
    """A built version."""
    return {
        "id": version.public_id,
        "resume": version.resume_id,
        "name": version.name,
        "number": version.number,
        "template": version.template,
        "built_at": version.built_at.isoformat(),
        "digest": version.digest,
        "posting": version.posting_id,
        "posting_title": version.posting_title,
        "url": version.url,
    }


def to_version_page_json(page: VersionPage) -> dict[str, Any]:
    """A built version with its files and what the checks said."""
    return {
        **to_version_json(page.version),
        "files": [
            {"form": form.key, "sha256": hash_, "bytes": size} for form, hash_, size in page.files
        ],
        "checks": [{**asdict(each), "outcome": each.outcome.value} for each in page.checks],
    }


def to_coverage_json(coverage: Coverage) -> dict[str, Any]:
    """A posting's words by how they stand in a resume."""
    return {
        "terms": len(coverage.terms),
        "said": coverage.said,
        "by_term": [
            {
                "term": each.term.shown, "count": each.term.count, "found": each.found.value,
                "where": [{"id": id_, "text": text} for id_, text in each.where[:3]],
            }
            for each in coverage.terms
        ],
    }  # fmt: skip


def to_fact_json(fact: FactView) -> dict[str, Any]:
    """A statement."""
    return {
        "id": fact.public_id, "text": fact.text, "source": fact.source, "context": fact.context,
        "key": fact.key, "stated_at": fact.stated_at.isoformat(),
    }  # fmt: skip


def to_offer_json(offer: Offer) -> dict[str, Any]:
    """An entry that the record offers."""
    return {
        "key": offer.key, "section": offer.entry.section, "name": offer.entry.name,
        "why": offer.why, "taken": offer.is_taken, "simulated": offer.is_simulated,
        "bullets": [bullet.shown for bullet in offer.entry.bullets],
    }  # fmt: skip


def to_field_json(field: ProfileText) -> dict[str, Any]:
    """A field of a LinkedIn profile with its count and limit."""
    return {
        "place": field.place, "text": field.text, "count": field.count, "limit": field.limit,
        "over": field.over,
    }  # fmt: skip
