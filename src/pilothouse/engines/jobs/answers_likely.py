"""Which questions an interview for a posting is likely to bring, and why each was chosen.

It is no forecast of a company: only rules over words, each said beside the question.

- *asked before*: 6 points where this company asked it, 3 where another one did;
- *a term of the posting* that the question says: 2 points, for two terms at most. A term is a word
  or pair that the posting repeats, as ``resume_coverage`` finds them; one that more than
  ``MOST_SHARE`` of all questions say tells nothing and counts nothing;
- *a competency* that the posting speaks of: 1 point, and 1 for each different word, up to 4;
- *the level* that the posting says: 1 point, which chooses nothing by itself. Questions two levels
  away are left out.

Of questions that only a competency speaks for there are many; how many is said. At most ``OF_TYPE``
of a type and ``OF_COMPETENCY`` by one competency alone are taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pilothouse.engines.jobs.resume_coverage import Term, find_terms, words_of

LEVEL_ORDER = ("associate", "pm", "senior", "lead")
MOST, OF_TYPE, OF_COMPETENCY, MOST_SHARE = 12, 3, 2, 0.04
HERE, ELSEWHERE, TERM, MOST_TERMS = 6, 3, 2, 2
MOST_OF_COMPETENCY, LEAST = 4, 2


@dataclass(frozen=True)
class LikelyQuestion:
    """A question as the choice sees it; ``level`` is empty where it is for everybody."""

    key: str
    kind: str
    text: str
    level: str
    competencies: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """How often real interviews asked a question: in all, and at this company."""

    times: int
    here: int = 0


@dataclass(frozen=True)
class Company:
    """What is known of a company: its posting with own facts, and what the posting speaks of.

    ``mentions`` are the posting's words by competency, ``names`` the competencies in words, and
    ``asked`` what interviews asked, by the key of the question.
    """

    text: str
    level: str | None = None
    mentions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, Asked] = field(default_factory=dict)


@dataclass(frozen=True)
class Chosen:
    """A question with its points and reasons. Points order; they are no measure."""

    key: str
    points: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class _Scored:
    """A question with what speaks for it; ``by`` is the competency where nothing else does."""

    question: LikelyQuestion
    place: int
    points: int
    reasons: tuple[str, ...]
    by: str


def choose_likely(questions: Sequence[LikelyQuestion], company: Company) -> tuple[Chosen, ...]:
    """The likely questions, those with most reasons first; fewer where words name no more.

    >>> bank = [
    ...     LikelyQuestion("a", "strategy", "Cut chargebacks by half. How?", "", ("C05",)),
    ...     LikelyQuestion("b", "strategy", "A rival halves its price.", "", ("C05",)),
    ... ]
    >>> company = Company("Own chargebacks: merchants hate chargebacks.")
    >>> [(each.key, each.reasons) for each in choose_likely(bank, company)]
    [('a', ('the posting says “chargebacks” 2 times',))]
    """
    terms = _find_rare_terms(questions, company)
    sizes = Counter(key for each in questions for key in each.competencies)
    scored = [
        _score(place, question, company, terms, sizes)
        for place, question in enumerate(questions)
        if not _is_far(question.level, company.level)
    ]
    told = [each for each in scored if each.points >= LEAST and each.reasons]
    # Of equals first those that are about little else.
    told.sort(key=lambda each: (-each.points, len(each.question.competencies), each.place))
    return tuple(Chosen(each.question.key, each.points, each.reasons) for each in _spread(told))


def _find_rare_terms(
    questions: Sequence[LikelyQuestion], company: Company
) -> list[tuple[Term, frozenset[str]]]:
    """Terms that tell one question from another, each with the keys of those that say it."""
    trade = {words_of(word) for words in company.mentions.values() for word in words}
    read = [(each.key, words_of(each.text)) for each in questions]
    found = []
    for term in find_terms(company.text):
        if term.words in trade or term.count < 2:
            continue
        keys = frozenset(key for key, words in read if _says(words, term.words))
        if 0 < len(keys) <= max(2, MOST_SHARE * len(questions)):
            found.append((term, keys))
    return found


def _score(
    place: int,
    question: LikelyQuestion,
    company: Company,
    terms: Sequence[tuple[Term, frozenset[str]]],
    sizes: Mapping[str, int],
) -> _Scored:
    points, reasons = _score_asked(company.asked.get(question.key))
    said = [term for term, keys in terms if question.key in keys][:MOST_TERMS]
    points += TERM * len(said)
    reasons += [f"the posting says “{term.shown}” {term.count} times" for term in said]
    best = max(
        (key for key in question.competencies if company.mentions.get(key)),
        key=lambda key: len(company.mentions[key]),
        default="",
    )
    if best:
        words = company.mentions[best]
        points += min(1 + len(words), MOST_OF_COMPETENCY)
        shown = ", ".join(f"“{word}”" for word in words[:3])
        name = company.names.get(best, best)
        reasons.append(
            f"one of {sizes[best]} about {name[:1].lower()}{name[1:]}: the posting says {shown}"
        )
    by = best if len(reasons) == 1 else ""
    if reasons and company.level and question.level == company.level:
        points += 1
        reasons.append("of the level that the posting says")
    return _Scored(question, place, points, tuple(reasons), by)


def _score_asked(asked: Asked | None) -> tuple[int, list[str]]:
    if asked is None or not asked.times:
        return 0, []
    if asked.here:
        return HERE, ["this company asked you before"]
    times = "once" if asked.times == 1 else f"{asked.times} times"
    return ELSEWHERE, [f"you were asked it {times} elsewhere"]


def _is_far(level: str, wanted: str | None) -> bool:
    if level not in LEVEL_ORDER or wanted not in LEVEL_ORDER:
        return False
    return abs(LEVEL_ORDER.index(level) - LEVEL_ORDER.index(wanted)) >= 2


def _spread(scored: Sequence[_Scored]) -> list[_Scored]:
    """The first ones, a few of a type and of a competency: an interview has several."""
    kinds: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    chosen = []
    for each in scored:
        if kinds[each.question.kind] >= OF_TYPE or (each.by and alone[each.by] >= OF_COMPETENCY):
            continue
        kinds[each.question.kind] += 1
        alone[each.by] += 1
        chosen.append(each)
        if len(chosen) == MOST:
            break
    return chosen


def _says(words: Sequence[str], term: Sequence[str]) -> bool:
    size = len(term)
    return any(tuple(words[at : at + size]) == tuple(term) for at in range(len(words) - size + 1))
