"""Front matter, names of files, links of a vault."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.documents.frontmatter import join_front_matter, split_front_matter
from pilothouse.engines.documents.names import (
    from_wikilinks,
    is_safe_path,
    name_key,
    safe_name,
    to_wikilinks,
    unique_name,
)
from pilothouse.kernel.errors import InvalidValueError

RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{n}{i}" for n in ("com", "lpt") for i in "0123456789¹²³"),
}


def test_front_matter_is_split_from_the_text():
    text = "---\ntitle: A plan\ntags: [a, b]\nday: 2026-11-23\n---\n\n# Plan\n"
    values, body = split_front_matter(text)
    assert values == {"title": "A plan", "tags": ["a", "b"], "day": "2026-11-23"}
    assert body == "\n# Plan\n"


@pytest.mark.parametrize("text", ["", "# Plan", "--- \n", "---\nopen", "----\na: 1\n----\n"])
def test_texts_without_front_matter_stay(text):
    assert split_front_matter(text) == ({}, text)


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("a: &x [1]\nb: *x", "anchors"),
        ("a: " + "[" * 20 + "]" * 20, "deep"),
        ("a: b: c", "no YAML"),
        ("- a\n- b", "names and values"),
        ("a: !!python/object/apply:os.system [ls]", "no YAML"),
        ("a: " + "x" * 70_000, "65,536"),
        ("a: " + "9" * 5_000, "no YAML"),
        ("a: 2026-13-99", "no YAML"),
    ],
)
def test_hostile_front_matter_is_refused(head, why):
    with pytest.raises(InvalidValueError, match=why):
        split_front_matter(f"---\n{head}\n---\ntext")


SCALARS = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=20)
VALUES = st.dictionaries(
    st.text(min_size=1, max_size=10), SCALARS | st.lists(SCALARS, max_size=3), max_size=4
)


@given(VALUES, st.text(max_size=60))
def test_front_matter_comes_back_as_it_was(values, body):
    assert split_front_matter(join_front_matter(values, body)) == (values, body)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Plan", "Plan"),
        ('a*b"c\\d/e<f>g:h|i?j#k^l[m]n', "a b c d e f g h i j k l m n"),
        ("CON", "CON_"),
        ("nul.backup", "nul_backup"),
        ("com¹", "com¹_"),
        ("...", "Untitled"),
        (".hidden.", "hidden"),
        ("tab\tand\u202eturned", "tab and turned"),
        ("Cafe\u0301", "Café"),
        ("é" * 100, "é" * 75),
    ],
)
def test_titles_become_names(title, name):
    assert safe_name(title) == name


@given(st.text(max_size=300))
def test_any_title_gives_a_name_that_every_system_takes(title):
    name = safe_name(title)
    assert 1 <= len(name.encode()) <= 150
    assert not set(name) & set('*"\\/<>:|?#^[]')
    assert name == unicodedata.normalize("NFC", name) == name.strip(". ")
    assert not any(unicodedata.category(char)[0] == "C" for char in name)
    assert name.split(".")[0].casefold() not in RESERVED
    assert is_safe_path(f"{name}.md")
    assert safe_name(name) == name


@given(st.lists(st.text(st.sampled_from("aA \u0301e\u00e9\u00c9/"), max_size=4), max_size=12))
def test_names_are_unique_on_every_system(titles):
    taken: set[str] = set()
    for title in titles:
        name = unique_name(title, taken)
        assert name_key(name) not in taken
        taken.add(name_key(name))
    assert len(taken) == len(titles)


@pytest.mark.parametrize(
    "path", ["", "/a", "../a", "a/../b", "a//b", "a/ b", "c:a", "a\\b", ".", "a/."]
)
def test_paths_out_of_the_folder_are_not_safe(path):
    assert not is_safe_path(path)


NAMES = {"p1": ("Plan", "Plan"), "p2": ("What Why", "What? Why")}
BACK = {name_key(name): (id_, title) for id_, (name, title) in NAMES.items()}


@pytest.mark.parametrize(
    ("text", "vault"),
    [
        ("See [@Plan](mention:document/p1).", "See [[Plan]]."),
        ("See [the plan](mention:document/p1).", "See [[Plan|the plan]]."),
        ("See [@What? Why](mention:document/p2).", "See [[What Why]]."),
        ("See [@Gone](mention:document/p9).", "See [@Gone](mention:document/p9)."),
        ("See [@M](mention:metric/p1).", "See [@M](mention:metric/p1)."),
        ("Write `[@Plan](mention:document/p1)`.", "Write `[@Plan](mention:document/p1)`."),
        ("```\n[@Plan](mention:document/p1)\n```", "```\n[@Plan](mention:document/p1)\n```"),
    ],
)
def test_mentions_and_wikilinks(text, vault):
    assert to_wikilinks(text, NAMES) == vault
    assert from_wikilinks(vault, BACK) == text


def test_a_wikilink_may_name_a_path_and_an_ending():
    assert from_wikilinks("[[plans/PLAN.md]] [[Other]]", BACK) == (
        "[@Plan](mention:document/p1) [[Other]]"
    )


PIECES = st.sampled_from(
    [
        "[@Plan](mention:document/p1)",
        "[why](mention:document/p2)",
        "[a|b](mention:document/p1)",
        "[ x ](mention:document/p1)",
        "[@Plan",
        "](mention:document/p1)",
        "`",
        "```\n",
        "\n",
        "]",
        "é",
    ]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=12).map("".join))
def test_any_text_without_wikilinks_comes_back_byte_for_byte(text):
    if "[[" not in text:
        assert from_wikilinks(to_wikilinks(text, NAMES), BACK) == text
