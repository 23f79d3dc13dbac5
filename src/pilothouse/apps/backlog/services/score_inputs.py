"""The inputs of a score: from what was typed to what is stored, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pilothouse.apps.backlog.services.frameworks import MOSCOW, product_framework
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.engines.backlog import (
    PERIODS,
    Candidate,
    Framework,
    Input,
    Quantity,
    format_quantity,
    from_json,
    read_candidate,
    settle,
    to_json,
)
from pilothouse.engines.backlog.candidates import as_share, split_period
from pilothouse.engines.backlog.moscow import parse_box, read_effort
from pilothouse.kernel.errors import InvalidValueError

PERIOD = "reach_period"
MAX_TEXT = 200
BOX_TITLES = {"must": "Must", "should": "Should", "could": "Could", "wont": "Won't this time"}


def read_inputs(product: ProductView, framework: str, cells: Mapping[str, Any]) -> dict[str, Any]:
    """What is stored of ``cells``; refuses what no score can be made of, with the way out."""
    texts = {str(key): _text(value) for key, value in cells.items()}
    if framework == MOSCOW:
        return _read_moscow(texts)
    chosen = product_framework(product, framework)
    known = {each.key for each in chosen.inputs} | {PERIOD}
    for unknown in texts.keys() - known:
        raise InvalidValueError(
            f"{chosen.title} has no such input.",
            value=unknown,
            remedy=f"Use: {', '.join(each.key for each in chosen.inputs)}.",
        )
    _join_period(texts, chosen)
    candidate = read_candidate("score", "this item", texts, chosen)
    for finding in settle([candidate], chosen).findings:
        if finding.is_blocking or finding.rule == "reach-without-period":
            raise InvalidValueError(finding.message, remedy=finding.remedy)
    stored: dict[str, Any] = {each.key: _stored(candidate, each) for each in chosen.inputs}
    if candidate.period:
        stored[PERIOD] = candidate.period
    return stored


def _stored(candidate: Candidate, each: Input) -> Any:
    quantity = candidate.inputs[each.key]
    return to_json(as_share(quantity) if each.shape == "share" else quantity)


def _text(value: Any) -> str:
    """A cell as it would be typed; JSON quantities of programs are taken too."""
    if value is None:
        return ""
    text = value.strip() if isinstance(value, str) else format_quantity(from_json(value))
    if len(text) > MAX_TEXT:
        raise InvalidValueError(f"an input has up to {MAX_TEXT} characters.", value=text)
    return text


def _join_period(texts: dict[str, str], framework: Framework) -> None:
    """One text of a reach and its period; a period within the reach goes first."""
    period = texts.pop(PERIOD, "")
    asked = next((each for each in framework.inputs if each.has_period), None)
    if asked is None or not period or not texts.get(asked.key):
        return
    if split_period(texts[asked.key])[1] is None:
        texts[asked.key] = f"{texts[asked.key]}/{period}"


def _read_moscow(texts: Mapping[str, str]) -> dict[str, Any]:
    for unknown in texts.keys() - {"box", "effort"}:
        raise InvalidValueError("MoSCoW asks for box and effort.", value=unknown)
    effort = read_effort(texts.get("effort", ""))
    stored: dict[str, Any] = {"box": parse_box(texts.get("box", ""))}
    return stored if effort is None else {**stored, "effort": to_json(effort)}


def read_actuals(
    product: ProductView, framework: str, cells: Mapping[str, Any]
) -> dict[str, float]:
    """Numbers that came true, by input; an empty cell is not known."""
    known = [each.key for each in input_list(product, framework)]
    actuals: dict[str, float] = {}
    for key, value in cells.items():
        if key not in known:
            raise InvalidValueError("the score has no such input.", value=key)
        text = _text(value)
        if not text:
            continue
        quantity = from_json(text)
        if not quantity.is_certain:
            raise InvalidValueError("what came true is one number.", value=text)
        actuals[key] = quantity.low / 100 if quantity.is_percent else quantity.low
    return actuals


def input_list(product: ProductView, framework: str) -> tuple[Input, ...]:
    """What a form asks for; MoSCoW has its box besides."""
    if framework != MOSCOW:
        return product_framework(product, framework).inputs
    hint = "Any unit, the same for all; a range will do."
    return (Input("effort", "Effort", "positive", "over", hint),)


def to_candidate(key: str, name: str, inputs: Mapping[str, Any], framework: Framework) -> Candidate:
    """What the engine ranks, from what is stored."""
    quantities = {
        each.key: from_json(inputs[each.key]) for each in framework.inputs if each.key in inputs
    }
    return Candidate(key, name, quantities, inputs.get(PERIOD))


def stored_text(each: Input, value: Any) -> str:
    """A stored input as it would be typed; shares in percent."""
    quantity = from_json(value)
    if each.shape == "share":
        hundred = quantity.scaled(100)
        quantity = Quantity(hundred.low, hundred.high, hundred.values, is_percent=True)
    return format_quantity(quantity)


def shown_inputs(
    inputs: Mapping[str, Any], framework: Framework | None
) -> tuple[tuple[str, str, str], ...]:
    """(key, title, text) of each input that is there."""
    if framework is None:
        effort = inputs.get("effort")
        rows = [("box", "Box", BOX_TITLES.get(inputs.get("box", ""), ""))]
        return tuple(
            rows if effort is None else [*rows, ("effort", "Effort", format_quantity(effort))]
        )
    period = inputs.get(PERIOD)
    return tuple(
        (
            each.key,
            each.title,
            stored_text(each, inputs[each.key])
            + (f"/{period}" if each.has_period and period in PERIODS else ""),
        )
        for each in framework.inputs
        if each.key in inputs
    )
