"""BibTeX and CSL-JSON in and out."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.apps.skills.services.library import LibraryEntry, load_catalogue
from pilothouse.apps.skills.services.library_bibtex import read_bibtex, write_bibtex
from pilothouse.apps.skills.services.library_csl import read_csl, write_csl
from pilothouse.apps.skills.services.library_exchange import export_library, import_library
from pilothouse.apps.skills.services.library_own import EntryDraft, add_entry
from pilothouse.apps.skills.services.reading import set_state
from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import clean_text
from tests.apps.makers import browser_of

BIBTEX = r"""
@comment{ignored, title = {no}}
@string{ pub = "Some Press" }
% a line of text
@Book{simon:1996,
  title     = {The {Sciences} of the Artificial},
  author    = "Simon, Herbert A. and M{\"u}ller, J{\"o}rg and {\O}rsted, {\'E}va",
  year      = 1996,
  publisher = pub # { Ltd},
  isbn      = {0-306-40615-2},
  keywords  = {design, systems},
  month     = jan
}
@article(no-title, author = {Nobody})
@misc{page, title = "Rock \& Roll -- 100\%", url = {https://a.example/x_y}, date = {2021-03}}
"""


def test_bibtex_is_read():
    book, page = read_bibtex(BIBTEX)
    assert book == EntryDraft(
        title="The Sciences of the Artificial",
        type="book",
        authors=("Herbert A. Simon", "Jörg Müller", "Éva Ørsted"),
        year=1996,
        publisher="Some Press Ltd",
        topics=("design", "systems"),
        isbn="0-306-40615-2",
    )
    assert (page.title, page.type, page.year) == ("Rock & Roll – 100%", "article", 2021)
    assert page.url == "https://a.example/x_y"


@pytest.mark.parametrize("text", ["", "no entry", "@", "@book", "@comment{x}"])
def test_what_is_no_bibtex_is_refused(text):
    with pytest.raises(InvalidValueError):
        read_bibtex(text)


@given(st.text("@book{}(),=\"#\\ \nabc1'", max_size=200))
def test_no_text_breaks_the_reader_of_bibtex(text):
    with suppress(InvalidValueError):
        assert isinstance(read_bibtex("@book{a," + text), list)


# As it is stored: a compatibility ideograph such as U+F900 is another one in NFC.
PLAIN = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf", "Zs")),
    min_size=1, max_size=30,
).map(clean_text).filter(lambda text: "--" not in text and "~" not in text)  # fmt: skip


@given(PLAIN, st.lists(PLAIN.filter(lambda t: "," not in t), max_size=3),
       st.none() | st.integers(1450, 2027))  # fmt: skip
def test_what_is_written_as_bibtex_is_read_again(title, authors, year):
    entry = replace(_any_entry(), title=title, authors=tuple(authors), year=year)
    (draft,) = read_bibtex(write_bibtex([entry]))
    assert (draft.title, draft.year, draft.isbn) == (title, year, entry.isbn)
    assert [name for name in draft.authors if name] == authors


def test_the_whole_catalogue_goes_out_and_in():
    entries = list(load_catalogue().values())
    text = write_bibtex(entries)
    drafts = read_bibtex(text)
    assert [d.title for d in drafts] == [e.title for e in entries]
    assert [d.year for d in drafts] == [e.year for e in entries]
    assert [tuple(n for n in d.authors if n) for d in drafts] == [e.authors for e in entries]
    drafts = read_csl(write_csl(entries))
    assert [d.title for d in drafts] == [e.title for e in entries]
    assert [d.authors for d in drafts] == [e.authors for e in entries]
    keys = [line for line in text.splitlines() if line.startswith("@")]
    assert len(set(keys)) == len(keys)


def test_csl_is_read():
    items = [
        {"type": "book", "title": "A book", "author": [{"given": "Ann", "family": "Doe"},
         {"literal": "A Group"}], "issued": {"date-parts": [["2019", 5]]}, "ISBN": "0306406152",
         "publisher": "P", "URL": "https://a.example/", "keyword": "x, y"},
        {"type": "song"},
        {"title": 7},
    ]  # fmt: skip
    (draft,) = read_csl(json.dumps(items))
    assert draft == EntryDraft(
        "A book", "book", ("Ann Doe", "A Group"), 2019, "P", ("x", "y"), isbn="0306406152",
        url="https://a.example/",
    )  # fmt: skip


@pytest.mark.parametrize("text", ["{", '"x"', "[1]", "[" * 100_000, '{"items": 7}'])
def test_what_is_no_csl_is_refused(text):
    with pytest.raises(InvalidValueError):
        read_csl(text)


def test_a_wrong_field_is_left_out_and_named(people):
    text = "@book{a, title={T}, isbn={123}, year={1996}, url={javascript:alert(1)}}"
    brought = import_library(people.alice, text)
    assert (brought.added[0].isbn, brought.added[0].url) == ("", "")
    assert brought.added[0].year == 1996
    assert len(brought.troubles) == 2
    assert import_library(people.alice, text).known == 1


def test_what_i_noted_or_added_goes_out(people):
    add_entry(people.alice, EntryDraft("Mine"))
    set_state(people.alice, "inspired", "done")
    titles = {draft.title for draft in read_bibtex(export_library(people.alice, "bib"))}
    assert titles == {"Inspired", "Mine"}
    assert len(json.loads(export_library(people.alice, "json"))) == 2
    answer = browser_of(people.alice).get("/skills/library/mine.bib")
    assert answer["Content-Disposition"].endswith("library.bib")


def _any_entry() -> LibraryEntry:
    return replace(load_catalogue()["inspired"], isbn="9780306406157")
