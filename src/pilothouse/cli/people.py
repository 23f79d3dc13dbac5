"""``pilothouse people``: the private book of one person from a terminal."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from pilothouse.cli.output import TellingGroup, print_answer
from pilothouse.cli.person import find_person, person_options
from pilothouse.kernel.errors import NotFoundError


@click.group(name="people", cls=TellingGroup)
def group() -> None:
    """People: contacts, who is known where, whom to get in touch with."""


@group.command("list")
@person_options
@click.option("--words", default="", help="A name, a role, a topic, a company.")
@click.option("--group", "group_word", default="", help="Only this group.")
@click.option("--topic", default="", help="Only who knows about this.")
@click.option("--state", default="", help="due, stale, never, target, mapped or resting.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
def list_command(
    *, person: str, data: Path | None, words: str, group_word: str, topic: str, state: str,
    limit: int, as_json: bool,
) -> None:  # fmt: skip
    """Contacts that fit.

    Example: pilothouse people list --state due
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.listing import Wanted, list_contacts
    from pilothouse.apps.people.services.views import to_line_json

    wanted = Wanted(text=words, group=group_word, topic=topic, state=state)
    found = list_contacts(access, wanted, limit=limit)
    lines = [f"{line.public_id}  {line.name:<28}  {line.place}" for line in found.lines]
    answer = {"total": found.total, "contacts": [to_line_json(line) for line in found.lines]}
    print_answer(answer, [*lines, f"{found.total:,} in all"], as_json=as_json)


@group.command()
@click.argument("company", metavar="COMPANY")
@click.option("--sure", is_flag=True, help="Leave weak matches out.")
@person_options
def known(*, company: str, sure: bool, person: str, data: Path | None, as_json: bool) -> None:
    """Who you know at a company, and how sure it is that it is that company.

    Example: pilothouse people known "Northwind GmbH"
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.known import list_known_at, to_known_json

    found = list_known_at(access, company, with_weak=not sure)
    lines = [f"{p.tier:<6}  {p.name:<28}  {p.role}, {p.company}" for p in found]
    answer = {"company": company, "people": [to_known_json(each) for each in found]}
    print_answer(answer, lines or ["Nobody, by what the book says."], as_json=as_json)


@group.command("next")
@person_options
def next_command(*, person: str, data: Path | None, as_json: bool) -> None:
    """Whom to get in touch with, what you promised, whom to thank.

    Example: pilothouse people next
    """
    access = find_person(person, data)
    from django.utils import timezone

    from pilothouse.apps.people.services.asking import list_due
    from pilothouse.apps.people.services.book import get_habits
    from pilothouse.apps.people.services.favours import list_favours
    from pilothouse.apps.people.services.talks import list_follow_ups
    from pilothouse.apps.people.services.views import to_line_json

    today = get_habits(access).today(timezone.now())
    due, total = list_due(access, today)
    promised = list_follow_ups(access, today)
    owed = list_favours(access, only_unthanked=True)
    lines = [
        *(f"write    {line.name:<28}  {line.reminder.late} days late" for line in due),
        *(f"promised {each.name:<28}  {each.text}, by {each.due_on}" for each in promised),
        *(f"thank    {each.contact:<28}  {each.text}" for each in owed),
    ]
    answer = {
        "day": today.isoformat(), "due": [to_line_json(line) for line in due], "due_in_all": total,
        "follow_ups": [asdict(each) for each in promised],
        "unthanked": [asdict(each) for each in owed],
        "semantics": {"due": "days after the last contact"},
    }  # fmt: skip
    print_answer(answer, lines or ["Nothing is due with anybody."], as_json=as_json)


@group.command()
@click.argument("subject", metavar="SUBJECT")
@person_options
def knows(*, subject: str, person: str, data: Path | None, as_json: bool) -> None:
    """Who knows about something, by what the book says.

    Example: pilothouse people knows pricing
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.asking import who_knows
    from pilothouse.apps.people.services.views import to_line_json

    found = who_knows(access, subject)
    lines = [f"{each.line.name:<28}  {', '.join(each.places)}" for each in found]
    people = [{**to_line_json(each.line), "places": list(each.places)} for each in found]
    answer = {"about": subject, "people": people}
    print_answer(answer, lines or ["Nobody, by what the book says."], as_json=as_json)


@group.command()
@click.argument("name", metavar="NAME")
@click.argument("text", metavar="WHAT")
@click.option("--on", "on_day", default="", metavar="DAY", help="Year-month-day; else today.")
@click.option("--channel", default="meeting", show_default=True,
              help="meeting, call, video, mail, message or event.")  # fmt: skip
