"""Pages with postings: data of schema.org, plain pages, and what wants to harm."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.jobs import decode_page, read_page

LONG = "You own the checkout of our shop and talk to those who use it. " * 5


def with_data(posting: object) -> str:
    return (
        f"<title>Careers</title><script type='application/ld+json'>{json.dumps(posting)}</script>"
        "<main>Cookies?</main>"
    )


def test_data_of_schema_org_is_taken():
    page = read_page(with_data({
        "@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, {
            "@type": "JobPosting", "title": "Senior  PM",
            "hiringOrganization": {"@type": "Organization", "name": "Acme"},
            "jobLocation": [{"address": {"addressLocality": "Leeds", "addressCountry": "GB"}}],
            "description": "<p>You own the <b>checkout</b>.</p><ul><li>Talk</li>"
            "<li><p>Test</p></li></ul>",
        }],
    }))  # fmt: skip
    assert (page.title, page.company, page.place) == ("Senior PM", "Acme", "Leeds, GB")
    assert page.text == "You own the checkout.\n- Talk\n- Test"
    assert page.is_structured


def test_a_description_escaped_twice_is_read():
    posting = {"@type": "JobPosting", "description": "&lt;p&gt;You own it.&lt;/p&gt;"}
    assert read_page(with_data(posting)).text == "You own it."


def test_a_plain_page_gives_its_main_part():
    page = read_page(
        f"<title>Acme | Jobs</title><nav>Home</nav><main><h1>Product manager</h1><p>{LONG}</p>"
        "<script>alert(1)</script></main><footer>Imprint</footer>"
    )
    assert page.title == "Product manager"
    assert page.text.splitlines()[0] == "Product manager"
    assert "alert" not in page.text
    assert "Home" not in page.text + page.company
    assert not page.is_structured


def test_a_page_without_a_main_part_gives_all_of_it():
    assert read_page("<body><p>We look<br>for you &amp; yours.</p></body>").text == (
        "We look\nfor you & yours."
    )


@pytest.mark.parametrize(
    "html",
    [
        "", "<", "<script", "<main><main></main>" * 9, "<div>" * 5_000,
        "<script type='application/ld+json'>" + "[" * 50_000 + "</script>",
        "<script type='application/ld+json'>{\"@type\": [\"JobPosting\"], \"title\": 7}</script>",
        "</script></nav></main><p>a", "<svg><script>b</svg>", "<p><![1", "<![x[ a ]]>", "<![ ",
    ],
)  # fmt: skip
def test_broken_and_hostile_pages_are_read_without_harm(html: str):
    page = read_page(html)
    assert isinstance(page.text, str)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("é".encode(), "é"),
        (b"\xef\xbb\xbfa", "a"),
        ("<meta charset='windows-1250'>ž".encode("cp1250"), "<meta charset='windows-1250'>ž"),
        (b"<meta charset=nonsense>\xe9", "<meta charset=nonsense>é"),
    ],
)
def test_characters(data: bytes, text: str):
    assert decode_page(data) == text


@given(st.text(alphabet="<>/amin pl-\n'\"=&;![1", max_size=300))
def test_any_page_is_read(html: str):
    page = read_page(html)
    assert len(page.text) <= 50_000
    assert page == read_page(html)
