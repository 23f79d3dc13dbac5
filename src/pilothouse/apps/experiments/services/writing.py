"""An experiment as the words of other things: a brief in Markdown, the beginning of a decision."""

from __future__ import annotations

from collections.abc import Iterator

from pilothouse.apps.experiments.models import Rule
from pilothouse.apps.experiments.services.brief import Brief, Metric
from pilothouse.apps.experiments.services.sizing import size_brief
from pilothouse.apps.experiments.services.views import ExperimentView
from pilothouse.kernel.errors import PilothouseError


def write_brief(view: ExperimentView) -> str:
    """The brief as a document in the sections of the template ``experiment-brief``."""
    brief = view.brief
    parts = [
        ("Belief", brief.hypothesis),
        ("Who is in it", _exposure(brief)),
        ("Variants", "\n".join(_variants(brief))),
        ("Primary metric", _metric(brief.primary) if brief.primary.name else ""),
        ("Guardrails", "\n".join(f"- {_metric(each)}" for each in brief.guardrails)),
        ("Size and length", _size(brief)),
        ("Decision rule", brief.decision_rule),
        ("Result", _result(view)),
    ]
    head = f"[{view.ref}: {_plain(view.name)}]({view.url})"
    if view.sealed_at:
        head += f", sealed {view.sealed_at:%Y-%m-%d} as `{view.sealed_digest[:16]}`"
    body = "\n\n".join(f"## {title}\n\n{text.strip()}".strip() for title, text in parts)
    return f"{head}\n\n{body}\n"


def decision_context(view: ExperimentView) -> str:
    """What a decision should know of it: what was read, what that cannot say, what was agreed."""
    readout = view.latest
    lines = [f"{view.ref}, {view.name}."]
    if readout is not None:
        lines += [f"Readout {readout.number} of {readout.at:%Y-%m-%d}:", *readout.body["words"]]
        lines += ["It cannot say:", *(f"- {words}" for words in readout.body["cannot_say"][:4])]
    if view.brief.decision_rule:
        lines += ["The brief said beforehand:", view.brief.decision_rule]
    return "\n".join(lines)


def _exposure(brief: Brief) -> str:
    if brief.is_by_hand:
        return "Counted by hand."
    event, name = brief.exposure_event, brief.arm_property
    return f"A unit counts from its first `{event}`; `{name}` names its arm."


def _variants(brief: Brief) -> Iterator[str]:
    total = sum(arm.weight for arm in brief.arms) or 1
    yield "| Variant | What is different | Share |"
    yield "| --- | --- | ---: |"
    for arm in brief.arms:
        name, about = (_plain(text).replace("|", "\\|") for text in (arm.name, arm.about))
        yield f"| {name} | {about} | {100 * arm.weight / total:.3g} |"


def _metric(metric: Metric) -> str:
    wanted = "more is better" if metric.direction == "up" else "less is better"
    margin = f", may worsen by {metric.margin * 100:g} %" if metric.margin else ""
    event = f" (`{metric.event}`)" if metric.event else ""
    return f"{_plain(metric.name)}{event}, within {metric.window}; {wanted}{margin}."


def _size(brief: Brief) -> str:
    try:
        size = size_brief(brief)
    except PilothouseError as error:
        return error.sentence
    ends = {
        Rule.SIZE.value: "Read once, when the planned units are in.",
        Rule.DATE.value: f"Read once, at the end of {brief.ends_on}.",
        Rule.SEQUENTIAL.value: "Readable at any time, by a sequential test.",
    }[brief.rule]
    if size is None or brief.mde is None:
        return ends
    days = ""
    if size.days and brief.traffic:
        days = f", {size.days:.3g} days at {brief.traffic:g} a day"
    odds = f"alpha {brief.alpha:g}, power {size.power:.2f}"
    return f"{size.planned:,} units to find {brief.mde * 100:g} % ({odds}){days}. {ends}"


def _result(view: ExperimentView) -> str:
    readout = view.latest
    if readout is None:
        return ""
    return "\n\n".join(readout.body["words"])


def _plain(text: str) -> str:
    return " ".join(text.split())
