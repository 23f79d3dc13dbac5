"""Commands about one application: its lines, people, files, next action, and moves said anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.output import print_answer
from pilothouse.cli.person import find_person, person_options
from pilothouse.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilothouse.apps.jobs.services.applications import ApplicationView

_ID = click.argument("application_id", metavar="ID")


@click.command("application")
@_ID
@click.option("--delete", is_flag=True, help="Throw it away; --restore brings it back.")
@click.option("--restore", is_flag=True, help="Bring it back.")
@person_options
def application(
    *, application_id: str, delete: bool, restore: bool, person: str, data: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """An application with its timeline, people, files and letters.

    Example: pilothouse jobs application 2bcdfgh3jkmn
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.applications import (
        get_application,
        set_application_deleted,
    )
    from pilothouse.apps.jobs.services.part_jsons import to_whole_json

    if delete or restore:
        view = set_application_deleted(access, application_id, is_deleted=delete)
    else:
        view = get_application(access, application_id)
    print_answer(to_whole_json(view), list(_tell(view)), as_json=as_json)


@click.command("note")
@_ID
@click.argument("text")
@click.option("--kind", default="note", show_default=True, help="note, heard or asked.")
@click.option("--on", default="", metavar="DAY", help="The day; else today.")
@person_options
def note(
    *, application_id: str, text: str, kind: str, on: str, person: str, data: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Write a line into the timeline. "heard" starts the days of silence anew.

    Example: pilothouse jobs note 2bcdfgh3jkmn "They decide on Friday." --kind heard
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.part_jsons import to_note_json
    from pilothouse.apps.jobs.services.timeline import write_note

    made = write_note(access, application_id, kind, text, on)
    print_answer(to_note_json(made), [f"{made.on}  {made.kind_name}: {made.text}"], as_json=as_json)


@click.command("next")
@_ID
@click.argument("action", default="")
@click.option("--on", default="", metavar="DAY", help="When it is due; shown on Today from then.")
@click.option("--done", is_flag=True, help="It was done; it goes into the timeline.")
@person_options
def next_action(
    *, application_id: str, action: str, on: str, done: bool, person: str, data: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Say what is to be done next, or that it was done.

    Example: pilothouse jobs next 2bcdfgh3jkmn "Hand in the case" --on 2026-12-01
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.applications import (
        ApplicationChange,
        change_application,
        finish_next_action,
        get_application,
    )
    from pilothouse.apps.jobs.services.histories import to_application_json

    if done:
        view = finish_next_action(access, application_id)
    else:
        was = get_application(access, application_id)
        days = "" if was.ghost_days is None else str(was.ghost_days)
        view = change_application(
            access, application_id,
            ApplicationChange(was.title, was.company, was.source, was.referrer, action, on, days),
        )  # fmt: skip
    due = f", due {view.next_on}" if view.next_on else ""
    line = f"Next: {view.next_action}{due}" if view.next_action else "No next action."
    print_answer(to_application_json(view), [line], as_json=as_json)


@click.command("sent")
@_ID
@click.option(
    "--file",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The file that you sent; it is kept as it is.",
)
@click.option("--built", default="", metavar="VERSION", help="A version of a resume built here.")
@click.option("--kind", default="resume", show_default=True, help="resume, letter or other.")
@click.option("--version", "label", default="", help="The version's name; the funnel groups by it.")
@click.option("--on", default="", metavar="DAY", help="When it was sent; else today.")
@person_options
def sent(
    *,
    application_id: str,
    path: Path | None,
    built: str,
    kind: str,
    label: str,
    on: str,
    person: str,
    data: Path | None,
    as_json: bool,
) -> None:
    """Keep what was sent; without a file, list what is kept.

    Example: pilothouse jobs sent 2bcdfgh3jkmn --file resume.pdf --version B
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.applications import get_application
    from pilothouse.apps.jobs.services.part_jsons import to_sent_json
    from pilothouse.apps.jobs.services.sent_files import (
        SentDraft,
        add_sent,
        add_version,
        list_sent,
    )

    if built:
        add_version(access, application_id, built, sent_on=on)
    elif path:
        add_sent(access, application_id, SentDraft(path.name, [path.read_bytes()], kind, label, on))
    found = list_sent(get_application(access, application_id))
    lines = [f"{each.sent_on}  {each.kind:<6}  {each.label}  {each.digest[:12]}" for each in found]
    answer = {"sent": [to_sent_json(each) for each in found]}
    print_answer(answer, lines or ["Nothing is kept."], as_json=as_json)


@click.command("person")
@_ID
@click.argument("part")
@click.argument("name")
@click.option("--contact", default="", metavar="ID", help="Who it is in your book of people.")
@person_options
def add_person(
    *, application_id: str, part: str, name: str, contact: str, person: str, data: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Say who has to do with it: recruiter, manager, referrer, interviewer or other.

    Example: pilothouse jobs person 2bcdfgh3jkmn recruiter "Lea Brandt"
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services import timeline
    from pilothouse.apps.jobs.services.part_jsons import to_person_json

    made = timeline.add_person(access, application_id, part, name, contact)
    print_answer(to_person_json(made), [f"{made.part_name}: {made.name}"], as_json=as_json)


@click.command("move-again")
@_ID
@click.argument("number", type=int)
@click.option("--stage", default="", help="Another stage.")
@click.option("--on", default="", metavar="DAY", help="Another day.")
@click.option("--note", "words", default=None, help="Another note.")
@click.option("--remove", is_flag=True, help="It counts no longer; it stays in the history.")
@click.option("--restore", is_flag=True, help="It counts again.")
@person_options
def move_again(
    *, application_id: str, number: int, stage: str, on: str, words: str | None, remove: bool,
    restore: bool, person: str, data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Say a move anew, or take it back. What it said before is kept with it.

    Example: pilothouse jobs move-again 2bcdfgh3jkmn 2 --on 2026-03-09
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.applications import get_application
    from pilothouse.apps.jobs.services.histories import to_application_json
    from pilothouse.apps.jobs.services.moves import change_move, set_move_removed

    if remove or restore:
        view = set_move_removed(access, application_id, number, is_removed=remove)
    else:
        moves = {each.number: each for each in get_application(access, application_id).moves}
        if number not in moves:
            raise NotFoundError("there is no such move of this application.", value=number)
        was = moves[number]
        view = change_move(
            access, application_id, number, stage=stage or was.stage, on=on or str(was.on),
            note=was.note if words is None else words,
        )  # fmt: skip
    print_answer(to_application_json(view), list(_tell(view)), as_json=as_json)


@click.command("settings")
@click.option("--silence", type=int, help="Days after which silence ends an application.")
@click.option("--talks", type=float, help="Content with: first talks, % of applications.")
@click.option("--offers", type=float, help="Content with: offers, % of first talks.")
@person_options
def settings(
    *, silence: int | None, talks: float | None, offers: float | None, person: str,
    data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """What the funnel is judged by; without options, what it is now.

    Example: pilothouse jobs settings --silence 21
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.search_settings import (
        SettingsView,
        read_settings,
        save_settings,
    )

    now = read_settings(access)
    if (silence, talks, offers) != (None, None, None):
        now = save_settings(
            access,
            SettingsView(
                now.ghost_days if silence is None else silence,
                now.expected_talks if talks is None else talks / 100,
                now.expected_offers if offers is None else offers / 100,
            ),
        )
    line = (
        f"silence ends it after {now.ghost_days} days; content with {now.expected_talks:.3g} "
        f"talks an application and {now.expected_offers:.3g} offers a talk"
    )
    print_answer(vars(now), [line], as_json=as_json)


def _tell(view: ApplicationView) -> Iterator[str]:
    from pilothouse.apps.jobs.services.letters import list_letters
    from pilothouse.apps.jobs.services.timeline import list_people, read_timeline

    yield f"{view.company}: {view.title}"
    silence = ", by silence" if view.standing.is_presumed else ""
    yield f"{view.stage_name} since {view.standing.since}{silence}"
    if view.next_action:
        yield f"Next: {view.next_action}{f', due {view.next_on}' if view.next_on else ''}"
    for line in reversed(read_timeline(view)):
        yield f"{line.on}  {_line_words(line)}"
    yield from (f"{each.part_name}: {each.name}" for each in list_people(view))
    yield from (f"Letter: {each.title}, version {each.version}" for each in list_letters(view))


def _line_words(line: Any) -> str:
    if line.move:
        words = f"{line.move.number}. {line.move.stage_name}"
        words += f": {line.move.note}" if line.move.note else ""
        return f"{words} (taken back)" if line.move.is_removed else words
    if line.note:
        return f"{line.note.kind_name}: {line.note.text}"
    return f"{line.sent.kind_name} sent: {line.sent.label}"


COMMANDS = (application, note, next_action, sent, add_person, move_again, settings)
