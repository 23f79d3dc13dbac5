"""Ids, digests and the one form of text and JSON."""

from __future__ import annotations

import json
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.kernel.ids import (
    PUBLIC_ID_LENGTH,
    canonical_json,
    clean_text,
    digest,
    event_id,
    new_public_id,
)

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def test_public_ids_are_short_readable_and_never_the_same():
    ids = {new_public_id() for _ in range(2_000)}
    assert len(ids) == 2_000
    assert all(len(each) == PUBLIC_ID_LENGTH and not set(each) & set("01loaeiuy") for each in ids)


@given(PLAIN)
def test_canonical_json_is_json_and_one_text_for_one_value(value):
    text = canonical_json(value) if _is_encodable(value) else b"null"
    assert canonical_json(json.loads(text)) == text


def _is_encodable(value):
    try:
        canonical_json(value)
    except UnicodeEncodeError:
        return False
    return True


def test_canonical_json_knows_no_order_of_keys_and_no_nan():
    assert canonical_json({"b": [1, 2], "a": None}) == canonical_json({"a": None, "b": [1, 2]})
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical_json(float("nan"))


def test_a_digest_is_sha_256():
    assert digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@given(st.uuids())
def test_all_spellings_of_a_uuid_are_one_event(value):
    spellings = {str(value), str(value).upper(), value.hex, f"urn:uuid:{value}", f"{{{value}}}"}
    assert {event_id(each) for each in spellings} == {value.bytes}


def test_any_other_text_has_an_id_of_its_own():
    assert len(event_id("order-17")) == 16
    assert event_id("order-17") != event_id("order-18")
    assert event_id("order-17") == event_id("order-17")


def test_ids_of_texts_do_not_look_like_the_uuid_zero():
    assert event_id("") != uuid.UUID(int=0).bytes


@given(st.text(st.characters(codec=None)))
def test_clean_text_can_be_stored_anywhere(text):
    clean = clean_text(text)
    assert "\x00" not in clean
    assert clean.encode("utf-8").decode("utf-8") == clean
    assert clean_text(clean) == clean


def test_clean_text_composes_and_replaces():
    assert clean_text("e\u0301") == "é"
    assert clean_text("a\ud800b") == "a?b"
    assert clean_text("a\0b") == "ab"
