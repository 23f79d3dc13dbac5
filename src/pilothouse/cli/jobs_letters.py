"""``pilothouse jobs letter``: letters of an application, with all their versions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.output import TellingGroup, print_answer
from pilothouse.cli.person import find_person, person_options
from pilothouse.kernel.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilothouse.apps.jobs.services.letters import LetterView
    from pilothouse.apps.workspace.services.access import Access

_ID = click.argument("letter_id", metavar="LETTER")
_TEXT = click.File("r", encoding="utf-8")


@click.group(name="letter", cls=TellingGroup)
def letter_group() -> None:
    """Letters of an application: written, held against acts, kept as sent; no version is lost."""


@letter_group.command("list")
@click.argument("application_id", metavar="APPLICATION")
@person_options
def list_command(*, application_id: str, person: str, data: Path | None, as_json: bool) -> None:
    """The letters of an application.

    Example: pilothouse jobs letter list 2bcdfgh3jkmn
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.applications import get_application
    from pilothouse.apps.jobs.services.letters import list_letters
    from pilothouse.apps.jobs.services.part_jsons import to_letter_json

    found = list_letters(get_application(access, application_id))
    answer = {"letters": [to_letter_json(each) for each in found]}
    print_answer(answer, [_to_line(each) for each in found] or ["No letter yet."], as_json=as_json)


@letter_group.command("show")
@_ID
@click.option("--version", "number", type=int, help="What it said in this version.")
@click.option("--again", is_flag=True, help="Have it say again what --version said.")
@person_options
def show_command(
    *, letter_id: str, number: int | None, again: bool, person: str, data: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """A letter with its versions and what in it rests on no act; or what it said in a version.

    Example: pilothouse jobs letter show 2bcdfgh3jkmn --version 1
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services import letters
    from pilothouse.apps.jobs.services.part_jsons import to_letter_version_json

    letter = letters.find_letter(access, letter_id)
    if again:
        if number is None:
            raise InvalidValueError("say which version: --version 1.")
        letter = letters.restore_letter_version(access, letter.application_id, letter_id, number)
    elif number is not None:
        version = letters.get_letter_version(access, letter.application_id, letter_id, number)
        lines = [f"Version {number} of {version.at:%Y-%m-%d %H:%M}: {version.title}", version.text]
        print_answer(to_letter_version_json(version), lines, as_json=as_json)
        return
    _print(access, letter, as_json=as_json)


@letter_group.command("add")
@click.argument("application_id", metavar="APPLICATION")
@click.argument("file", type=_TEXT, required=False)
@click.option("--title", default="", help="Else: Letter to COMPANY.")
@person_options
def add_command(
    *, application_id: str, file: Any, title: str, person: str, data: Path | None, as_json: bool
) -> None:
    """Begin a letter, empty or with the text of a file; - reads what is typed.

    Example: pilothouse jobs letter add 2bcdfgh3jkmn letter.txt
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.letters import begin_letter

    made = begin_letter(access, application_id, title, file.read() if file else "")
    _print(access, made, as_json=as_json)


@letter_group.command("change")
@_ID
@click.argument("file", type=_TEXT, required=False)
@click.option("--title", default=None, help="Another title.")
@click.option("--base", type=int, default=0, help="The version you began from: refused if newer.")
@click.option("--delete", is_flag=True, help="Throw it away; --restore brings it back.")
@click.option("--restore", metavar="APPLICATION", default="", help="Bring it back.")
@person_options
def change_command(
    *, letter_id: str, file: Any, title: str | None, base: int, delete: bool, restore: str,
    person: str, data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Write a letter anew; what it said before is kept as a version.

    Example: pilothouse jobs letter change 2bcdfgh3jkmn letter.txt --base 3
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services import letters

    if restore:
        letter = letters.set_letter_deleted(access, restore, letter_id, is_deleted=False)
        _print(access, letter, as_json=as_json)
        return
    was = letters.find_letter(access, letter_id)
    if delete:
        letters.set_letter_deleted(access, was.application_id, letter_id, is_deleted=True)
        line = f"Deleted: {was.title}. To bring it back: --restore {was.application_id}"
        print_answer({"deleted": letter_id, "application": was.application_id}, [line],
                     as_json=as_json)  # fmt: skip
        return
    text = file.read() if file else was.text
    draft = letters.LetterDraft(was.title if title is None else title, text, base)
    letter = letters.save_letter(access, was.application_id, letter_id, draft)
    _print(access, letter, as_json=as_json)


@letter_group.command("export")
@_ID
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Else it is printed.")  # fmt: skip
@click.option("--sent", is_flag=True, help="Also keep it as sent; refused while it does not hold.")
@click.option("--on", default="", metavar="DAY", help="When it was sent; else today.")
@person_options
def export_command(
    *, letter_id: str, out: Path | None, sent: bool, on: str, person: str, data: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """A letter as plain text, as it is sent: without the signs of its evidence.

    Example: pilothouse jobs letter export 2bcdfgh3jkmn --out letter.txt --sent
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.letters import find_letter, keep_as_sent
    from pilothouse.apps.jobs.services.part_jsons import to_sent_json

    letter = find_letter(access, letter_id)
    kept = keep_as_sent(access, letter.application_id, letter_id, on) if sent else None
    if out:
        out.write_text(letter.as_sent, "utf-8")
    lines = [f"wrote {out}"] if out else [letter.as_sent.rstrip("\n")]
    answer = {
        "id": letter_id, "version": letter.version, "file": str(out) if out else None,
        "text": letter.as_sent, "sent": to_sent_json(kept) if kept else None,
    }  # fmt: skip
    print_answer(answer, lines, as_json=as_json)


def _print(access: Access, letter: LetterView, *, as_json: bool) -> None:
    from pilothouse.apps.jobs.services import letters
    from pilothouse.apps.jobs.services.part_jsons import (
        to_letter_check_json,
        to_letter_json,
        to_letter_version_json,
    )

    check = letters.check_letter(access, letter)
    versions = letters.list_letter_versions(access, letter.application_id, letter.public_id)
    answer = {
        **to_letter_json(letter), "application": letter.application_id,
        "check": to_letter_check_json(check),
        "versions": [to_letter_version_json(each) for each in versions],
    }  # fmt: skip
    lines = [_to_line(letter), letter.text, *_tell_check(check)]
    lines += [
        f"version {each.number}  {each.at:%Y-%m-%d %H:%M}  {each.title}" for each in versions[1:]
    ]
    print_answer(answer, lines, as_json=as_json)


def _to_line(letter: LetterView) -> str:
    return (
        f"{letter.public_id}  version {letter.version:<3}  {letter.updated_at:%Y-%m-%d}  "
        f"{letter.title}"
    )


def _tell_check(check: Any) -> Iterator[str]:
    if check.gaps:
        yield from (f"Does not hold: {gap.sentence}" for gap in check.gaps)
    elif check.claims:
        yield f"Every claim rests on an act: {len(check.claims)} in all."
    else:
        yield "It claims nothing that needs evidence."


COMMANDS = (letter_group,)
