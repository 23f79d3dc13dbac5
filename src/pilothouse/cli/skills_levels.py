"""``pilothouse skills map``, ``gap``, ``path`` and ``export``: one's levels from a terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.output import print_answer
from pilothouse.cli.person import find_person, person_options

if TYPE_CHECKING:
    from pilothouse.engines.skills import Level

EXPORTS = ("case", "xapi", "csv", "record")


@click.command("map")
@person_options
@click.option("--competency", default="", metavar="C03", help="Only this one, with its acts.")
def map_command(*, person: str, data: Path | None, competency: str, as_json: bool) -> None:
    """The sixteen levels, each from acts.

    Example: pilothouse skills map --competency C03
    """
    access = find_person(person, data)
    from pilothouse.apps.skills.services.competencies import get_competency, list_competencies
    from pilothouse.apps.skills.services.levels import get_level, read_levels, to_level_json

    titles = {each.id: each.title for each in list_competencies()}
    if not competency:
        levels = read_levels(access)
        body = {"levels": [to_level_json(level, titles) for level in levels.values()]}
        print_answer(body, [_line(level, titles) for level in levels.values()], as_json=as_json)
        return
    get_competency(competency)
    view = get_level(access, competency)
    lines = [_line(view.level, titles)]
    lines += [f"  E{each.strength}  act {each.sequence}  {each.title}" for each in view.evidence]
    lines += [f"  missing: {words}" for words in view.missing]
    evidence = [{**each.__dict__, "at": each.at.isoformat()} for each in view.evidence]
    answer: dict[str, object] = {**to_level_json(view.level, titles), "evidence": evidence}
    print_answer(answer, lines, as_json=as_json)


@click.command("gap")
@person_options
@click.option("--role", help="associate, pm, senior or lead: without saving a target.")
@click.option("--industry", default="technology", show_default=True)
@click.option(
    "--posting", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
    help="The text of a posting: only what it mentions is asked for.",
)  # fmt: skip
def gap_command(
    *,
    person: str,
    data: Path | None,
    role: str | None,
    industry: str,
    posting: Path | None,
    as_json: bool,
) -> None:
    """The gap to the newest saved target, to a role, or to a posting; the heaviest first.

    Example: pilothouse skills gap --role senior --industry healthcare
    """
    access = find_person(person, data)
    from pilothouse.apps.skills.services.gap import gaps_to, list_gaps, to_gap_json
    from pilothouse.apps.skills.services.levels import read_levels
    from pilothouse.apps.skills.services.targets import TargetDraft, draft_target

    if role or posting:
        text = posting.read_text("utf-8", errors="replace") if posting else ""
        draft = TargetDraft(role or "pm", industry, posting=text)
        gaps = gaps_to(draft_target(draft), read_levels(access))
    else:
        gaps = list_gaps(access)
    lines = [
        f"{each.competency} {each.title}: {each.gap.held or 'none'} of {each.gap.required}"
        + (f"; next: {each.acts[0].words}" if each.acts else "")
        for each in gaps
    ] or ["No target is saved; give --role or --posting."]
    print_answer({"gaps": [to_gap_json(each) for each in gaps]}, lines, as_json=as_json)


@click.command("path")
@person_options
def path_command(*, person: str, data: Path | None, as_json: bool) -> None:
    """The six steps with their state, and the one next act."""
    access = find_person(person, data)
    from pilothouse.apps.skills.services.levels import read_levels
    from pilothouse.apps.skills.services.path import read_path, to_path_json

    path = read_path(access, read_levels(access))
    lines = [f"{step.key} {step.title}: {step.state}" for step in path.steps]
    if path.suggestion:
        lines.append(f"Next: {path.suggestion.act.words}. {path.suggestion.why}")
    print_answer(to_path_json(path), lines, as_json=as_json)


@click.command("export")
@person_options
@click.option("--as", "form", type=click.Choice(EXPORTS), default="xapi", show_default=True)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Where to write it; without it, to the terminal.",
)  # fmt: skip
def export_command(
    *, person: str, data: Path | None, form: str, out: Path | None, as_json: bool
) -> None:
    """The model as CASE, the evidence as xAPI or CSV, or all that is one's own as JSON.

    Example: pilothouse skills export --as csv --out evidence.csv
    """
    text = _export(person, data, form)
    if out is None:
        click.echo(text, nl=False)
        return
    out.write_text(text, encoding="utf-8", newline="")
    answer: dict[str, Any] = {"file": str(out), "bytes": out.stat().st_size, "as": form}
    print_answer(answer, [f"Wrote {out}."], as_json=as_json)


def _export(person: str, data: Path | None, form: str) -> str:
    access = find_person(person, data)
    from pilothouse.apps.skills.services.exports_case import to_case_json
    from pilothouse.apps.skills.services.exports_record import (
        to_evidence_csv,
        to_record_json,
        to_xapi,
    )

    if form == "csv":
        return to_evidence_csv(access)
    bodies = {
        "case": to_case_json,
        "xapi": lambda: to_xapi(access),
        "record": lambda: to_record_json(access),
    }
    return json.dumps(bodies[form](), ensure_ascii=False, indent=1) + "\n"


def _line(level: Level, titles: dict[str, str]) -> str:
    from pilothouse.engines.skills import tell_level

    return f"{level.competency} {titles[level.competency]}: {tell_level(level)}"
