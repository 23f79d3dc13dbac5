"""The sentences of a world by what they are for, read from two parsed files and checked.

One file serves all worlds, the other one world. A sentence may hold slots in braces: facts of the
record it tells of, or words of the lists ``words``. Every slot is checked on reading, so that no
text can come out with one left open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pilothouse.engines.simulation.company.schema import Business
from pilothouse.engines.simulation.fields import (
    check_keys,
    check_known,
    read_list,
    read_text,
    refuse,
)
from pilothouse.engines.simulation.pack import Pack

SLOT = re.compile(r"\{([a-z_]+)\}")
# "@parents,teachers: text" is said by people of these segments only.
_VOICES = re.compile(r"@([a-z_,]+): ")
# Lists that each segment, need and stakeholder must have.
OF_SEGMENT = ("open", "close")
OF_NEED = ("topic", "ticket", "bug", "scene", "praise", "move")
OF_PERSON = ("ask", "press", "thank", "worry")
# Lists that a world gives besides those.
OF_CAUSE = ("change", "wear", "load", "partner", "handling")
OF_WORLD = {
    "review": ("high", "mid", "low"),
    "incident": ("line", "after"),
    "inquiry": tuple(f"{cause}{part}" for cause in OF_CAUSE for part in ("", "_look", "_act")),
}
# Lists of worlds whose partners in trade ask for things.
OF_TRADE = {"trade": ("line", "there", "after")}
# Lists that all worlds share.
SHARED: Mapping[str, tuple[str, ...]] = {
    "interview": (
        *("past_open", "past_none", "would_open", "would", "would_none"),
        *("leading_open", "leading", "leading_none", "gone"),
    ),
    "progress": ("low", "mid", "high", "team"),
    "teams": ("line", "busy", "idle", "tied", "settling"),
    "built": ("line",),
    "shipped": ("line",),
    "rolled_back": ("line",),
    "held": ("line",),
    "resignation": ("line",),
    "postmortem": (
        *("line", "deep", "timeline", "alarm", "people", "changed", "unchanged"),
        *("looked", "first", "further", "acts"),
    ),
    "letter": ("filed", "sent_back", "in_review", "questioned", "cleared", "denied", "by"),
    "supplier": ("line", "after"),
    "request": ("line", "there", "after"),
    "account": ("won", "lost", "renewed", "left", "opened"),
    "news": ("claim", "large", "small"),
    "promise": ("kept", "told", "broken", "updated", "silent"),
    "negotiation": ("agreed", "broken", "counter"),
    "deal": (
        *("due", "waits", "scope", "testing", "updates", "update", "hands"),
        *("nothing", "there", "asked", "halted"),
    ),
    "ruling": ("line", "own"),
    "issues": ("date", "scope", "quality", "visibility", "staffing"),
    "survey": ("line", "topics", "quotes"),
    "usability": ("line", "after"),
    "experiment": ("line", "few"),
    "price": ("line",),
    "campaign": ("line", "named"),
    "referrals": ("on", "off", "week"),
    "latency": ("usual", "slow"),
    "escalation": ("line", "top"),
    "message": ("ask", "about"),
}
# Facts that sentences of a section may name; all may use the words.
FACTS: Mapping[str, tuple[str, ...]] = {
    "interview": ("topic",),
    "progress": ("idea", "percent", "spent", "estimate", "eta", "team"),
    "teams": ("team", "people", "ideas", "idea", "other", "until"),
    "built": ("idea", "days"),
    "shipped": ("idea",),
    "rolled_back": ("idea",),
    "held": ("idea", "why"),
    "letter": ("idea", "reference", "authority"),
    "supplier": ("arrived", "stock", "ordered"),
    "request": ("client", "idea", "decides", "value"),
    "account": ("client", "value"),
    "news": ("rival", "move"),
    "promise": ("idea",),
    "negotiation": ("idea", "give", "want"),
    "deal": (
        *("idea", "due", "decides", "cut", "percent"),
        *("updates", "every", "until"),
    ),
    "ruling": ("idea",),
    "survey": (
        *("asked", "answered", "people", "answers"),
        *("first", "most", "second", "next"),
    ),
    "usability": ("idea", "managed", "people", "watched", "found"),
    "experiment": ("idea", "days", "measure", "control", "treatment", "difference", "error"),
    "price": ("factor",),
    "campaign": ("spend", "days", "channel"),
    "referrals": ("title", "sent", "joined", "paid"),
    "latency": ("now", "usual"),
    "incident": ("duration",),
    "postmortem": ("of", "duration", "began", "noticed", "ideas"),
    "trade": ("client", "idea", "decides", "value"),
    "people": ("idea",),
    "message": ("idea",),
}


@dataclass(frozen=True)
class Line:
    """A text and the segments that alone would say it; none: anybody."""

    text: str
    voices: tuple[str, ...] = ()

    def fits(self, segment: str) -> bool:
        """Whether somebody of ``segment`` would say it; "" fits everything."""
        return not (self.voices and segment) or segment in self.voices


@dataclass(frozen=True)
class Grammar:
    """What a world can say: ``lines`` by place (``needs.speed.ticket``) and ``words`` by slot.

    ``business`` and ``currency`` give the names behind the keys of a record.
    """

    pack: str
    currency: str
    business: Business
    lines: Mapping[str, tuple[Line, ...]]
    words: Mapping[str, tuple[str, ...]]

    def count(self) -> int:
        """How many different texts there are, before slots are filled."""
        return len({line.text for lines in self.lines.values() for line in lines})


def build_grammar(common: Mapping[str, Any], own: Mapping[str, Any], pack: Pack) -> Grammar:
    """The grammar of ``pack`` from the file that all worlds share and its ``own`` (both parsed).

    Raises ``InvalidValueError`` naming the place for a list that is missing, empty or unknown, and
    for a slot that nothing fills.
    """
    business = pack.business
    if business is None:
        raise refuse(pack.key, "has people only and no company to speak of.", None)
    check_keys(common, {"words", *SHARED}, {"words", *SHARED}, "the common texts")
    of_world = {**OF_WORLD, **(OF_TRADE if business.trade else {})}
    sections = {"words", "segments", "needs", "people", *of_world}
    check_keys(own, sections, sections, f"the texts of {pack.key}")
    lines = dict(_read(common, SHARED, "texts"))
    lines.update(_read(own, of_world, "texts"))
    for section, keys, parts in (
        ("segments", [segment.key for segment in pack.segments], OF_SEGMENT),
        ("needs", [need.key for need in business.needs], OF_NEED),
        ("people", [person.key for person in business.stakeholders], OF_PERSON),
    ):
        check_keys(own[section], set(keys), set(keys), section)
        for place, said in _read(own[section], dict.fromkeys(keys, parts), section):
            lines[f"{section}.{place}"] = said
    words = {**_read_words(common["words"]), **_read_words(own["words"])}
    if business.trade and "partner" not in words:
        raise refuse("words: partner", "is missing: somebody must ask in trade.", None)
    segments = tuple(segment.key for segment in pack.segments)
    for place, said in lines.items():
        _check_slots(place, said, words)
        _check_voices(place, said, segments)
    return Grammar(pack.key, pack.company.currency, business, lines, words)


def _read(
    given: Mapping[str, Any], shape: Mapping[str, tuple[str, ...]], where: str
) -> Iterator[tuple[str, tuple[Line, ...]]]:
    for section, parts in shape.items():
        check_keys(given[section], set(parts), set(parts), f"{where}.{section}")
        for part in parts:
            texts = _texts(given[section][part], f"{where}.{section}.{part}")
            yield f"{section}.{part}", tuple(_line(text) for text in texts)


def _line(text: str) -> Line:
    voices = _VOICES.match(text)
    if voices is None:
        return Line(text)
    return Line(text[voices.end() :], tuple(voices[1].split(",")))


def _read_words(given: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(given, Mapping):
        raise refuse("words", "must be a table of lists.", given)
    return {slot: _texts(texts, f"words.{slot}") for slot, texts in given.items()}


def _texts(given: Any, place: str) -> tuple[str, ...]:
    """A list of different texts; an empty one stands for saying nothing."""
    texts = tuple(
        text if text == "" else read_text(text, place) for text in read_list(given, place)
    )
    if not any(texts):
        raise refuse(place, "must have at least one text.", list(texts))
    said = [text for text in texts if text]
    for text in said:
        if said.count(text) > 1:
            raise refuse(place, "must not say the same twice.", text)
    return texts


def _check_voices(place: str, lines: tuple[Line, ...], segments: tuple[str, ...]) -> None:
    """Voices are segments of the pack, and everybody has something to say."""
    for line in lines:
        check_known(line.voices, set(segments), f"voices of {place}")
    for segment in segments:
        if not any(line.fits(segment) for line in lines):
            raise refuse(place, f"must have a text that fits {segment}.", segment)


def _check_slots(place: str, lines: tuple[Line, ...], words: Mapping[str, Any]) -> None:
    section, *_, part = place.split(".")
    # Of colleagues' words only a question is sure to be about an idea.
    facts = FACTS.get(section, ()) if section != "people" or part == "ask" else ()
    known = {*words, *facts}
    for text in (line.text for line in lines):
        for slot in SLOT.findall(text):
            if slot not in known:
                raise refuse(f"{place}: {slot}", "is a slot that nothing fills.", text)
        if "{" in SLOT.sub("", text) or "}" in SLOT.sub("", text):
            raise refuse(place, "has a brace that is no slot.", text)
