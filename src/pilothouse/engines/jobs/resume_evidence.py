"""Holding a resume against what it rests on. A number that no evidence holds stops the build.

The rules, in order:

1. Every reference leads to evidence that is there.
2. Every number, share, year, day and time in a bullet, headline, summary or description stands in
   the evidence that the same text refers to, rounded to the digits written, or is reckoned from two
   numbers that do (``kernel.evidence``). A year within the dates of its own entry needs no more.
3. The headline and the summary at the top may rest on the evidence of any bullet of the resume, and
   on the whole years of work that the dates of the jobs make.
4. What rests on a simulated product never stands under a job or volunteer work. Under projects it
   is labelled; anywhere else the sentence says that it was a simulation.

Words without numbers are the person's own to answer for; they are counted, not stopped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from pilothouse.engines.jobs.resume_dates import whole_years_of_work, years_of
from pilothouse.engines.jobs.resume_types import (
    SECTIONS,
    Entry,
    FieldKind,
    Resume,
    references_in,
    without_references,
)
from pilothouse.kernel.evidence import Evidence, find_unsupported
from pilothouse.kernel.figures import Figure, FigureKind, find_figures

SIMULATION = "simulation"
_SAYS_SIMULATED = re.compile(r"simulat", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9“\"(])|\n+")
_TOP = "basics"


class Why(Enum):
    """Why a resume is not built."""

    NO_NAME = "no-name"
    UNKNOWN_EVIDENCE = "unknown-evidence"
    NO_EVIDENCE = "no-evidence"
    UNSUPPORTED = "unsupported"
    SIMULATED = "simulated-as-work"
    SIMULATED_UNSAID = "simulated-unsaid"


@dataclass(frozen=True)
class Proof:
    """Evidence with where it was done. ``is_stated``: a statement of the person's own."""

    evidence: Evidence
    label: str
    context: str = ""
    is_stated: bool = False

    @property
    def is_simulated(self) -> bool:
        return self.context == "simulated"


@dataclass(frozen=True)
class CheckedText:
    """A bullet or another text of a resume with the figures found in it.

    ``id`` is that of the bullet, or ``entry.field``. ``is_simulated``: it rests on a simulation.
    """

    id: str
    entry: str
    place: str
    text: str
    keys: tuple[str, ...]
    figures: tuple[Figure, ...]
    is_bullet: bool
    is_simulated: bool = False
    is_stated: bool = False


@dataclass(frozen=True)
class Gap:
    """One reason why a resume is not built; ``sentence`` names bullet and number."""

    why: Why
    place: str
    text: str
    id: str = ""
    figure: str = ""
    key: str = ""

    @property
    def sentence(self) -> str:
        """The reason in words."""
        said = f"{self.place}: “{self.text}”"
        match self.why:
            case Why.NO_NAME:
                return "The resume says no name."
            case Why.UNKNOWN_EVIDENCE:
                return f"{said}: {self.key} is not in your record."
            case Why.NO_EVIDENCE:
                return f"{said}: nothing is linked to its {self.figure}."
            case Why.UNSUPPORTED:
                return f"{said}: {self.figure} stands in none of the evidence linked to it."
            case Why.SIMULATED:
                return f"{said}: {self.key} was done on a simulated product and is no job."
            case Why.SIMULATED_UNSAID:
                return f"{said}: {self.figure} comes from a simulation and does not say so."

    @property
    def remedy(self) -> str:
        """The way out."""
        match self.why:
            case Why.NO_NAME:
                return "Write your name."
            case Why.UNKNOWN_EVIDENCE:
                return "Take the reference out, or link something of your own."
            case Why.SIMULATED:
                return "Move the bullet to a project, where it is labelled as a simulation."
            case Why.SIMULATED_UNSAID:
                return "Say that it was a simulation, or take the number out."
            case _:
                return "Link an act or a published piece that holds the number, or take it out."


