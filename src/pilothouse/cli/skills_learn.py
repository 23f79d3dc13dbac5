"""``pilothouse skills library``, ``plan`` and ``feeds``: a person's own, from a terminal."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pilothouse.cli.output import print_answer
from pilothouse.cli.person import find_person, person_options
from pilothouse.kernel.errors import ConflictError

if TYPE_CHECKING:
    from pilothouse.apps.skills.services.plans_views import PlanView, StepView

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("library")
def library_group() -> None:
    """Books, courses, blogs and more by competency and level; what you read and noted."""


@library_group.command("list")
@click.option("--words", default="", help="Words of the title, authors or topics.")
@click.option("--type", "type_", default="", help="book, course, certificate, article, blog, …")
@click.option("--competency", default="", metavar="C01", help="C01 to C16.")
@click.option("--level", type=click.IntRange(1, 4), help="1 to 4.")
@click.option("--cost", default="", help="free, paid or unknown.")
@click.option("--state", default="", help="none, want, reading, done or dropped.")
@person_options
def list_command(
    *,
    words: str,
    type_: str,
    competency: str,
    level: int | None,
    cost: str,
    state: str,
    person: str,
    data: Path | None,
    as_json: bool,
) -> None:
    """List entries that fit.

    Example: pilothouse skills library list --competency C11 --level 2
    """
    access = find_person(person, data)
    from pilothouse.apps.skills.services.reading import LibraryFilter, list_shelf, to_shelf_json

    wanted = LibraryFilter(words, type_, competency.upper(), level, cost, state)
    shelf = list_shelf(access, wanted)
    lines = [
        f"{row.entry.title} ({', '.join(row.entry.authors) or row.entry.type_label})"
        + (f" [{row.reading.state}]" if row.reading.state else "")
        for row in shelf
    ]
    answer = {"entries": [to_shelf_json(row) for row in shelf]}
    print_answer(answer, lines or ["Nothing fits."], as_json=as_json)


@library_group.command("add")
@click.argument("title")
@click.option("--type", "type_", default="book", show_default=True)
@click.option("--author", "authors", multiple=True, help="May be given several times.")
@click.option("--year", type=int)
@click.option("--isbn", default="", help="Its check digit is verified; nothing is looked up.")
@click.option("--url", default="", help="Kept as a link, never fetched.")
@click.option("--aim", "aims", multiple=True, metavar="C03.2", help="Competency and level.")
@person_options
def add_command(
    *,
    title: str,
    type_: str,
    authors: tuple[str, ...],
    year: int | None,
    isbn: str,
    url: str,
    aims: tuple[str, ...],
    person: str,
    data: Path | None,
    as_json: bool,
) -> None:
    """Add an entry of your own.

    Example: pilothouse skills library add "My course notes" --type article --aim C11.2
    """
    access = find_person(person, data)
    from pilothouse.apps.skills.services.library import to_entry_json
    from pilothouse.apps.skills.services.library_own import EntryDraft, add_entry, parse_aims

    draft = EntryDraft(title, type_, authors, year, aims=parse_aims(aims), isbn=isbn, url=url)
    entry = add_entry(access, draft)
    print_answer(to_entry_json(entry), [f"In your library: {entry.title}"], as_json=as_json)


@library_group.command("import")
@click.argument("file", type=_FILE)
@person_options
def import_command(*, file: Path, person: str, data: Path | None, as_json: bool) -> None:
    """Bring in what a reference manager exported: BibTeX or CSL-JSON.

    Example: pilothouse skills library import library.bib
    """
    access = find_person(person, data)
    from pilothouse.apps.skills.services.library import to_entry_json
    from pilothouse.apps.skills.services.library_exchange import import_library

    brought = import_library(access, file.read_text("utf-8-sig"))
    answer = {
        "added": [to_entry_json(entry) for entry in brought.added],
        "known": brought.known,
        "troubles": list(brought.troubles),
    }
    lines = [f"{len(brought.added)} new, {brought.known} known already.", *brought.troubles]
    print_answer(answer, lines, as_json=as_json)


@library_group.command("import-opml")
@click.argument("file", type=_FILE)
@person_options
def import_opml_command(*, file: Path, person: str, data: Path | None, as_json: bool) -> None:
    """Follow the feeds of an OPML file. Reading stays off: nothing is fetched.

    Example: pilothouse skills library import-opml subscriptions.opml
    """
    access = find_person(person, data)
    from pilothouse.apps.skills.services.learning_feeds import import_feeds
    from pilothouse.apps.skills.services.learning_feeds_opml import read_opml
    from pilothouse.apps.skills.services.plans_export import to_feed_json

    added, troubles = import_feeds(access, read_opml(file.read_bytes()))
    answer = {"feeds": [to_feed_json(feed) for feed in added], "troubles": troubles}
    lines = [f"You follow {len(added)} more; reading is off for them.", *troubles]
    print_answer(answer, lines, as_json=as_json)


@library_group.command("export-opml")
@click.argument("file", type=click.Path(path_type=Path))
@person_options
def export_opml_command(*, file: Path, person: str, data: Path | None, as_json: bool) -> None:
    """Write the feeds that you follow as OPML into a new file.

    Example: pilothouse skills library export-opml feeds.opml
    """
    access = find_person(person, data)
    from pilothouse.apps.skills.services.learning_feeds import export_feeds
    from pilothouse.apps.skills.services.learning_feeds_opml import write_opml

    feeds = export_feeds(access)
    body = write_opml(feeds, "Feeds", datetime.now().astimezone())
    try:
        with file.open("xb") as target:
            target.write(body)
    except FileExistsError as error:
        raise ConflictError("this file is there already.", value=str(file)) from error
    answer = {"file": str(file), "feeds": len(feeds)}
    print_answer(answer, [f"Written: {file} ({len(feeds)} feeds)"], as_json=as_json)


@click.command("feeds")
@click.option("--fetch", is_flag=True, help="Fetch what is new where reading is on.")
@person_options
def feeds_command(*, fetch: bool, person: str, data: Path | None, as_json: bool) -> None:
    """The feeds that you follow; with --fetch what is new of those whose reading is on.

    Example: pilothouse skills feeds
    """
    access = find_person(person, data)
    from pilothouse.apps.skills.services.learning_feeds import list_feeds, read_feeds
    from pilothouse.apps.skills.services.plans_export import to_feed_json

    lines, answer = [], {}
    if fetch:
        result = read_feeds(access)
        answer["fetched"] = vars(result)
        lines = [f"{result.items} new texts from {result.feeds} feeds.", *result.troubles]
    feeds = list_feeds(access)
    lines += [
        f"{feed.title}: {feed.new} new, reading {'on' if feed.is_read else 'off'}" for feed in feeds
    ]
    whole = {**answer, "feeds": [to_feed_json(feed) for feed in feeds]}
    print_answer(whole, lines or ["You follow no feed."], as_json=as_json)


@click.command("plan")
@person_options
def plan_command(*, person: str, data: Path | None, as_json: bool) -> None:
    """The learning plan: goals, steps, next acts, hours a week.

    Example: pilothouse skills plan
    """
    access = find_person(person, data)
    from pilothouse.apps.skills.services.plans import read_plan
    from pilothouse.apps.skills.services.plans_export import to_plan_json

    plan = read_plan(access)
    print_answer(to_plan_json(plan), _describe(plan), as_json=as_json)


def _describe(plan: PlanView) -> list[str]:
    from pilothouse.apps.skills.services.plans_load import summarise_load

    return [
        f"{plan.weekly_hours:g} hours a week. {summarise_load(plan.load)}",
        *(
            f"{goal.title}: {goal.state}, {goal.done} of {len(goal.counted)} steps done"
            for goal in plan.goals
        ),
        *(_describe_step(step) for step in plan.steps),
    ]


def _describe_step(step: StepView) -> str:
    late = ", overdue" if step.is_overdue else ""
    then = f", then: {step.act_label}" if step.act else ""
    return f"  {step.title}: {step.state}{late}{', used' if step.act_sequence else then}"


COMMANDS = (library_group, plan_command, feeds_command)
