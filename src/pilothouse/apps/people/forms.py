"""Forms of people: what was typed, as drafts and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import QueryDict

from pilothouse.apps.http import read_number
from pilothouse.apps.people.models import Relation, Tie
from pilothouse.apps.people.services.companies import CompanyDraft
from pilothouse.apps.people.services.contacts import ContactDraft
from pilothouse.apps.people.services.favours import FavourDraft
from pilothouse.apps.people.services.listing import Wanted
from pilothouse.apps.people.services.outreach import OutreachDraft
from pilothouse.apps.people.services.talks import TalkDraft
from pilothouse.apps.people.services.views import ContactView, say_pairs
from pilothouse.apps.portfolio.services.texts import read_day
from pilothouse.kernel.errors import InvalidValueError

CADENCES = (
    ("", "as the groups say"), ("7", "every week"), ("14", "every two weeks"),
    ("30", "every month"), ("91", "every quarter"), ("182", "twice a year"), ("365", "every year"),
)  # fmt: skip
RELATIONS = (("", "not said"), *Relation.choices)
TIES = tuple((str(value), label) for value, label in Tie.choices)
STEPS = (("", "not said"), ("1", "1 least"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5 most"))


def read_contact(data: Mapping[str, Any]) -> ContactDraft:
    """A contact as its form sends it."""
    return ContactDraft(
        name=data.get("name", ""),
        given=data.get("given", ""),
        family=data.get("family", ""),
        role=data.get("role", ""),
        company=data.get("company", ""),
        emails=read_lines(data.get("emails", "")),
        phones=read_lines(data.get("phones", "")),
        links=read_lines(data.get("links", "")),
        topics=read_words(data.get("topics", "")),
        groups=read_words(data.get("groups", "")),
        relation=data.get("relation", ""),
        how_met=data.get("how_met", ""),
        met_on=maybe_day("the day you met", data.get("met_on", "")),
        interests=data.get("interests", ""),
        notes=data.get("notes", ""),
        tie=maybe_number("a tie", data.get("tie", "")) or 0,
        power=maybe_number("power", data.get("power", "")),
        interest=maybe_number("interest", data.get("interest", "")),
        wants=data.get("wants", ""),
        is_target=bool(data.get("is_target")),
        why=data.get("why", ""),
        cadence_days=maybe_number("a cadence", data.get("cadence_days", "")),
        is_resting=bool(data.get("is_resting")),
    )


def show_contact(view: ContactView) -> dict[str, Any]:
    """A contact as its form shows it."""
    same = ("name", "given", "family", "how_met", "interests", "notes", "wants", "why",
            "is_resting")  # fmt: skip
    return {
        **{name: getattr(view, name) for name in same},
        "role": view.line.role,
        "company": view.line.company,
        "relation": view.line.relation,
        "tie": str(view.line.tie),
        "is_target": view.line.is_target,
        "emails": "\n".join(view.emails),
        "phones": "\n".join(view.phones),
        "links": "\n".join(view.links),
        "topics": ", ".join(view.topics),
        "groups": ", ".join(view.groups),
        "met_on": view.met_on.isoformat() if view.met_on else "",
        "power": view.power or "",
        "interest": view.interest or "",
        "cadence_days": view.cadence_days or "",
        "details": say_pairs(view.details),
    }


def cadence_choices(days: Any) -> tuple[tuple[str, str], ...]:
    """The cadences to choose from, with an odd one that is set already."""
    text = str(days or "")
    known = {value for value, _ in CADENCES}
    odd = ((text, f"every {text} days"),) if text not in known and read_number(text) else ()
    return (*CADENCES, *odd)


def read_company(data: Mapping[str, Any]) -> CompanyDraft:
    """A company as its form sends it."""
    return CompanyDraft(
        name=data.get("name", ""),
        website=data.get("website", ""),
        notes=data.get("notes", ""),
        is_target=bool(data.get("is_target")),
        why=data.get("why", ""),
    )


def read_talk(data: Mapping[str, Any]) -> TalkDraft:
    """A talk as its form sends it."""
    return TalkDraft(
        text=data.get("text", ""),
        channel=data.get("channel", ""),
        on=maybe_day("the day", data.get("on", "")),
        learned=data.get("learned", ""),
        follow_up=data.get("follow_up", ""),
        follow_up_on=maybe_day("the day due", data.get("follow_up_on", "")),
    )


def read_favour(data: Mapping[str, Any]) -> FavourDraft:
    """A favour as its form sends it."""
    return FavourDraft(
        text=data.get("what", ""),
        direction=data.get("direction", ""),
        kind=data.get("kind", ""),
        state=data.get("state", ""),
        on=maybe_day("the day", data.get("favour_on", "")),
        about_id=data.get("about", ""),
        company_id=data.get("company", ""),
        about=data.get("about_name", ""),
        at=data.get("at", ""),
    )


def read_message(data: QueryDict) -> OutreachDraft:
    """A message as its form sends it."""
    return OutreachDraft(
        purpose=data.get("purpose", ""),
        subject=data.get("subject", ""),
        text=data.get("text", ""),
        evidence=tuple(data.getlist("evidence")),
        channel=data.get("channel", ""),
    )


def read_wanted(data: Mapping[str, Any]) -> Wanted:
    """What a list is filtered by; a sort that there is not is the usual one."""
    from pilothouse.apps.people.services.listing import SORTS

    sort = data.get("sort", "name")
    return Wanted(
        text=data.get("q", ""),
        group=data.get("group", ""),
        topic=data.get("topic", ""),
        relation=data.get("relation", ""),
        company=data.get("company", ""),
        state=data.get("state", ""),
        linked=data.get("linked", ""),
        sort=sort if sort.removeprefix("-") in SORTS else "name",
    )


def read_lines(text: str) -> tuple[str, ...]:
    """Values, one a line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def read_words(text: str) -> tuple[str, ...]:
    """Words with commas or line breaks between them."""
    return tuple(word.strip() for word in text.replace("\n", ",").split(",") if word.strip())


def maybe_number(what: str, text: str) -> int | None:
    """A whole number; None for nothing typed, an error for what is none."""
    if not text.strip():
        return None
    number = read_number(text.strip())
    if number is None:
        raise InvalidValueError(f"{what} is a whole number.", value=text)
    return number


def maybe_day(what: str, text: str) -> date | None:
    """A day; None for nothing typed."""
    return read_day(what, text) if text.strip() else None
