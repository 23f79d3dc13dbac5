"""``pilothouse people``: the questions that a book answers."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from pilothouse.cli.output import print_answer
from pilothouse.cli.person import find_person, person_options


@click.command()
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


@click.command()
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


@click.command("next")
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


@click.command()
@person_options
def balance(*, person: str, data: Path | None, as_json: bool) -> None:
    """Given and received: in all, and with whom it is not even.

    Example: pilothouse people balance
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.balances import (
        list_balances,
        read_balance,
        to_balance_json,
    )

    total, found = read_balance(access), list_balances(access, limit=200)
    lines = [f"{total.given} given, {total.received} received, {total.unthanked} not thanked for",
             *(f"{each.contact:<28}  {each.words}" for each in found)]  # fmt: skip
    answer = {"in_all": {**asdict(total), "net": total.net},
              "uneven": [to_balance_json(each) for each in found]}  # fmt: skip
    print_answer(answer, lines, as_json=as_json)


@click.command()
@person_options
def former(*, person: str, data: Path | None, as_json: bool) -> None:
    """Former colleagues and alumni, the longest without a word first.

    Example: pilothouse people former
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.asking import list_former
    from pilothouse.apps.people.services.views import to_line_json

    found, total = list_former(access, limit=200)
    lines = [f"{line.last_contact_on or 'never':<12}  {line.name:<28}  {line.place}"
             for line in found]  # fmt: skip
    answer = {"total": total, "people": [to_line_json(line) for line in found]}
    print_answer(answer, lines or ["Nobody is marked so yet."], as_json=as_json)


@click.command()
@person_options
def grid(*, person: str, data: Path | None, as_json: bool) -> None:
    """Stakeholders by power and interest.

    Example: pilothouse people grid
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.asking import read_grid
    from pilothouse.apps.people.services.views import to_line_json

    cells = read_grid(access)
    lines = [f"{cell.title}: {', '.join(line.name for line in cell.people) or 'nobody'}"
             for cell in cells]  # fmt: skip
    answer = {"cells": [{"key": cell.key, "title": cell.title,
                         "people": [to_line_json(line) for line in cell.people]}
                        for cell in cells]}  # fmt: skip
    print_answer(answer, lines, as_json=as_json)


COMMANDS = (known, knows, next_command, balance, former, grid)
