"""Words for what a world hands out: the same record and key give the same words, everywhere.

A writer sees the facts of a record and never the truth behind it: truth is no argument here. So
whatever a text gives away, its facts gave away before. Which sentence is taken follows from chance
keyed by seed, day and the record's number alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Protocol
from zlib import crc32

from pilothouse.engines.simulation.textgrammar import Grammar
from pilothouse.engines.simulation.textpen import (
    ALSO,
    Pen,
    Record,
    TextKey,
    also,
    counted,
    day_of,
    days_of,
    duration,
    join,
    named,
    stack,
)
from pilothouse.kernel.errors import NotFoundError

_LOW, _MID = 1.0 / 3.0, 2.0 / 3.0
# Remarks on many sessions and problems are for tests that had some.
_FEW = 3
# What the figures of a test are of, beside its measure.
_COMPARED = {
    "turns": " per person and day, turn by turn",
    "units": " per person, unit by unit",
}
_MINUTES = ("05", "10", "15", "20", "25", "35", "40", "50")
# How often a second sentence is looked for that is not the first.
_TRIES = 8


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
    return _WRITERS[record.kind](Pen(grammar, record, key))


# The fact that names who signs a record; "": whom it is about.
_SIGNED_BY = {
    "message": "by",
    "promise": "to",
    "negotiation": "to",
    "escalation": "",
    "request": "by",
    "ruling": "by",
}


def sender_of(grammar: Grammar, record: Record) -> str:
    """Who signs ``record``: a person at the table with their role, an authority, or nobody ("")."""
    facts = record.facts
    if record.kind == "letter":
        authority: str = named(grammar.business.gates, facts["gate"], "gate").authority
        return authority
    if record.kind not in _SIGNED_BY:
        return ""
    fact = _SIGNED_BY[record.kind]
    # Requests of accounts come from sales as such.
    if record.kind == "request" and fact not in facts:
        return ""
    by = facts[fact] if fact else record.about
    person = named(grammar.business.stakeholders, by, "stakeholder")
    return f"{person.name}, {person.role}"


def _ticket(pen: Pen) -> str:
    segment = f"segments.{pen.facts['segment']}"
    kind = "bug" if pen.facts.get("bug") else "ticket"
    body = join(
        also(pen, f"{segment}.open"),
        pen.line(f"needs.{pen.about}.{kind}"),
        also(pen, f"{segment}.close"),
    )
    hello, bye = pen.choose(pen.grammar.words["greeting"]), pen.choose(pen.grammar.words["thanks"])
    return stack(hello, body, bye)


def _mood(rating: float) -> str:
    return "high" if rating >= 4 else "mid" if rating >= 3 else "low"


def _review(pen: Pen) -> str:
    said = pen.lines(f"review.{_mood(pen.facts['rating'])}", 1 + (pen.chance() < ALSO))
    if pen.about:
        place = "praise" if pen.facts["rating"] >= 4 else "ticket"
        said.append(pen.line(f"needs.{pen.about}.{place}"))
    return join(also(pen, f"segments.{pen.facts['segment']}.open"), *said)


_ASKED = {"last time": "past", "would you": "would", "leading": "leading"}


def _interview(pen: Pen) -> str:
    """Asked about the last time people tell scenes; else they agree with a topic."""
    manner, needs = _ASKED[pen.facts["question"]], pen.facts["problems"]
    head = pen.line("interview.gone") if pen.facts.get("left") else ""
    hello = also(pen, f"segments.{pen.facts['segment']}.open")
    if not needs:
        return join(hello, head, pen.line(f"interview.{manner}_none"))
    told = [
        pen.line(f"needs.{need}.scene")
        if manner == "past"
        else pen.line(f"interview.{manner}", topic=pen.part(f"needs.{need}.topic"))
        for need in needs
    ]
    return join(hello, head, pen.line(f"interview.{manner}_open"), *told)


def _survey(pen: Pen) -> str:
    facts = pen.facts
    counts = facts.get("ratings", ())
    asked, answered = facts["asked"], facts["answered"]
    head = pen.line(
        "survey.line",
        asked=asked,
        answered=answered,
        people=counted(asked, "person", "people"),
        answers=counted(answered, "answer", "answers"),
    )
    head = stack(head, _named_most(pen))
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
    return stack(join(head, pen.line("survey.quotes")), *quotes)


def _named_most(pen: Pen) -> str:
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


def _client(pen: Pen) -> str:
    names = pen.grammar.words["client"]
    # A deal that is won has been talked of by the deal's number.
    number = pen.facts.get("deal", pen.facts.get("number", 0))
    return names[int(number) % len(names)]


def _value(pen: Pen) -> str:
    return f"{pen.grammar.currency} {pen.facts['value']:,.0f}"


def _request(pen: Pen) -> str:
    if "partner" in pen.facts:
        return _trade_request(pen)
    told = pen.line(
        "request.there" if pen.facts.get("there") else "request.line",
        client=_client(pen),
        idea=pen.idea(),
        decides=day_of(pen.facts["decides"]),
        value=_value(pen),
    )
    return join(told, also(pen, "request.after"))


def _trade_request(pen: Pen) -> str:
    partners = pen.grammar.words["partner"]
    told = pen.line(
        "trade.there" if pen.facts.get("there") else "trade.line",
        client=partners[int(pen.facts["partner"]) % len(partners)],
        idea=pen.idea(),
        decides=day_of(pen.facts["decides"]),
        value=_value(pen),
    )
    return join(told, also(pen, "trade.after"))


def _account(pen: Pen) -> str:
    return pen.line(f"account.{pen.facts['what']}", client=_client(pen), value=_value(pen))


def _news(pen: Pen) -> str:
    rival = named(pen.grammar.business.rivals, pen.about, "rival").name
    move = pen.part(f"needs.{pen.facts['need']}.move")
    return join(
        pen.line("news.claim", rival=rival, move=move),
        also(pen, f"news.{pen.facts.get('size', 'small')}"),
    )


def _letter(pen: Pen) -> str:
    gate = named(pen.grammar.business.gates, pen.facts["gate"], "gate")
    initials = "".join(word[0].upper() for word in gate.title.split() if len(word) > 3)
    # All letters about one file bear one reference.
    file = crc32(f"{pen.key.seed}/{gate.key}/{pen.about}".encode())
    reference = f"{initials}-{1000 + file % 9000}"
    place = f"letter.{pen.facts['stage'].replace(' ', '_')}"
    told = pen.line(place, idea=pen.idea(), reference=reference, authority=gate.authority)
    authority = gate.authority[0].lower() + gate.authority[1:]
    return stack(told, pen.line("letter.by", authority=authority))


def _supplier(pen: Pen) -> str:
    numbers = {
        name: counted(round(pen.facts[name]), "unit", "units")
        for name in ("arrived", "stock", "ordered")
    }
    return join(pen.line("supplier.line", **numbers), also(pen, "supplier.after"))


def _progress(pen: Pen) -> str:
    done = pen.facts["progress"]
    part = "low" if done < _LOW else "mid" if done < _MID else "high"
    told = pen.line(
        f"progress.{part}",
        idea=pen.idea(),
        percent=f"{100 * done:.0f}",
        spent=f"{pen.facts['spent']:.0f}",
        estimate=f"{pen.facts['estimate']:.0f}",
        eta=day_of(pen.facts["eta"]) if pen.facts.get("eta") else "a day that I cannot name",
    )
    team = pen.facts.get("team")
    return join(told, pen.line("progress.team", team=team)) if team else told


def _teams(pen: Pen) -> str:
    """A line for each team, then what hangs together, and whether they are settled."""
    facts, told = pen.facts, [pen.line("teams.line")]
    for number, team in enumerate(facts["teams"], start=1):
        people = counted(team["people"], "person", "people")
        ideas = _listed([f'"{pen.idea(key)}"' for key in team["ideas"]])
        place = "teams.busy" if ideas else "teams.idle"
        told.append(pen.line(place, team=number, people=people, ideas=ideas))
    told += [
        pen.line("teams.tied", idea=pen.idea(one), other=pen.idea(other))
        for one, other in facts["tied"]
    ]
    if facts["settled"]:
        told.append(pen.line("teams.settling", until=day_of(facts["settled"])))
    return stack(*told)


def _incident(pen: Pen) -> str:
    told = pen.line("incident.line", duration=duration(pen.facts["hours"]))
    return join(told, also(pen, "incident.after"))


def _postmortem(pen: Pen) -> str:
    """Head, timeline, what was looked at, causes by rank, and what is proposed against them."""
    facts = pen.facts
    head = pen.line(
        "postmortem.deep" if facts["deep"] else "postmortem.line", of=day_of(facts["of"])
    )
    noticed = pen.line(
        "postmortem.alarm" if facts["alarmed"] else "postmortem.people",
        noticed=duration(facts["noticed_hours"]),
    )
    timeline = pen.line(
        "postmortem.timeline",
        began=f"{facts['hour']:02d}:{pen.choose(_MINUTES)}",
        duration=duration(facts["hours"]),
    )
    ideas = _listed([f'"{pen.idea(key)}"' for key in facts["changed"]])
    change = pen.line("postmortem.changed" if ideas else "postmortem.unchanged", ideas=ideas)
    looked = [pen.line(f"inquiry.{cause}_look") for cause in facts["looked"]]
    first, *further = [pen.line(f"inquiry.{cause}") for cause in facts["causes"]]
    acts = [pen.line(f"inquiry.{cause}_act") for cause in facts["causes"][:2]]
    return stack(
        head,
        join(timeline, noticed, change),
        join(pen.line("postmortem.looked"), *looked),
        join(pen.line("postmortem.first"), first),
        join(pen.line("postmortem.further"), *further),
        join(pen.line("postmortem.acts"), *acts),
    )


def _listed(names: list[str]) -> str:
    """Names side by side as people list them."""
    *most, last = names or [""]
    return f"{', '.join(most)} and {last}" if most else last


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
        yield pen.line("deal.scope", cut=cut, percent=_percent(terms["scope"]))
    if round(100 * terms.get("testing", 0.0)):
        yield pen.line("deal.testing", percent=_percent(terms["testing"]))
    if terms["updates"]:
        yield pen.line(
            "deal.update" if terms["updates"] == 1 else "deal.updates",
            updates=counted(terms["updates"], "update", "updates"),
            every=days_of(terms["every_days"]),
            until=day_of(terms["updates_until"]),
        )
    if round(100 * terms.get("hands", 1.0)) < 100:
        until = day_of(terms["hands_until"])
        yield pen.line("deal.hands", percent=_percent(terms["hands"]), until=until)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def _usability(pen: Pen) -> str:
    people, problems = pen.facts["people"], pen.facts["problems"]
    told = pen.line(
        "usability.line",
        idea=pen.idea(),
        managed=pen.facts["managed"],
        people=people,
        watched=counted(people, "person", "people"),
        found=counted(problems, "problem", "problems"),
    )
    return join(told, also(pen, "usability.after") if min(people, problems) >= _FEW else "")


def _experiment(pen: Pen) -> str:
    facts = pen.facts
    if not math.isfinite(facts["error"]):
        return pen.line("experiment.few", idea=pen.idea(), days=days_of(facts["days"]))
    return pen.line(
        "experiment.line",
        idea=pen.idea(),
        days=days_of(facts["days"]),
        measure=facts["measure"] + _COMPARED.get(facts["compared"], ""),
        control=f"{facts['control'].mean:.4g}",
        treatment=f"{facts['treatment'].mean:.4g}",
        difference=f"{facts['difference']:+.3g}",
        error=f"{facts['error']:.3g}",
    )


def _message(pen: Pen) -> str:
    """A colleague's words; ``mood`` is ask (about an idea), press, thank or worry."""
    mood, idea = pen.facts["mood"], pen.idea()
    own = f"people.{pen.facts['by']}.{mood}"
    if mood == "ask":
        return pen.line(own if pen.chance() < _MID else "message.ask", idea=idea)
    return join(pen.line(own), pen.line("message.about", idea=idea))


