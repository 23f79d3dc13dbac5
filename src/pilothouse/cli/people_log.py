"""``pilothouse people``: talks, favours, thanks and messages."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from pilothouse.cli.output import print_answer
from pilothouse.cli.people_contacts import find_contact
from pilothouse.cli.person import find_person, person_options


@click.command()
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
    from pilothouse.apps.people.services.talks import TalkDraft, log_talk
    from pilothouse.kernel.times import parse_date

    contact_id = find_contact(access, name)
    day = parse_date(on_day) if on_day else None
    draft = TalkDraft(text=text, channel=channel, on=day, follow_up=promise)
    written = log_talk(access, contact_id, draft)
    answer = {"contact": contact_id, **asdict(written)}
    print_answer(answer, [f"Written down: {name}, {written.on}"], as_json=as_json)


@click.command()
@click.argument("talk_id", metavar="TALK")
@click.option("--open", "is_open", is_flag=True, help="Open it again instead.")
@person_options
def done(*, talk_id: str, is_open: bool, person: str, data: Path | None, as_json: bool) -> None:
    """Tick off what was promised in a talk (its id is in `people next --json`).

    Example: pilothouse people done 5d86qg77vz7b
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.talks import set_followed_up

    contact_id = set_followed_up(access, talk_id, is_done=not is_open)
    answer = {"talk": talk_id, "contact": contact_id, "done": not is_open}
    print_answer(answer, ["Open again." if is_open else "Done."], as_json=as_json)


@click.command()
@click.argument("name", metavar="NAME")
@click.argument("text", metavar="WHAT")
@click.option("--received", is_flag=True, help="They did it for you; else you for them.")
@click.option(
    "--kind",
    default="advice",
    show_default=True,
    help="introduction, referral, advice, review, teardown, data, time, other.",
)
@click.option("--asked", is_flag=True, help="Asked, and not done yet.")
@click.option("--on", "on_day", default="", metavar="DAY", help="Year-month-day; else today.")
@click.option("--about", default="", metavar="NAME", help="Whom it leads to.")
@click.option("--at", default="", metavar="COMPANY", help="Where it leads to.")
@person_options
def favour(
    *, name: str, text: str, received: bool, kind: str, asked: bool, on_day: str, about: str,
    at: str, person: str, data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Write down what one did for the other: an introduction, a referral, advice.

    Example: pilothouse people favour "Tom Berg" "To meet Eve" --received --asked
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.favours import FavourDraft, write_favour
    from pilothouse.kernel.times import parse_date

    draft = FavourDraft(
        text, "received" if received else "given", kind, "asked" if asked else "done",
        parse_date(on_day) if on_day else None, about=about, at=at,
    )  # fmt: skip
    written = write_favour(access, find_contact(access, name), draft)
    line = f"{written.public_id}  {written.contact}: {written.text}"
    print_answer(asdict(written), [line], as_json=as_json)


@click.command()
@click.option("--state", default="", help="asked, done or declined.")
@click.option("--unthanked", is_flag=True, help="Only what you did not thank for.")
@person_options
def favours(*, state: str, unthanked: bool, person: str, data: Path | None, as_json: bool) -> None:
    """What people did for each other, the latest first.

    Example: pilothouse people favours --unthanked
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.favours import list_favours

    found = list_favours(access, state=state, only_unthanked=unthanked)
    lines = [f"{each.public_id}  {each.on}  {each.direction:<8}  {each.state:<8}  "
             f"{each.contact}: {each.text}" for each in found]  # fmt: skip
    answer = {"favours": [asdict(each) for each in found]}
    print_answer(answer, lines or ["Nothing is written down."], as_json=as_json)


@click.command("favour-state")
@click.argument("favour_id", metavar="FAVOUR")
@click.argument("state", metavar="STATE")
@person_options
def favour_state(
    *, favour_id: str, state: str, person: str, data: Path | None, as_json: bool
) -> None:
    """Say what became of what was asked: done, declined, or asked again.

    Example: pilothouse people favour-state 5d86qg77vz7b done
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.favours import set_favour_state

    written = set_favour_state(access, favour_id, state)
    print_answer(asdict(written), [f"{written.state}: {written.text}"], as_json=as_json)


@click.command()
@click.argument("favour_id", metavar="FAVOUR")
@click.option("--not", "is_not", is_flag=True, help="Not thanked after all.")
@person_options
def thank(*, favour_id: str, is_not: bool, person: str, data: Path | None, as_json: bool) -> None:
    """Say that you thanked for a favour.

    Example: pilothouse people thank 5d86qg77vz7b
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.favours import set_thanked

    written = set_thanked(access, favour_id, is_thanked=not is_not)
    words = "Not thanked yet" if is_not else "You thanked"
    print_answer(asdict(written), [f"{words}: {written.contact}"], as_json=as_json)


@click.command()
@click.argument("name", metavar="NAME")
@click.option("--purpose", default="offer", show_default=True,
              help="offer, advice, introduction, referral, thanks or reconnect.")  # fmt: skip
@click.option("--offer", "evidence", multiple=True, metavar="KEY", help="Work, such as act:12.")
@click.option("--subject", default="")
@click.option("--text", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="A file with the message; else it is begun from what is known.")  # fmt: skip
@person_options
def write(
    *, name: str, purpose: str, evidence: tuple[str, ...], subject: str, file: Path | None,
    person: str, data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Begin a message to one person and check it. Nothing is sent from here.

    Example: pilothouse people write "Ana Ruiz" --purpose offer --offer act:12
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services import outreach

    text = file.read_text("utf-8") if file else ""
    draft = outreach.OutreachDraft(purpose, subject, text, evidence)
    view = outreach.begin_outreach(access, find_contact(access, name), draft)
    checks = outreach.check_outreach(access, view)
    lines = [view.text, "", *(f"{c.outcome:<6}  {c.sentence}" for c in checks), view.public_id]
    print_answer(outreach.to_outreach_json(view, checks), lines, as_json=as_json)


@click.command()
@click.argument("text", metavar="[WORDS]", required=False, default="")
@person_options
def offers(*, text: str, person: str, data: Path | None, as_json: bool) -> None:
    """Work of yours that can be offered, with the keys for `people write`.

    Example: pilothouse people offers pricing
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services.evidence import list_offers

    found = list_offers(access, text)
    lines = [f"{each.key:<20}  {each.title}" for each in found]
    answer = {"offers": [asdict(each) for each in found]}
    print_answer(answer, lines or ["Nothing yet."], as_json=as_json)


@click.command()
@click.argument("message_id", metavar="MESSAGE")
@click.option("--on", "on_day", default="", metavar="DAY", help="Year-month-day; else today.")
@click.option("--answered", is_flag=True, help="An answer came.")
@person_options
def sent(
    *, message_id: str, on_day: str, answered: bool, person: str, data: Path | None, as_json: bool
) -> None:
    """Say that you sent a message yourself, or that an answer came.

    Example: pilothouse people sent 5d86qg77vz7b
    """
    access = find_person(person, data)
    from pilothouse.apps.people.services import outreach
    from pilothouse.kernel.times import parse_date

    if answered:
        view = outreach.mark_answered(access, message_id, is_answered=True)
    else:
        day = parse_date(on_day) if on_day else None
        view = outreach.mark_sent(access, message_id, on=day)
    line = f"{view.state}: {view.contact}, {view.answered_on or view.sent_on}"
    print_answer(outreach.to_outreach_json(view), [line], as_json=as_json)


COMMANDS = (talk, done, favour, favours, favour_state, thank, write, offers, sent)
