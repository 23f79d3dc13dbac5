"""Commands about applications."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.output import print_answer
from pilothouse.cli.person import find_person, person_options

if TYPE_CHECKING:
    from pilothouse.apps.jobs.services.applications import ApplicationView
    from pilothouse.apps.jobs.services.funnels import FunnelView


@click.command("applications")
@person_options
def applications(*, person: str, data: Path | None, as_json: bool) -> None:
    """Applications with the stage at which they stand.

    Example: pilothouse jobs applications
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.applications import list_applications
    from pilothouse.apps.jobs.services.histories import to_application_json

    found = list_applications(access)
    answer = {"applications": [to_application_json(each) for each in found]}
    print_answer(
        answer, [_to_line(each) for each in found] or ["No application yet."], as_json=as_json
    )


@click.command("apply")
@click.argument("company")
@click.argument("title")
@click.option("--stage", default="applied", show_default=True, help="Where it stands.")
@click.option("--on", default="", metavar="DAY", help="Since when; else today.")
@click.option("--source", default="board", show_default=True, help="Where it was found.")
@click.option("--referrer", default="", help="Who referred you.")
@click.option("--posting", default="", metavar="ID", help="The saved posting.")
@click.option("--resume", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="The file that you sent; it is kept as it is.")  # fmt: skip
@click.option("--version", default="", help="The name of its version; else the file's name.")
@person_options
def apply(
    *, company: str, title: str, stage: str, on: str, source: str, referrer: str, posting: str,
    resume: Path | None, version: str, person: str, data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Begin an application, with the very resume that was sent.

    Example: pilothouse jobs apply Acme "Product manager" --on 2026-03-02
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.applications import (
        ApplicationDraft,
        begin_application,
        get_application,
    )
    from pilothouse.apps.jobs.services.histories import to_application_json
    from pilothouse.apps.jobs.services.sent_files import SentDraft, add_sent

    made = begin_application(
        access, ApplicationDraft(title, company, source, referrer, posting, stage, on)
    )
    if resume:
        file = SentDraft(resume.name, [resume.read_bytes()], label=version, sent_on=on)
        add_sent(access, made.public_id, file)
        made = get_application(access, made.public_id)
    print_answer(to_application_json(made), [_to_line(made)], as_json=as_json)


@click.command("move")
@click.argument("application_id", metavar="ID")
@click.argument("stage")
@click.option("--on", default="", metavar="DAY", help="The day; else today.")
@click.option("--note", default="", help="What happened.")
@person_options
def move(
    *, application_id: str, stage: str, on: str, note: str, person: str, data: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Move an application into a stage.

    Example: pilothouse jobs move 2bcdfgh3jkmn screen --on 2026-03-09
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.histories import to_application_json
    from pilothouse.apps.jobs.services.moves import move_application

    view, _ = move_application(access, application_id, stage, on=on, note=note)
    print_answer(to_application_json(view), [_to_line(view)], as_json=as_json)


@click.command("funnel")
@person_options
def funnel(*, person: str, data: Path | None, as_json: bool) -> None:
    """Is my resume or my interview the problem? With n and intervals.

    Example: pilothouse jobs funnel
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.funnels import read_funnel, to_funnel_json

    view = read_funnel(access)
    print_answer(to_funnel_json(view), _to_funnel_lines(view), as_json=as_json)


@click.command("history")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV.")
@person_options
def history(*, as_csv: bool, person: str, data: Path | None, as_json: bool) -> None:
    """Every stage of every application, with its days.

    Example: pilothouse jobs history --csv
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.applications import list_applications
    from pilothouse.apps.jobs.services.histories import (
        HEADER,
        list_history_rows,
        to_application_json,
    )
    from pilothouse.apps.workspace.services.export import guard_cell

    rows = list_history_rows(access)
    if as_csv and not as_json:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([[guard_cell(cell) for cell in row] for row in [list(HEADER), *rows]])
        click.echo(text.getvalue(), nl=False)
        return
    lines = [f"{row[6]}  {row[8]:>4} days  {row[5]:<12}  {row[0]}, {row[1]}" for row in rows]
    answer: dict[str, Any] = {
        "applications": [to_application_json(each) for each in list_applications(access)]
    }
    print_answer(answer, lines or ["No history yet."], as_json=as_json)


def _to_line(view: ApplicationView) -> str:
    standing = view.standing
    silence = " (silence)" if standing.is_presumed else ""
    return (
        f"{view.public_id}  {standing.since}  {standing.stage + silence:<18}  "
        f"{view.company}, {view.title}"
    )


def _to_funnel_lines(view: FunnelView) -> list[str]:
    from pilothouse.apps.jobs.services.funnels import name_way

    if view.is_empty:
        return ["Nothing sent yet."]
    lines = [view.diagnosis.sentence]
    for each in view.funnel.conversions:
        rate = each.rate
        share = (
            f"{rate.share:.0%} of {rate.n} ({rate.low:.0%} to {rate.high:.0%})"
            if rate.share is not None
            else "nobody yet"
        )
        lines.append(f"{name_way(each):<28}  {share}, {each.open} open, {each.young} too young")
    return lines


@click.command("calendar")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="FILE",
    help="Where to write the .ics file.",
)  # fmt: skip
@person_options
def calendar(*, out: Path, person: str, data: Path | None, as_json: bool) -> None:
    """Write next actions with a day as a calendar file.

    Example: pilothouse jobs calendar --out search.ics
    """
    access = find_person(person, data)
    from django.utils import timezone

    from pilothouse.apps.jobs.services.applications import list_applications
    from pilothouse.apps.jobs.services.calendars import write_calendar

    found = [each for each in list_applications(access) if each.next_on]
    out.write_bytes(write_calendar(found, timezone.now()))
    print_answer({"entries": len(found), "file": str(out)}, [f"{len(found)} entries in {out}"],
                 as_json=as_json)  # fmt: skip


COMMANDS = (applications, apply, move, funnel, history, calendar)
