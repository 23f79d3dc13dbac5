"""Answers of prioritisation as commands print them: JSON with the names that stay, and tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.output import rate_json
from pilothouse.kernel.intervals import Rate

if TYPE_CHECKING:
    from rich.table import Table

    from pilothouse.engines.backlog import KanoResult, MoscowResult, OpportunityResult, Ranking

LeftOut = Sequence[tuple[int, str]]


def ranking_json(ranking: Ranking) -> dict[str, Any]:
    """The answer with the names that stay; candidates go by their names."""
    names = {row.key: row.name for row in ranking.rows}
    return {
        "items": [{**asdict(row), "key": row.key} for row in ranking.rows],
        "better": {f"{names[a]}>{names[b]}": p for (a, b), p in ranking.better.items()},
        "flips": [
            {
                "above": names[flip.above],
                "below": names[flip.below],
                "item": names[flip.key],
                "input": flip.input,
                "now": flip.now,
                "at": flip.at,
                "direction": "up" if flip.is_upward else "down",
                "chance": flip.chance,
            }
            for flip in ranking.flips
        ],
        "measure_first": [
            {
                "item": each.name,
                "input": each.input,
                "value": each.value,
                "share": each.share,
                "sentence": each.sentence,
            }
            for each in ranking.measure_first
        ],
        "findings": [
            {
                "item": each.name,
                "input": each.input,
                "rule": each.rule,
                "message": each.message,
                "remedy": each.remedy,
                "blocks": each.is_blocking,
            }
            for each in ranking.findings
        ],
        "top": ranking.top,
        "draws": ranking.draws,
        "semantics": dict(ranking.semantics),
    }


def moscow_json(result: MoscowResult, boxes: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The answer with the names that stay."""
    from pilothouse.engines.backlog.moscow import SEMANTICS

    return {
        "items": [{"name": name, "box": box} for name, box in boxes],
        "counts": dict(result.counts),
        "efforts": dict(result.efforts),
        "must_share": result.must_share,
        "over_chance": result.over_chance,
        "without_effort": result.unknown,
        "findings": moscow_findings(result),
        "semantics": dict(SEMANTICS),
    }


def moscow_findings(result: MoscowResult) -> list[dict[str, Any]]:
    """What is wrong with the boxes."""
    found = []
    if result.is_over and result.must_share is not None:
        found.append(
            {
                "item": "", "input": "effort", "rule": "musts-over-60", "blocks": False,
                "message": f"Musts are {result.must_share:.0%} of the effort, over 60 %.",
                "remedy": "Move musts to should until the rest can absorb what goes wrong.",
            }
        )  # fmt: skip
    if result.unknown:
        found.append(
            {
                "item": "", "input": "effort", "rule": "effort-missing", "blocks": False,
                "message": f"{result.unknown} planned without an effort: in no share.",
                "remedy": "Give each an effort; a range will do.",
            }
        )  # fmt: skip
    return found


def kano_json(results: Sequence[KanoResult], left_out: LeftOut) -> dict[str, Any]:
    """The answer with the names that stay. ``worse`` carries its customary minus."""
    from pilothouse.engines.backlog.kano import CATEGORIES, SEMANTICS

    return {
        "features": [
            {
                "feature": each.feature,
                "n": each.n,
                "counts": dict(each.counts),
                "category": each.category,
                "category_name": CATEGORIES.get(each.category or ""),
                "category_strength": each.strength,
                "mixed": each.is_mixed,
                "total_strength": rate_json(each.total_strength),
                "better": rate_json(each.better),
                "worse": _negative(each.worse),
                "too_few": each.is_too_few,
            }
            for each in results
        ],
        "left_out": _left_out(left_out),
        "semantics": dict(SEMANTICS),
    }


def opportunity_json(
    results: Sequence[OpportunityResult], method: Any, left_out: LeftOut
) -> dict[str, Any]:
    """The answer with the names that stay."""
    from pilothouse.engines.backlog.opportunity import semantics

    return {
        "method": method,
        "needs": [
            {
                "need": each.need,
                "n": each.n,
                "score": each.score,
                "low": each.low,
                "high": each.high,
                "importance": rate_json(each.importance),
                "satisfaction": rate_json(each.satisfaction),
                "underserved_chance": each.underserved_chance,
                "verdict": each.verdict,
                "too_few": each.is_too_few,
            }
            for each in results
        ],
        "left_out": _left_out(left_out),
        "semantics": dict(semantics(method)),
    }


def _negative(rate: Rate) -> dict[str, Any]:
    if rate.share is None or rate.low is None or rate.high is None:
        return rate_json(rate)
    return {"rate": -rate.share, "low": -rate.high, "high": -rate.low, "n": rate.n}


