"""``pilothouse people``: contacts and companies, written, changed, looked up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.output import print_answer
from pilothouse.cli.person import find_person, person_options
from pilothouse.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from pilothouse.apps.workspace.services.access import Access

# Options that hold several values, one each time they are given.
_MANY = ("emails", "phones", "links", "topics", "groups")


def find_contact(access: Access, name: str) -> str:
    """The id of the one contact that ``name`` (or an id) fits."""
    from pilothouse.apps.people.services.listing import Wanted, find_by_name, list_contacts

    if known := find_by_name(access, name):
        return known.public_id
    found = list_contacts(access, Wanted(text=name), limit=5).lines
    if len(found) != 1:
        names = ", ".join(line.name for line in found) or "nobody"
        raise NotFoundError("one contact must fit.", value=name, remedy=f"There are: {names}.")
    return found[0].public_id


def contact_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What can be said of a contact."""
    options = (
        click.option("--role", default=None),
        click.option("--company", default=None),
        click.option("--email", "emails", multiple=True, help="May be given several times."),
        click.option("--phone", "phones", multiple=True),
        click.option("--link", "links", multiple=True, help="A profile or page."),
        click.option("--topic", "topics", multiple=True, help="What they know about."),
        click.option("--group", "groups", multiple=True),
        click.option("--relation", default=None, help="colleague, former-colleague, alumni, …"),
        click.option("--how-met", default=None),
        click.option("--interests", default=None),
        click.option("--notes", default=None),
        click.option("--tie", type=click.IntRange(0, 3), default=None, help="0 to 3: strong."),
        click.option("--power", type=click.IntRange(1, 5), default=None),
        click.option("--interest", type=click.IntRange(1, 5), default=None),
        click.option("--wants", default=None, help="What a stakeholder wants."),
        click.option("--meet", "why", default=None, metavar="WHY", help="Somebody to meet."),
        click.option("--cadence", "cadence_days", type=click.IntRange(1, 3650), default=None,
                     metavar="DAYS", help="Counted from the last contact."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@click.command("list")
@person_options
@click.option("--words", default="", help="A name, a role, a topic, a company.")
@click.option("--group", "group_word", default="", help="Only this group.")
@click.option("--topic", default="", help="Only who knows about this.")
@click.option("--state", default="", help="due, stale, never, target, mapped or resting.")
@click.option("--linked", default="", metavar="KIND:ID", help="Only who is linked with this.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
def list_command(
    *, person: str, data: Path | None, words: str, group_word: str, topic: str, state: str,
    linked: str, limit: int, as_json: bool,
) -> None:  # fmt: skip
    """Contacts that fit.

    Example: pilothouse people list --state due
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.listing import Wanted, list_contacts
    from pilothouse.apps.people.services.views import to_line_json

    wanted = Wanted(text=words, group=group_word, topic=topic, state=state, linked=linked)
    found = list_contacts(access, wanted, limit=limit)
    lines = [f"{line.public_id}  {line.name:<28}  {line.place}" for line in found.lines]
    answer = {"total": found.total, "contacts": [to_line_json(line) for line in found.lines]}
    print_answer(answer, [*lines, f"{found.total:,} in all"], as_json=as_json)


@click.command()
@click.argument("name", metavar="NAME")
@person_options
def show(*, name: str, person: str, data: Path | None, as_json: bool) -> None:
    """A contact with the talks and what was given and received.

    Example: pilothouse people show "Ana Ruiz"
    """
    access = find_person(person, data)
    from dataclasses import asdict

    from pilothouse.apps.people.services.balances import read_balance
    from pilothouse.apps.people.services.contacts import get_contact
    from pilothouse.apps.people.services.talks import list_talks
    from pilothouse.apps.people.services.views import to_contact_json

    contact_id = find_contact(access, name)
    view, talks = get_contact(access, contact_id), list_talks(access, contact_id)
    balance = read_balance(access, contact_id=contact_id)
    lines = [
        f"{view.name}  {view.line.place}",
        *(f"{label}: {text}" for label, text in (
            ("knows about", ", ".join(view.topics)), ("groups", ", ".join(view.groups)),
            ("e-mail", ", ".join(view.emails)), ("wants", view.wants)) if text),
        f"{balance.given} given, {balance.received} received",
        *(f"{talk.on}  {talk.text}" for talk in talks),
    ]  # fmt: skip
    answer = {**to_contact_json(view), "balance": asdict(balance),
              "talks": [asdict(each) for each in talks]}  # fmt: skip
    print_answer(answer, lines, as_json=as_json)


@click.command()
@click.argument("name", metavar="NAME")
@contact_options
@person_options
def add(*, name: str, person: str, data: Path | None, as_json: bool, **said: Any) -> None:
    """Write somebody into the book.

    Example: pilothouse people add "Ana Ruiz" --company Northwind --topic pricing --cadence 30
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.contacts import ContactDraft, create_contact
    from pilothouse.apps.people.services.views import to_contact_json

    view = create_contact(access, replace(ContactDraft(name), **_said(said)))
    print_answer(to_contact_json(view), [f"In your book: {view.name}"], as_json=as_json)


@click.command()
@click.argument("name", metavar="NAME")
@click.option("--name", "new_name", default=None, help="Another name.")
@contact_options
@person_options
def change(
    *, name: str, new_name: str | None, person: str, data: Path | None, as_json: bool, **said: Any
) -> None:
    """Change what is given; all else stays. Lists are set to what is given.

    Example: pilothouse people change "Ana Ruiz" --power 4 --interest 5 --wants "No surprises"
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.contacts import change_contact, get_contact, to_draft
    from pilothouse.apps.people.services.views import to_contact_json

    contact_id = find_contact(access, name)
    draft = replace(to_draft(get_contact(access, contact_id)), **_said(said))
    draft = replace(draft, name=new_name or draft.name)
    view = change_contact(access, contact_id, draft)
    print_answer(to_contact_json(view), [f"Changed: {view.name}"], as_json=as_json)


@click.command()
@click.argument("name", metavar="NAME")
@click.option("--back", is_flag=True, help="Bring NAME (an id) back instead.")
@person_options
def remove(*, name: str, back: bool, person: str, data: Path | None, as_json: bool) -> None:
    """Take somebody out of the book; --back with the id brings them back.

    Example: pilothouse people remove "Ana Ruiz"
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.contacts import set_contact_deleted

    contact_id = name if back else find_contact(access, name)
    view = set_contact_deleted(access, contact_id, is_deleted=not back)
    words = "Back in your book" if back else "Out of your book"
    answer = {"id": contact_id, "name": view.name, "deleted": not back}
    print_answer(answer, [f"{words}: {view.name} ({contact_id})"], as_json=as_json)


@click.command("put-off")
@click.argument("name", metavar="NAME")
@click.argument("day", metavar="DAY", required=False, default="")
@person_options
def put_off(*, name: str, day: str, person: str, data: Path | None, as_json: bool) -> None:
    """Put the reminder of NAME off until DAY; without a day it is back.

    Example: pilothouse people put-off "Ana Ruiz" 2027-03-01
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.contacts import set_snoozed
    from pilothouse.apps.people.services.views import to_contact_json
    from pilothouse.kernel.times import parse_date

    view = set_snoozed(access, find_contact(access, name), parse_date(day) if day else None)
    words = f"Put off until {day}" if day else "The reminder is back"
    print_answer(to_contact_json(view), [f"{words}: {view.name}"], as_json=as_json)


@click.command()
@click.option("--targets", is_flag=True, help="Only where you would like to be.")
@click.option("--words", default="", help="Of the name.")
@person_options
def companies(*, targets: bool, words: str, person: str, data: Path | None, as_json: bool) -> None:
    """Companies with how many you know there; targets first.

    Example: pilothouse people companies --targets
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.companies import list_companies
    from pilothouse.apps.people.services.views import to_company_json

    found, total = list_companies(access, only_targets=targets, text=words, limit=1000)
    lines = [f"{each.known:>5}  {each.name:<32}  {each.why[:60]}" for each in found]
    answer = {"total": total, "companies": [to_company_json(each) for each in found]}
    print_answer(answer, lines or ["No company fits."], as_json=as_json)


@click.command()
@click.argument("name", metavar="COMPANY")
@click.option("--why", default=None, help="Why you would like to be there; empty: no target.")
@click.option("--website", default=None)
@click.option("--notes", default=None)
@person_options
def company(
    *, name: str, why: str | None, website: str | None, notes: str | None, person: str,
    data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Write a company down, or change it; with --why it is a target.

    Example: pilothouse people company Northwind --why "I took their onboarding apart"
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services import companies as book
    from pilothouse.apps.people.services.views import to_company_json

    view = book.find_or_create_company(access, name)
    draft = book.CompanyDraft(
        view.name,
        website=view.website if website is None else website,
        notes=view.notes if notes is None else notes,
        is_target=view.is_target if why is None else bool(why),
        why=view.why if why is None else why,
    )
    view = book.change_company(access, view.public_id, draft)
    words = "a target" if view.is_target else "in your book"
    print_answer(to_company_json(view), [f"{view.name}: {words}"], as_json=as_json)


@click.command()
@click.argument("name", metavar="[GROUP]", required=False, default="")
@click.argument("days", type=click.IntRange(0, 3650), required=False, default=None)
@person_options
def groups(*, name: str, days: int | None, person: str, data: Path | None, as_json: bool) -> None:
    """Groups with their cadences; with GROUP and DAYS it is set, with 0 taken away.

    Example: pilothouse people groups Mentors 30
    """
    access = find_person(person, data)
    from dataclasses import asdict

    from pilothouse.apps.people.services.rhythms import list_groups, set_rhythm

    if name and days is not None:
        set_rhythm(access, name, days or None)
    found = list_groups(access)
    lines = [
        f"{each.people:>6}  {each.word:<28}  {f'every {each.days} days' if each.days else ''}"
        for each in found
    ]
    answer = {"groups": [asdict(each) for each in found]}
    print_answer(answer, lines or ["No groups yet."], as_json=as_json)


def _said(options: dict[str, Any]) -> dict[str, Any]:
    """What was given of a contact's options; who is to be met is a target."""
    given = {name: tuple(value) if name in _MANY else value for name, value in options.items()
             if value not in {None, ()}}  # fmt: skip
    return {**given, "is_target": bool(given["why"])} if "why" in given else given


COMMANDS = (list_command, show, add, change, remove, put_off, companies, company, groups)
