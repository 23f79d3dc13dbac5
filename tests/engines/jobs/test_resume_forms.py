"""Lines, texts, profile fields, checks, and the comparison that finds what a parser lost."""

from __future__ import annotations

from datetime import datetime, timezone
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pilothouse.engines.jobs.resume_ats import Outcome, PdfFacts, check_ats
from pilothouse.engines.jobs.resume_blocks import Block, BlockKind, to_blocks
from pilothouse.engines.jobs.resume_docx import write_docx
from pilothouse.engines.jobs.resume_json import read_json_resume
from pilothouse.engines.jobs.resume_linkedin import write_profile, write_profile_text
from pilothouse.engines.jobs.resume_roundtrip import compare
from pilothouse.engines.jobs.resume_text import write_markdown, write_text
from pilothouse.engines.jobs.resume_types import Resume
from tests.engines.jobs.resume_strategies import ODD, make_document

LINES = (
    Block(BlockKind.NAME, "Ann Example"),
    Block(BlockKind.HEADING, "Experience"),
    Block(BlockKind.TITLE, "Product manager", "Jan 2020 - Present"),
    Block(BlockKind.BULLET, "Cut the first form."),
    Block(BlockKind.BULLET, "Asked state-of-the-art questions."),
)
GOOD = (
    "Ann Example\nExperience\nProduct manager Jan 2020 - Present\n• Cut the first\nform.\n"
    "• Asked state-of-\nthe-art questions."
)


def resume_of(document: dict) -> Resume:
    numbers = count()
    return read_json_resume(document, lambda: str(next(numbers)))


def test_what_came_back_whole_is_whole():
    assert compare(LINES, GOOD).is_whole
    assert compare(LINES, GOOD).sentence.startswith("All 5 lines come back once")


@pytest.mark.parametrize(
    ("change", "field", "named"),
    [
        (("• Cut the first\nform.\n", ""), "lost", "• Cut the first form."),
        (("Cut the", "Cut teh"), "lost", "• Cut the first form."),
        (("Experience\n", "Experience\nExperience\n"), "repeated", "Experience"),
        (("Ann Example\n", ""), "lost", "Ann Example"),
        (("first\nform", "firstform"), "glued", "utthefirst|form."),
        (("questions", "ques tions"), "split", "rtques|tions"),
    ],
)
def test_every_kind_of_loss_is_named(change: tuple[str, str], field: str, named: str):
    trip = compare(LINES, GOOD.replace(*change, 1))
    assert not trip.is_whole
    assert any(named in each for each in getattr(trip, field)), trip


def test_lines_out_of_order_and_foreign_words_are_found():
    lines = GOOD.split("\n")
    turned = "\n".join([lines[1], lines[0], *lines[2:]])
    assert compare(LINES, turned).misplaced == ("Experience",)
    trip = compare(LINES, GOOD + "\nPage 1 of 2")
    assert (trip.lost, trip.foreign) == ((), "Page1of2")


@given(st.integers(0, 5_000), st.integers(0, 10_000))
@settings(max_examples=80, deadline=None)
def test_any_dropped_letter_is_noticed(seed: int, place: int):
    blocks = to_blocks(resume_of(make_document(seed)))
    text = "\n".join(f"• {b.whole}" if b.kind is BlockKind.BULLET else b.whole for b in blocks)
    assert compare(blocks, text).is_whole
    at = place % len(text)
    if not text[at].isspace():
        assert not compare(blocks, text[:at] + text[at + 1 :]).is_whole


def test_scripts_without_spaces_may_break_anywhere():
    blocks = [Block(BlockKind.TEXT, "日本語の長い文章です。")]
    assert compare(blocks, "日本語の\n長い文章です。").is_whole


@pytest.mark.parametrize("text", ODD)
def test_markdown_shows_the_words_as_they_are(text: str):
    import html
    import re

    blocks = [Block(BlockKind.HEADING, "Work"), Block(BlockKind.BULLET, text)]
    shown = MarkdownIt("commonmark").render(write_markdown(blocks))
    words = html.unescape(re.sub(r"<[^>]+>", "", shown)).split()
    assert words == ["Work", *text.split()]


def test_plain_text_has_every_word_in_order():
    for seed in range(20):
        blocks = to_blocks(resume_of(make_document(seed)))
        text = write_text(blocks)
        shown = [w for w in text.casefold().replace("(", " ").replace(")", " ").split() if w != "-"]
        said = " ".join(b.whole for b in blocks).casefold().replace("(", " ").replace(")", " ")
        assert shown == [word for word in said.split() if word != "-"]


