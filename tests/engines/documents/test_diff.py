"""Differences by lines and words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.documents import diff_texts, fold_same, is_changed


def shown(before: str, after: str) -> list[str]:
    """Each line with a sign, words that only it holds in brackets."""
    signs = {"same": " ", "removed": "-", "added": "+"}
    return [
        signs[line.kind]
        + "".join(w.text if w.kind == "same" else f"[{w.text}]" for w in line.words)
        for line in diff_texts(before, after)
    ]


def test_a_changed_line_shows_its_changed_words():
    assert shown("one\nfunnel at 12 % now\nend", "one\nfunnel at 9 % now\nend\nmore") == [
        " one",
        "-funnel at [12] % now",
        "+funnel at [9] % now",
        " end",
        "+[more]",
    ]


def test_lines_with_little_in_common_are_two_lines():
    assert shown("alpha beta gamma", "entirely other words") == [
        "-[alpha beta gamma]",
        "+[entirely other words]",
    ]


def test_lines_are_numbered_in_both_texts():
    lines = diff_texts("a\nb\nc", "a\nx\ny\nc")
    assert [(line.before, line.after) for line in lines] == [
        (1, 1),
        (2, None),
        (None, 2),
        (None, 3),
        (3, 4),
    ]


def test_long_unchanged_runs_are_folded():
    text = "\n".join(str(number) for number in range(20))
    folded = fold_same(diff_texts(text, text.replace("10", "ten")), around=1)
    assert [each if isinstance(each, int) else each.text for each in folded] == [
        9,
        "9",
        "10",
        "ten",
        "11",
        8,
    ]


LINES = st.lists(st.text(st.sampled_from("ab \n"), max_size=6), max_size=6).map("\n".join)


@given(LINES, LINES)
def test_both_texts_come_back(before, after):
    lines = diff_texts(before, after)
    assert "\n".join(line.text for line in lines if line.kind != "added") == before
    assert "\n".join(line.text for line in lines if line.kind != "removed") == after
    assert is_changed(lines) == (before != after)
