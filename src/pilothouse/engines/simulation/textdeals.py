"""Words at the table: promises, offers, deals, and going over somebody's head."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pilothouse.engines.simulation.textpen import (
    Pen,
    counted,
    day_of,
    days_of,
    join,
    percent,
)


def _escalation(pen: Pen) -> str:
    people = pen.grammar.business.stakeholders
    highest = max(people, key=lambda person: person.influence.value).key
    # Whoever stands highest has nobody above to go to.
    place = "escalation.top" if pen.about == highest else "escalation.line"
    return join(pen.line(f"people.{pen.about}.worry"), pen.line(place))


def _promise(pen: Pen) -> str:
    facts = pen.facts
    if facts.get("what") == "update":
        return pen.line("promise.updated" if facts["kept"] else "promise.silent", idea=pen.idea())
    kind = "kept" if facts["kept"] else "told" if facts.get("told") else "broken"
    voice = {"kept": "thank", "told": "press", "broken": "worry"}[kind]
    told = pen.line(f"promise.{kind}", idea=pen.idea())
    return join(told, pen.line(f"people.{facts['to']}.{voice}"))


def _negotiation(pen: Pen) -> str:
    facts = pen.facts
    kind = "agreed" if facts["agreed"] else "broken" if facts["broken"] else "counter"
    # What they ask for most is where their offer lies nearest to theirs.
    issues = sorted(facts["offer"], key=lambda issue: (facts["offer"][issue], issue))
    give, want = (pen.part(f"issues.{issue}") for issue in (issues[0], issues[-1]))
    told = pen.line(f"negotiation.{kind}", idea=pen.idea(), give=give, want=want)
    if "moves" not in facts:
        return told
    if not facts["moves"]:
        place = "deal.there" if facts.get("there") else "deal.nothing"
        return join(told, pen.line(place, idea=pen.idea()))
    head = pen.line("deal.asked") if kind == "counter" else ""
    return join(told, head, *_terms(pen), pen.line("deal.halted") if facts.get("halted") else "")


def _ruling(pen: Pen) -> str:
    place = "ruling.own" if pen.facts["by"] == pen.facts["to"] else "ruling.line"
    return join(pen.line(place, idea=pen.idea()), *_terms(pen))


def _terms(pen: Pen) -> Iterator[str]:
    """What a deal means, in dates, days of work and shares; what is as ever is left out."""
    terms = pen.facts.get("terms")
    if not terms:
        return
    yield pen.line("deal.due", due=day_of(terms["due"]))
    if "decides" in terms:
        yield pen.line("deal.waits", decides=day_of(terms["decides"]))
    if round(terms.get("days_cut", 0.0)):
        cut = days_of(round(terms["days_cut"]))
        yield pen.line("deal.scope", cut=cut, percent=percent(terms["scope"]))
    if round(100 * terms.get("testing", 0.0)):
        yield pen.line("deal.testing", percent=percent(terms["testing"]))
    if terms["updates"]:
        yield pen.line(
            "deal.update" if terms["updates"] == 1 else "deal.updates",
            updates=counted(terms["updates"], "update", "updates"),
            every=days_of(terms["every_days"]),
            until=day_of(terms["updates_until"]),
        )
    if round(100 * terms.get("hands", 1.0)) < 100:
        until = day_of(terms["hands_until"])
        yield pen.line("deal.hands", percent=percent(terms["hands"]), until=until)


DEALS: Mapping[str, Callable[[Pen], str]] = {
    "escalation": _escalation,
    "promise": _promise,
    "negotiation": _negotiation,
    "ruling": _ruling,
}
