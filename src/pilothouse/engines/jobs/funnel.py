"""How far applications come, with n and interval; where the way ends for most.

Steps: applied, first talk, interview, final round, offer. Who reached a later step reached the
earlier ones. Of those who came to a step at least ``days_to_answer`` days ago:

- *went on*: reached the next step, at any time since;
- *did not*: rejected, ghosted or expired before it;
- *left*: ended by the applicant; *open*: not ended. Neither is part of n.

Those who came to the step later are *young* and counted apart, whatever became of them: answers
come quicker than silence ends, so counting the quick ones would flatter the share.
The interval is Wilson's (see ``kernel.intervals``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from pilothouse.engines.jobs.stages import GHOST_DAYS, STAGES, StageHistory
from pilothouse.kernel.intervals import Rate, wilson

STEPS: Mapping[str, tuple[str, int]] = {
    "applied": ("Applied", 2),
    "screen": ("First talk", 4),
    "interview": ("Interview", 5),
    "final": ("Final round", 7),
    "offer": ("Offer", 8),
}
MOST_MORE = 5_000


@dataclass(frozen=True)
class Conversion:
    """How many went from one step to another. ``days`` are those that the way took, ascending."""

    begin: str
    end: str
    entered: int
    on: int
    out: int
    left: int
    open: int
    young: int
    days: tuple[int, ...]

    @property
    def rate(self) -> Rate:
        """The share of those whose answer is known."""
        return wilson(self.on, self.on + self.out)

    @property
    def median_days(self) -> float | None:
        return median(self.days) if self.days else None


@dataclass(frozen=True)
class Funnel:
    """All steps: how many reached each, and how they went on."""

    reached: Mapping[str, int]
    conversions: tuple[Conversion, ...]
    days_to_answer: int


@dataclass(frozen=True)
class Verdict:
    """One part of the way against what its person would be content with.

    ``word`` is ``below``, ``above`` or ``too few``; then ``more`` is how many further answers at
    the present share would decide it: None where no number up to 5,000 would.
    """

    conversion: Conversion
    expected: float
    word: str
    more: int | None


@dataclass(frozen=True)
class Diagnosis:
    """Is my resume or my interview the problem? Both parts, and the answer in a sentence."""

    resume: Verdict
    talks: Verdict
    sentence: str


def build_funnel(histories: Iterable[StageHistory], days_to_answer: int = GHOST_DAYS) -> Funnel:
    """The funnel of applications that were sent; others count nowhere."""
    sent = [each for each in histories if each.reached(STEPS["applied"][1]) is not None]
    keys = list(STEPS)
    return Funnel(
        reached={key: sum(h.reached(STEPS[key][1]) is not None for h in sent) for key in keys},
        conversions=tuple(
            convert(sent, begin, end, days_to_answer) for begin, end in pairwise(keys)
        ),
        days_to_answer=days_to_answer,
    )


def convert(
    histories: Iterable[StageHistory], begin: str, end: str, days_to_answer: int = GHOST_DAYS
) -> Conversion:
    """How many of those at step ``begin`` came to step ``end``, by the rules above."""
    counts = dict.fromkeys(("on", "out", "left", "open", "young"), 0)
    days: list[int] = []
    for history in histories:
        came = history.reached(STEPS[begin][1])
        if came is None:
            continue
        if (history.today - came).days < days_to_answer:
            counts["young"] += 1
            continue
        there = history.reached(STEPS[end][1])
        counts[_outcome(history, is_there=there is not None)] += 1
        if there is not None:
            days.append(max((there - came).days, 0))
    return Conversion(begin, end, sum(counts.values()), **counts, days=tuple(sorted(days)))


def group_conversions(
    histories: Sequence[tuple[str, StageHistory]],
    begin: str,
    end: str,
    days_to_answer: int = GHOST_DAYS,
) -> dict[str, Conversion]:
    """The same for each group (a version of the resume, a source), the largest first."""
    groups: dict[str, list[StageHistory]] = {}
    for name, history in histories:
        groups.setdefault(name, []).append(history)
    found = {name: convert(each, begin, end, days_to_answer) for name, each in groups.items()}
    return dict(sorted(found.items(), key=lambda pair: (-pair[1].entered, pair[0])))


def diagnose(
    histories: Sequence[StageHistory],
    expected_talks: float,
    expected_offers: float,
    days_to_answer: int = GHOST_DAYS,
) -> Diagnosis:
    """Hold applied to first talk, and first talk to offer, against what one would be content with.

    Each expectation is a share in 0..1. A part is judged only where its whole interval lies on one
    side of it; else too few answers are in.
    """
    resume = _judge(convert(histories, "applied", "screen", days_to_answer), expected_talks)
    talks = _judge(convert(histories, "screen", "offer", days_to_answer), expected_offers)
    return Diagnosis(resume, talks, _tell(resume, talks))


def _outcome(history: StageHistory, *, is_there: bool) -> str:
    if is_there:
        return "on"
    stage = STAGES[history.standing.stage]
    if not stage.is_end:
        return "open"
    return "left" if stage.is_own else "out"


def _judge(conversion: Conversion, expected: float) -> Verdict:
    rate = conversion.rate
    word = _side(rate, expected)
    more = _find_more(rate, expected) if word == "too few" else 0
    return Verdict(conversion, expected, word, more)


def _side(rate: Rate, expected: float) -> str:
    if rate.low is None or rate.high is None or rate.low <= expected <= rate.high:
        return "too few"
    return "below" if rate.high < expected else "above"


def _find_more(rate: Rate, expected: float) -> int | None:
    """How many further answers at the same share put the interval on one side."""
    if rate.share is None:
        return None
    for more in range(1, MOST_MORE + 1):
        n = rate.n + more
        if _side(wilson(round(rate.share * n), n), expected) != "too few":
            return more
    return None


def _tell(resume: Verdict, talks: Verdict) -> str:
    return _WORDS.get((resume.word, talks.word), _WORDS["too few", "too few"])


_WORDS: Mapping[tuple[str, str], str] = {
    ("below", "below"): "Both: fewer talks than you would be content with, and fewer offers "
    "from them.",
    ("below", "above"): "What is sent, not the interviews: talks are too few, offers from them "
    "are not.",
    ("above", "below"): "The interviews, not what is sent: talks come, offers from them do not.",
    ("above", "above"): "Neither: both shares lie above what you would be content with.",
    ("below", "too few"): "What is sent. About the interviews too few answers are in to tell.",
    ("too few", "below"): "The interviews. About what is sent too few answers are in to tell.",
    ("above", "too few"): "Not what is sent. About the interviews too few answers are in to tell.",
    ("too few", "above"): "Not the interviews. About what is sent too few answers are in to tell.",
    ("too few", "too few"): "Too few answers to tell; both shares may lie on either side of what "
    "you expect.",
}
