"""``pilothouse people``: everybody of a filter put into a group, and out of it again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.output import print_answer
from pilothouse.cli.person import find_person, person_options

if TYPE_CHECKING:
    from pilothouse.apps.people.services.grouping import GroupingLook


@click.command("put-in-group")
@click.argument("into", metavar="GROUP")
@click.option("--words", default="", help="A name, a role, a topic, a company.")
@click.option("--group", "group_word", default="", help="Only of this group.")
@click.option("--topic", default="", help="Only who knows about this.")
@click.option("--relation", default="", help="colleague, former-colleague, alumni, …")
@click.option("--state", default="", help="due, stale, never, target, mapped or resting.")
@click.option("--linked", default="", metavar="KIND:ID", help="Only who is linked with this.")
@click.option("--yes", type=click.IntRange(min=0), metavar="COUNT",
              help="Do it, if the filter shows so many.")  # fmt: skip
@person_options
def put_in_group(
    *, into: str, words: str, group_word: str, topic: str, relation: str, state: str, linked: str,
    yes: int | None, person: str, data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Put all that a filter shows into GROUP. Without --yes it says only how many they are.

    Example: pilothouse people put-in-group Mentors --topic pricing
    """
    access = find_person(person, data)
    from django.utils import timezone

    from pilothouse.apps.people.services import grouping
    from pilothouse.apps.people.services.listing import Wanted

    wanted = Wanted(words, group_word, topic, relation, state=state, linked=linked)
    if yes is None:
        look = grouping.look_at_grouping(access, wanted, into)
        answer: dict[str, Any] = {**grouping.to_look_json(look), "done": False}
        print_answer(answer, _tell(look), as_json=as_json)
        return
    made, look = grouping.put_in_group(access, wanted, into, now=timezone.now(), expected=yes)
    lines = [
        f"{made.people:,} are in {made.word} now, {look.already:,} already were.",
        f"To undo it: pilothouse people undo-group {made.public_id}",
    ]
    answer = {**grouping.to_look_json(look), **grouping.to_grouping_json(made), "done": True}
    print_answer(answer, lines, as_json=as_json)


@click.command("undo-group")
@click.argument("grouping_id", metavar="[ID]", required=False, default="")
@person_options
def undo_group(*, grouping_id: str, person: str, data: Path | None, as_json: bool) -> None:
    """Take those out of a group again who came into it at once; without ID, what there was.

    Example: pilothouse people undo-group 2bcdfgh3jkmn
    """
    access = find_person(person, data)
    from django.utils import timezone

    from pilothouse.apps.people.services import grouping

    if not grouping_id:
        found = grouping.list_groupings(access)
        lines = [
            f"{each.public_id}  {each.at:%Y-%m-%d %H:%M}  {each.people:>6,}  {each.word}"
            f"{'  undone' if each.is_undone else ''}"
            for each in found
        ]
        answer = {"groupings": [grouping.to_grouping_json(each) for each in found]}
        print_answer(answer, lines or ["Nobody was put into a group at once."], as_json=as_json)
        return
    view, gone = grouping.undo_grouping(access, grouping_id, now=timezone.now())
    plain = {**grouping.to_grouping_json(view), "taken_out": gone}
    print_answer(plain, [f"{gone:,} are out of {view.word} again."], as_json=as_json)


def _tell(look: GroupingLook) -> list[str]:
    lines = [f"{look.found:,} fit: {look.fresh:,} would come into {look.word}, "
             f"{look.already:,} are in it."]  # fmt: skip
    if look.full:
        lines.append(f"{look.full:,} are in too many groups.")
    if look.fresh:
        lines.append(f"Nothing is done yet. To do it, add: --yes {look.found}")
    return lines


COMMANDS = (put_in_group, undo_group)
