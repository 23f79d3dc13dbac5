"""``pilothouse people``: events, whom one met there, calendars."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pilothouse.cli.output import print_answer
from pilothouse.cli.person import find_person, person_options
from pilothouse.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from pilothouse.apps.people.services.events import Meeting
    from pilothouse.apps.workspace.services.access import Access


@click.command("events")
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


@click.command()
@click.argument("title", metavar="TITLE")
@click.argument("day", metavar="DAY")
@click.option("--at", default="", metavar="HH:MM", help="Else a whole day.")
@click.option("--minutes", type=int, default=60, show_default=True)
@click.option("--zone", default="UTC", show_default=True, help="Such as Europe/Berlin.")
@click.option("--rule", default="", help="An RRULE, such as FREQ=MONTHLY;BYDAY=1TH.")
@click.option("--place", default="")
@click.option("--url", default="")
@click.option("--goals", default="", help="What you want from it.")
@person_options
def event(
    *, title: str, day: str, at: str, minutes: int, zone: str, rule: str, place: str, url: str,
    goals: str, person: str, data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Enter an event.

    Example: pilothouse people event ProductTank 2026-05-07 --at 18:30 --zone Europe/Berlin
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services import events
    from pilothouse.kernel.times import parse_date

    draft = events.EventDraft(
        title, parse_date(day), at, minutes, zone, place=place, url=url, goals=goals, rule=rule
    )
    view = events.create_event(access, draft)
    print_answer(events.to_event_json(view), [f"{view.public_id}  {view.title}"], as_json=as_json)


@click.command()
@click.argument("title", metavar="EVENT")
@click.argument("name", metavar="NAME")
@click.option("--text", default="", help="What you spoke about.")
@click.option("--on", "on_day", default="", metavar="DAY", help="Else the last time of it.")
@person_options
def met(
    *, title: str, name: str, text: str, on_day: str, person: str, data: Path | None, as_json: bool
) -> None:
    """Write down somebody you met at an event: to hear from you within a day.

    Example: pilothouse people met ProductTank "Tom Berg" --text "Tests prices by region"
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services import events

    meeting = _find_time(access, title, on_day)
    talk = events.meet(access, meeting.event_id, meeting.slot, name=name, text=text)
    line = f"{name}, {meeting.when}: to hear from you by {talk.follow_up_on}"
    print_answer({"event": meeting.event_id, **asdict(talk)}, [line], as_json=as_json)


@click.command()
@click.argument("title", metavar="EVENT")
@click.option("--not", "is_not", is_flag=True, help="You did not go.")
@click.option("--learned", default="", help="What came of it.")
@click.option("--on", "on_day", default="", metavar="DAY", help="Else the last time of it.")
@person_options
def been(
    *, title: str, is_not: bool, learned: str, on_day: str, person: str, data: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Say that you were at an event, and what came of it.

    Example: pilothouse people been ProductTank --learned "Prices differ by region"
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services import events

    at = _find_time(access, title, on_day)
    events.close_visit(access, at.event_id, at.slot, went=not is_not, learned=learned)
    meeting = events.find_meeting(access, at.event_id, at.slot)
    words = "you did not go" if is_not else "you were there"
    answer = events.to_meeting_json(meeting)
    print_answer(answer, [f"{meeting.title}, {meeting.when}: {words}"], as_json=as_json)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@person_options
def calendar(*, file: Path, person: str, data: Path | None, as_json: bool) -> None:
    """Write events, promises and who is due to FILE as iCalendar.

    Example: pilothouse people calendar people.ics
    """
    access = find_person(person, data)
    from django.utils import timezone

    from pilothouse.apps.people.services.calendars import export_ics

    body = export_ics(access, timezone.now())
    file.write_bytes(body)
    answer = {"file": str(file), "bytes": len(body)}
    print_answer(answer, [f"{file}: {len(body):,} bytes"], as_json=as_json)


def _find_time(access: Access, title: str, on_day: str) -> Meeting:
    """The last time up to today, or that of a day, of the event called (or with the id) so."""
    from datetime import timedelta

    from django.utils import timezone

    from pilothouse.apps.people.services import events
    from pilothouse.apps.people.services.book import get_habits
    from pilothouse.kernel.times import parse_date

    today = get_habits(access).today(timezone.now())
    last = parse_date(on_day) if on_day else today
    first = last if on_day else today - timedelta(days=366)
    meetings = events.list_meetings(access, first, days=(last - first).days)
    same = [m for m in meetings if title.casefold() in {m.title.casefold(), m.event_id}]
    if not same:
        known = ", ".join(sorted({m.title for m in meetings})[:5]) or "none"
        raise NotFoundError(
            "no event of this name took place then.", value=title,
            remedy=f"Until {last} there are: {known}.",
        )  # fmt: skip
    return same[-1]


COMMANDS = (events_command, event, met, been, calendar)
