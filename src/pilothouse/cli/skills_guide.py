"""``pilothouse skills guide, faq, industries, start``: what one reads, and a product to begin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pilothouse.cli.django import start_django
from pilothouse.cli.output import print_answer
from pilothouse.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from pilothouse.apps.skills.services.faq import Answered
    from pilothouse.apps.skills.services.industries import IndustryPack
    from pilothouse.apps.workspace.services.access import Access

DATA = click.option("--data", type=click.Path(path_type=Path), help="The data folder.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")


@click.command("guide")
@click.argument("key", default="")
@DATA
@AS_JSON
def guide(*, key: str, data: Path | None, as_json: bool) -> None:
    """The pages of the role guide, or one of them.

    Example: pilothouse skills guide day
    """
    start_django(data)
    from pilothouse.apps.skills.services.guide import get_guide_page, list_guide_pages
    from pilothouse.apps.skills.services.guide_jsons import to_page_json

    if key:
        page = get_guide_page(key)
        lines = [f"# {page.title}", "", page.summary, "", page.plain]
        print_answer({**to_page_json(page), "body": page.body}, lines, as_json=as_json)
        return
    pages = list_guide_pages()
    shown = (f"{page.key:11} {page.title}: {page.summary}" for page in pages)
    print_answer({"pages": [to_page_json(page) for page in pages]}, shown, as_json=as_json)


@click.command("faq")
@click.argument("words", nargs=-1)
@DATA
@AS_JSON
def faq(*, words: tuple[str, ...], data: Path | None, as_json: bool) -> None:
    """Questions in which all WORDS stand, answered also from the owner's record.

    Example: pilothouse skills faq degree
    """
    access = _owner(data)
    from pilothouse.apps.skills.services.faq import answer_questions, find_questions
    from pilothouse.apps.skills.services.guide_jsons import to_answered_json

    answered = answer_questions(access, find_questions(" ".join(words)))
    lines = [line for each in answered for line in _question_lines(each)]
    answer = {"questions": [to_answered_json(each) for each in answered]}
    print_answer(answer, lines or ["No question has these words."], as_json=as_json)


@click.command("industries")
@click.argument("key", default="")
@DATA
@AS_JSON
def industries(*, key: str, data: Path | None, as_json: bool) -> None:
    """The industries, or the words, metrics and questions of one.

    Example: pilothouse skills industries healthcare
    """
    start_django(data)
    from pilothouse.apps.skills.services.guide_jsons import to_industry_json
    from pilothouse.apps.skills.services.industries import get_industry, list_industries

    if key:
        pack = get_industry(key)
        print_answer(to_industry_json(pack), _industry_lines(pack), as_json=as_json)
        return
    packs = list_industries()
    answer = {"industries": [{"key": p.key, "name": p.name, "focus": p.focus} for p in packs]}
    print_answer(answer, (f"{p.key:11} {p.focus}" for p in packs), as_json=as_json)


@click.command("start")
@click.argument("industry")
@click.argument("name")
@click.option("--zone", default="UTC", show_default=True, help="The product's time zone.")
@click.option("--currency", default="USD", show_default=True, help="Three letters.")
@DATA
@AS_JSON
def start(
    *, industry: str, name: str, zone: str, currency: str, data: Path | None, as_json: bool
) -> None:
    """Start a real product called NAME from the pack of INDUSTRY.

    Example: pilothouse skills start education "Evening classes"
    """
    access = _owner(data)
    from pilothouse.apps.skills.services.guide_jsons import to_started_json
    from pilothouse.apps.skills.services.industries_start import StartDraft, start_product

    started = start_product(access, industry, StartDraft(name, zone=zone, currency=currency))
    words = (
        f"Started {started.product.name}: {started.metrics} metrics that wait for their events, "
        f"{started.items} items, {started.outcomes} outcomes, {started.documents} documents."
    )
    print_answer(to_started_json(started), [words], as_json=as_json)


COMMANDS = (guide, faq, industries, start)


def _owner(data: Path | None) -> Access:
    start_django(data)
    from pilothouse.apps.workspace.services.local import list_owner_accesses

    accesses = list_owner_accesses()
    if not accesses:
        raise NotFoundError("there is no workspace yet.", remedy="Start Pilothouse once.")
    return accesses[0]


def _question_lines(answered: Answered) -> Iterator[str]:
    yield answered.question.text
    yield f"  {answered.question.answer}"
    if answered.record is not None:
        yield f"  Your record: {answered.record.says} {answered.record.change}"
    yield ""


def _industry_lines(pack: IndustryPack) -> Iterator[str]:
    yield f"{pack.name}: {pack.focus}"
    yield from ("", "Words")
    yield from (f"  {term.word}: {term.meaning}" for term in pack.terms)
    yield from ("", "Metrics")
    yield from (f"  {metric.name}: {metric.words}" for metric in pack.metrics)
    yield from ("", "Questions")
    yield from (f"  {ask.question}" for asks in pack.questions.values() for ask in asks)
    yield from ("", "Rules to have heard of (check the law of your place)")
    yield from (f"  {rule.topic}: {rule.text}" for rule in pack.rules)