def _left_out(left_out: LeftOut) -> list[dict[str, Any]]:
    return [{"line": line, "reason": reason} for line, reason in left_out]


def print_answer(
    answer: dict[str, Any], tables: Callable[[], list[Table]], *, as_json: bool
) -> None:
    """Print an answer for a program, or its tables, findings and rules for a person."""
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False))
        return
    from rich.console import Console

    console = Console()
    for table in tables():
        console.print(table)
    for line in _notes(answer):
        console.print(line, markup=False, highlight=False)
    for name, rule in answer["semantics"].items():
        console.print(f"{name}: {rule}", style="dim", markup=False, highlight=False)


def _notes(answer: dict[str, Any]) -> Iterable[str]:
    for each in answer.get("measure_first", [])[:3]:
        yield each["sentence"]
    for each in answer.get("findings", []):
        about = f"{each['name']}: " if each.get("name") else ""
        about = about or (f"{each['item']}: " if each["item"] else "")
        yield f"! {about}{each['message']} {each['remedy']}"
    for each in answer.get("left_out", [])[:10]:
        yield f"! line {each['line']} left out: {each['reason']}"
    if len(answer.get("left_out", [])) > 10:
        yield f"! and {len(answer['left_out']) - 10} more"


def ranking_tables(ranking: Ranking) -> list[Table]:
    """The ranking, then what would turn neighbours around."""
    from rich.markup import escape

    table = _table(
        "Ranking", "Rank", "Name", "Score", "90 %", "Rank 90 %", f"In top {ranking.top}",
        "Beats next",
    )  # fmt: skip
    for row in ranking.rows:
        if row.score is None:
            table.add_row("", escape(row.name), "none", "", "", "", "")
            continue
        table.add_row(
            str(row.rank), escape(row.name), f"{row.score:,.4g}",
            f"{row.low:,.4g} to {row.high:,.4g}", f"{row.rank_low} to {row.rank_high}",
            f"{row.top_probability:.0%}",
            "" if row.beats_next is None else f"{row.beats_next:.0%}",
        )  # fmt: skip
    names = {row.key: escape(row.name) for row in ranking.rows}
    flips = _table("What would turn the order", "Pair", "If", "Is", "Chance")
    for flip in ranking.flips[:10]:
        side = "over" if flip.is_upward else "under"
        flips.add_row(
            f"{names[flip.below]} before {names[flip.above]}",
            f"{flip.input} of {names[flip.key]}", f"{side} {flip.at:,.4g}", f"{flip.chance:.0%}",
        )  # fmt: skip
    return [table, flips] if ranking.flips else [table]


def moscow_lines(answer: dict[str, Any]) -> list[Table]:
    """Effort by box, from the answer for programs."""
    table = _table("MoSCoW", "Box", "Effort")
    for box, effort in answer["efforts"].items():
        table.add_row(box, f"{effort:,.4g}")
    share = answer["must_share"]
    table.add_row("musts of all planned", "unknown" if share is None else f"{share:.0%}")
    return [table]


def kano_tables(results: Sequence[KanoResult]) -> list[Table]:
    """One row a feature."""
    from rich.markup import escape

    table = _table("Kano", "Feature", "n", "Category", "Strength", "Better", "Worse")
    for each in results:
        few = " (too few)" if each.is_too_few else ""
        mixed = " (mixed)" if each.is_mixed else ""
        table.add_row(
            escape(each.feature), f"{each.n}{few}", f"{each.category}{mixed}",
            "" if each.strength is None else f"{each.strength:.0%}", _rate(each.better),
            _rate(each.worse, "-"),
        )  # fmt: skip
    return [table]


def opportunity_tables(results: Sequence[OpportunityResult]) -> list[Table]:
    """One row a need."""
    from rich.markup import escape

    table = _table("Opportunity", "Need", "n", "Score", "95 %", "Importance", "Satisfaction")
    for each in results:
        few = " (too few)" if each.is_too_few else ""
        score = "none" if each.score is None else f"{each.score:.3g} {each.verdict}"
        table.add_row(
            escape(each.need), f"{each.n}{few}", score, f"{each.low:.3g} to {each.high:.3g}",
            _rate(each.importance), _rate(each.satisfaction),
        )  # fmt: skip
    return [table]


def _rate(rate: Rate, sign: str = "") -> str:
    if rate.share is None or rate.low is None or rate.high is None:
        return "none"
    return f"{sign}{rate.share:.0%} ({rate.low:.0%} to {rate.high:.0%})"


def _table(title: str, *columns: str) -> Table:
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for position, name in enumerate(columns):
        table.add_column(name, justify="left" if position < 2 else "right")
    return table
