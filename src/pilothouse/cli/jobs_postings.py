"""Commands about postings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pilothouse.cli.output import print_answer
from pilothouse.cli.person import find_person, person_options


@click.command("postings")
@person_options
def postings(*, person: str, data: Path | None, as_json: bool) -> None:
    """Saved postings with the role and level that their words say.

    Example: pilothouse jobs postings
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.jsons import to_posting_json
    from pilothouse.apps.jobs.services.postings import list_postings

    found = list_postings(access)
    lines = [
        f"{each.public_id}  {each.saved_at:%Y-%m-%d}  {each.reading.level or 'cannot tell':<11}  "
        f"{each.title}{f', {each.company}' if each.company else ''}"
        for each in found
    ]
    answer = {"postings": [to_posting_json(each) for each in found]}
    print_answer(answer, lines or ["No posting yet."], as_json=as_json)


@click.command("save")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--title", default="", help="Else the first line of the text.")
@click.option("--company", default="", help="Who is looking.")
@click.option("--url", default="", help="Where the posting stands; nothing is fetched.")
@person_options
def save(
    *, file: Any, title: str, company: str, url: str, person: str, data: Path | None, as_json: bool
) -> None:
    """Save a posting from a text file, or from what is piped in as "-".

    Example: pilothouse jobs save posting.txt --company Acme
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.jsons import to_posting_json
    from pilothouse.apps.jobs.services.postings import PostingDraft, save_posting

    saved = save_posting(access, PostingDraft(file.read(), title, company, url=url))
    reading = saved.reading
    lines = [f"Saved {saved.public_id}: {saved.title}", reading.why_role, reading.why_level]
    print_answer(to_posting_json(saved), lines, as_json=as_json)


@click.command("fetch")
@click.argument("url")
@person_options
def fetch(*, url: str, person: str, data: Path | None, as_json: bool) -> None:
    """Fetch the page of a posting, once, and save what it says.

    Example: pilothouse jobs fetch https://acme.example/jobs/1
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.fetching import fetch_posting
    from pilothouse.apps.jobs.services.jsons import to_posting_json
    from pilothouse.apps.jobs.services.postings import save_posting

    saved = save_posting(access, fetch_posting(url))
    lines = [f"Saved {saved.public_id}: {saved.title}", saved.reading.why_role]
    print_answer(to_posting_json(saved), lines, as_json=as_json)


@click.command("posting")
@click.argument("posting_id", metavar="ID")
@click.option("--delete", is_flag=True, help="Throw it away; --restore brings it back.")
@click.option("--restore", is_flag=True, help="Bring it back.")
@person_options
def posting(
    *, posting_id: str, delete: bool, restore: bool, person: str, data: Path | None, as_json: bool
) -> None:
    """A posting: its text, what its words say, and who of your book is known there.

    Example: pilothouse jobs posting 2bcdfgh3jkmn
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.jsons import to_posting_json
    from pilothouse.apps.jobs.services.postings import get_posting, set_posting_deleted
    from pilothouse.apps.people.services.known import list_known_at
    from pilothouse.apps.skills.services.targets import read_posting

    if delete or restore:
        found = set_posting_deleted(access, posting_id, is_deleted=delete)
    else:
        found = get_posting(access, posting_id)
    mentions = read_posting(found.text)
    known = list_known_at(access, found.company) if found.company else ()
    lines = [
        f"{found.title}{f', {found.company}' if found.company else ''}",
        found.reading.why_role, found.reading.why_level,
        *(f"{each.competency}: {', '.join(each.words)}" for each in mentions),
        *(f"Known there: {each.name}" for each in known),
        "", found.text,
    ]  # fmt: skip
    plain = {
        **to_posting_json(found),
        "mentions": [{"competency": m.competency, "words": list(m.words)} for m in mentions],
        "known": [each.name for each in known],
    }
    print_answer(plain, lines, as_json=as_json)


@click.command("pivots")
@person_options
def pivots(*, person: str, data: Path | None, as_json: bool) -> None:
    """Neighbouring roles: what each gives and lacks, and your postings for it.

    Example: pilothouse jobs pivots
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.pivots import list_pivot_views
    from pilothouse.apps.jobs.services.postings import list_postings
    from pilothouse.apps.skills.services.guide_jsons import to_pivot_json

    found = list_pivot_views(list_postings(access))
    lines = []
    for each in found:
        lines += [
            f"{each.pivot.name}  ({len(each.postings)} of your postings)",
            f"  gives  {', '.join(one.title for one in each.pivot.gives)}",
            f"  lacks  {', '.join(one.title for one in each.pivot.lacks)}",
            f"  add    {each.pivot.add}",
        ]
    plain = [
        {**to_pivot_json(each.pivot), "postings": [one.public_id for one in each.postings]}
        for each in found
    ]
    print_answer({"pivots": plain}, lines, as_json=as_json)


COMMANDS = (postings, save, fetch, posting, pivots)
