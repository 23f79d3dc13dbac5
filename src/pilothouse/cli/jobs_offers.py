"""Commands about offers."""

from __future__ import annotations

from pathlib import Path

import click

from pilothouse.cli.output import print_answer
from pilothouse.cli.person import find_person, person_options
from pilothouse.kernel.errors import InvalidValueError

Pair = tuple[float, float]


@click.command("offer")
@click.argument("name")
@click.option("--currency", default="EUR", show_default=True, help="Its three letters.")
@click.option("--base", required=True, metavar="FROM-TO", help="Salary a year: 68000-74000.")
@click.option("--bonus", default="0", metavar="FROM-TO", help="Bonus a year.")
@click.option("--bonus-chance", default=100.0, help="Paid in so many years, %.")
@click.option("--equity", default="0", metavar="FROM-TO", help="Equity, in all.")
@click.option("--equity-chance", default=50.0, help="Comes to be worth that, %.")
@click.option("--vest-years", default=4.0, help="Years until all of it is yours.")
@click.option("--decide-by", default="", metavar="DAY", help="When an answer is due.")
@person_options
def offer(
    *, name: str, currency: str, base: str, bonus: str, bonus_chance: float, equity: str,
    equity_chance: float, vest_years: float, decide_by: str, person: str, data: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Enter an offer as ranges.

    Example: pilothouse jobs offer Acme --base 68000-74000 --equity 40000 --equity-chance 30
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.offer_jsons import to_offer_json
    from pilothouse.apps.jobs.services.offers import OfferDraft, save_offer

    money = {"base": _read(base), "bonus": _read(bonus), "equity": _read(equity)}
    draft = OfferDraft(
        name, currency, money, bonus_chance / 100, equity_chance / 100, vest_years,
        decide_by=decide_by,
    )  # fmt: skip
    saved = save_offer(access, draft)
    print_answer(to_offer_json(saved), [f"{saved.public_id}  {saved.name}"], as_json=as_json)


@click.command("offers")
@person_options
def offers(*, person: str, data: Path | None, as_json: bool) -> None:
    """Offers compared: low, middle, high of a year, and how likely each is the better one.

    Example: pilothouse jobs offers
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.offer_sheets import compare_all, to_group_json

    groups = compare_all(access)
    lines = []
    for group in groups:
        names = {each.public_id: each.name for each in group.offers}
        lines += [
            f"{group.currency}  {figures.money[0]:>10,.0f} {figures.money[1]:>10,.0f} "
            f"{figures.money[2]:>10,.0f}  {each.name}"
            for each, figures, _ in group.rows
        ]
        lines += [
            f"{names[one]} is better than {names[other]}: {chance:.0%}"
            for (one, other), chance in group.comparison.better.items()
            if chance >= 0.5
        ]
    answer = {"groups": [to_group_json(each) for each in groups]}
    print_answer(answer, lines or ["No offer yet."], as_json=as_json)


@click.command("negotiate")
@click.argument("offer_id", metavar="ID")
@click.option(
    "--ask",
    "asks",
    multiple=True,
    metavar="WORTH[:CHANCE]=WHAT",
    help="Asked for, in order: 3000:50=Base 74,000. Replaces what stood there.",
)
@click.option("--walk-away", type=float, help="The amount a year below which you leave it.")
@click.option("--confidence", type=float, help="How sure you want to be that it is better, %.")
@click.option("--agreed", help="What was agreed, in words.")
@person_options
def negotiate(
    *,
    offer_id: str,
    asks: tuple[str, ...],
    walk_away: float | None,
    confidence: float | None,
    agreed: str | None,
    person: str,
    data: Path | None,
    as_json: bool,
) -> None:
    """The sheet of an offer: its asks in order, and where it becomes better than leaving.

    Example: pilothouse jobs negotiate 2bcdfgh3jkmn --ask "3000:50=Base 74,000" --walk-away 66000
    """
    access = find_person(person, data)
    from dataclasses import replace

    from pilothouse.apps.jobs.services import offer_sheets

    found = offer_sheets.read_sheet(access, offer_id)
    draft = found.draft
    if asks:
        draft = replace(draft, asks=tuple(offer_sheets.AskDraft(*_read_ask(each)) for each in asks))
    if walk_away is not None:
        draft = replace(draft, walk_away=walk_away)
    if confidence is not None:
        draft = replace(draft, confidence=confidence / 100)
    if draft != found.draft:
        found = offer_sheets.save_sheet(access, offer_id, draft)
    if agreed is not None:
        offer_sheets.agree(access, offer_id, agreed)
    lines = [found.reason] if found.reason else [f"Against {found.against}:"]
    for place, each in enumerate(found.sheet.lines if found.sheet else ()):
        mark = "  <- enough" if found.sheet and found.sheet.enough_at == place else ""
        words = f"and {each.ask.what}" if each.ask else "as offered"
        lines.append(f"{each.chance_better:>5.0%}  {words}{mark}")
    print_answer(offer_sheets.to_sheet_json(found), lines, as_json=as_json)


def _read_ask(text: str) -> tuple[str, float, float]:
    """An ask such as ``3000:50=Base 74,000``: its words, its worth, its chance in 0..1."""
    figures, sign, what = text.partition("=")
    worth, _, chance = figures.partition(":")
    try:
        if not sign:
            raise ValueError(text)
        return what.strip(), float(worth), float(chance or 50) / 100
    except ValueError as error:
        raise InvalidValueError(
            "an ask is written WORTH:CHANCE=WHAT, such as 3000:50=Base 74,000.", value=text
        ) from error


def _read(text: str) -> Pair:
    """A range such as 68000-74000, or one number."""
    low, _, high = text.replace(",", "").partition("-")
    try:
        return float(low), float(high or low)
    except ValueError as error:
        raise InvalidValueError("a range is two numbers, such as 68000-74000.",
                                value=text) from error  # fmt: skip


COMMANDS = (offer, offers, negotiate)
