"""JSON Resume 1.3: what goes in comes out, validates, and loses no field that it does not name."""

from __future__ import annotations

import json
import unicodedata
from itertools import count
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.jobs.resume_bullets import adopt_ids, match_bullets, split_lines
from pilothouse.engines.jobs.resume_json import (
    from_content,
    read_json_resume,
    to_content,
    write_json_resume,
)
from pilothouse.engines.jobs.resume_types import Bullet, Resume
from pilothouse.kernel.errors import InvalidValueError
from tests.engines.jobs.resume_strategies import make_document

DATA = Path(__file__).parents[2] / "data" / "jsonresume"
SCHEMA = json.loads((DATA / "schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
EMPTY: tuple[Any, ...] = (None, "", [], {})


def read(document: dict[str, Any]) -> Resume:
    numbers = count()
    return read_json_resume(document, lambda: f"id{next(numbers)}")


def pruned(value: Any) -> Any:
    """The value in NFC, without empty parts and doubled white space."""
    if isinstance(value, dict):
        kept = {key: pruned(each) for key, each in value.items()}
        return {key: each for key, each in kept.items() if each not in EMPTY}
    if isinstance(value, list):
        return [each for each in map(pruned, value) if each not in EMPTY]
    if not isinstance(value, str):
        return value
    return unicodedata.normalize("NFC", " ".join(value.split()))


def written(document: dict[str, Any], **options: Any) -> dict[str, Any]:
    out = write_json_resume(read(document), **options)
    return {key: value for key, value in out.items() if key != "$schema"}


def test_the_sample_of_the_standard_comes_back():
    sample = json.loads((DATA / "sample.resume.json").read_text("utf-8"))
    VALIDATOR.validate(write_json_resume(read(sample)))
    mine = {key: value for key, value in sample.items() if key != "$schema"}
    assert pruned(written(sample)) == pruned(mine)


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_made_up_resumes_validate_and_come_back(seed: int):
    document = make_document(seed)
    out = written(document)
    VALIDATOR.validate(out)
    assert pruned(out) == pruned(document)
    assert written(out) == out
    assert from_content(json.loads(json.dumps(to_content(read(document))))) == read(document)


_VALUES = st.recursive(
    st.booleans() | st.integers(-9, 9) | st.text("abc", min_size=1, max_size=5),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=2)
        | st.dictionaries(st.text("xyz", min_size=1, max_size=3), inner, min_size=1, max_size=2)
    ),
    max_leaves=4,
)


@given(st.dictionaries(st.text("xyz", min_size=1, max_size=4).map("x-".__add__), _VALUES))
@settings(max_examples=40, deadline=None)
def test_fields_that_the_schema_does_not_name_stay_where_they_stood(more: dict[str, Any]):
    document: dict[str, Any] = {
        **more,
        "basics": {"name": "Ann", "location": {"city": "Leeds", **more}, **more,
                   "profiles": [{"network": "N", **more}]},
        "work": [{"name": "Acme", "highlights": ["Asked."], **more}],
        "skills": [{"name": "SQL", **more}],
        "meta": {"version": "1", **more},
    }  # fmt: skip
    assert written(document) == document


def test_what_bullets_rest_on_travels_along_and_is_left_out_when_asked():
    document = {
        "basics": {"name": "Ann", "summary": "I decide. {act:3}"},
        "work": [{"name": "Acme", "highlights": ["Cut 9 to 4. {act:7} {piece:2bcd}", "Asked."]}],
    }
    plain = written(document)
    assert plain["work"][0]["highlights"] == ["Cut 9 to 4.", "Asked."]
    assert plain["basics"]["summary"] == "I decide."
    assert "{" not in json.dumps(plain["work"][0]["highlights"])
    whole = written(document, with_evidence=True)
    VALIDATOR.validate(whole)
    assert whole["work"][0]["x-evidence"] == [["act:7", "piece:2bcd"], []]
    assert written(whole, with_evidence=True) == whole
    assert [each.text for each in read(whole).bullets] == document["work"][0]["highlights"]
    assert read(whole).basics.fields["summary"] == "I decide. {act:3}"