@dataclass(frozen=True)
class Checked:
    """A resume held against its evidence. ``simulated`` are ids of entries that were simulated."""

    texts: tuple[CheckedText, ...]
    gaps: tuple[Gap, ...]
    simulated: frozenset[str] = frozenset()

    @property
    def is_whole(self) -> bool:
        return not self.gaps

    @property
    def bullets(self) -> tuple[CheckedText, ...]:
        return tuple(each for each in self.texts if each.is_bullet)

    @property
    def with_evidence(self) -> int:
        """How many bullets rest on something."""
        return sum(bool(each.keys) for each in self.bullets)

    @property
    def figures(self) -> int:
        """How many figures were held against evidence."""
        return sum(len(each.figures) for each in self.texts)

    @property
    def used(self) -> tuple[str, ...]:
        """The keys of all evidence, each once, in the order of the text."""
        return tuple(dict.fromkeys(key for each in self.texts for key in each.keys))

    @property
    def stated(self) -> tuple[str, ...]:
        """The bullets whose numbers rest on the person's own statement."""
        return tuple(each.text for each in self.bullets if each.is_stated and each.figures)


def check_resume(resume: Resume, proofs: Iterable[Proof], this_month: tuple[int, int]) -> Checked:
    """Hold a resume against its evidence. The same input gives the same outcome.

    >>> from pilothouse.engines.jobs.resume_types import Bullet
    >>> entry = Entry("e", "work", {"name": "Acme"}, (Bullet("b", "Cut churn to 4.2 %. {act:7}"),))
    >>> you = Entry("basics", "basics", {"name": "Ann"})
    >>> resume = Resume(you, Entry("l", "location"), (), (entry,))
    >>> [gap.sentence for gap in check_resume(resume, [], (2026, 11)).gaps]
    ['Experience, Acme: “Cut churn to 4.2 %.”: act:7 is not in your record.']
    """
    known = {each.evidence.key: each for each in proofs}
    texts: list[CheckedText] = []
    gaps: list[Gap] = []
    if not resume.basics.get("name"):
        gaps.append(Gap(Why.NO_NAME, SECTIONS[_TOP].heading, ""))
    for entry in resume.entries:
        for text in _texts_of(entry, known):
            texts.append(text)
            gaps += _find_gaps(text, entry, known, this_month)
    years = whole_years_of_work(resume.entries, this_month)
    linked = [known[key] for text in texts for key in text.keys if key in known]
    top = tuple(_texts_of(resume.basics, known))
    for text in top:
        gaps += _find_top_gaps(text, known, linked, years)
    simulated = {t.entry for t in texts if t.is_simulated} | {
        entry.id for entry in resume.entries if _is_simulated_source(entry, known)
    }
    return Checked((*top, *texts), tuple(gaps), frozenset(simulated))


def label_simulations(resume: Resume, checked: Checked) -> Resume:
    """The resume with every simulated project named as one: its type says so."""
    entries = tuple(
        replace(entry, fields={**entry.fields, "type": SIMULATION})
        if entry.id in checked.simulated and entry.section == "projects"
        else entry
        for entry in resume.entries
    )
    return replace(resume, entries=entries)


def _is_simulated_source(entry: Entry, known: Mapping[str, Proof]) -> bool:
    return entry.source in known and known[entry.source].is_simulated


def _texts_of(entry: Entry, known: Mapping[str, Proof]) -> Iterable[CheckedText]:
    spec = SECTIONS[entry.section]
    place = spec.heading if entry.section == _TOP else f"{spec.heading}, {entry.name}"
    for field in spec.fields:
        raw = str(entry.fields.get(field.key, "")) if field.kind is FieldKind.CLAIM else ""
        if raw:
            where = f"{place}, {field.label.lower()}"
            yield _to_text(f"{entry.id}.{field.key}", entry, where, raw, known, is_bullet=False)
    for bullet in entry.bullets:
        yield _to_text(bullet.id, entry, place, bullet.text, known, is_bullet=True)


