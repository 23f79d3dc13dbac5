"""Words for what a world hands out: the same record and key give the same words, everywhere.

A writer sees the facts of a record and never the truth behind it: truth is no argument here. So
whatever a text gives away, its facts gave away before. Which sentence is taken follows from chance
keyed by seed, day and the record's number alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from zlib import crc32

from pilothouse.engines.simulation.philox import Stream, philox, uniform
from pilothouse.engines.simulation.textgrammar import SLOT, Grammar
from pilothouse.kernel.errors import NotFoundError

_TEXT = int(Stream.TEXT)
# A further sentence comes this often.
_ALSO = 0.5
# The first letter of a text, and of each sentence in it.
_HEADS = re.compile(r"^[a-z]|(?<=[.!?] )[a-z]")
_LOW, _MID = 1.0 / 3.0, 2.0 / 3.0
# Whoever tells two things that happened tells of two days.
_NOT_TWICE = ("when",)
# Remarks on many sessions and problems are for tests that had some.
_FEW = 3
# What the figures of a test are of, beside its measure.
_COMPARED = {"turns": " per person and day, turn by turn"}
# How often a second sentence is looked for that is not the first.
_TRIES = 8


@dataclass(frozen=True)
class TextKey:
    """Whose words: the world's ``seed``, the day's number, the record's number on that day."""

    seed: int
    day: int
    number: int


@dataclass(frozen=True)
class Record:
    """What is to be told: kind and facts as a world hands them out, ``about`` a key of the pack."""

    kind: str
    about: str
    facts: Mapping[str, Any]


class _Pen:
    """Takes sentences by chance and fills their slots."""

    def __init__(self, grammar: Grammar, record: Record, key: TextKey) -> None:
        self.grammar, self.record, self.key = grammar, record, key
        self.facts, self.about = record.facts, record.about
        self.drawn = 0
        self.said: set[str] = set()

    def chance(self) -> float:
        """The next number between 0 and 1."""
        key, self.drawn = self.key, self.drawn + 1
        draw, _, _, _ = philox(key.number, key.day, self.drawn, 0, key.seed, _TEXT)
        return float(uniform(draw))

    def choose(self, options: Sequence[str]) -> str:
        """One of ``options``."""
        return options[int(self.chance() * len(options))]

    def part(self, place: str, **facts: object) -> str:
        """A text of ``place`` with its slots filled, to stand within a sentence."""
        filled = {name: str(value) for name, value in facts.items()}
        return SLOT.sub(lambda slot: self._fill(slot[1], filled), self._sentence(place))

    def line(self, place: str, **facts: object) -> str:
        """A sentence of ``place`` with its slots filled and a capital at its head."""
        return _HEADS.sub(lambda head: head[0].upper(), self.part(place, **facts))

    def lines(self, place: str, count: int) -> list[str]:
        """``count`` different sentences of ``place``, fewer where there are no more."""
        found: list[str] = []
        for _ in range(4 * count):
            text = self.line(place)
            if len(found) < count and text not in found:
                found.append(text)
        return found

    def idea(self, key: str = "") -> str:
        """The title of an idea."""
        title: str = _named(self.grammar.business.ideas, key or self.about, "idea").title
        return title

    def _sentence(self, place: str) -> str:
        if place not in self.grammar.lines:
            raise NotFoundError("nothing is said in this world.", value=place)
        segment = self.facts.get("segment", "")
        return self.choose([x.text for x in self.grammar.lines[place] if x.fits(segment)])

    def _fill(self, slot: str, facts: Mapping[str, str]) -> str:
        if slot in facts:
            return facts[slot]
        words = self.grammar.words[slot]
        if slot in _NOT_TWICE:
            words = tuple(word for word in words if word not in self.said) or words
        word = self.choose(words)
        self.said.add(word)
        return word


def compose(grammar: Grammar, record: Record, key: TextKey) -> str:
    """What ``record`` reads like: one or more sentences, lines parted by a newline.

    Raises ``NotFoundError`` for a kind without words and for a key that the pack does not have.
    """
    if record.kind not in _WRITERS:
        known = ", ".join(sorted(_WRITERS))
        raise NotFoundError(
            "there are no words for this kind of record.",
            value=record.kind,
            remedy=f"Choose one of: {known}.",
        )
    return _WRITERS[record.kind](_Pen(grammar, record, key))


