"""Charts: valid, safe, honest about gaps, and the same as last time."""

from __future__ import annotations

import itertools
import math
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.kernel.charts import ChartSpec, Point, Series
from pilothouse.web.charts.scales import round_ticks, short_labels
from pilothouse.web.charts.standalone import SERIES
from pilothouse.web.charts.svg import render_svg
from pilothouse.web.charts.tables import heat_level, tabulate
from pilothouse.web.patterns import HOSTILE, make_charts

GOLDEN = Path(__file__).parent / "golden"
TOKENS = Path(__file__).parents[2] / "src" / "pilothouse" / "web" / "static" / "tokens.css"
SVG = "{http://www.w3.org/2000/svg}"

_numbers = st.one_of(st.none(), st.floats(), st.integers(min_value=-(10**330), max_value=10**330))
_texts = st.text(max_size=40)
_points = st.builds(
    Point,
    label=st.one_of(_texts, st.dates().map(lambda day: day.isoformat())),
    value=_numbers,
    low=_numbers,
    high=_numbers,
    n=st.one_of(st.none(), st.integers()),
    note=_texts,
    immature=st.booleans(),
)
_specs = st.builds(
    ChartSpec,
    kind=st.sampled_from(["line", "bar", "funnel", "heat"]),
    title=_texts,
    summary=_texts,
    series=st.lists(
        st.builds(Series, name=_texts, points=st.lists(_points, max_size=6).map(tuple)), max_size=3
    ).map(tuple),
    unit=st.sampled_from(["count", "share", "money", "number"]),
    currency=st.sampled_from(["", "EUR", "<b>"]),
)


@settings(max_examples=150, deadline=None)
@given(_specs, st.booleans())
def test_every_chart_is_xml_of_finite_numbers(spec: ChartSpec, standalone: bool) -> None:
    drawn = render_svg(spec, 720, 240, "x", standalone=standalone)
    root = ElementTree.fromstring(drawn)
    assert root.find(f"{SVG}title") is not None
    for node in root.iter():
        for name in ("x", "y", "x1", "x2", "y1", "y2", "width", "height"):
            if name in node.attrib:
                assert math.isfinite(float(node.attrib[name].rstrip("%")))
                assert abs(float(node.attrib[name].rstrip("%"))) < 10_000
    tabulate(spec)


@pytest.mark.parametrize("name", sorted(make_charts()))
@pytest.mark.parametrize("standalone", [False, True])
def test_charts_are_as_last_time(name: str, standalone: bool) -> None:
    """After a wanted change delete the files of the golden folder and run this twice."""
    drawn = render_svg(make_charts()[name], 720, 240, name, standalone=standalone) + "\n"
    path = GOLDEN / f"{name}{'-file' if standalone else ''}.svg"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(drawn, encoding="utf-8")
        pytest.fail(f"{path.name} was missing and has been written: look at it.")
    assert drawn == path.read_text(encoding="utf-8")


def _line(values: list[float | None], **more: bool) -> ElementTree.Element:
    points = tuple(Point(str(i), value, **more) for i, value in enumerate(values))
    spec = ChartSpec("line", "T", "S", (Series("a", points),), unit="number")
    return ElementTree.fromstring(render_svg(spec, 720, 240, "x"))


def _paths(root: ElementTree.Element, kind: str) -> list[str]:
    return [p.attrib["d"] for p in root.iter(f"{SVG}path") if p.get("class", "").split() == [kind]]


def test_a_gap_breaks_the_line() -> None:
    (trace,) = _paths(_line([1, 2, None, 3, 4]), "chart-line")
    assert trace.count("M") == 2
    assert trace.count("L") == 2


def test_a_lonely_point_is_a_marker_without_line() -> None:
    root = _line([None, 5, None])
    assert _paths(root, "chart-line") == []
    assert len(_paths(root, "chart-marker")) == 1


def test_immature_points_are_hollow_and_dashed() -> None:
    points = (Point("a", 1), Point("b", 2), Point("c", 3, immature=True))
    spec = ChartSpec("line", "T", "S", (Series("a", points),))
    drawn = render_svg(spec, 720, 240, "x")
    assert drawn.count("chart-line-immature") == 1
    assert drawn.count("chart-marker-hollow") == 1


def test_bar_heights_are_in_proportion() -> None:
    points = tuple(Point(f"2026-11-0{i}", float(i)) for i in (1, 2, 4))
    spec = ChartSpec("bar", "T", "S", (Series("a", points),), unit="number")
    root = ElementTree.fromstring(render_svg(spec, 720, 240, "x"))
    bars = [r for r in root.iter(f"{SVG}rect") if r.get("class") == "chart-bar"]
    first, second, third = (float(bar.attrib["height"]) for bar in bars)
    assert second == pytest.approx(2 * first, abs=0.02)
    assert third == pytest.approx(4 * first, abs=0.03)


