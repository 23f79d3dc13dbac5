"""Compiling a study: the engine's answer with what the page and the published text need."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.portfolio.models import StudyVersion
from pilothouse.apps.portfolio.services.contexts import NONE, label_contexts
from pilothouse.apps.portfolio.services.evidence import ActLine, read_lines, to_evidence
from pilothouse.apps.portfolio.services.studies import StudyView, get_row, to_view
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.portfolio import Compilation, Evidence, FigureKind, Section, compile_study
from pilothouse.kernel.errors import InvalidValueError

_OF_HOW_MANY = re.compile(r"\bof (?:the )?\d|\bn ?=? ?\d|\bout of\b", re.IGNORECASE)
_HOW_SURE = re.compile(r"interval|±|\bbetween\b.+\band\b|\bto\b \d", re.IGNORECASE)


@dataclass(frozen=True)
class Compiled:
    """A study held against its evidence."""

    study: StudyView
    compilation: Compilation
    lines: tuple[ActLine, ...]

    @property
    def contexts(self) -> tuple[str, ...]:
        """Where the work was done, by the acts that the text rests on."""
        used = set(self.compilation.used)
        found = {line.context for line in self.lines if line.key in used}
        return tuple(sorted(found)) or (NONE,)

    @property
    def context_label(self) -> str:
        return label_contexts(self.contexts)

    @property
    def is_simulated(self) -> bool:
        return "simulated" in self.contexts

    @property
    def advice(self) -> tuple[str, ...]:
        """What would make it more believable; it compiles without."""
        results = [each for each in self.compilation.sentences if each.section == "result"]
        text = " ".join(each.text for each in results)
        kinds = {figure.kind for each in results for figure in each.figures}
        found = []
        if FigureKind.SHARE in kinds and not _OF_HOW_MANY.search(text):
            found.append("The result has a rate without its n: say of how many.")
        if FigureKind.SHARE in kinds and not _HOW_SURE.search(text):
            found.append("The result has a rate without its interval.")
        return tuple(found)

    @property
    def unused(self) -> tuple[ActLine, ...]:
        """Acts that were chosen and that no sentence names."""
        used = set(self.compilation.used)
        return tuple(line for line in self.lines if line.key not in used)


def check_study(access: Access, study: StudyView) -> Compiled:
    """Hold a study against its evidence; nothing is written."""
    evidence = [*to_evidence(access, study.acts), *_sources(study)]
    return Compiled(
        study, compile_study(to_sections(study), evidence), read_lines(access, study.acts)
    )


def compile_and_record(access: Access, public_id: str) -> Compiled:
    """Compile a study and write that into the ledger.

    Raises ``InvalidValueError`` that names the first sentence and number without evidence.
    """
    with transaction.atomic():
        row = get_row(access, public_id, lock=True)
        compiled = check_study(access, to_view(row))
        refuse_gaps(compiled)
        version = StudyVersion.objects.get(study=row, number=row.version)
        if version.compiled_at is None:
            version.compiled_at = timezone.now()
            version.save(update_fields=["compiled_at"])
            facts = {
                "version": row.version, "digest": version.digest,
                "claims": len(compiled.compilation.claims), "contexts": list(compiled.contexts),
                "acts": [line.sequence for line in compiled.lines],
            }  # fmt: skip
            record_act(access, "case-study.compiled", "case-study", public_id, facts)
    return compiled


def refuse_gaps(compiled: Compiled) -> None:
    """Raise ``InvalidValueError`` for the first gap, saying how many there are."""
    gaps = compiled.compilation.gaps
    if gaps:
        more = f" {len(gaps) - 1} more of its kind." if len(gaps) > 1 else ""
        raise InvalidValueError(
            f"{gaps[0].sentence}{more}",
            remedy="Link an act that says so, or take the claim out.",
        )


def to_sections(study: StudyView) -> Sequence[Section]:
    """The title and summary (claims count there too), then the sections of the form."""
    head = [Section("title", "Title", study.title), Section("summary", "Summary", study.summary)]
    return head + [
        Section(part.key, part.title, text, part.is_required) for part, text in study.parts
    ]


def _sources(study: StudyView) -> list[Evidence]:
    if not study.form.takes_sources:
        return []
    return [
        Evidence(f"source:{number}", source.title, is_quoted=True)
        for number, source in enumerate(study.sources, 1)
    ]