def test_the_resume_of_a_simulation_says_so_everywhere():
    made = resume_of(
        {"basics": {"name": "Ann"}, "projects": [{"name": "Harbour", "type": "simulation"}]}
    )
    blocks = to_blocks(made)
    assert "Harbour (Simulation)" in write_text(blocks)
    assert "Harbour (Simulation)" in write_markdown(blocks)
    assert "Harbour (Simulation)" in write_profile_text(made)


def test_profile_fields_are_counted_and_never_cut():
    made = resume_of({"basics": {"name": "Ann", "label": "x" * 200, "summary": "😀" * 1301}})
    fields = {field.place: field for field in write_profile(made)}
    assert (fields["Headline"].count, fields["Headline"].over) == (200, 0)
    assert (fields["About"].count, fields["About"].over) == (2602, 2)
    assert "😀" * 1301 in write_profile_text(made)
    assert "2 too many" in write_profile_text(made)


def facts_of(blocks: tuple[Block, ...], **changes: object) -> PdfFacts:
    text = "\n".join(f"• {b.whole}" if b.kind is BlockKind.BULLET else b.whole for b in blocks)
    said = {"title": "Resume", "author": "Ann", "language": "en", "is_tagged": True} | changes
    return PdfFacts(**({"text": text, "pages": 1} | said))


def outcomes(blocks: tuple[Block, ...], facts: PdfFacts) -> dict[str, Outcome]:
    checks = check_ats(blocks, facts, compare(blocks, facts.text))
    return {each.name: each.outcome for each in checks}


DOCUMENT = {
    "basics": {"name": "Ann", "email": "ann@example.org", "phone": "+49 30 1234567"},
    "skills": [{"name": "SQL"}],
    "work": [{"name": "Acme", "startDate": "2020", "highlights": ["Asked why, often. " * 20]}],
    "education": [{"institution": "TU", "endDate": "2019"}],
}


def test_a_sound_file_fails_no_check():
    blocks = to_blocks(resume_of(DOCUMENT))
    found = outcomes(blocks, facts_of(blocks))
    assert Outcome.FAILS not in found.values()
    assert found["Length"] is Outcome.ADVICE  # the bullet is long


@pytest.mark.parametrize(
    ("changes", "name", "outcome"),
    [
        ({"is_tagged": False}, "Accessible file (PDF/UA)", Outcome.FAILS),
        ({"language": ""}, "Accessible file (PDF/UA)", Outcome.FAILS),
        ({"images": 1}, "Accessible file (PDF/UA)", Outcome.FAILS),
        ({"not_embedded": ("Arial",)}, "Fonts embedded", Outcome.FAILS),
        ({"text": "Ann"}, "Text that can be selected", Outcome.FAILS),
        ({"text": "Ann"}, "Round trip through the PDF", Outcome.FAILS),
        ({"text": "Ann"}, "Contact in the body", Outcome.FAILS),
        ({"pages": 3}, "Length", Outcome.ADVICE),
    ],
)
def test_each_fault_of_a_file_is_found(changes: dict, name: str, outcome: Outcome):
    blocks = to_blocks(resume_of(DOCUMENT))
    assert outcomes(blocks, facts_of(blocks, **changes))[name] is outcome


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"skills": []}, "Standard headings"),
        ({"basics": {"name": "Ann", "email": "ann@example.org"}}, "Contact in the body"),
        ({"work": [{"name": "Acme", "highlights": ["Won 🏆."]}]}, "Plain characters"),
        ({"work": [{"name": "Acme"}]}, "Dates"),
    ],
)
def test_what_a_person_can_mend_is_advice(change: dict, name: str):
    blocks = to_blocks(resume_of(DOCUMENT | change))
    assert outcomes(blocks, facts_of(blocks))[name] is not Outcome.HOLDS


def test_word_files_hold_what_xml_does_not():
    blocks = [Block(BlockKind.NAME, "Ann\x0b\ufffe"), Block(BlockKind.BULLET, "a\x00b")]
    at = datetime(2026, 11, 23, tzinfo=timezone.utc)
    assert write_docx(blocks, title="\x01", author="Ann", at=at).startswith(b"PK")