def test_hostile_text_stays_text() -> None:
    spec = ChartSpec("bar", HOSTILE, HOSTILE, (Series(HOSTILE, (Point(HOSTILE, 1.0),)),))
    assert "<script" not in render_svg(spec, 720, 240, HOSTILE)
    root = ElementTree.fromstring(render_svg(spec, 720, 240, '" onerror="x'))
    assert not [node for node in root.iter() if "onerror" in node.attrib]


def test_no_inline_style_on_pages() -> None:
    for name, spec in make_charts().items():
        assert "style" not in render_svg(spec, 720, 240, name)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 87, [0, 25, 50, 75, 100]),
        (0, 1, [0, 0.25, 0.5, 0.75, 1]),
        (-3, 9, [-5, 0, 5, 10]),
    ],
)
def test_ticks(low: float, high: float, ticks: list[float]) -> None:
    found = round_ticks(low, high)
    assert found == pytest.approx(ticks)
    assert found[0] <= low
    assert found[-1] >= high
    assert len(found) <= 8


def test_labels_of_dates() -> None:
    assert short_labels(["2026-11-01", "2026-11-08"]) == ["1 Nov", "8 Nov"]
    assert short_labels(["2026-10-01", "2026-11-01"]) == ["Oct 2026", "Nov 2026"]
    assert short_labels(["2026-13-01", "x" * 30]) == ["2026-13-01", "x" * 15 + "…"]


@pytest.mark.parametrize(
    ("label", "of_six"), [("2026-11-{:02}", 6), ("week {}", 6), ("{} Nov, 08:30:00", 3)]
)
def test_wide_labels_are_fewer(label: str, of_six: int) -> None:
    ten = tuple(Point(label.format(day), 1.0) for day in range(10, 20))
    assert (_axis(ten), _axis(ten[:6])) == (5, of_six)


def _axis(points: tuple[Point, ...]) -> int:
    spec = ChartSpec("line", "T", "S", (Series("a", points),))
    root = ElementTree.fromstring(render_svg(spec, 720, 240, "x"))
    # The value axis has its letters in the gutter.
    ticks = [t for t in root.iter(f"{SVG}text") if "chart-tick" in t.get("class", "")]
    return sum(tick.get("text-anchor") != "end" or tick.get("x") != "-10" for tick in ticks)


def test_heat_levels() -> None:
    assert [heat_level(v) for v in (0, 0.05, 0.5, 1, 7, -1, None, math.nan)] == [
        "0", "0", "5", "9", "9", "0", "", "",
    ]  # fmt: skip


def test_table_tells_what_the_picture_shows() -> None:
    table = tabulate(make_charts()["funnel"])
    assert table.rows[0].name == "Visited pricing"
    cell = table.rows[1].cells[0]
    assert (cell.text, cell.interval) == ("31.2%", "29.8–32.6%")
    heat = tabulate(make_charts()["heat"])
    assert {len(row.cells) for row in heat.rows} == {len(heat.columns)}
    assert heat.rows[1].cells[4].is_immature


def _palette() -> tuple[list[str], list[str]]:
    pairs = re.findall(
        r"--series-\d: light-dark\((#\w+), (#\w+)\)", TOKENS.read_text(encoding="utf-8")
    )
    return [light for light, _ in pairs], [dark for _, dark in pairs]


def test_files_have_the_colours_of_the_page() -> None:
    assert list(SERIES) == _palette()[0]


# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
_DEFICIENCIES = {
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}


def _linear(colour: str) -> list[float]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def _oklab(rgb: list[float]) -> tuple[float, float, float]:
    r, g, b = (max(c, 0.0) for c in rgb)
    l = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)  # noqa: E741
    m = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    s = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
        1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
        0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
    )


@pytest.mark.parametrize("deficiency", sorted(_DEFICIENCIES))
@pytest.mark.parametrize("theme", [0, 1])
def test_series_are_told_apart_by_colour_blind_eyes(theme: int, deficiency: str) -> None:
    matrix = _DEFICIENCIES[deficiency]
    seen = {}
    for colour in _palette()[theme]:
        rgb = _linear(colour)
        seen[colour] = _oklab([sum(a * b for a, b in zip(row, rgb, strict=True)) for row in matrix])
    for first, second in itertools.combinations(seen, 2):
        assert math.dist(seen[first], seen[second]) > 0.09, (first, second)


@pytest.mark.parametrize(("theme", "card"), [(0, "#ffffff"), (1, "#1a1b20")])
def test_series_stand_out_from_the_card(theme: int, card: str) -> None:
    def brightness(colour: str) -> float:
        r, g, b = _linear(colour)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05

    for colour in _palette()[theme]:
        darker, lighter = sorted((brightness(colour), brightness(card)))
        assert lighter / darker >= 3, colour


def test_an_axis_has_two_ends_however_little_there_is():
    assert round_ticks(0, 3e-14, whole=True) == [0.0, 1.0]
