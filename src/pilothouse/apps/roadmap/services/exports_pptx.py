"""The roadmap as slides with native tables, so that words can be changed in the deck itself."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

from pilothouse.apps.roadmap.services.audiences import ToldBet
from pilothouse.apps.roadmap.services.exports import (
    Sheet,
    check_size,
    clean,
    describe_sureness,
    describe_time,
    split_by_quarter,
)

ROWS = 8
MOST_BETS = 400
# Inches on a slide of 13.333 x 7.5.
LEFT, TOP, WIDTH, ROW_HEIGHT = 0.6, 1.45, 12.13, 0.62
BLUE, INK, QUIET, LANE = "3B72D3", "1B1F27", "555C69", "F3F4F6"
_BLANK = 6


def make_slides(sheet: Sheet, kind: str) -> bytes:
    """A deck: a title, then a slide for every eight bets of a horizon (or of a quarter)."""
    from pptx import Presentation
    from pptx.util import Inches

    check_size(len(sheet.bets), MOST_BETS, "a deck")
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(13.333), Inches(7.5)
    core = deck.core_properties
    core.title, core.author, core.last_modified_by = f"Roadmap of {sheet.product}", "", ""
    _title_slide(deck, sheet)
    lanes = split_by_quarter(sheet) if kind == "timeline" else sheet.lanes
    for name, bets in lanes:
        for title, part in _pages(name, bets):
            _table_slide(deck, title, part, sheet)
    stream = io.BytesIO()
    deck.save(stream)
    return stream.getvalue()


def _pages(name: str, bets: Sequence[ToldBet]) -> Iterator[tuple[str, Sequence[ToldBet]]]:
    pages = max(1, -(-len(bets) // ROWS))
    for page in range(pages):
        title = name if pages == 1 else f"{name} ({page + 1} of {pages})"
        yield title, bets[page * ROWS : (page + 1) * ROWS]


def _title_slide(deck: Any, sheet: Sheet) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[_BLANK])
    _write(slide, (LEFT, 2.6, WIDTH, 1.0), f"Roadmap of {sheet.product}", size=40, is_bold=True)
    _write(slide, (LEFT, 3.6, WIDTH, 0.6), sheet.subtitle, size=18, colour=QUIET)
    counts = ", ".join(f"{name.lower()} {len(bets)}" for name, bets in sheet.lanes)
    _write(slide, (LEFT, 4.2, WIDTH, 0.6), counts, size=14, colour=QUIET)


def _table_slide(deck: Any, title: str, bets: Sequence[ToldBet], sheet: Sheet) -> None:
    from pptx.util import Inches

    slide = deck.slides.add_slide(deck.slide_layouts[_BLANK])
    _write(slide, (LEFT, 0.45, WIDTH, 0.7), title, size=28, is_bold=True)
    if sheet.is_simulated:
        _write(slide, (LEFT, 6.95, WIDTH, 0.4), "Simulated product", size=11, colour=QUIET)
    if not bets:
        _write(slide, (LEFT, TOP, WIDTH, 0.5), "Nothing yet.", size=16, colour=QUIET)
        return
    place = [Inches(n) for n in (LEFT, TOP, WIDTH, ROW_HEIGHT * (len(bets) + 1))]
    table = slide.shapes.add_table(len(bets) + 1, 4, *place).table
    for column, width in enumerate((5.4, 3.33, 1.5, 1.9)):
        table.columns[column].width = Inches(width)
    _fill_row(table, 0, ("Bet", "For", "When", "How sure"), is_head=True)
    for row, bet in enumerate(bets, start=1):
        words = (bet.title, bet.outcome_title, describe_time(bet), describe_sureness(bet))
        _fill_row(table, row, words)
        if bet.text:
            _add_line(table.cell(row, 0), _shorten(bet.text, 160))


def _fill_row(table: Any, row: int, words: Sequence[str], *, is_head: bool = False) -> None:
    from pptx.util import Inches

    table.rows[row].height = Inches(ROW_HEIGHT if not is_head else 0.42)
    for column, text in enumerate(words):
        cell = table.cell(row, column)
        cell.fill.solid()
        cell.fill.fore_color.rgb = _colour(BLUE if is_head else LANE)
        paragraph = cell.text_frame.paragraphs[0]
        _style(paragraph.add_run(), clean(text), 13, "FFFFFF" if is_head else INK, is_bold=is_head)


def _add_line(cell: Any, text: str) -> None:
    paragraph = cell.text_frame.add_paragraph()
    _style(paragraph.add_run(), clean(text), 10, QUIET)


def _write(
    slide: Any, place: tuple[float, float, float, float], text: str, *, size: int,
    colour: str = INK, is_bold: bool = False,
) -> None:  # fmt: skip
    from pptx.util import Inches

    frame = slide.shapes.add_textbox(*(Inches(n) for n in place)).text_frame
    frame.word_wrap = True
    _style(frame.paragraphs[0].add_run(), clean(text), size, colour, is_bold=is_bold)


def _style(run: Any, text: str, size: int, colour: str, *, is_bold: bool = False) -> None:
    from pptx.util import Pt

    run.text = text
    run.font.size, run.font.bold, run.font.name = Pt(size), is_bold, "Inter"
    run.font.color.rgb = _colour(colour)


def _colour(code: str) -> Any:
    from pptx.dml.color import RGBColor

    read: Any = RGBColor.from_string  # it has no types
    return read(code)


def _shorten(text: str, limit: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
