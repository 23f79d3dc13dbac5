"""Applications on a board and in a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pilothouse.apps.jobs.services.briefs import Brief
from pilothouse.engines.jobs import STAGES

# Columns with the stages that they hold; a card that is dropped comes into the first of them.
COLUMNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "saved": ("To decide", ("saved", "evaluated")),
    "applied": ("Applied", ("applied", "acknowledged")),
    "screen": ("First talk", ("screen",)),
    "interview": ("Interviews", ("interview", "case")),
    "final": ("Final round", ("final",)),
    "offer": ("Offer", ("offer",)),
    "over": ("Over", tuple(key for key, stage in STAGES.items() if stage.is_end)),
}
CARDS_SHOWN, OVER_SHOWN = 20, 8


@dataclass(frozen=True)
class Column:
    """A column with the cards that are shown of it, and how many there are."""

    key: str
    name: str
    cards: tuple[Brief, ...]
    count: int

    @property
    def takes(self) -> bool:
        """Whether a card may be dropped here: an end must be chosen by name."""
        return self.key != "over"


@dataclass(frozen=True)
class Wanted:
    """What a person looks for in the list."""

    text: str = ""
    part: str = ""  # a column of the board
    stage: str = ""
    source: str = ""


def lay_out(applications: Sequence[Brief]) -> list[Column]:
    """The board: in each column what is due first, then what moved last."""
    column_of = {stage: key for key, (_, stages) in COLUMNS.items() for stage in stages}
    found: dict[str, list[Brief]] = {key: [] for key in COLUMNS}
    for each in applications:
        found[column_of[each.standing.stage]].append(each)
    return [
        Column(key, name, _first(found[key], key), len(found[key]))
        for key, (name, _) in COLUMNS.items()
    ]


def filter_applications(applications: Sequence[Brief], wanted: Wanted) -> list[Brief]:
    """Those with all the words, in the part, at the stage, found there; an empty wish asks for
    nothing."""
    words = wanted.text.casefold().split()
    stages = COLUMNS[wanted.part][1] if wanted.part in COLUMNS else tuple(STAGES)
    return [
        each
        for each in applications
        if each.standing.stage in stages
        and wanted.stage in ("", each.standing.stage)
        and wanted.source in ("", each.source)
        and all(word in f"{each.title} {each.company}".casefold() for word in words)
    ]


def _first(applications: Sequence[Brief], key: str) -> tuple[Brief, ...]:
    """What is shown of a column: of what is over the last few only."""
    most = OVER_SHOWN if key == "over" else CARDS_SHOWN
    return tuple(sorted(applications, key=_urgency)[:most])


def _urgency(each: Brief) -> tuple[bool, int, int]:
    due = each.next_on.toordinal() if each.next_on else 0
    return not each.is_due, due if each.is_due else 0, -each.standing.since.toordinal()
