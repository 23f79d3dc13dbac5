"""Words of people, customers, rivals, authorities and colleagues."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from zlib import crc32

from pilothouse.engines.simulation.textpen import (
    ALSO,
    Pen,
    also,
    counted,
    day_of,
    join,
    money,
    named,
    stack,
)

# How often a second sentence is looked for that is not the first.
_TRIES = 8
# A colleague asks in their own way, or now and then as anybody would.
_OWN_WAY = 2.0 / 3.0


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


def _request(pen: Pen) -> str:
    if "partner" in pen.facts:
        return _trade_request(pen)
    told = pen.line(
        "request.there" if pen.facts.get("there") else "request.line",
        client=_client(pen),
        idea=pen.idea(),
        decides=day_of(pen.facts["decides"]),
        value=money(pen, pen.facts["value"]),
    )
    return join(told, also(pen, "request.after"))


def _trade_request(pen: Pen) -> str:
    partners = pen.grammar.words["partner"]
    told = pen.line(
        "trade.there" if pen.facts.get("there") else "trade.line",
        client=partners[int(pen.facts["partner"]) % len(partners)],
        idea=pen.idea(),
        decides=day_of(pen.facts["decides"]),
        value=money(pen, pen.facts["value"]),
    )
    return join(told, also(pen, "trade.after"))


def _account(pen: Pen) -> str:
    return pen.line(
        f"account.{pen.facts['what']}", client=_client(pen), value=money(pen, pen.facts["value"])
    )


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


def _message(pen: Pen) -> str:
    """A colleague's words; ``mood`` is ask (about an idea), press, thank or worry."""
    mood, idea = pen.facts["mood"], pen.idea()
    own = f"people.{pen.facts['by']}.{mood}"
    if mood == "ask":
        return pen.line(own if pen.chance() < _OWN_WAY else "message.ask", idea=idea)
    return join(pen.line(own), pen.line("message.about", idea=idea))


HEARD: Mapping[str, Callable[[Pen], str]] = {
    "ticket": _ticket,
    "review": _review,
    "interview": _interview,
    "survey": _survey,
    "request": _request,
    "account": _account,
    "news": _news,
    "letter": _letter,
    "supplier": _supplier,
    "message": _message,
}
