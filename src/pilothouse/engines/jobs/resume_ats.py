"""What parsers of applicant tracking systems need, as checks that a machine can decide.

There is no score: each check holds, fails or cannot tell, and says what to do. Only rules that a
test can check are here; folklore is not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from pilothouse.engines.jobs.resume_blocks import Block, BlockKind
from pilothouse.engines.jobs.resume_roundtrip import RoundTrip

LEAST_CHARACTERS = 300
LONG_BULLET = 300
STANDARD = ("Experience", "Education", "Skills")
_SPAN = re.compile(
    r"(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) )?\d{4}"
    r"(?: - (?:(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) )?\d{4}|Present))?"
)
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_PHONE = re.compile(r"(?:\d[\s().-]*){6,}")


class Outcome(Enum):
    """How a check went."""

    HOLDS = "holds"
    FAILS = "fails"
    ADVICE = "advice"


@dataclass(frozen=True)
class PdfFacts:
    """What a reader of the file found: texts by page, and facts about the file."""

    text: str
    pages: int
    title: str = ""
    author: str = ""
    language: str = ""
    is_tagged: bool = False
    images: int = 0
    fonts: tuple[str, ...] = ()
    not_embedded: tuple[str, ...] = ()


@dataclass(frozen=True)
class AtsCheck:
    """One question about the file, its answer, and what to do where it does not hold."""

    name: str
    outcome: Outcome
    says: str
    remedy: str = ""

    @property
    def holds(self) -> bool:
        return self.outcome is Outcome.HOLDS


def check_ats(blocks: Sequence[Block], facts: PdfFacts, trip: RoundTrip) -> tuple[AtsCheck, ...]:
    """All checks of a built PDF, the round trip first."""
    return (
        _check_trip(trip),
        _check_amount(facts),
        _check_headings(blocks),
        _check_contact(blocks, facts),
        _check_dates(blocks),
        _check_file(facts),
        _check_fonts(facts),
        _check_characters(blocks),
        _check_length(blocks, facts),
    )


def _check_trip(trip: RoundTrip) -> AtsCheck:
    outcome = Outcome.HOLDS if trip.is_whole else Outcome.FAILS
    return AtsCheck("Round trip through the PDF", outcome, trip.sentence,
                    "Take another template, or send Word or plain text.")  # fmt: skip


def _check_amount(facts: PdfFacts) -> AtsCheck:
    count = len("".join(facts.text.split()))
    outcome = Outcome.HOLDS if count >= LEAST_CHARACTERS else Outcome.FAILS
    pages = "1 page" if facts.pages == 1 else f"{facts.pages} pages"
    remedy = f"Say more: under {LEAST_CHARACTERS} characters it reads as a picture."
    says = f"{count:,} characters on {pages}."
    return AtsCheck("Text that can be selected", outcome, says, remedy)


def _check_headings(blocks: Sequence[Block]) -> AtsCheck:
    found = {block.text for block in blocks if block.kind is BlockKind.HEADING}
    missing = [name for name in STANDARD if name not in found]
    if not missing:
        return AtsCheck("Standard headings", Outcome.HOLDS, f"{', '.join(STANDARD)} are there.")
    remedy = "Add an entry there if you have one; a parser files by these three."
    says = f"Not there: {', '.join(missing)}."
    return AtsCheck("Standard headings", Outcome.ADVICE, says, remedy)


def _check_contact(blocks: Sequence[Block], facts: PdfFacts) -> AtsCheck:
    words = " ".join(block.whole for block in blocks if block.kind is BlockKind.CONTACT)
    mail, phone = _MAIL.search(words), _PHONE.search(words)
    is_in_text = mail is not None and mail[0] in "".join(facts.text.split())
    missing = [] if is_in_text else ["e-mail"]
    missing += [] if phone else ["telephone"]
    if not missing:
        says = "E-mail and telephone stand in the text."
        return AtsCheck("Contact in the body", Outcome.HOLDS, says)
    outcome = Outcome.FAILS if "e-mail" in missing else Outcome.ADVICE
    says = f"Not there: {', '.join(missing)}."
    return AtsCheck("Contact in the body", outcome, says, "Add it to the contact lines.")


def _check_dates(blocks: Sequence[Block]) -> AtsCheck:
    dates = [block.right for block in blocks if block.right]
    odd = [text for text in dates if not _SPAN.fullmatch(text)]
    if odd:
        return AtsCheck("Dates", Outcome.FAILS, f"Not readable as a date: {odd[0]}.",
                        "Write 2024, 2024-03 or 2024-03-31.")  # fmt: skip
    undated = sum(block.kind is BlockKind.TITLE and not block.right for block in blocks)
    if undated:
        return AtsCheck("Dates", Outcome.ADVICE, f"{undated} without a date.",
                        "Give jobs and schools at least their years.")  # fmt: skip
    return AtsCheck("Dates", Outcome.HOLDS, f"{len(dates)} dates, written as Jan 2020 - Mar 2024.")


def _check_file(facts: PdfFacts) -> AtsCheck:
    lacking = [
        name
        for name, there in (
            ("a title", facts.title), ("an author", facts.author),
            ("a language", facts.language), ("tags", facts.is_tagged),
        )
        if not there
    ]  # fmt: skip
    if facts.images:
        lacking.append("text instead of pictures")
    outcome = Outcome.FAILS if lacking else Outcome.HOLDS
    says = f"Lacking: {', '.join(lacking)}." if lacking else "Tagged, with title, author, language."
    return AtsCheck("Accessible file (PDF/UA)", outcome, says, "Build it again.")


def _check_fonts(facts: PdfFacts) -> AtsCheck:
    if facts.not_embedded:
        return AtsCheck("Fonts embedded", Outcome.FAILS, f"Not: {', '.join(facts.not_embedded)}.",
                        "Take another template.")  # fmt: skip
    return AtsCheck("Fonts embedded", Outcome.HOLDS, f"{', '.join(facts.fonts)}.")


def _check_characters(blocks: Sequence[Block]) -> AtsCheck:
    odd = sorted({c for block in blocks for c in block.whole if _is_odd(c)})
    if odd:
        names = ", ".join(unicodedata.name(c, f"U+{ord(c):04X}").lower() for c in odd[:5])
        return AtsCheck("Plain characters", Outcome.ADVICE, f"Parsers may drop: {names}.",
                        "Write a letter or a hyphen instead.")  # fmt: skip
    says = "No symbols or invisible characters."
    return AtsCheck("Plain characters", Outcome.HOLDS, says)


def _is_odd(char: str) -> bool:
    """Symbols, pictures, private and invisible characters; not signs of money and arithmetic."""
    kind = unicodedata.category(char)
    return kind in {"So", "Co", "Cn", "Cf", "Cc", "Cs"} and char not in "°©®™"


def _check_length(blocks: Sequence[Block], facts: PdfFacts) -> AtsCheck:
    bullets = [block.text for block in blocks if block.kind is BlockKind.BULLET]
    long = [text for text in bullets if len(text) > LONG_BULLET]
    if facts.pages > 2:
        says = f"{facts.pages} pages."
        return AtsCheck("Length", Outcome.ADVICE, says, "Two are read; choose fewer bullets.")
    if long:
        says = f"{len(long)} bullets over {LONG_BULLET} characters."
        return AtsCheck("Length", Outcome.ADVICE, says, "Say one thing in each bullet.")
    pages = "1 page" if facts.pages == 1 else f"{facts.pages} pages"
    return AtsCheck("Length", Outcome.HOLDS, f"{pages}, {len(bullets)} bullets.")
