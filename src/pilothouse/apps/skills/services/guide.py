"""The role guide: pages in our own words, the neighbouring roles, links into the workbench."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import groupby

from django.urls import NoReverseMatch, reverse

from pilothouse.apps.skills.services.competencies import IDS, get_competency
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.kernel.errors import NotFoundError

# The order in which they are read.
_ORDER = (
    "role", "associate", "pm", "senior", "lead", "day", "skills", "steps", "challenges", "rewards",
)  # fmt: skip
# Their pages belong to a product; all others to the person.
PRODUCT_NOUNS = frozenset({"today", "analytics", "backlog", "roadmap", "documents", "decisions"})
_LINK = re.compile(r"\]\(page:([a-z-]+:[a-z-]+)\)")


@dataclass(frozen=True)
class GuidePage:
    """A page of the guide; ``body`` is Markdown whose links are names of pages."""

    key: str
    title: str
    group: str
    summary: str
    body: str

    @property
    def minutes(self) -> int:
        """Time to read it, at 200 words a minute, at least one."""
        return max(1, round(len(self.body.split()) / 200))

    @property
    def plain(self) -> str:
        """The text with the words of its links alone, for where there are no pages."""
        return re.sub(r"\[([^\]]+)\]\(page:[^)]+\)", r"\1", self.body)

    @property
    def links(self) -> tuple[str, ...]:
        """The names of the pages it leads to."""
        return tuple(_LINK.findall(self.body))


@dataclass(frozen=True)
class Competency:
    """A competency by its id and title."""

    key: str
    title: str


@dataclass(frozen=True)
class Pivot:
    """A neighbouring role: what it gives, what it lacks, and the act that adds most."""

    key: str
    name: str
    text: str
    gives: tuple[Competency, ...]
    lacks: tuple[Competency, ...]
    add: str
    page: str


@cache
def list_guide_pages() -> tuple[GuidePage, ...]:
    """All pages in their order."""
    return tuple(_parse(_folder().joinpath(f"{key}.md").read_text("utf-8")) for key in _ORDER)


def get_guide_page(key: str) -> GuidePage:
    """The page called ``key``; NotFoundError names those there are."""
    for page in list_guide_pages():
        if page.key == key:
            return page
    raise NotFoundError(
        "there is no such page in the guide.",
        value=key,
        remedy=f"Choose one of: {', '.join(_ORDER)}.",
    )


def group_guide_pages() -> list[tuple[str, list[GuidePage]]]:
    """The pages by their groups, in order."""
    grouped = groupby(list_guide_pages(), key=lambda page: page.group)
    return [(group, list(pages)) for group, pages in grouped]


@cache
def list_pivots() -> tuple[Pivot, ...]:
    """The roles from which people come."""
    given = tomllib.loads(_folder().joinpath("pivots.toml").read_text("utf-8"))["pivots"]
    names = name_competencies()
    return tuple(
        Pivot(
            key=each["key"],
            name=each["name"],
            text=each["text"],
            gives=tuple(Competency(key, names[key]) for key in each["gives"]),
            lacks=tuple(Competency(key, names[key]) for key in each["lacks"]),
            add=each["add"],
            page=each["page"],
        )
        for each in given
    )


@cache
def name_competencies() -> dict[str, str]:
    """The titles of the sixteen competencies by their ids."""
    return {key: get_competency(key).title for key in IDS}


def page_url(name: str, product: ProductView | None) -> str:
    """The address of a page by its name; of a noun of products, in ``product``.

    Without a product it is the list of products. A page that is not there yet gives the first
    page of its noun. What stands after a question mark is kept.
    """
    page, mark, query = name.partition("?")
    noun = page.partition(":")[0]
    if noun not in PRODUCT_NOUNS:
        return _reverse(page, noun, []) + mark + query
    if product is None:
        return reverse("workspace:products")
    return _reverse(page, noun, [product.public_id]) + mark + query


def with_links(text: str, product: ProductView | None) -> str:
    """Markdown with the names of pages in its links replaced by addresses."""
    return _LINK.sub(lambda match: f"]({page_url(match[1], product)})", text)


def choose_product(products: Sequence[ProductView], remembered: str | None) -> ProductView | None:
    """The product to which links lead: the one looked at last, else the first."""
    chosen = (each for each in products if each.public_id == remembered)
    return next(chosen, products[0] if products else None)


def _reverse(name: str, noun: str, arguments: list[str]) -> str:
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return reverse(f"{noun}:home", args=arguments)


def _folder() -> Traversable:
    return files("pilothouse.content.guide")


def _parse(text: str) -> GuidePage:
    _, head, body = text.split("---\n", 2)
    facts = dict(line.split(": ", 1) for line in head.strip().splitlines())
    return GuidePage(**facts, body=body.strip() + "\n")
