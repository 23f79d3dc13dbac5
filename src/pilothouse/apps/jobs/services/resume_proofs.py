"""What the bullets of a resume rest on: acts, statements, published pieces, credentials."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pilothouse.apps.jobs.services.resume_facts import FactView, list_facts
from pilothouse.apps.portfolio.services.credentials import CredentialView, list_credentials
from pilothouse.apps.portfolio.services.evidence import ActLine, read_lines, to_evidence
from pilothouse.apps.portfolio.services.publishing import list_published
from pilothouse.apps.portfolio.services.studies import StudyView
from pilothouse.apps.workspace.services.access import Access
from pilothouse.engines.jobs.resume_evidence import Proof
from pilothouse.engines.jobs.resume_types import Resume, references_in
from pilothouse.engines.portfolio import REFERENCE
from pilothouse.kernel.evidence import Evidence
from pilothouse.kernel.figures import days_in, numbers_in

SIMULATED = "simulated"
STATED = "achievement.stated"


@dataclass(frozen=True)
class PieceLine:
    """A published piece as something to rest on."""

    study: StudyView
    content: Mapping[str, Any]

    @property
    def key(self) -> str:
        return f"piece:{self.study.public_id}"

    @property
    def reference(self) -> str:
        return "{" + self.key + "}"

    @property
    def is_simulated(self) -> bool:
        return SIMULATED in self.content["contexts"]


def list_pieces(access: Access) -> list[PieceLine]:
    """The person's published pieces, the newest first."""
    return [PieceLine(study, content) for study, content in list_published(access)]


def keys_of(resume: Resume) -> tuple[str, ...]:
    """Everything that a resume refers to, and the records its entries were taken from."""
    found: list[str] = []
    for entry in (resume.basics, *resume.entries):
        for value in entry.fields.values():
            found += references_in(value) if isinstance(value, str) else ()
        for bullet in entry.bullets:
            found += bullet.keys
        found += [entry.source] if entry.source else []
    return tuple(dict.fromkeys(found))


def read_proofs(access: Access, resume: Resume) -> list[Proof]:
    """The evidence behind a resume; what is not there, or lost, is left out."""
    keys = keys_of(resume)
    sequences = [number for key in keys if (number := _sequence(key)) is not None]
    proofs = _read_acts(access, sequences) if sequences else []
    if any(key.startswith("piece:") for key in keys):
        proofs += [to_proof(piece) for piece in list_pieces(access) if piece.key in keys]
    if any(key.startswith("credential:") for key in keys):
        proofs += [
            _to_credential_proof(each)
            for each in list_credentials(access)
            if f"credential:{each.public_id}" in keys
        ]
    return proofs


def to_proof(piece: PieceLine) -> Proof:
    """A published piece: every number of its text, each of which compiled there."""
    content = piece.content
    texts = [content["title"], content["summary"], *(part["text"] for part in content["sections"])]
    plain = [REFERENCE.sub(" ", text) for text in texts]
    numbers = tuple(number for text in plain for number in numbers_in(text))
    days = tuple(day for text in plain for day in days_in(text))
    context = SIMULATED if piece.is_simulated else ""
    return Proof(Evidence(piece.key, content["title"], numbers, days), content["title"], context)


def _read_acts(access: Access, sequences: Iterable[int]) -> list[Proof]:
    wanted = sorted(set(sequences))
    stated = {fact.sequence: fact for fact in list_facts(access)}
    lines = {
        line.key: line
        for line in read_lines(access, wanted)
        # Whose words a statement of somebody else stands for is not known here.
        if not line.is_lost and (line.kind != STATED or line.sequence in stated)
    }
    return [
        _to_act_proof(evidence, lines[evidence.key], stated.get(lines[evidence.key].sequence))
        for evidence in to_evidence(access, wanted)
        if evidence.key in lines
    ]


def _to_act_proof(evidence: Evidence, line: ActLine, fact: FactView | None) -> Proof:
    if fact is not None:
        return Proof(evidence, fact.text, fact.context, is_stated=True)
    label = f"{line.words}{f': {line.title}' if line.title else ''}"
    return Proof(evidence, label, line.context)


def _to_credential_proof(credential: CredentialView) -> Proof:
    key = f"credential:{credential.public_id}"
    context = SIMULATED if credential.is_simulated else ""
    return Proof(Evidence(key, credential.name), credential.name, context)


def _sequence(key: str) -> int | None:
    kind, _, number = key.partition(":")
    is_number = kind == "act" and number.isascii() and number.isdecimal() and len(number) <= 15
    return int(number) if is_number else None
