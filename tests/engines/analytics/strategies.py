"""Small random logs and filters for properties."""

from __future__ import annotations

from hypothesis import strategies as st

from pilothouse.engines.analytics import Filter, Selector
from pilothouse.kernel.times import SECOND_US, TimeRange

S = SECOND_US
PROPERTIES = st.fixed_dictionaries(
    {},
    optional={"p": st.sampled_from(["x", "y"]), "n": st.sampled_from([1.0, 2.5, 7.0])},
)
FILTERS = st.lists(
    st.sampled_from(
        [
            Filter("p", "is", ("x",)),
            Filter("p", "is-not", ("x",)),
            Filter("p", "set"),
            Filter("p", "contains", ("Y",)),
            Filter("n", "greater", (1.0,)),
            Filter("n", "less", (7.0,)),
            Filter("n", "not-set"),
            Filter("n", "is", (2.5, 7.0)),
            Filter("absent", "is", ("x",)),
        ]
    ),
    max_size=1,
).map(tuple)
SELECTORS = st.builds(Selector, st.sampled_from(["A", "B", "C", None, "never"]), FILTERS)


def events(times, most=14):
    """Events of three actors at ``times``."""
    names = st.sampled_from(["A", "B", "C", "Z"])
    one = st.tuples(st.sampled_from(["u", "v", "w"]), names, times, PROPERTIES)
    return st.lists(one, max_size=most)


def ranges(first_us, last_us):
    """Ranges within, on whole seconds, or none."""
    moment = st.integers(first_us // S, last_us // S)
    pair = st.tuples(moment, moment).map(sorted)
    return st.none() | pair.map(lambda p: TimeRange(p[0] * S, p[1] * S))
