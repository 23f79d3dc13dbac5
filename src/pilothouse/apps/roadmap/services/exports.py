"""The roadmap as files for people: CSV, Markdown, JSON, SVG, PNG and PPTX.

A file is made for an audience: its words may differ, its facts cannot. Files for customers and
sales leave the house, so they hold no values and no efforts.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from pilothouse.apps.roadmap.models import Audience, BetStatus, Horizon
from pilothouse.apps.roadmap.services.audiences import Reveal, ToldBet, list_told_bets
from pilothouse.apps.roadmap.services.checks import check_choice
from pilothouse.apps.roadmap.services.confidence import RULE
from pilothouse.apps.roadmap.services.quarters import list_quarters, name_quarter, today_of
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.apps.workspace.services.export import guard_cell
from pilothouse.kernel.errors import InvalidValueError, NotFoundError

KINDS = (("board", "Now, next, later"), ("timeline", "Timeline by quarter"))
OUTWARD = (Audience.CUSTOMERS, Audience.SALES)
QUARTERS_DRAWN = 6
# What XML 1.0 cannot hold even escaped; pictures and slides are XML.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+\-!|~])")


@dataclass(frozen=True)
class Sheet:
    """What a file tells: the told bets by horizon, for whom, on which day.

    ``quarters`` are those a timeline draws. ``shows_values`` says whether efforts and values are
    told.
    """

    product: str
    is_simulated: bool
    audience: str
    day: date
    bets: tuple[ToldBet, ...]
    quarters: tuple[date, ...]
    shows_values: bool

    @property
    def audience_name(self) -> str:
        return Audience(self.audience).label

    @property
    def subtitle(self) -> str:
        """``For customers, 25 November 2026. Simulated product``."""
        day = f"{self.day.day} {self.day:%B} {self.day.year}"
        words = f"For {self.audience_name.lower()}, {day}"
        return f"{words}. Simulated product: nothing in it is real" if self.is_simulated else words

    def open_in(self, horizon: str) -> list[ToldBet]:
        """The bets of a horizon that are not done."""
        return [b for b in self.bets if b.horizon == horizon and b.status != BetStatus.DONE]

    @property
    def done(self) -> list[ToldBet]:
        """What is done already."""
        return [bet for bet in self.bets if bet.status == BetStatus.DONE]

    @property
    def lanes(self) -> list[tuple[str, list[ToldBet]]]:
        """Now, Next and Later, and Done where there is any, each with its bets."""
        lanes = [(horizon.label, self.open_in(horizon)) for horizon in Horizon]
        return [*lanes, ("Done", self.done)] if self.done else lanes


@dataclass(frozen=True)
class RoadmapFile:
    """A file to save."""

    name: str
    body: bytes
    content_type: str


def make_sheet(product: ProductView, audience: str = Audience.TEAM) -> Sheet:
    """What the roadmap tells an audience; a few queries whatever its size."""
    check_choice(audience, Audience.values, "an audience")
    shows_values = audience not in OUTWARD
    today = today_of(product)
    return Sheet(
        product=clean(product.name),
        is_simulated=product.is_simulated,
        audience=audience,
        day=today,
        bets=tuple(list_told_bets(product, audience, reveal=Reveal(values=shows_values))),
        quarters=tuple(list_quarters(today, QUARTERS_DRAWN)),
        shows_values=shows_values,
    )


def export_roadmap(
    product: ProductView, extension: str, *, kind: str = "board", audience: str = Audience.TEAM
) -> RoadmapFile:
    """The roadmap as a file; NotFoundError for an unknown format or kind of picture."""
    if extension not in FORMATS:
        raise NotFoundError(f"a roadmap can be saved as {', '.join(FORMATS)}.", value=extension)
    if kind not in dict(KINDS):
        raise NotFoundError("a roadmap is drawn as board or timeline.", value=kind)
    sheet = make_sheet(product, audience)
    form = FORMATS[extension]
    stem = re.sub(r"[^\w\-]+", "-", f"{product.name}-roadmap-{audience}").strip("-") or "roadmap"
    suffix = f"-{kind}" if form.is_drawn else ""
    return RoadmapFile(f"{stem}{suffix}.{extension}", form.make(sheet, kind), form.content_type)


def describe_sureness(bet: ToldBet) -> str:
    """``expected, 52 %``; the band alone where nobody stated a confidence."""
    percent = bet.confidence.percent
    if percent is None or bet.status == BetStatus.DONE:
        return bet.confidence.band
    return f"{bet.confidence.band}, {percent} %"


def describe_time(bet: ToldBet) -> str:
    """The quarter where one may be told, else the horizon."""
    return bet.quarter_name or Horizon(bet.horizon).label


def to_csv(sheet: Sheet, kind: str = "") -> bytes:
    """One row a bet, safe for spreadsheets; with a byte order mark, as they want it."""
    del kind
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    header = ["title", "text", "horizon", "quarter", "status", "band", "confidence", "outcome"]
    writer.writerow([*header, *(["effort_weeks", "value"] * sheet.shows_values), "world"])
    for bet in sheet.bets:
        facts: list[Any] = [
            bet.title, bet.text, bet.horizon, bet.quarter_name, bet.status,
            bet.confidence.band, _rounded(bet.confidence.share), bet.outcome_title,
        ]  # fmt: skip
        own = [bet.effort, bet.value] if sheet.shows_values else []
        world = "simulated" if sheet.is_simulated else "real"
        writer.writerow([guard_cell(cell) for cell in [*facts, *own, world]])
    return text.getvalue().encode("utf-8-sig")


def to_json(sheet: Sheet, kind: str = "") -> bytes:
    """The same for programs."""
    del kind
    answer = {
        "product": sheet.product,
        "simulated": sheet.is_simulated,
        "audience": sheet.audience,
        "day": sheet.day.isoformat(),
        "bets": [_bet_json(bet, shows_values=sheet.shows_values) for bet in sheet.bets],
        "semantics": {"confidence": RULE},
    }
    return json.dumps(answer, ensure_ascii=False, indent=2).encode()


def to_markdown(sheet: Sheet, kind: str = "") -> bytes:
    """Headings for now, next, later and done, a list item a bet."""
    del kind
    lines = [f"# Roadmap of {escape_markdown(sheet.product)}", "", f"{sheet.subtitle}.", ""]
    for name, bets in sheet.lanes:
        lines += [f"## {name}", ""]
        lines += [line for bet in bets for line in _bet_lines(bet, sheet)] or ["Nothing yet."]
        lines.append("")
    return "\n".join([*lines, f"_{escape_markdown(RULE)}_", ""]).encode()


def escape_markdown(text: str) -> str:
    """A text that Markdown shows as it is, on one line.

    >>> escape_markdown("a *b* [c]")
    'a \\\\*b\\\\* \\\\[c\\\\]'
    """
    return _MARKDOWN.sub(r"\\\1", " ".join(clean(text).split()))


def clean(text: str) -> str:
    """``text`` with what XML cannot hold replaced."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def _bet_lines(bet: ToldBet, sheet: Sheet) -> list[str]:
    facts = [describe_time(bet), describe_sureness(bet)]
    if bet.outcome_title:
        facts.append(f"for “{escape_markdown(bet.outcome_title)}”")
    if sheet.shows_values and bet.effort is not None:
        facts.append(f"{bet.effort:g} person-weeks")
    line = f"- **{escape_markdown(bet.title)}** ({'; '.join(facts)})"
    return [line, f"  {escape_markdown(bet.text)}"] if bet.text else [line]


