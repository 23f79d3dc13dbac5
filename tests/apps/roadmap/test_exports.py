"""The roadmap as files: whole, escaped, for each audience, and readable by those who get them."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from pilothouse.apps.roadmap.services.audiences import WordingDraft, save_wording
from pilothouse.apps.roadmap.services.exports import (
    FORMATS,
    escape_markdown,
    export_roadmap,
    make_sheet,
    split_by_quarter,
)
from pilothouse.apps.roadmap.services.exports_svg import WIDTH, ZOOM, draw
from pilothouse.apps.roadmap.services.outcomes import OutcomeDraft, save_outcome
from pilothouse.apps.roadmap.services.teams import save_team
from pilothouse.kernel.errors import InvalidValueError, NotFoundError
from tests.apps.makers import browser_of

EVIL = "=1+1 <script>&\"' ]]> \x0b *bold* | # [x](y)"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def bets(alice, product, place):
    """Bets of every horizon, one done, one hostile, one long."""
    team = save_team(alice, product, "Web")
    outcome = save_outcome(alice, product, OutcomeDraft("More teams invite"))
    made = [
        place("Shared dashboards", quarter=date(2026, 10, 1), confidence=0.8, value=4871.25,
              efforts={team.public_id: 97.25}, outcome_id=outcome.public_id),
        place("Comments", quarter=date(2027, 1, 1), confidence=0.6),
        place(EVIL, horizon="next"),
        place("Word " * 38 + "end", horizon="later"),
        place("Exports", quarter=date(2026, 7, 1), status="done"),
    ]  # fmt: skip
    save_wording(alice, product, made[0].public_id, WordingDraft("customers", "See it together"))
    return made


def test_csv_is_whole_and_no_formula(product, bets):
    body = export_roadmap(product, "csv").body
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert len(rows) == len(bets)
    first = rows[0]
    assert (first["title"], first["horizon"], first["quarter"]) == (
        "Shared dashboards", "now", "Q4 2026",
    )  # fmt: skip
    assert (first["effort_weeks"], first["value"], first["confidence"]) == (
        "97.25",
        "4871.25",
        "0.8",
    )
    assert first["world"] == "simulated"
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_files_for_outside_hold_no_values(product, bets):
    for audience in ("customers", "sales"):
        for extension in ("csv", "json", "md", "svg"):
            text = export_roadmap(product, extension, audience=audience).body.decode()
            assert not any(number in text for number in ("4871.25", "4,871.25", "97.25"))
    assert "97.25 person-weeks" in export_roadmap(product, "md").body.decode()


@pytest.mark.parametrize("extension", ["csv", "json", "md", "svg"])
def test_words_follow_the_audience(product, bets, extension):
    told = export_roadmap(product, extension, audience="customers").body.decode()
    assert "See it together" in told
    assert "Shared dashboards" not in told


@pytest.mark.parametrize("extension", ["md", "svg"])
def test_files_say_that_the_product_is_simulated(product, bets, extension):
    assert "imulated product" in export_roadmap(product, extension).body.decode()


def test_json_says_the_same(product, bets):
    told = json.loads(export_roadmap(product, "json").body)
    assert told["simulated"] is True
    assert [bet["title"] for bet in told["bets"]][:2] == ["Shared dashboards", "Comments"]
    assert told["bets"][0]["quarter"] == "2026-10-01"
    # What is later has no date.
    assert told["bets"][3]["quarter"] is None


def test_markdown_is_escaped(product, bets):
    text = export_roadmap(product, "md").body.decode()
    assert "## Now" in text
    assert "<script>" not in text
    assert "\\<script\\>" in text
    assert escape_markdown("a\n# b") == "a \\# b"


@pytest.mark.parametrize("kind", ["board", "timeline"])
def test_svg_is_well_formed_and_escaped(product, bets, kind):
    drawing = draw(make_sheet(product), kind)
    root = ET.fromstring(drawing.markup)
    assert root.tag == f"{SVG}svg"
    assert (root.get("width"), root.get("height")) == (str(WIDTH), str(drawing.height))
    words = " ".join(line.text for line in root.iter(f"{SVG}tspan"))
    for title in ("Shared dashboards", "Comments", "Exports", "=1+1"):
        assert words.count(title) == 1
    assert list(root.iter(f"{SVG}script")) == []
    assert "\x0b" not in drawing.markup


@pytest.mark.parametrize("kind", ["board", "timeline"])
def test_no_letter_leaves_the_picture(product, bets, kind):
    root = ET.fromstring(draw(make_sheet(product), kind).markup)
    for box in root.iter(f"{SVG}rect"):
        assert float(box.get("x", 0)) + float(box.get("width")) <= WIDTH
    for line in root.iter(f"{SVG}tspan"):
        assert float(line.get("x")) < WIDTH


def test_png_has_the_size_it_says_and_letters(product, bets):
    from PIL import Image

    drawing = draw(make_sheet(product), "board")
    picture = Image.open(io.BytesIO(export_roadmap(product, "png").body))
    assert picture.format == "PNG"
    assert picture.size == (drawing.width * ZOOM, drawing.height * ZOOM)
    # Where the heading stands, ink is on the paper.
    heading = picture.convert("L").crop((60, 50, 700, 100))
    assert heading.getextrema()[0] < 60 < 250 < heading.getextrema()[1]


@pytest.mark.parametrize("kind", ["board", "timeline"])
def test_slides_open_and_hold_every_bet_once(product, bets, kind):
    from pptx import Presentation

    deck = Presentation(io.BytesIO(export_roadmap(product, "pptx", kind=kind).body))
    cells = [
        cell.text_frame.paragraphs[0].text
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_table
        for row in list(shape.table.rows)[1:]
        for cell in [row.cells[0]]
    ]
    assert sorted(cells) == sorted(
        bet.title.replace("\x0b", "\N{REPLACEMENT CHARACTER}") for bet in bets
    )
    title = deck.slides[0].shapes[0].text_frame.text
    assert title == f"Roadmap of {product.name}"
    assert deck.core_properties.author == ""


def test_slides_are_worded_for_their_audience(product, bets):
    from pptx import Presentation

    body = export_roadmap(product, "pptx", audience="customers").body
    words = [
        cell.text_frame.text
        for slide in Presentation(io.BytesIO(body)).slides
        for shape in slide.shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    ]
    assert "See it together" in words
    assert "Shared dashboards" not in words


def test_many_bets_take_more_slides_and_still_fit(product, place):
    from pptx import Presentation

    for number in range(19):
        place(f"Bet {number}", horizon="now")
    deck = Presentation(io.BytesIO(export_roadmap(product, "pptx").body))
    # The title, three for now, one each for next and later.
    assert len(deck.slides) == 6
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.top + shape.height <= deck.slide_height
            assert shape.left + shape.width <= deck.slide_width


def test_quarters_in_order_and_what_has_none_last(product, bets):
    names = [name for name, _ in split_by_quarter(make_sheet(product))]
    assert names == ["Q3 2026", "Q4 2026", "Q1 2027", "Without a quarter"]


@pytest.mark.parametrize("extension", sorted(FORMATS))
def test_an_empty_roadmap_can_be_saved(product, extension):
    assert export_roadmap(product, extension).body


def test_unknown_wishes_are_refused(product):
    with pytest.raises(NotFoundError):
        export_roadmap(product, "exe")
    with pytest.raises(NotFoundError):
        export_roadmap(product, "svg", kind="circle")
    with pytest.raises(InvalidValueError):
        export_roadmap(product, "svg", audience="everyone")


def test_the_pages(alice, product, bets):
    browser = browser_of(alice)
    page = f"/p/{product.public_id}/roadmap/exports/"
    text = browser.get(page, {"audience": "sales", "kind": "timeline"}).content.decode()
    assert "stay in the house" in text
    assert "timeline.pptx?audience=sales" in text
    assert browser.get(page, {"audience": "nobody"}).status_code == 400
    file = browser.get(f"{page}board.svg")
    assert file.headers["Content-Type"] == "image/svg+xml"
    assert file.headers["Content-Disposition"].startswith("attachment")
    shown = browser.get(f"{page}board.svg", {"show": "yes"})
    assert shown.headers["Content-Disposition"] == "inline"
    assert browser.get(f"{page}board.exe").status_code == 404
    assert browser.get(f"{page}ring.svg").status_code == 404
