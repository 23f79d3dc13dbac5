"""Markdown becomes HTML that holds nothing but what is made here."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.apps.documents.services.markup import to_html
from pilothouse.apps.documents.services.rendering import render_document
from tests.apps.documents.makers import make_document

TAGS = {
    "h2", "h3", "h4", "h5", "h6", "p", "a", "em", "strong", "s", "ul", "ol", "li", "blockquote",
    "pre", "code", "hr", "br", "table", "thead", "tbody", "tr", "th", "td", "div", "span",
}  # fmt: skip
SCHEMES = re.compile(r"(?:https?://|mailto:|/|#|[^:]*$)", re.I)
# What Markdown and HTML make of trouble.
pieces = st.sampled_from(
    ["<script>", "</script>", "<img src=x onerror=alert(1)>", "](javascript:alert(1))", "[a",
     "](claim:", "](mention:item/x)", "![", "<!--", "-->", "`", "```\n", "> ", "- [ ] ", "\n",
     "\n\n", "|a|b|\n|-|-|\n", "**", "&lt;", "\"", "'", "<a href='javascript:x'>",
     "data:text/html,", "    ", "# ", "[!NOTE]", "\\", "]", "(", ")", "x", "é", "\u202e",
     "&#106;avascript:"]
)  # fmt: skip
texts = st.lists(pieces | st.text(max_size=5), max_size=25).map("".join)


class Reader(HTMLParser):
    """What a browser would find."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def hooks():
    return {
        "claim": lambda address, words: ('<span class="claim">', "</span>"),
        "mention": lambda address, words: ('<span class="mention">', "</span>"),
    }


def read(text: str, **options: bool) -> Reader:
    reader = Reader()
    reader.feed(to_html(text, hooks(), **options))
    reader.close()
    return reader


@given(texts, st.booleans())
def test_nothing_of_a_text_becomes_code(text, with_guidance):
    found = read(text, with_guidance=with_guidance)
    assert found.tags <= TAGS
    for name, value in found.attributes:
        assert not name.startswith("on")
        assert name != "style"
        if name in {"href", "src"}:
            assert SCHEMES.match(value), value


@given(texts)
def test_rendering_is_the_same_a_second_time(text):
    assert to_html(text, hooks()) == to_html(text, hooks())


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# One\n# One", '<h2 data-line="1" id="s-one">One</h2>\n'
                         '<h2 data-line="2" id="s-one-2">One</h2>\n'),
        ("### Three", '<h3 data-line="1" id="s-three">Three</h3>\n'),
        ("a <!-- hidden --> b", '<p data-line="1">a  b</p>\n'),
        ("<!-- a\n\nb -->", ""),
        ("~~no~~", '<p data-line="1"><s>no</s></p>\n'),
        ("[x](javascript:alert(1))", '<p data-line="1">[x](javascript:alert(1))</p>\n'),
        ("[x](https://a.example)",
         '<p data-line="1"><a href="https://a.example" class="link" '
         'rel="noopener noreferrer nofollow">x</a></p>\n'),
        ("![alt](https://a.example/p.png)",
         '<p data-line="1"><a class="link" href="https://a.example/p.png" '
         'rel="noopener noreferrer nofollow">alt</a></p>\n'),
        ("<b>x</b>", '<p data-line="1">&lt;b&gt;x&lt;/b&gt;</p>\n'),
    ],
)  # fmt: skip
def test_worked_examples(text, html):
    assert to_html(text, hooks()) == html


def test_checklists_tell_their_state_in_words():
    html = to_html("- [x] done *it*\n- [ ] not yet", hooks())
    assert html.count('class="task"') == 2
    assert '<span class="unseen">done: </span>done <em>it</em>' in html
    assert '<span class="unseen">to do: </span>not yet' in html


def test_callouts_are_named_and_unknown_ones_are_quotations():
    assert '<p class="callout-name">Warning</p>' in to_html("> [!WARNING] Hot", hooks())
    assert "[!PARTY]" in to_html("> [!PARTY] Hot", hooks())


def test_guidance_is_for_writers():
    text = "<!-- Say <b>why</b> -->"
    assert to_html(text, hooks()) == ""
    assert "Say &lt;b&gt;why" in to_html(text, hooks(), with_guidance=True)


def test_lines_and_links_inside_links_of_ones_own():
    html = to_html("[12 **%**](claim:bcdfghjkmnpq) and [@A](mention:item/x)", hooks())
    assert '<span class="claim">12 <strong>%</strong></span>' in html
    # The words of a mention make room for the present title.
    assert '<span class="mention"></span>' in html


def test_mentions_say_the_present_title_or_that_it_is_gone(people, product):
    other = make_document(people.alice, product, "A <title>")
    body = f"[@Old](mention:document/{other.public_id}) [words](mention:document/{other.public_id})"
    html = render_document(product, body).html
    assert f'<a class="mention" href="{other.url}" title="document">@A &lt;title&gt;</a>' in html
    assert ">words</a>" in html
    gone = render_document(product, "[@Lost <b>](mention:item/bcdfghjkmnpq)").html
    assert "@Lost &lt;b&gt;</span>" in gone
    assert "gone" in gone


def test_things_of_another_workspace_are_not_named(people, product):
    from tests.builders import make_product

    theirs = make_product(people.charlie, "Hidden")
    secret = make_document(people.charlie, theirs, "Secret title")
    html = render_document(product, f"[@x](mention:document/{secret.public_id})").html
    assert "Secret" not in html
    assert "gone" in html


def test_an_unknown_claim_is_broken(product):
    assert 'data-state="broken"' in render_document(product, "[1 %](claim:bcdfghjkmnpq)").html
