"""The roadmap as a picture that stands by itself: the light colours, written out.

Letters have no measured width here, so texts are wrapped by an estimate for Inter that is on the
wide side; nothing is set in a box it could leave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from pilothouse.apps.roadmap.models import BetStatus
from pilothouse.apps.roadmap.services.audiences import ToldBet
from pilothouse.apps.roadmap.services.exports import (
    Sheet,
    check_size,
    clean,
    describe_sureness,
    describe_time,
)
from pilothouse.apps.roadmap.services.quarters import name_quarter

WIDTH = 1280
ZOOM = 2
MOST_BETS = 400
MARGIN, GAP, PAD = 32, 16, 12
TITLE_SIZE, FACT_SIZE = 13, 11
LINE = 17
# The widest letters of a text are rarer than the narrow ones: a mean share of the type size.
LETTER = 0.56
INK, QUIET, PAPER, LANE, EDGE, BLUE = (
    "#1b1f27", "#555c69", "#ffffff", "#f3f4f6", "#e9ebef", "#3b72d3",
)  # fmt: skip
FONT = "Inter Variable, Inter, system-ui, sans-serif"


@dataclass(frozen=True)
class Drawing:
    """An SVG text with its size in pixels."""

    markup: str
    width: int
    height: int


@dataclass(frozen=True)
class Card:
    """A bet as wrapped lines in a box of ``width``."""

    title: tuple[str, ...]
    facts: tuple[str, ...]
    band: str
    width: int

    @property
    def height(self) -> int:
        return 2 * PAD + LINE * len(self.title) + (LINE - 2) * len(self.facts)


def draw(sheet: Sheet, kind: str) -> Drawing:
    """The board (``kind`` board) or the timeline of a roadmap."""
    check_size(len(sheet.bets), MOST_BETS, "a picture of a roadmap")
    body, height = _draw_timeline(sheet) if kind == "timeline" else _draw_board(sheet)
    height += 96 + MARGIN
    title = f"Roadmap of {sheet.product}"
    head = (
        _text(MARGIN, 46, [_fit(title, 60)], size=22, weight=600)
        + _text(MARGIN, 70, [_fit(sheet.subtitle, 120)], size=13, colour=QUIET)
    )  # fmt: skip
    markup = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img" font-family="{FONT}">'
        f"<title>{_xml(title)}</title><desc>{_xml(_describe(sheet))}</desc>"
        f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>{head}'
        f'<g transform="translate(0 96)">{body}</g></svg>'
    )
    return Drawing(markup, WIDTH, height)


def to_pixels(drawing: Drawing) -> bytes:
    """The picture as PNG, ``ZOOM`` pixels for one."""
    import fontpkg_inter
    import resvg_py

    files = Path(fontpkg_inter.__file__).parent / "files"
    fonts = [str(path) for path in sorted(files.glob("*.ttf"))]
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=drawing.markup,
            font_files=fonts,
            font_family="Inter Variable",
            sans_serif_family="Inter Variable",
            skip_system_fonts=False,
            zoom=ZOOM,
        )
    )


def _draw_board(sheet: Sheet) -> tuple[str, int]:
    lanes = sheet.lanes
    width = (WIDTH - 2 * MARGIN - GAP * (len(lanes) - 1)) // len(lanes)
    columns = [(name, [_card(bet, width - 2 * PAD) for bet in bets]) for name, bets in lanes]
    height = max(_stack_height(cards) for _, cards in columns) + 52
    parts = []
    for place, (name, cards) in enumerate(columns):
        x = MARGIN + place * (width + GAP)
        parts.append(_box(x, 0, width, height, LANE))
        parts.append(_text(x + PAD, 28, [f"{name}  {len(cards)}"], size=14, weight=600))
        parts.append(_stack(cards, x + PAD, 44) or _nothing(x + PAD, 60))
    return "".join(parts), height


def _draw_timeline(sheet: Sheet) -> tuple[str, int]:
    names = [name_quarter(day) for day in sheet.quarters]
    head_width = 150
    width = (WIDTH - 2 * MARGIN - head_width) // (len(names) + 1)
    labels = [*names, "No quarter"]
    parts = [
        _text(MARGIN + head_width + place * width + 4, 16, [label], size=12, weight=600)
        for place, label in enumerate(labels)
    ]
    y = 28
    for outcome, bets in _rows(sheet):
        cells = _cells(sheet, bets, width - 8)
        height = max(60, *(_stack_height(cards) + 8 for cards in cells))
        parts.append(f'<path d="M{MARGIN} {y}H{WIDTH - MARGIN}" stroke="{EDGE}"/>')
        lines = _wrap(outcome or "No outcome", head_width - 12, TITLE_SIZE, 4)
        parts.append(_text(MARGIN, y + 24, lines, size=TITLE_SIZE, weight=550))
        for place, cards in enumerate(cells):
            parts.append(_stack(cards, MARGIN + head_width + place * width, y + 8))
        y += height
    if not sheet.bets:
        parts.append(_nothing(MARGIN, y + 20))
        y += 40
    return "".join(parts), y


def _rows(sheet: Sheet) -> list[tuple[str, list[ToldBet]]]:
    rows: dict[str, list[ToldBet]] = {}
    for bet in sheet.bets:
        rows.setdefault(bet.outcome_title, []).append(bet)
    return sorted(rows.items(), key=lambda row: not row[0])


def _cells(sheet: Sheet, bets: Sequence[ToldBet], width: int) -> list[list[Card]]:
    """The cards of a row by quarter; what lies before or behind stands in the first or the last."""
    cells: list[list[Card]] = [[] for _ in range(len(sheet.quarters) + 1)]
    for bet in bets:
        if bet.quarter is None:
            place = len(sheet.quarters)
        else:
            known = [n for n, day in enumerate(sheet.quarters) if day <= bet.quarter]
            place = known[-1] if known else 0
        is_outside = bet.quarter is not None and bet.quarter not in sheet.quarters
        cells[place].append(_card(bet, width, names_quarter=is_outside))
    return cells


def _card(bet: ToldBet, width: int, *, names_quarter: bool = True) -> Card:
    inner = width - 2 * PAD - 4
    facts = describe_sureness(bet)
    if bet.status == BetStatus.DONE:
        facts = f"{describe_time(bet)}, done" if bet.quarter_name else "done"
    elif names_quarter and bet.quarter_name:
        facts = f"{bet.quarter_name}, {facts}"
    return Card(
        title=tuple(_wrap(bet.title, inner, TITLE_SIZE, 4)),
        facts=tuple(_wrap(facts, inner, FACT_SIZE, 2)),
        band=bet.confidence.band,
        width=width,
    )


def _stack_height(cards: Sequence[Card]) -> int:
    return sum(card.height + 8 for card in cards)


def _stack(cards: Sequence[Card], x: int, y: int) -> str:
    parts = []
    for card in cards:
        parts.append(_draw_card(card, x, y))
        y += card.height + 8
    return "".join(parts)


def _draw_card(card: Card, x: int, y: int) -> str:
    strength = {"done": 1.0, "planned": 1.0, "expected": 0.65, "exploring": 0.35}
    bar = (
        f'<rect x="{x}" y="{y}" width="4" height="{card.height}" rx="2" fill="{BLUE}" '
        f'fill-opacity="{strength.get(card.band, 0.15)}"/>'
    )
    top = y + PAD + 11
    facts = top + LINE * len(card.title)
    left = x + PAD + 4
    return (
        _box(x, y, card.width, card.height, PAPER, edge=EDGE)
        + bar
        + _text(left, top, card.title, size=TITLE_SIZE, weight=550)
        + _text(left, facts, card.facts, size=FACT_SIZE, colour=QUIET)
    )


def _nothing(x: int, y: int) -> str:
    return _text(x, y, ["Nothing yet"], size=12, colour=QUIET)


def _box(x: int, y: int, width: int, height: int, fill: str, *, edge: str = "none") -> str:
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="6" fill="{fill}" '
        f'stroke="{edge}"/>'
    )


def _text(
    x: int, y: int, lines: Sequence[str], *, size: int, colour: str = INK, weight: int = 400
) -> str:
    step = LINE if size >= TITLE_SIZE else LINE - 2
    spans = "".join(
        f'<tspan x="{x}" y="{y + step * n}">{_xml(line)}</tspan>' for n, line in enumerate(lines)
    )
    return f'<text font-size="{size}" font-weight="{weight}" fill="{colour}">{spans}</text>'


def _wrap(text: str, width: int, size: int, most: int) -> list[str]:
    """At most ``most`` lines of about ``width`` pixels; a last line that is cut ends with …"""
    limit = max(6, int(width / (size * LETTER)))
    lines, line = [], ""
    for word in clean(text).split():
        rest = word
        while rest:
            gap = " " if line else ""
            if len(line) + len(gap) + len(rest) <= limit:
                line, rest = line + gap + rest, ""
            elif line:
                lines.append(line)
                line = ""
            else:
                lines.append(rest[:limit])
                rest = rest[limit:]
    lines = [*lines, line] if line else lines
    if len(lines) > most:
        lines = [*lines[: most - 1], _fit(lines[most - 1] + " …", limit)]
        if not lines[-1].endswith("…"):
            lines[-1] = lines[-1][: limit - 1] + "…"
    return lines or ["–"]


def _fit(text: str, limit: int) -> str:
    plain = clean(text)
    return plain if len(plain) <= limit else plain[: limit - 1].rstrip() + "…"


def _describe(sheet: Sheet) -> str:
    counts = ", ".join(f"{name}: {len(bets)}" for name, bets in sheet.lanes)
    return f"{sheet.subtitle}. {counts}."


def _xml(text: str) -> str:
    return escape(clean(text), quote=True)
