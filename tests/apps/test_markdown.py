"""Markdown on pages: what it makes, and what no text can make of it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.apps.markdown import is_safe_link, render_markdown


def test_markdown_becomes_html():
    html = render_markdown("# Why\n\n- [x] *done*\n- [ ] `open`\n\n|a|b|\n|-|-|\n|1|~~2~~|")
    assert "<h3>Why</h3>" in html
    assert 'type="checkbox"' in html
    assert "<em>done</em>" in html
    assert "<td>1</td>" in html
    assert "<s>2</s>" in html


BAD = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "\x01javascript:1",
    "data:text/html,x", "vbscript:x", "file:///etc/passwd", "//evil.test/", "/\\evil.test",
    "http://[", "blob:x",
)  # fmt: skip


@pytest.mark.parametrize("url", BAD)
def test_other_addresses_are_no_links(url: str):
    assert not is_safe_link(url)
    # What the parser encodes first (a tab, a backslash) leads nowhere outside this site.
    for href in re.findall('href="([^"]*)"', render_markdown(f"[words](<{url}>)")):
        assert "%" in href
        assert is_safe_link(href)


@pytest.mark.parametrize(
    "url", ["/p/x/", "#part", "page?q=1", "https://example.org/a", "mailto:a@example.org"]
)
def test_addresses_of_the_site_and_the_web_are_links(url: str):
    assert f'href="{url}"' in render_markdown(f"[words]({url})")


def test_pictures_of_other_sites_are_links():
    html = render_markdown('![A "plan"](https://example.org/a.png)')
    assert "<img" not in html
    assert "A &quot;plan&quot;</a>" in html
    assert 'rel="noopener noreferrer nofollow"' in html


def test_an_extension_may_add_to_it_without_changing_it_for_others():
    assert "HELLO" in render_markdown("hello", extensions=[lambda p: p.add_render_rule(
        "text", lambda _self, tokens, place, *_: tokens[place].content.upper())])  # fmt: skip
    assert "hello" in render_markdown("hello")


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="<>\"&'`[]()!#*_~|-:/\\ \nascriptjonerlv=1", max_size=80))
def test_no_text_becomes_a_tag_of_its_own(text: str):
    html = render_markdown(text).lower()
    for bad in ("<script", "<img", "<iframe", "<style", "<svg", "javascript:alert"):
        assert bad not in html
    assert " on" not in "".join(part.split(">")[0] for part in html.split("<")[1:])
