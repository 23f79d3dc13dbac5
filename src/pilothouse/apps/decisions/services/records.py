"""A decision as a record in Markdown: the form that architecture decision records have."""

from __future__ import annotations

from collections.abc import Sequence

from pilothouse.apps.decisions.services.forecast_views import ForecastView
from pilothouse.apps.decisions.services.premortems import PreMortemView
from pilothouse.apps.decisions.services.views import DecisionView, OptionView
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.kernel.times import parse_zone


def write_record(
    product: ProductView,
    decision: DecisionView,
    forecasts: Sequence[ForecastView],
    premortems: Sequence[PreMortemView] = (),
) -> str:
    """The whole record as one Markdown document."""
    parts = [
        f"# {decision.ref}: {decision.title}",
        _head(product, decision),
        _section("Context", decision.context),
        _section("Options", "\n\n".join(_option(each) for each in decision.options)),
        _section("Decision", _choice(decision)),
        _section("Expected result", _expected(decision)),
        _section("Forecasts", "\n".join(_forecast(each) for each in forecasts)),
        _section("Dissent", "\n".join(f"- {each.who}: {each.why}" for each in decision.dissents)),
        _section("What could make it fail", "\n".join(_fears(each) for each in premortems)),
        _section("Reviews", "\n\n".join(_reviews(decision))),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(product: ProductView, decision: DecisionView) -> str:
    day = (decision.decided_at or decision.created_at).astimezone(parse_zone(product.zone))
    world = " (simulated)" if product.is_simulated else ""
    facts = (
        ("Status", decision.status.label),
        ("Date", f"{day:%Y-%m-%d}"),
        ("Product", f"{product.name}{world}"),
        ("Driver", decision.driver),
        ("Approver", decision.approver),
        ("Contributors", ", ".join(decision.contributors)),
        ("Informed", ", ".join(decision.informed)),
        ("Reversibility", str(decision.door.label)),
        ("Topics", ", ".join(decision.topics)),
    )
    return "\n".join(f"- {name}: {value}" for name, value in facts if value)


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body.strip()}" if body.strip() else ""


def _option(option: OptionView) -> str:
    mark = " (chosen)" if option.is_chosen else ""
    lines = [f"### {option.title}{mark}"]
    parts = (("For", option.pros), ("Against", option.cons), ("Cost", option.cost))
    lines += [f"{name}: {text}" for name, text in parts if text]
    return "\n\n".join(lines)


def _choice(decision: DecisionView) -> str:
    chosen = decision.chosen
    lead = f"**{chosen.title}**" if chosen else "Not decided yet."
    return f"{lead}\n\n{decision.reasons}"


def _expected(decision: DecisionView) -> str:
    if not decision.expected:
        return ""
    chance = "" if decision.probability is None else f"\n\nProbability: {decision.probability:.0%}."
    review = "" if decision.review_on is None else f" Review on {decision.review_on.isoformat()}."
    return f"{decision.expected}{chance}{review}"


def _forecast(forecast: ForecastView) -> str:
    latest = forecast.latest
    said = ""
    if latest is not None and latest.probability is not None:
        said = f"{latest.probability:.0%}: "
    elif latest is not None and latest.range is not None:
        said = f"{latest.range.low} to {latest.range.high}: "
    came = forecast.resolution
    end = f"resolved {came.outcome.label.lower()}" if came else f"by {forecast.resolve_by}"
    return f"- {forecast.ref} {said}{forecast.question} ({end})"


def _fears(premortem: PreMortemView) -> str:
    words = {None: "", True: ", came true", False: ", did not come"}
    return "\n".join(
        f"- {cause.text} ({cause.likelihood} x {cause.harm}{words[cause.came_true]})"
        for cause in premortem.causes
    )


def _reviews(decision: DecisionView) -> list[str]:
    return [
        f"### {each.at:%Y-%m-%d}: {each.verdict.label}\n\n{each.happened}\n\n"
        f"Owed to: {each.cause.label.lower()}."
        + (f"\n\nLearned: {each.learned}" if each.learned else "")
        for each in decision.reviews
    ]