@click.option("--promise", default="", metavar="TEXT", help="What you will do, within a day.")
@person_options
def talk(
    *, name: str, text: str, on_day: str, channel: str, promise: str, person: str,
    data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Write a talk with NAME down; the cadence counts from there.

    Example: pilothouse people talk "Ana Ruiz" "Tests prices by region" --promise "Send the deck"
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.listing import Wanted, list_contacts
    from pilothouse.apps.people.services.talks import TalkDraft, log_talk
    from pilothouse.kernel.times import parse_date

    found = list_contacts(access, Wanted(text=name), limit=5).lines
    exact = [line for line in found if name in {line.name, line.public_id}] or found
    if len(exact) != 1:
        names = ", ".join(line.name for line in found) or "nobody"
        raise NotFoundError("one contact must fit.", value=name, remedy=f"There are: {names}.")
    day = parse_date(on_day) if on_day else None
    draft = TalkDraft(text=text, channel=channel, on=day, follow_up=promise)
    written = log_talk(access, exact[0].public_id, draft)
    answer = {"contact": exact[0].public_id, **asdict(written)}
    print_answer(answer, [f"Written down: {exact[0].name}, {written.on}"], as_json=as_json)


@group.command("events")
@click.option("--read", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Take in a calendar (.ics) first.")  # fmt: skip
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True)
@person_options
def events_command(
    *, file: Path | None, days: int, person: str, data: Path | None, as_json: bool
) -> None:
    """What takes place in the coming days.

    Example: pilothouse people events --read tank.ics --days 60
    """
    access = find_person(person, data)
    from django.utils import timezone

    from pilothouse.apps.people.services import calendars, events
    from pilothouse.apps.people.services.book import get_habits

    read = calendars.take_in_ics(access, file.read_bytes(), file.name) if file else None
    found = events.list_meetings(access, get_habits(access).today(timezone.now()), days=days)
    lines = [f"{each.when:<44}  {each.title}" for each in found] or ["Nothing is coming."]
    lines += read.problems if read else ()
    answer = {"meetings": [events.to_meeting_json(each) for each in found],
              "read": asdict(read) if read else None}  # fmt: skip
    print_answer(answer, lines, as_json=as_json)


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--group", "group_word", default="", help="Put the new ones into this group.")
@click.option("--dry-run", is_flag=True, help="Only say what the file holds.")
@person_options
def import_command(
    *, file: Path, group_word: str, dry_run: bool, person: str, data: Path | None, as_json: bool
) -> None:
    """Take in LinkedIn's Connections.csv, Google's CSV or vCards; known people are filled in.

    Example: pilothouse people import Connections.csv --dry-run
    """
    access = find_person(person, data)
    from django.utils import timezone

    from pilothouse.apps.people.services import imports

    now = timezone.now()
    with file.open("rb") as stream:
        pieces = iter(lambda: stream.read(2**20), b"")
        row = imports.receive_contacts(access, file.name, pieces, now=now)
    plan = imports.look_at_contacts(access, row.public_id)
    if dry_run:
        imports.discard_book_import(access, row.public_id)
    else:
        imports.start_book_import(access, row.public_id, group=group_word, now=now)
    problems = [f"line {each.line}: {each.sentence}" for each in row.problems]
    answer = {
        "file": file.name, "format": row.kind, "found": row.found, "new": len(plan.fresh),
        "filled": len(plan.changes), "known": plan.same, "twice": plan.twice,
        "problems": problems, "import": None if dry_run else row.public_id,
    }  # fmt: skip
    verb = "would be" if dry_run else "are"
    lines = [
        f"{len(plan.fresh):,} contacts {verb} new, {len(plan.changes):,} filled in, "
        f"{plan.same:,} were here as they are",
        *problems,
    ]
    print_answer(answer, lines, as_json=as_json)


@group.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--group", "group_word", default="", help="Only this group.")
@click.option("--version", type=click.Choice(["3.0", "4.0"]), default="3.0", show_default=True)
@person_options
def export_command(
    *, file: Path, group_word: str, version: str, person: str, data: Path | None, as_json: bool
) -> None:
    """Write contacts to FILE as vCards; the whole book where it ends with .json.

    Example: pilothouse people export contacts.vcf --group Mentors
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.exporting import export_book, export_vcards
    from pilothouse.apps.people.services.listing import Wanted

    is_whole = file.suffix.lower() == ".json"
    body = (
        export_book(access)
        if is_whole
        else export_vcards(access, Wanted(group=group_word), version)
    )
    file.write_bytes(body)
    answer = {"file": str(file), "bytes": len(body)}
    print_answer(answer, [f"{file}: {len(body):,} bytes"], as_json=as_json)
