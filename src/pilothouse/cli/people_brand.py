"""``pilothouse people``: pitches, and the plan of posts and talks."""

from __future__ import annotations

from pathlib import Path

import click

from pilothouse.cli.output import print_answer
from pilothouse.cli.person import find_person, person_options


@click.command("pitches")
@person_options
def pitches_command(*, person: str, data: Path | None, as_json: bool) -> None:
    """Pitches with how long they take and how saying them went.

    Example: pilothouse people pitches
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.pitches import list_pitches, to_pitch_json

    found = list_pitches(access)
    lines = [f"{each.public_id}  {each.audience:<28}  {each.length.seconds} of {each.seconds} s, "
             f"said {each.tries.count} times" for each in found]  # fmt: skip
    answer = {"pitches": [to_pitch_json(each) for each in found]}
    print_answer(answer, lines or ["No pitch yet."], as_json=as_json)


@click.command()
@click.argument("audience", metavar="AUDIENCE")
@click.argument("text", metavar="TEXT")
@click.option("--seconds", type=int, default=60, show_default=True)
@click.option("--change", "pitch_id", default="", metavar="PITCH", help="Rewrite this one.")
@person_options
def pitch(
    *, audience: str, text: str, seconds: int, pitch_id: str, person: str, data: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Write a pitch, or rewrite one: another text is another version.

    Example: pilothouse people pitch "a recruiter" "I find out what people pay for." --seconds 30
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services import pitches

    draft = pitches.PitchDraft(audience, text, seconds)
    made = (pitches.change_pitch(access, pitch_id, draft) if pitch_id
            else pitches.create_pitch(access, draft))  # fmt: skip
    fits = "fits" if made.fits else "is too long"
    line = f"{made.public_id}  about {made.length.seconds} of {made.seconds} s: it {fits}"
    print_answer(pitches.to_pitch_json(made), [line], as_json=as_json)


@click.command("try")
@click.argument("pitch_id", metavar="PITCH")
@click.argument("seconds", type=int)
@person_options
def try_command(
    *, pitch_id: str, seconds: int, person: str, data: Path | None, as_json: bool
) -> None:
    """Write down how many SECONDS it took to say a pitch.

    Example: pilothouse people try 5d86qg77vz7b 43
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.pitches import add_try, to_pitch_json

    view = add_try(access, pitch_id, seconds)
    line = f"{seconds} of {view.seconds} s; {view.tries.in_time} of {view.tries.count} in time"
    print_answer(to_pitch_json(view), [line], as_json=as_json)


@click.command("posts")
@person_options
def posts_command(*, person: str, data: Path | None, as_json: bool) -> None:
    """The plan of posts and talks, and what is published.

    Example: pilothouse people posts
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.posts import list_posts, to_post_json

    found = list_posts(access)
    lines = [f"{each.public_id}  {each.published_on or each.planned_on or '':<10}  "
             f"{each.state:<9}  {each.title}" for each in found]  # fmt: skip
    answer = {"posts": [to_post_json(each) for each in found]}
    print_answer(answer, lines or ["Nothing is planned."], as_json=as_json)


@click.command()
@click.argument("title", metavar="TITLE")
@click.option("--kind", default="post", show_default=True, help="post, article, talk or answer.")
@click.option("--text", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="A file with the draft.")  # fmt: skip
@click.option("--audience", default="")
@click.option("--on", "on_day", default="", metavar="DAY", help="When it is planned for.")
@click.option("--from", "evidence", multiple=True, metavar="KEY", help="Work, such as act:12.")
@person_options
def post(
    *, title: str, kind: str, file: Path | None, audience: str, on_day: str,
    evidence: tuple[str, ...], person: str, data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Plan a post or talk from work of yours; numbers that the work does not hold are named.

    Example: pilothouse people post "What our test did not tell us" --from act:12
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services import posts
    from pilothouse.kernel.times import parse_date

    draft = posts.PostDraft(
        title, kind, file.read_text("utf-8") if file else "", audience, evidence,
        parse_date(on_day) if on_day else None,
    )  # fmt: skip
    made = posts.create_post(access, draft)
    loose = posts.list_loose_numbers(access, made)
    lines = [f"{made.public_id}  {made.title}"]
    lines += [f"No work that you chose holds {', '.join(loose)}."] if loose else []
    answer = {**posts.to_post_json(made), "loose_numbers": list(loose)}
    print_answer(answer, lines, as_json=as_json)


@click.command()
@click.argument("post_id", metavar="POST")
@click.argument("url", metavar="URL", required=False, default="")
@click.option("--on", "on_day", default="", metavar="DAY", help="Year-month-day; else today.")
@click.option("--state", default="", help="Instead: idea, draft or dropped.")
@person_options
def published(
    *, post_id: str, url: str, on_day: str, state: str, person: str, data: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Say that you published a post yourself, and where it stands.

    Example: pilothouse people published 5d86qg77vz7b https://example.org/post
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services import posts
    from pilothouse.kernel.times import parse_date

    day = parse_date(on_day) if on_day else None
    made = (posts.set_post_state(access, post_id, state) if state
            else posts.publish_post(access, post_id, url=url, on=day))  # fmt: skip
    print_answer(posts.to_post_json(made), [f"{made.state}: {made.title}"], as_json=as_json)


COMMANDS = (pitches_command, pitch, try_command, posts_command, post, published)
