"""Definitions: the same question in a form, a URL, a saved metric and the API."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.apps.analytics.forms import definition_from_fields, fields_from_definition
from pilothouse.apps.analytics.services.questions import DEFAULTS, parse_question
from pilothouse.kernel.errors import InvalidValueError

# A form cuts spaces at the ends and takes a comma for a separator of values.
names = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=12)
values = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
filters = st.lists(
    st.one_of(
        st.builds(lambda p, v: {"property": p, "operator": "is", "values": v}, names,
                  st.lists(values, min_size=1, max_size=3)),
        st.builds(lambda p: {"property": p, "operator": "set", "values": []}, names),
        st.builds(lambda p, n: {"property": p, "operator": "greater", "values": [str(n)]}, names,
                  st.integers(0, 99)),
    ),
    max_size=3,
)  # fmt: skip
days = st.dates(min_value=date(1990, 1, 1)).map(str).filter(
    lambda day: day < "2100"
)  # fmt: skip
ranges = st.one_of(
    st.just({}),
    st.integers(1, 3660).map(lambda n: {"last": n}),
    st.tuples(days, days).map(lambda pair: {"from": min(pair), "to": max(pair)}),
)
periods = st.sampled_from(["day", "week", "month"])
measures = st.one_of(
    st.sampled_from(["count", "actors", "wau", "mau"]),
    names.map(lambda name: f"sum:{name}"),
    names.map(lambda name: f"median:{name}"),
)
optional = st.none() | names
trends = st.fixed_dictionaries(
    {"event": optional, "measure": measures, "period": periods, "breakdown": optional,
     "filters": filters}
)  # fmt: skip
funnels = st.fixed_dictionaries(
    {"steps": st.lists(names, min_size=2, max_size=6), "filters": filters, "breakdown": optional,
     "window": st.sampled_from(["30m", "7d", "90d"]),
     "immature": st.sampled_from(["exclude", "include"])}
)  # fmt: skip
retentions = st.fixed_dictionaries(
    {"start": optional, "return": optional, "period": periods, "periods": st.integers(0, 400),
     "filters": filters}
)  # fmt: skip
questions = st.one_of(
    *(
        st.tuples(st.just(kind), st.tuples(parts, ranges).map(lambda p: p[0] | p[1]))
        for kind, parts in (("trend", trends), ("funnel", funnels), ("retention", retentions))
    )
)


@given(questions)
@settings(max_examples=120, deadline=None)
def test_a_definition_survives_its_form(question):
    kind, definition = question
    asked = parse_question(kind, definition)
    fields = QueryDict(fields_from_definition(kind, asked.definition))
    again = parse_question(kind, definition_from_fields(kind, fields))
    assert again == asked


@pytest.mark.parametrize("kind", DEFAULTS)
def test_unknown_parts_are_refused_by_name(kind):
    good = {"steps": ["a", "b"]} if kind == "funnel" else {}
    assert parse_question(kind, good).definition == {**DEFAULTS[kind], **good}
    with pytest.raises(InvalidValueError, match=f"widow: a {kind} has no such part"):
        parse_question(kind, {**good, "widow": "7d"})


@pytest.mark.parametrize(
    ("kind", "definition", "words"),
    [
        ("paths", {}, "a question is one of"),
        ("trend", {"measure": "sum"}, "a measure is"),
        ("trend", {"period": "year"}, "a period is"),
        ("trend", {"last": 0}, "lies between 1 and 3660"),
        ("trend", {"last": 2.5}, "a whole number"),
        ("trend", {"last": True}, "a whole number"),
        ("trend", {"last": float("inf")}, "between -2\\^53"),
        ("trend", {"from": "2026-02-30"}, "year-month-day"),
        ("trend", {"from": "2026-03-02", "to": "2026-03-01"}, "must not lie after"),
        ("trend", {"from": "2026-03-02", "last": 3}, "not both"),
        ("trend", {"from": "0001-01-01"}, "lies between 1971"),
        ("trend", {"to": "9999-12-31"}, "lies between 1971"),
        ("trend", {"event": 7}, "event is a text"),
        ("trend", {"event": "x" * 201}, "at most 200"),
        ("trend", {"event": "a\x00"}, "no NUL"),
        ("trend", {"event": "a\ud800"}, "no NUL"),
        ("trend", {"filters": {}}, "filters are a list"),
        ("trend", {"filters": [{"property": "a"}]}, "property, operator and values"),
        ("trend", {"filters": [{"property": "", "operator": "set"}]}, "names a property"),
        ("trend", {"filters": [{"property": "a", "operator": "near", "values": [1]}]}, "one of"),
        ("trend", {"filters": [{"property": "a", "operator": "is", "values": []}]}, "a value"),
        ("trend", {"filters": [{"property": "a", "operator": "is", "values": [None]}]}, "a list"),
        ("trend", {"filters": [{"property": "a", "operator": "less", "values": ["x"]}]}, "number"),
        ("trend", {"filters": [[[[[[[]]]]]]]}, "nested"),
        ("funnel", {"steps": ["a"]}, "2 to 20 steps"),
        ("funnel", {"steps": ["a"] * 21}, "2 to 20 steps"),
        ("funnel", {"steps": "ab"}, "are a list"),
        ("funnel", {"steps": ["a", {"event": "b", "window": 1}]}, "a step is"),
        ("funnel", {"steps": ["a", "b"], "window": "0d"}, "a window is"),
        ("funnel", {"steps": ["a", "b"], "window": "999999999w"}, "at most 3,660 days"),
        ("funnel", {"steps": ["a", "b"], "immature": "maybe"}, "exclude or include"),
        ("retention", {"periods": 401}, "between 0 and 400"),
        ("retention", {"periods": "two"}, "a whole number"),
    ],
)
def test_what_cannot_be_asked_is_told(kind, definition, words):
    with pytest.raises(InvalidValueError, match=words):
        parse_question(kind, definition)