# The fact that names who signs a record; "": whom it is about.
_SIGNED_BY = {"message": "by", "promise": "to", "negotiation": "to", "escalation": ""}


def sender_of(grammar: Grammar, record: Record) -> str:
    """Who signs ``record``: a person at the table with their role, an authority, or nobody ("")."""
    facts = record.facts
    if record.kind == "letter":
        authority: str = _named(grammar.business.gates, facts["gate"], "gate").authority
        return authority
    if record.kind not in _SIGNED_BY:
        return ""
    fact = _SIGNED_BY[record.kind]
    by = facts[fact] if fact else record.about
    person = _named(grammar.business.stakeholders, by, "stakeholder")
    return f"{person.name}, {person.role}"


def _named(entries: Sequence[Any], key: str, what: str) -> Any:
    for entry in entries:
        if entry.key == key:
            return entry
    raise NotFoundError(f"there is no such {what}.", value=key)


def _join(*parts: str) -> str:
    """Sentences side by side; what is empty is left out."""
    return " ".join(part for part in parts if part)


def _stack(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _also(pen: _Pen, place: str, **facts: object) -> str:
    """A further sentence, or nothing."""
    return pen.line(place, **facts) if pen.chance() < _ALSO else ""


def _ticket(pen: _Pen) -> str:
    segment = f"segments.{pen.facts['segment']}"
    kind = "bug" if pen.facts.get("bug") else "ticket"
    body = _join(
        _also(pen, f"{segment}.open"),
        pen.line(f"needs.{pen.about}.{kind}"),
        _also(pen, f"{segment}.close"),
    )
    hello, bye = pen.choose(pen.grammar.words["greeting"]), pen.choose(pen.grammar.words["thanks"])
    return _stack(hello, body, bye)


def _mood(rating: float) -> str:
    return "high" if rating >= 4 else "mid" if rating >= 3 else "low"


def _review(pen: _Pen) -> str:
    said = pen.lines(f"review.{_mood(pen.facts['rating'])}", 1 + (pen.chance() < _ALSO))
    if pen.about:
        place = "praise" if pen.facts["rating"] >= 4 else "ticket"
        said.append(pen.line(f"needs.{pen.about}.{place}"))
    return _join(_also(pen, f"segments.{pen.facts['segment']}.open"), *said)


_ASKED = {"last time": "past", "would you": "would", "leading": "leading"}


def _interview(pen: _Pen) -> str:
    """Asked about the last time people tell scenes; else they agree with a topic."""
    manner, needs = _ASKED[pen.facts["question"]], pen.facts["problems"]
    head = pen.line("interview.gone") if pen.facts.get("left") else ""
    hello = _also(pen, f"segments.{pen.facts['segment']}.open")
    if not needs:
        return _join(hello, head, pen.line(f"interview.{manner}_none"))
    told = [
        pen.line(f"needs.{need}.scene")
        if manner == "past"
        else pen.line(f"interview.{manner}", topic=pen.part(f"needs.{need}.topic"))
        for need in needs
    ]
    return _join(hello, head, pen.line(f"interview.{manner}_open"), *told)


def _survey(pen: _Pen) -> str:
    facts = pen.facts
    counts = facts.get("ratings", ())
    asked, answered = facts["asked"], facts["answered"]
    head = pen.line(
        "survey.line",
        asked=asked,
        answered=answered,
        people=_counted(asked, "person", "people"),
        answers=_counted(answered, "answer", "answers"),
    )
    head = _stack(head, _named_most(pen))
    if sum(counts) < 2:
        return head
    quotes: list[str] = []
    for _ in range(_TRIES):
        left = pen.chance() * sum(counts)
        rating = next(n for n in range(1, 6) if left < sum(counts[:n]))
        quote = f'"{pen.line(f"review.{_mood(rating)}")}"'
        if quote not in quotes and len(quotes) < 2:
            quotes.append(quote)
    if len(quotes) < 2:
        return head
    return _stack(_join(head, pen.line("survey.quotes")), *quotes)


def _named_most(pen: _Pen) -> str:
    """What was named most in a survey that asked for it, in the words of a need's topic."""
    named = pen.facts.get("problems", {})
    first, second = sorted(named, key=lambda need: (-named[need], need))[:2] or ("", "")
    if not first or not named[second]:
        return ""
    return pen.line(
        "survey.topics",
        first=pen.part(f"needs.{first}.topic"),
        most=named[first],
        second=pen.part(f"needs.{second}.topic"),
        next=named[second],
    )


def _client(pen: _Pen) -> str:
    names = pen.grammar.words["client"]
    # A deal that is won has been talked of by the deal's number.
    number = pen.facts.get("deal", pen.facts.get("number", 0))
    return names[int(number) % len(names)]


def _value(pen: _Pen) -> str:
    return f"{pen.grammar.currency} {pen.facts['value']:,.0f}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"


def _request(pen: _Pen) -> str:
    told = pen.line(
        "request.there" if pen.facts.get("there") else "request.line",
        client=_client(pen),
        idea=pen.idea(),
        decides=_day(pen.facts["decides"]),
        value=_value(pen),
    )
    return _join(told, _also(pen, "request.after"))


def _account(pen: _Pen) -> str:
    return pen.line(f"account.{pen.facts['what']}", client=_client(pen), value=_value(pen))


def _news(pen: _Pen) -> str:
    rival = _named(pen.grammar.business.rivals, pen.about, "rival").name
    move = pen.part(f"needs.{pen.facts['need']}.move")
    return _join(
        pen.line("news.claim", rival=rival, move=move),
        _also(pen, f"news.{pen.facts.get('size', 'small')}"),
    )


def _letter(pen: _Pen) -> str:
    gate = _named(pen.grammar.business.gates, pen.facts["gate"], "gate")
    initials = "".join(word[0].upper() for word in gate.title.split() if len(word) > 3)
    # All letters about one file bear one reference.
    file = crc32(f"{pen.key.seed}/{gate.key}/{pen.about}".encode())
    reference = f"{initials}-{1000 + file % 9000}"
    place = f"letter.{pen.facts['stage'].replace(' ', '_')}"
    told = pen.line(place, idea=pen.idea(), reference=reference, authority=gate.authority)
    authority = gate.authority[0].lower() + gate.authority[1:]
    return _stack(told, pen.line("letter.by", authority=authority))


def _supplier(pen: _Pen) -> str:
    numbers = {
        name: _counted(round(pen.facts[name]), "unit", "units")
        for name in ("arrived", "stock", "ordered")
    }
    return _join(pen.line("supplier.line", **numbers), _also(pen, "supplier.after"))


def _progress(pen: _Pen) -> str:
    done = pen.facts["progress"]
    part = "low" if done < _LOW else "mid" if done < _MID else "high"
    return pen.line(
        f"progress.{part}",
        idea=pen.idea(),
        percent=f"{100 * done:.0f}",
        spent=f"{pen.facts['spent']:.0f}",
        estimate=f"{pen.facts['estimate']:.0f}",
        eta=_day(pen.facts["eta"]) if pen.facts.get("eta") else "a day that I cannot name",
    )


_NUMBERS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def _duration(hours: float) -> str:
    """A stretch of time as people say it."""
    minutes = max(5, 5 * round(12 * hours))
    if minutes < 60:
        return f"{minutes} minutes"
    if hours < 36:
        whole = round(hours)
        return "an hour" if whole <= 1 else f"{_count(whole)} hours"
    return f"{_count(round(hours / 24))} days"


def _count(number: int) -> str:
    """A small number as a word."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def _counted(number: int, one: str, more: str) -> str:
    """A number of things: no things, one thing, 1,200 things."""
    if number == 1:
        return f"one {one}"
    return f"{number:,} {more}" if number else f"no {more}"


def _days(number: int) -> str:
    """A whole number of days, as people say it."""
    return "less than a day" if number < 1 else "a day" if number == 1 else f"{number} days"


def _incident(pen: _Pen) -> str:
    told = pen.line("incident.line", duration=_duration(pen.facts["hours"]))
    return _join(told, _also(pen, "incident.after"))


def _escalation(pen: _Pen) -> str:
    people = pen.grammar.business.stakeholders
    highest = max(people, key=lambda person: person.influence.value).key
    # Whoever stands highest has nobody above to go to.
    place = "escalation.top" if pen.about == highest else "escalation.line"
    return _join(pen.line(f"people.{pen.about}.worry"), pen.line(place))


def _promise(pen: _Pen) -> str:
    facts = pen.facts
    kind = "kept" if facts["kept"] else "told" if facts.get("told") else "broken"
    voice = {"kept": "thank", "told": "press", "broken": "worry"}[kind]
    told = pen.line(f"promise.{kind}", idea=pen.idea())
    return _join(told, pen.line(f"people.{facts['to']}.{voice}"))


def _negotiation(pen: _Pen) -> str:
    facts = pen.facts
    kind = "agreed" if facts["agreed"] else "broken" if facts["broken"] else "counter"
    # What they ask for most is where their offer lies nearest to theirs.
    issues = sorted(facts["offer"], key=lambda issue: (facts["offer"][issue], issue))
    give, want = (pen.part(f"issues.{issue}") for issue in (issues[0], issues[-1]))
    return pen.line(f"negotiation.{kind}", idea=pen.idea(), give=give, want=want)


def _usability(pen: _Pen) -> str:
    people, problems = pen.facts["people"], pen.facts["problems"]
    told = pen.line(
        "usability.line",
        idea=pen.idea(),
        managed=pen.facts["managed"],
        people=people,
        watched=_counted(people, "person", "people"),
        found=_counted(problems, "problem", "problems"),
    )
    return _join(told, _also(pen, "usability.after") if min(people, problems) >= _FEW else "")


def _experiment(pen: _Pen) -> str:
    facts = pen.facts
    if not math.isfinite(facts["error"]):
        return pen.line("experiment.few", idea=pen.idea(), days=_days(facts["days"]))
    return pen.line(
        "experiment.line",
        idea=pen.idea(),
        days=_days(facts["days"]),
        measure=facts["measure"] + _COMPARED.get(facts["compared"], ""),
        control=f"{facts['control'].mean:.4g}",
        treatment=f"{facts['treatment'].mean:.4g}",
        difference=f"{facts['difference']:+.3g}",
        error=f"{facts['error']:.3g}",
    )


def _message(pen: _Pen) -> str:
    """A colleague's words; ``mood`` is ask (about an idea), press, thank or worry."""
    mood, idea = pen.facts["mood"], pen.idea()
    own = f"people.{pen.facts['by']}.{mood}"
    if mood == "ask":
        return pen.line(own if pen.chance() < _MID else "message.ask", idea=idea)
    return _join(pen.line(own), pen.line("message.about", idea=idea))


def _of_idea(place: str) -> Callable[[_Pen], str]:
    return lambda pen: pen.line(place, idea=pen.idea(), **{k: str(v) for k, v in pen.facts.items()})


_WRITERS: Mapping[str, Callable[[_Pen], str]] = {
    "ticket": _ticket,
    "review": _review,
    "interview": _interview,
    "survey": _survey,
    "request": _request,
    "account": _account,
    "news": _news,
    "letter": _letter,
    "supplier": _supplier,
    "progress": _progress,
    "built": lambda pen: pen.line("built.line", idea=pen.idea(), days=_days(pen.facts["days"])),
    "shipped": _of_idea("shipped.line"),
    "rolled back": _of_idea("rolled_back.line"),
    "held": _of_idea("held.line"),
    "incident": _incident,
    "resignation": lambda pen: pen.line("resignation.line"),
    "escalation": _escalation,
    "promise": _promise,
    "negotiation": _negotiation,
    "usability": _usability,
    "experiment": _experiment,
    "price": lambda pen: pen.line("price.line", factor=f"{pen.facts['factor']:.3g}"),
    "campaign": lambda pen: pen.line(
        "campaign.line",
        spend=f"{pen.grammar.currency} {pen.facts['spend']:,.0f}",
        days=_days(pen.facts["days"]),
    ),
    "message": _message,
}
KINDS_WITH_WORDS = tuple(_WRITERS)


class Told(Protocol):
    """What a world hands out: a day, a kind that reads as text, what it is about, its facts."""

    @property
    def day(self) -> date: ...

    @property
    def kind(self) -> str: ...

    @property
    def about(self) -> str: ...

    @property
    def facts(self) -> Mapping[str, Any]: ...


def compose_all(
    grammar: Grammar, artefacts: Iterable[Told], *, seed: int, first_day: date
) -> list[str]:
    """Words for ``artefacts`` in the order in which the world ``seed`` handed them out.

    A record is numbered within its day, so that a world lived day by day says the same.
    """
    told: list[str] = []
    number: dict[int, int] = {}
    for artefact in artefacts:
        day = (artefact.day - first_day).days
        number[day] = number.get(day, -1) + 1
        told.append(compose(grammar, record_of(artefact), TextKey(seed, day, number[day])))
    return told


def record_of(artefact: Told) -> Record:
    """What of ``artefact`` a writer may see."""
    return Record(str(artefact.kind), artefact.about, artefact.facts)
