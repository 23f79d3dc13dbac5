"""Components: the wall around the vendored style sheet, the policy, and escaping."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler

from pilothouse.kernel.intervals import wilson
from pilothouse.web.patterns import HOSTILE, patterns

PACKAGE = Path(__file__).parents[2] / "src" / "pilothouse"
COTTON = PACKAGE / "web" / "templates" / "cotton"
TEMPLATES = [path for path in PACKAGE.rglob("templates/**/*.html") if COTTON not in path.parents]
_WORDS = (
    "alert badge breadcrumb btn card chart dialog dropdown-menu empty field fieldset input kbd "
    "label popover progress select sidebar skeleton switch table tabs textarea toast"
)
VENDORED = set(_WORDS.split())


PLAIN_MARKUP = {
    # The palette is the one dialog that is not a component: it has no heading.
    "_overlays.html": {"dialog"},
    # Hundreds of these stand on the page of a long resume; components take most of its time.
    "resume_entry.html": {"field", "btn"},
    "resume_field.html": {"field"},
}


def render(source: str, **context: object) -> str:
    # Texts, unlike files, do not pass the loader that knows components.
    return Template(CottonCompiler().process(source)).render(Context(context))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def tags_of(html: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Tags()
    parser.feed(html)
    return parser.found


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_only_components_name_vendored_classes(template: Path) -> None:
    text = re.sub(r"{%.*?%}|{{.*?}}", " ", template.read_text(encoding="utf-8"))
    for classes in re.findall(r'\bclass="([^"]*)"', text):
        words = set(classes.split())
        allowed = PLAIN_MARKUP.get(template.name, set())
        assert not words & (VENDORED - allowed), template.name


@pytest.mark.parametrize(
    "template", [*TEMPLATES, *COTTON.glob("*.html")], ids=lambda path: path.name
)
def test_templates_obey_the_policy(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|hx-on|javascript:|['\"]js:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert "|safe" not in text
    assert "{{ attrs }}" not in text, "cotton's own text of attributes is not escaped"


def test_every_component_is_on_the_pattern_page() -> None:
    shown = (PACKAGE / "web" / "templates" / "patterns.html").read_text(encoding="utf-8")
    inside = "".join(path.read_text(encoding="utf-8") for path in COTTON.glob("*.html"))
    frame = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    for component in COTTON.glob("*.html"):
        name = f"<c-{component.stem.replace('_', '-')}"
        assert re.search(rf"{name}[\s/>]", shown + inside + frame), name


def test_pattern_page_escapes_hostile_text() -> None:
    request = RequestFactory().get("/patterns/")
    request.session = {}  # type: ignore[attr-defined]
    html = patterns(request).content.decode()
    assert HOSTILE not in html
    tags = tags_of(html)
    assert not [attrs for tag, attrs in tags if tag == "script" and "src" not in attrs]
    assert not [attrs for _, attrs in tags if "style" in attrs]
    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "source",
    [
        '<c-button data-x="{{ value }}">{{ value }}</c-button>',
        '<c-button :data-x="value" label="{{ value }}">x</c-button>',
        '<c-input name="a" label="{{ value }}" value="{{ value }}" />',
        '<c-input name="a" help="{{ value }}" error="{{ value }}" />',
        '<c-input name="a" :value="value" :placeholder="value" />',
        '<c-select name="a" :options="options" />',
        '<c-textarea name="a" :value="value" />',
        '<c-card :title="value" text="{{ value }}">{{ value }}</c-card>',
        '<c-table :label="value" :caption="value" :empty="value" />',
        '<c-menu id="m" :words="value"></c-menu>',
        '<c-menu-item :href="value">{{ value }}</c-menu-item>',
        '<c-empty :title="value" :example="value" />',
        '<c-stat :label="value" :value="value" :note="value" />',
    ],
)
def test_components_escape(source: str) -> None:
    value = "\"><script>alert('x')</script>"
    html = render(source, value=value, options=[(value, value)])
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "<c-" not in html


def test_field_ties_label_help_and_error() -> None:
    html = render('<c-input name="a" label="L" help="H" error="E" required="true" />')
    (widget,) = [attrs for tag, attrs in tags_of(html) if tag == "input"]
    assert widget["id"] == "a"
    assert widget["aria-invalid"] == "true"
    assert "required" in widget
    assert set(str(widget["aria-describedby"]).split()) == {"a-help", "a-error"}


def test_table_says_how_it_is_sorted() -> None:
    columns = [{"key": "a", "label": "A", "sortable": True}, {"key": "b", "label": "B"}]
    for sort, state, link in (("a", "ascending", "?sort=-a"), ("-a", "descending", "?sort=a")):
        html = render('<c-table :columns="columns" :sort="sort" />', columns=columns, sort=sort)
        heads = [attrs for tag, attrs in tags_of(html) if tag == "th"]
        assert heads[0]["aria-sort"] == state
        assert "aria-sort" not in heads[1]
        assert [attrs["href"] for tag, attrs in tags_of(html) if tag == "a"] == [link]


def test_sorting_keeps_the_rest_of_the_address() -> None:
    request = RequestFactory().get("/", {"q": "a&b", "sort": "a", "page": "3"})
    html = render("{% sort_query 'a' 'a' %}", request=request)
    assert html == "?q=a%26b&amp;sort=-a"


def test_rate_is_never_alone() -> None:
    shown = re.sub(r"<[^>]+>", "", render('<c-rate :rate="rate" />', rate=wilson(12, 80)))
    assert shown.strip() == "15% 12 of 80, 8.8–24.4%"
    assert "nobody yet" in render('<c-rate :rate="rate" />', rate=wilson(0, 0))


def test_worse_is_said_and_not_only_coloured() -> None:
    html = render('<c-stat label="Cost" :value="3" :delta="0.2" good="down" />')
    assert "delta-bad" in html
    assert "(bad)" in html


@pytest.mark.parametrize("world", ["real", "simulated"])
def test_world_is_said_in_words(world: str) -> None:
    assert world.capitalize() in render('<c-world-label :world="world" />', world=world)


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
def test_error_page_needs_no_request(status: int) -> None:
    context = {"status": status, "heading": "Not here", "sentence": "<b>: there is no such thing."}
    html = render_to_string("errors/error.html", context)
    assert "&lt;b&gt;: there is no such thing." in html
    assert f"Error {status}" in html