def _bet_json(bet: ToldBet, *, shows_values: bool) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "title": bet.title,
        "text": bet.text,
        "horizon": bet.horizon,
        "quarter": bet.quarter.isoformat() if bet.quarter else None,
        "quarter_name": bet.quarter_name,
        "status": bet.status,
        "band": bet.confidence.band,
        "confidence": bet.confidence.share,
        "outcome": bet.outcome_title,
    }
    return plain | ({"effort_weeks": bet.effort, "value": bet.value} if shows_values else {})


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def to_svg(sheet: Sheet, kind: str) -> bytes:
    """The board or the timeline as a picture that needs nothing beside it."""
    from pilothouse.apps.roadmap.services.exports_svg import draw

    return draw(sheet, kind).markup.encode()


def to_png(sheet: Sheet, kind: str) -> bytes:
    """The same picture in pixels, two for one."""
    from pilothouse.apps.roadmap.services.exports_svg import draw, to_pixels

    return to_pixels(draw(sheet, kind))


def to_pptx(sheet: Sheet, kind: str) -> bytes:
    """Slides with native tables: a title, then each horizon (or quarter)."""
    from pilothouse.apps.roadmap.services.exports_pptx import make_slides

    return make_slides(sheet, kind)


@dataclass(frozen=True)
class Format:
    """A kind of file; ``is_drawn`` where board and timeline look different."""

    name: str
    content_type: str
    make: Callable[[Sheet, str], bytes]
    is_drawn: bool = False


_SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
FORMATS: dict[str, Format] = {
    "pptx": Format("PowerPoint", _SLIDES, to_pptx, is_drawn=True),
    "png": Format("Picture (PNG)", "image/png", to_png, is_drawn=True),
    "svg": Format("Picture (SVG)", "image/svg+xml", to_svg, is_drawn=True),
    "md": Format("Markdown", "text/markdown; charset=utf-8", to_markdown),
    "csv": Format("Table (CSV)", "text/csv; charset=utf-8", to_csv),
    "json": Format("JSON", "application/json", to_json),
}


def split_by_quarter(sheet: Sheet) -> list[tuple[str, list[ToldBet]]]:
    """Told bets by quarter in time, then those without one; done ones stand where they were."""
    named: dict[str, list[ToldBet]] = {}
    dated = sorted((b for b in sheet.bets if b.quarter), key=lambda b: b.quarter or sheet.day)
    for bet in dated:
        named.setdefault(name_quarter(bet.quarter or sheet.day), []).append(bet)
    loose = [bet for bet in sheet.bets if not bet.quarter]
    return [*named.items(), *([("Without a quarter", loose)] if loose else [])]


def check_size(count: int, most: int, what: str) -> None:
    """InvalidValueError where a picture or a deck would be too large to be of use."""
    if count > most:
        raise InvalidValueError(
            f"{what} holds at most {most:,}.", value=f"{count:,}", remedy="Save it as CSV instead."
        )
