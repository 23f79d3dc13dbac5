"""Our own PDFs read back: every line once, in order, word for word; tagged; the same each time."""

from __future__ import annotations

import io
from datetime import datetime, timezone
from itertools import count

import pytest
from pypdf import PdfReader

from pilothouse.apps.jobs.services.resume_pdf import Look, draw_pages, read_pdf, write_pdf
from pilothouse.apps.typesetting import NoGlyphError
from pilothouse.engines.jobs.resume_blocks import Block, BlockKind, to_blocks
from pilothouse.engines.jobs.resume_docx import write_docx
from pilothouse.engines.jobs.resume_json import read_json_resume
from pilothouse.engines.jobs.resume_roundtrip import RoundTrip, compare
from tests.engines.jobs.resume_strategies import ODD, make_document

AT = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
LOOKS = tuple(
    Look(template, paper)
    for template in ("clear", "classic", "plain", "compact")
    for paper in ("a4", "us-letter")
)


def blocks_of(seed: int) -> tuple[Block, ...]:
    numbers = count()
    return to_blocks(read_json_resume(make_document(seed), lambda: str(next(numbers))))


def trip_of(seed: int, look: Look) -> RoundTrip:
    blocks = blocks_of(seed)
    return compare(blocks, read_pdf(write_pdf(blocks, look, AT)).text, look.mark)


@pytest.mark.parametrize("look", LOOKS[1::2], ids=lambda look: look.template)
def test_a_made_up_resume_comes_back_whole(look: Look):
    trip = trip_of(7, look)
    assert trip.is_whole, trip


def read_by_layout(data: bytes) -> str:
    """The text as a reader takes it that puts lines together by where they stand."""
    from pdfminer.high_level import extract_text

    return extract_text(io.BytesIO(data))


@pytest.mark.parametrize(
    ("seed", "look"),
    [
        *((7, look) for look in LOOKS[::2]),
        *(pytest.param(s, LOOKS[s % len(LOOKS)], marks=pytest.mark.slow) for s in range(100, 150)),
    ],
)
def test_a_reader_that_goes_by_layout_finds_the_same_lines_in_order(seed: int, look: Look):
    blocks = blocks_of(seed)
    trip = compare(blocks, read_by_layout(write_pdf(blocks, look, AT)), look.mark)
    faults = (trip.lost, trip.repeated, trip.misplaced, trip.foreign)
    assert not any(faults), trip


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_five_hundred_resumes_come_back_whole(part: int):
    lost = {}
    for seed in range(part * 50, part * 50 + 50):
        trip = trip_of(seed, LOOKS[seed % len(LOOKS)])
        if not trip.is_whole:
            lost[seed] = trip.sentence
    assert lost == {}


@pytest.mark.parametrize("template", ["clear", "classic", "plain", "compact"])
def test_odd_texts_come_back_in_every_template(template: str):
    blocks = (
        Block(BlockKind.NAME, "Ann"),
        Block(BlockKind.HEADING, "Experience"),
        *(Block(BlockKind.BULLET, text) for text in ODD),
        Block(BlockKind.FACT, "fi, ffl", lead="Skills:"),
    )
    look = Look(template)
    trip = compare(blocks, read_pdf(write_pdf(blocks, look, AT)).text, look.mark)
    assert trip.is_whole, trip


@pytest.mark.parametrize("template", ["clear", "classic", "plain", "compact"])
def test_the_file_is_tagged_and_says_what_it_is(template: str):
    data = write_pdf(blocks_of(3), Look(template), AT)
    root = PdfReader(io.BytesIO(data)).trailer["/Root"]
    facts = read_pdf(data)
    assert (facts.language, facts.is_tagged, facts.images, facts.not_embedded) == (
        "en",
        True,
        0,
        (),
    )
    assert facts.title.startswith("Resume of ")
    assert facts.author == facts.title.removeprefix("Resume of ")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] is True or bool(
        root["/ViewerPreferences"]["/DisplayDocTitle"]
    )
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def structure_types(data: bytes) -> set[str]:
    """The kinds of elements in the tree of tags."""
    found: set[str] = set()
    root = PdfReader(io.BytesIO(data)).trailer["/Root"]["/StructTreeRoot"].get_object()
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if "/S" in element:
            found.add(str(element["/S"]))
        inside = element.get("/K", [])
        for each in inside if isinstance(inside, list) else [inside]:
            inner = each.get_object() if hasattr(each, "get_object") else each
            if hasattr(inner, "get"):
                waiting.append(inner)
    return found


def test_headings_lists_and_links_are_tags():
    tags = structure_types(write_pdf(blocks_of(3), Look("clear"), AT))
    assert {"/H1", "/H2", "/H3", "/L", "/LI", "/LBody", "/Link", "/P"} <= tags


def test_the_same_blocks_make_the_same_bytes():
    blocks = blocks_of(5)
    assert write_pdf(blocks, LOOKS[0], AT) == write_pdf(blocks, LOOKS[0], AT)
    first = write_docx(blocks, title="Resume", author="Ann", at=AT)
    assert first == write_docx(blocks, title="Resume", author="Ann", at=AT)
    assert len(first) < 60_000


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_word_says_every_line_once_in_order(seed: int):
    from docx import Document

    blocks = blocks_of(seed)
    data = write_docx(blocks, title="Resume", author="Ann", at=AT)
    texts = [" ".join(each.text.split()) for each in Document(io.BytesIO(data)).paragraphs]
    assert texts == [" ".join(block.whole.split()) for block in blocks]


def test_pages_are_drawn_as_pictures():
    pages = draw_pages(blocks_of(7), Look("clear"), ppi=40)
    assert pages
    assert all(page.startswith(b"\x89PNG") for page in pages)


def test_what_no_font_draws_is_named(monkeypatch):
    from pilothouse.apps import typesetting

    whole = typesetting._set
    monkeypatch.setattr(
        typesetting, "_set", lambda *a, **k: whole(*a, **{**k, "has_system_fonts": False})
    )
    blocks = (Block(BlockKind.NAME, "Ann"), Block(BlockKind.BULLET, "Launched in 日本."))
    with pytest.raises(NoGlyphError, match="日本"):
        write_pdf(blocks, LOOKS[0], AT)


def test_words_are_never_read_as_source():
    evil = '#import "/etc/passwd" #read("body.json") $x$ \\u{41} @ref <label> *b*'
    kinds = (BlockKind.NAME, BlockKind.HEADING, BlockKind.TITLE, BlockKind.BULLET)
    blocks = tuple(Block(kind, evil) for kind in kinds)
    trip = compare(blocks, read_pdf(write_pdf(blocks, LOOKS[0], AT)).text)
    assert trip.is_whole, trip
