"""Ids: an exact test of membership, with sidecars that heal."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.kernel.errors import InvalidValueError
from pilothouse.kernel.ids import event_id
from pilothouse.stores.ids import IdSets, contains, sort_ids, split_ids
from pilothouse.stores.segments import write_segment
from tests.stores.event_batches import make_batch, random_rows


def as_array(ids):
    return np.frombuffer(b"".join(ids), dtype=np.uint8).reshape(-1, 16)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.binary(min_size=1, max_size=1), max_size=12),
    st.lists(st.binary(min_size=1, max_size=1), max_size=12),
    st.sampled_from([0, 8, 15]),
)
def test_agrees_with_a_set_also_where_halves_collide(held, asked, place):
    def widen(byte):
        return bytes(place) + byte + bytes(15 - place)

    held, asked = [widen(b) for b in held], [widen(b) for b in asked]
    found = contains(sort_ids(as_array(held)), split_ids(as_array(asked)))
    assert found.tolist() == [one in set(held) for one in asked]


def test_ids_are_looked_up_in_the_segments_named(tmp_path):
    first = write_segment(tmp_path, make_batch(random_rows(50)))
    second = write_segment(tmp_path, make_batch(random_rows(50), 50))
    sets = IdSets(tmp_path, tmp_path / "ids")
    asked = as_array([event_id(str(n)) for n in (0, 49, 50, 100)])
    assert sets.known(asked, [first]).tolist() == [True, True, False, False]
    assert sets.known(asked, [first, second]).tolist() == [True, True, True, False]
    assert sets.known(asked, []).tolist() == [False] * 4
    sets.forget(first)
    assert len(list((tmp_path / "ids").iterdir())) == 1


def test_torn_sidecars_are_made_again(tmp_path):
    info = write_segment(tmp_path, make_batch(random_rows(40)))
    asked = as_array([event_id("0"), event_id("40")])
    IdSets(tmp_path, tmp_path / "ids").known(asked, [info])
    path = tmp_path / "ids" / f"{info.name}.ids"
    whole = path.read_bytes()
    for place in range(0, len(whole), 13):
        for torn in (whole[:place], whole[:place] + b"?" + whole[place + 1 :]):
            path.write_bytes(torn)
            sets = IdSets(tmp_path, tmp_path / "ids")
            assert sets.known(asked, [info]).tolist() == [True, False]
            assert path.read_bytes() == whole


def test_ids_of_another_length_are_refused():
    with pytest.raises(InvalidValueError):
        split_ids(np.zeros((2, 15), dtype=np.uint8))