def _to_text(
    id_: str, entry: Entry, place: str, raw: str, known: Mapping[str, Proof], *, is_bullet: bool
) -> CheckedText:
    keys = references_in(raw)
    text = without_references(raw)
    linked = [known[key] for key in keys if key in known]
    return CheckedText(
        id=id_, entry=entry.id, place=place, text=text, keys=keys,
        figures=find_figures(text), is_bullet=is_bullet,
        is_simulated=any(each.is_simulated for each in linked),
        is_stated=any(each.is_stated for each in linked),
    )  # fmt: skip


def _find_gaps(
    text: CheckedText, entry: Entry, known: Mapping[str, Proof], this_month: tuple[int, int]
) -> list[Gap]:
    gaps = _find_unknown(text, known)
    linked = [known[key] for key in text.keys if key in known]
    gaps += _find_simulated(text, entry, linked)
    years = years_of(entry, this_month[0])
    figures = [each for each in text.figures if not _is_year_in(each, years)]
    return gaps + _find_bare(text, figures, linked, is_known=bool(gaps))


def _find_simulated(text: CheckedText, entry: Entry, linked: Sequence[Proof]) -> list[Gap]:
    if entry.section == "projects":
        return []
    is_work = entry.section in {"work", "volunteer"}
    if not is_work and _SAYS_SIMULATED.search(text.text):
        return []
    why = Why.SIMULATED if is_work else Why.SIMULATED_UNSAID
    figure = text.figures[0].text if text.figures else "this"
    return [
        Gap(why, text.place, text.text, text.id, figure, each.evidence.key)
        for each in linked
        if each.is_simulated
    ]


def _find_bare(
    text: CheckedText, figures: Sequence[Figure], linked: Sequence[Proof], *, is_known: bool
) -> list[Gap]:
    if figures and not linked:
        bare = Gap(Why.NO_EVIDENCE, text.place, text.text, text.id, figures[0].text)
        return [] if is_known else [bare]
    evidence = [each.evidence for each in linked]
    return [
        Gap(Why.UNSUPPORTED, text.place, text.text, text.id, figure.text)
        for figure in find_unsupported(figures, evidence)
    ]


def _find_top_gaps(
    text: CheckedText, known: Mapping[str, Proof], linked: Sequence[Proof], years: int
) -> list[Gap]:
    gaps = _find_unknown(text, known)
    proofs = [*(known[key] for key in text.keys if key in known), *linked]
    evidence = [each.evidence for each in proofs]
    for sentence in _SENTENCE_END.split(text.text):
        figures = [f for f in find_figures(sentence) if not _is_years(f, sentence, years)]
        bare = find_unsupported(figures, evidence)
        gaps += [Gap(Why.UNSUPPORTED, text.place, sentence, text.id, f.text) for f in bare]
        if not _SAYS_SIMULATED.search(sentence):
            real = [each.evidence for each in proofs if not each.is_simulated]
            gaps += [
                Gap(Why.SIMULATED_UNSAID, text.place, sentence, text.id, figure.text)
                for figure in find_unsupported(figures, real)
                if figure not in bare
            ]
    return gaps


def _find_unknown(text: CheckedText, known: Mapping[str, Proof]) -> list[Gap]:
    return [
        Gap(Why.UNKNOWN_EVIDENCE, text.place, text.text, text.id, key=key)
        for key in text.keys
        if key not in known
    ]


def _is_year_in(figure: Figure, years: range) -> bool:
    if figure.kind is FigureKind.YEAR:
        return int(figure.value) in years
    return figure.kind is FigureKind.DAY and figure.day[0] in years and figure.day[2] is None


def _is_years(figure: Figure, sentence: str, years: int) -> bool:
    says = re.search(rf"{re.escape(figure.text)}\+?[\s-]+years?\b", sentence, re.IGNORECASE)
    return bool(says) and figure.kind is FigureKind.NUMBER and figure.value == years
