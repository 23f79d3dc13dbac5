"""A resume held against its evidence, with the lines that all its forms are made of."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from pilothouse.apps.jobs.services.resume_proofs import read_proofs
from pilothouse.apps.jobs.services.resume_records import ResumeView, read_text
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.jobs.resume_blocks import Block, to_blocks
from pilothouse.engines.jobs.resume_evidence import (
    Checked,
    Proof,
    check_resume,
    label_simulations,
)
from pilothouse.engines.jobs.resume_types import Resume
from pilothouse.kernel.errors import InvalidValueError


@dataclass(frozen=True)
class CheckedResume:
    """A resume, its words with simulations labelled, and what the check said."""

    view: ResumeView
    text: Resume
    checked: Checked
    proofs: tuple[Proof, ...]

    @property
    def blocks(self) -> tuple[Block, ...]:
        return to_blocks(self.text)

    @property
    def proof_lines(self) -> tuple[Proof, ...]:
        """What it rests on, in the order of the text."""
        known = {each.evidence.key: each for each in self.proofs}
        return tuple(known[key] for key in self.checked.used if key in known)


def check(access: Access, view: ResumeView) -> CheckedResume:
    """Hold a saved resume against its evidence; nothing is recorded."""
    return check_text(access, view, read_text(access, view))


def check_text(access: Access, view: ResumeView, text: Resume) -> CheckedResume:
    """Hold words that need not be saved against their evidence."""
    proofs = read_proofs(access, text)
    now = timezone.now()
    checked = check_resume(text, proofs, (now.year, now.month))
    return CheckedResume(view, label_simulations(text, checked), checked, tuple(proofs))


def refuse_gaps(checked: Checked) -> None:
    """Raise ``InvalidValueError`` for the first gap, saying how many there are."""
    gaps = checked.gaps
    if gaps:
        more = f" {len(gaps) - 1} more of its kind." if len(gaps) > 1 else ""
        raise InvalidValueError(f"{gaps[0].sentence}{more}", remedy=gaps[0].remedy)
