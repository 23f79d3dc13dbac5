"""Words of reports: what is built, what broke, what a test found, what was bought."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from pilothouse.engines.simulation.textpen import (
    Pen,
    also,
    counted,
    day_of,
    days_of,
    duration,
    join,
    listed,
    money,
    named,
    stack,
)

_LOW, _MID = 1.0 / 3.0, 2.0 / 3.0
# Remarks on many sessions and problems are for tests that had some.
_FEW = 3
# What the figures of a test are of, beside its measure.
_COMPARED = {
    "turns": " per person and day, turn by turn",
    "units": " per person, unit by unit",
}
_MINUTES = ("05", "10", "15", "20", "25", "35", "40", "50")
# So many times what is usual a report does not call usual.
_SLOW = 1.25


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
        ideas = listed([f'"{pen.idea(key)}"' for key in team["ideas"]])
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
    ideas = listed([f'"{pen.idea(key)}"' for key in facts["changed"]])
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


def _campaign(pen: Pen) -> str:
    said = {"spend": money(pen, pen.facts["spend"]), "days": days_of(pen.facts["days"])}
    if not pen.about:
        return pen.line("campaign.line", **said)
    channel = named(pen.grammar.business.channels, pen.about, "channel").title
    return pen.line("campaign.named", channel=channel, **said)


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
        paid=money(pen, facts["paid"]),
    )


def _latency(pen: Pen) -> str:
    facts = pen.facts
    place = "latency.slow" if facts["ms"] > _SLOW * facts["usual"] else "latency.usual"
    return pen.line(place, now=f"{facts['ms']:,.0f} ms", usual=f"{facts['usual']:,.0f} ms")


def _of_idea(place: str) -> Callable[[Pen], str]:
    return lambda pen: pen.line(place, idea=pen.idea(), **{k: str(v) for k, v in pen.facts.items()})


REPORTS: Mapping[str, Callable[[Pen], str]] = {
    "progress": _progress,
    "teams": _teams,
    "built": lambda pen: pen.line("built.line", idea=pen.idea(), days=days_of(pen.facts["days"])),
    "shipped": _of_idea("shipped.line"),
    "rolled back": _of_idea("rolled_back.line"),
    "held": _of_idea("held.line"),
    "incident": _incident,
    "postmortem": _postmortem,
    "resignation": lambda pen: pen.line("resignation.line"),
    "usability": _usability,
    "experiment": _experiment,
    "price": lambda pen: pen.line("price.line", factor=f"{pen.facts['factor']:.3g}"),
    "campaign": _campaign,
    "referrals": _referrals,
    "latency": _latency,
}