def _campaign(pen: Pen) -> str:
    said = {"spend": _money(pen, pen.facts["spend"]), "days": days_of(pen.facts["days"])}
    if not pen.about:
        return pen.line("campaign.line", **said)
    channel = named(pen.grammar.business.channels, pen.about, "channel").title
    return pen.line("campaign.named", channel=channel, **said)


def _money(pen: Pen, amount: float) -> str:
    return f"{pen.grammar.currency} {amount:,.0f}"


def _referrals(pen: Pen) -> str:
    facts, referrals = pen.facts, pen.grammar.business.referrals
    title = referrals.title if referrals is not None else ""
    if "on" in facts:
        return pen.line("referrals.on" if facts["on"] else "referrals.off", title=title)
    return pen.line(
        "referrals.week",
        title=title,
        sent=counted(facts["sent"], "invitation", "invitations"),
        joined=counted(facts["joined"], "person", "people"),
        paid=_money(pen, facts["paid"]),
    )


# From here on a report does not call it usual.
_SLOW = 1.25


def _latency(pen: Pen) -> str:
    facts = pen.facts
    place = "latency.slow" if facts["ms"] > _SLOW * facts["usual"] else "latency.usual"
    return pen.line(place, now=f"{facts['ms']:,.0f} ms", usual=f"{facts['usual']:,.0f} ms")


def _of_idea(place: str) -> Callable[[Pen], str]:
    return lambda pen: pen.line(place, idea=pen.idea(), **{k: str(v) for k, v in pen.facts.items()})


_WRITERS: Mapping[str, Callable[[Pen], str]] = {
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
    "teams": _teams,
    "built": lambda pen: pen.line("built.line", idea=pen.idea(), days=days_of(pen.facts["days"])),
    "shipped": _of_idea("shipped.line"),
    "rolled back": _of_idea("rolled_back.line"),
    "held": _of_idea("held.line"),
    "incident": _incident,
    "postmortem": _postmortem,
    "resignation": lambda pen: pen.line("resignation.line"),
    "escalation": _escalation,
    "promise": _promise,
    "negotiation": _negotiation,
    "ruling": _ruling,
    "usability": _usability,
    "experiment": _experiment,
    "price": lambda pen: pen.line("price.line", factor=f"{pen.facts['factor']:.3g}"),
    "campaign": _campaign,
    "referrals": _referrals,
    "latency": _latency,
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
