"""``pilothouse people``: what a contact is linked with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pilothouse.cli.output import print_answer
from pilothouse.cli.people_contacts import find_contact
from pilothouse.cli.person import find_person, person_options

if TYPE_CHECKING:
    from pilothouse.apps.workspace.services.links import LinkView


@click.command("links")
@click.argument("name", metavar="NAME")
@person_options
def links(*, name: str, person: str, data: Path | None, as_json: bool) -> None:
    """What NAME is linked with: decisions, products, promises, addresses.

    Example: pilothouse people links "Ana Ruiz"
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.linking import list_contact_links
    from pilothouse.apps.workspace.services.links import to_link_json

    found = list_contact_links(access, find_contact(access, name))
    lines = [_to_line(each) for each in found]
    answer = {"links": [to_link_json(each) for each in found]}
    print_answer(answer, lines or ["Linked with nothing."], as_json=as_json)


@click.command("link")
@click.argument("name", metavar="NAME")
@click.argument("target", metavar="TARGET")
@click.option("--relation", default="relates", show_default=True, help="relates, evidence, …")
@click.option("--title", default="", help="What an address outside is called.")
@person_options
def link(
    *, name: str, target: str, relation: str, title: str, person: str, data: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Link NAME with TARGET: the title of one thing, kind:id, or an address with https://.

    Example: pilothouse people link "Ana Ruiz" "Charge by team, not by seat"
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.linking import link_contact
    from pilothouse.apps.workspace.services.links import to_link_json

    made = link_contact(access, find_contact(access, name), target, relation=relation, title=title)
    print_answer(to_link_json(made), [_to_line(made)], as_json=as_json)


@click.command("unlink")
@click.argument("name", metavar="NAME")
@click.argument("link_id", metavar="LINK")
@click.option("--back", is_flag=True, help="Bring the link back instead.")
@person_options
def unlink(
    *, name: str, link_id: str, back: bool, person: str, data: Path | None, as_json: bool
) -> None:
    """Take a link of NAME away; --back brings it back.

    Example: pilothouse people unlink "Ana Ruiz" 2bcdfgh3jkmn
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.linking import set_contact_link_removed

    set_contact_link_removed(access, find_contact(access, name), link_id, is_removed=not back)
    words = "Linked again." if back else f"Unlinked. To bring it back: --back {link_id}"
    print_answer({"id": link_id, "removed": not back}, [words], as_json=as_json)


def _to_line(link: LinkView) -> str:
    what = f"{link.title} ({link.url})" if link.is_outside else f"{link.kind}: {link.title}"
    return f"{link.public_id}  {link.words} {what}"


COMMANDS = (links, link, unlink)