def test_evidence_that_is_not_ours_is_let_be():
    document = {"work": [{"highlights": ["A", "B"], "x-evidence": ["x"]}]}
    assert [bullet.keys for bullet in read(document).bullets] == [(), ()]
    odd = {"work": [{"highlights": ["A"], "x-evidence": [[3, "act:1; drop", "act:5"]]}]}
    assert [bullet.keys for bullet in read(odd).bullets] == [("act:5",)]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "the file must be an object"),
        ({"basics": []}, None),
        ({"basics": [1]}, "basics must be an object"),
        ({"work": {"name": "Acme"}}, "work must be a list"),
        ({"work": ["Acme"]}, r"work\[0\] must be an object"),
        ({"work": [{"startDate": "2020-13"}]}, r"2020-13: work\[0\].startDate is a year, a month"),
        ({"work": [{"url": "acme.org"}]}, r"work\[0\].url begins with https"),
        ({"basics": {"email": "ann"}}, r"basics.email looks like"),
        ({"skills": [{"keywords": "SQL"}]}, r"skills\[0\].keywords must be a list of texts"),
        ({"education": [{"score": 4}]}, r"education\[0\].score must be a text"),
        ({"work": [{"highlights": ["x" * 1001]}]}, "at most 1,000 characters"),
        ({"work": [{"highlights": ["x"] * 41}]}, "at most 40 bullets"),
        ({"work": [{"name": "x"}] * 201}, "at most 200 entries"),
        ({"basics": {"profiles": [{"url": "javascript:alert(1)"}]}}, r"basics.profiles\[0\].url"),
    ],
)
def test_what_the_schema_does_not_allow_is_named(document: Any, words: str | None):
    if words is None:
        read(document)
        return
    with pytest.raises(InvalidValueError, match=words):
        read(document)


def test_empty_values_are_the_same_as_none():
    document = {"basics": {"name": "Ann", "url": "", "location": None}, "work": None, "awards": []}
    assert written(document) == {"basics": {"name": "Ann"}}


def test_the_order_of_sections_is_that_of_the_file():
    document = {"education": [{"institution": "TU"}], "work": [{"name": "Acme"}]}
    assert list(written(document)) == ["education", "work"]


def test_a_changed_bullet_keeps_its_id_and_a_new_one_gets_one():
    old = (Bullet("a", "Ran user reserch."), Bullet("b", "Wrote notes."), Bullet("c", "Left."))
    numbers = count()
    lines = ["Wrote notes.", "Ran user research.", "Something wholly different and long."]
    found = match_bullets(old, lines, lambda: f"new{next(numbers)}")
    assert [(each.id, each.text) for each in found] == [
        ("b", lines[0]), ("a", lines[1]), ("new0", lines[2]),
    ]  # fmt: skip


@given(st.lists(st.text("ab c.", min_size=1, max_size=12), max_size=6))
def test_ids_are_never_given_twice(lines: list[str]):
    numbers = count()
    texts = split_lines("\n".join(lines))
    old = tuple(Bullet(f"old{i}", text) for i, text in enumerate(reversed(texts)))
    found = match_bullets(old, texts, lambda: f"new{next(numbers)}")
    assert [each.text for each in found] == list(texts)
    assert len({each.id for each in found}) == len(found)
    assert {each.id for each in found} == {each.id for each in old}


def test_a_file_that_comes_again_keeps_ids():
    first = read({"work": [{"name": "Acme", "highlights": ["Asked."]}, {"name": "Beta"}]})
    numbers = count(100)
    again = read({"work": [{"name": "Beta"}, {"name": "Acme", "highlights": ["Asked!", "More"]}]})
    kept = adopt_ids(again, first, lambda: f"id{next(numbers)}")
    assert [entry.id for entry in kept.entries] == [first.entries[1].id, first.entries[0].id]
    assert kept.entries[1].bullets[0].id == first.entries[0].bullets[0].id


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["basics", "work", "skills", "name", "highlights", "x-evidence", "x-texts", "x-source",
             "location", "profiles", "keywords", "startDate", "url", "summary", "projects", "meta"]
        ),
        inner, max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip


@given(_JSON)
@settings(max_examples=300, deadline=None)
def test_any_json_is_a_resume_or_refused_by_a_rule(document: Any):
    try:
        made = read(document)
    except InvalidValueError:
        return
    VALIDATOR.validate(written(document))
    assert from_content(json.loads(json.dumps(to_content(made)))) == made
