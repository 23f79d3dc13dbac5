"""Pieces, projects and builds as the API, commands and exports show them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pilothouse.apps.portfolio.services.compiling import Compiled
from pilothouse.apps.portfolio.services.evidence import ActLine
from pilothouse.apps.portfolio.services.gates import StageState
from pilothouse.apps.portfolio.services.journal import EntryView, RetroView
from pilothouse.apps.portfolio.services.projects import ProjectView
from pilothouse.apps.portfolio.services.publishing import Preview
from pilothouse.apps.portfolio.services.site import PublicationView
from pilothouse.apps.portfolio.services.studies import StudyView


def to_study_json(study: StudyView) -> dict[str, Any]:
    """A piece with its text."""
    return {
        "id": study.public_id,
        "kind": study.kind,
        "title": study.title,
        "summary": study.summary,
        "sections": dict(study.sections),
        "acts": list(study.acts),
        "sources": [asdict(each) for each in study.sources],
        "redactions": [asdict(each) for each in study.redactions],
        "confidentiality": study.confidentiality,
        "version": study.version,
        "published_version": study.published_version,
        "published_at": study.published_at.isoformat() if study.published_at else None,
        "updated_at": study.updated_at.isoformat(),
        "url": study.url,
    }


def to_compiled_json(compiled: Compiled) -> dict[str, Any]:
    """What compiling said: every gap with its sentence and number."""
    return {
        "id": compiled.study.public_id,
        "version": compiled.study.version,
        "compiles": compiled.compilation.is_whole,
        "simulated": compiled.is_simulated,
        "context": compiled.context_label,
        "contexts": list(compiled.contexts),
        "claims": len(compiled.compilation.claims),
        "advice": list(compiled.advice),
        "gaps": [
            {
                "why": gap.why.value, "section": gap.section, "sentence": gap.text,
                "figure": gap.figure, "key": gap.key, "message": gap.sentence,
            }
            for gap in compiled.compilation.gaps
        ],
    }  # fmt: skip


def to_preview_json(preview: Preview) -> dict[str, Any]:
    """What would leave, whole, with the digest that publishing asks for."""
    return {
        "simulated": preview.compiled.is_simulated,
        "content": preview.content,
        "seen": preview.digest,
        "replaced": preview.replaced,
        "looks_private": [asdict(each) for each in preview.exposures],
        "obstacle": preview.obstacle,
    }


def to_line_json(line: ActLine) -> dict[str, Any]:
    """An act that a piece may rest on."""
    return {
        "sequence": line.sequence,
        "at": line.at.isoformat(),
        "kind": line.kind,
        "title": line.title,
        "facts": line.facts,
        "product": line.product_name,
        "context": line.context,
        "simulated": line.context == "simulated",
        "mine": line.is_mine,
        "hash": line.hash,
    }


def to_publication_json(publication: PublicationView) -> dict[str, Any]:
    """A build."""
    body = asdict(publication)
    return {"id": body.pop("public_id"), **body, "built_at": publication.built_at.isoformat()}


def to_project_json(project: ProjectView) -> dict[str, Any]:
    """A side project without names of people."""
    return {
        "id": project.public_id,
        "name": project.name,
        "product": project.product.public_id,
        "simulated": project.product.is_simulated,
        "template": project.template,
        "idea": project.idea,
        "stage": project.stage,
        "ending": project.ending,
        "ending_why": project.ending_why,
        "ending_learned": project.ending_learned,
        "collaborators": len(project.collaborators),
        "begun_at": project.begun_at.isoformat(),
        "ended_at": project.ended_at.isoformat() if project.ended_at else None,
        "url": project.url,
    }


def to_stage_json(stage: StageState) -> dict[str, Any]:
    """A stage with what it asks for and how much of it is there."""
    return {
        "key": stage.key,
        "name": stage.name,
        "state": stage.state,
        "passed_at": stage.passed_at.isoformat() if stage.passed_at else None,
        "why_without": stage.why_without,
        "asks": [
            {"text": each.ask.text, "least": each.ask.least, "found": each.found}
            for each in stage.asked
        ],
    }


def to_entry_json(entry: EntryView) -> dict[str, Any]:
    """A line of a journal."""
    body = asdict(entry)
    return {
        "id": body.pop("public_id"), **body, "happened_on": entry.happened_on.isoformat(),
        "written_at": entry.written_at.isoformat(),
    }  # fmt: skip


def to_retro_json(retro: RetroView) -> dict[str, Any]:
    """A retrospective."""
    body = asdict(retro)
    return {"id": body.pop("public_id"), **body, "held_at": retro.held_at.isoformat()}
