"""Compiling a case study: every claim must rest on evidence, every number must stand in it.

A *claim* is a sentence with a number, a date, or a verb that says something came about. The rules,
in order:

1. A claim names at least one piece of evidence.
2. Every reference leads to evidence that was chosen.
3. Every figure of a claim stands in the evidence that the same sentence names. A number counts as
   standing there when it is what the evidence says, rounded to the digits written (half a unit of
   the last digit to either side, the sign left out). 4.2 % stands for the share 0.042 only. A year,
   day or clock time must be that of the evidence.
4. A number may also be reckoned from two numbers of its sentence that stand in the evidence:
   their difference, the change from one to the other as a share, or their ratio.
5. A section that the form demands has a text.

In a teardown the evidence is a source outside with the day on which it was read: what it says is
quoted and not checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from pilothouse.engines.portfolio.sentences import Sentence, split_sentences
from pilothouse.kernel.evidence import Evidence, find_unsupported
from pilothouse.kernel.figures import Figure, find_figures

_VERBS = re.compile(
    r"\b(?:increased?|decreased?|reduced|grew|rose|fell|dropped|improved|launched|shipped|released|"
    r"saved|cut|doubled|tripled|quadrupled|halved|won|earned|converted|raised|lowered|gained|"
    r"exceeded|reached|achieved|delivered|sold|signed|retained|grown|risen|fallen|boosted|"
    r"accelerated|outperformed|eliminated)\b",
    re.IGNORECASE,
)
# What was only wished for came about nowhere; its numbers still need to stand somewhere.
_WISHES = re.compile(
    r"\b(?:would|could|might|(?-i:may)|will|should|hoped?|planned|wanted|expected|if|whether|"
    r"not yet)\b",
    re.IGNORECASE,
)


class Why(Enum):
    """Why a study does not compile."""

    NO_EVIDENCE = "no-evidence"
    UNKNOWN_EVIDENCE = "unknown-evidence"
    UNSUPPORTED = "unsupported"
    EMPTY_SECTION = "empty-section"


@dataclass(frozen=True)
class Section:
    """A part of a study."""

    key: str
    title: str
    body: str
    is_required: bool = False


@dataclass(frozen=True)
class CheckedSentence:
    """A sentence with what was found in it."""

    section: str
    text: str
    keys: tuple[str, ...]
    figures: tuple[Figure, ...]
    is_claim: bool


@dataclass(frozen=True)
class Gap:
    """One reason why a study does not compile. ``sentence`` names the sentence and the number."""

    why: Why
    section: str
    text: str
    figure: str = ""
    key: str = ""

    @property
    def sentence(self) -> str:
        """The reason in words."""
        quoted = f"“{self.text}”"
        match self.why:
            case Why.NO_EVIDENCE:
                about = f" its {self.figure} and" if self.figure else ""
                return f"{quoted}: nothing is linked to{about} what it claims."
            case Why.UNKNOWN_EVIDENCE:
                return f"{quoted}: {self.key} is not among the evidence."
            case Why.UNSUPPORTED:
                return f"{quoted}: {self.figure} stands in none of the evidence linked to it."
            case Why.EMPTY_SECTION:
                return f"{self.section}: this section must say something, even that there was none."


@dataclass(frozen=True)
class Compilation:
    """The outcome: all sentences, and the gaps that stop it."""

    sentences: tuple[CheckedSentence, ...]
    gaps: tuple[Gap, ...]

    @property
    def is_whole(self) -> bool:
        """Whether it compiles."""
        return not self.gaps

    @property
    def claims(self) -> tuple[CheckedSentence, ...]:
        """The sentences that claim something."""
        return tuple(each for each in self.sentences if each.is_claim)

    @property
    def used(self) -> tuple[str, ...]:
        """The keys of the evidence, each once, in the order of the text."""
        return tuple(dict.fromkeys(key for each in self.sentences for key in each.keys))


def compile_study(sections: Sequence[Section], evidence: Iterable[Evidence]) -> Compilation:
    """Check all sections against the evidence chosen. The same input gives the same outcome.

    >>> study = [Section("result", "Result", "Churn fell to 4.2 %. {act:7}")]
    >>> [gap.sentence for gap in compile_study(study, [Evidence("act:7", "", (0.051,))]).gaps]
    ['“Churn fell to 4.2 %.”: 4.2 % stands in none of the evidence linked to it.']
    """
    known = {each.key: each for each in evidence}
    sentences: list[CheckedSentence] = []
    gaps: list[Gap] = []
    for section in sections:
        found = split_sentences(section.body)
        if section.is_required and not found:
            gaps.append(Gap(Why.EMPTY_SECTION, section.title, ""))
        for sentence in found:
            checked = _check(section, sentence)
            sentences.append(checked)
            gaps += _find_gaps(section, checked, known)
    return Compilation(tuple(sentences), tuple(gaps))


def _check(section: Section, sentence: Sentence) -> CheckedSentence:
    figures = find_figures(sentence.text)
    came_about = bool(_VERBS.search(sentence.text)) and not _WISHES.search(sentence.text)
    return CheckedSentence(
        section.key, sentence.text, sentence.keys, figures, bool(figures) or came_about
    )


def _find_gaps(
    section: Section, sentence: CheckedSentence, known: Mapping[str, Evidence]
) -> list[Gap]:
    unknown = [key for key in sentence.keys if key not in known]
    gaps = [Gap(Why.UNKNOWN_EVIDENCE, section.title, sentence.text, key=key) for key in unknown]
    linked = [known[key] for key in sentence.keys if key in known]
    if not sentence.is_claim:
        return gaps
    if not linked:
        first = sentence.figures[0].text if sentence.figures else ""
        return gaps or [Gap(Why.NO_EVIDENCE, section.title, sentence.text, first)]
    return gaps + [
        Gap(Why.UNSUPPORTED, section.title, sentence.text, figure.text)
        for figure in find_unsupported(sentence.figures, linked)
    ]
