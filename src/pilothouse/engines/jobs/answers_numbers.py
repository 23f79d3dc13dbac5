"""Whether the arithmetic that an answer writes out holds.

Read are calculations that stand there whole: ``200,000 × 5% = 10,000``, ``50 of 200, that is
25 %``, ``from 40 to 50, a rise of 25 %``. Scales (k, million, bn) and shares are taken into
account; a result may be rounded: half a unit of its last digit or 2 % of it, whichever is more.
What is not written out cannot be judged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pilothouse.engines.jobs.answers_text import AnswerText

ROUNDING = 0.02
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_NUMBER = (
    r"(?<![\w.,])[€$£]?\s?(?:\d{1,3}(?:[,\u00a0\u2009\u202f]\d{3})+|\d+)(?:\.\d+)?"
    r"(?:\s?(?:k|m|bn|thousand|million|billion)\b)?(?:\s?%|\s?per\s?cent\b)?"
)
_UNITS = r"(?:\s(?!of\b|to\b|and\b|is\b|or\b)[A-Za-z]{1,14}){0,2}"
_OPERATOR = r"\s?(?:[×x*·/÷+−]|\stimes\s|\sdivided by\s|(?<=\s)-(?=\s))\s?"
_EQUAL = r"\s?(?:=|,? (?:that is|which is|makes|gives|is|so)(?: about| around| roughly)?)\s?"
_CHAIN = re.compile(
    rf"(?P<left>{_NUMBER}{_UNITS}(?:{_OPERATOR}{_NUMBER}{_UNITS})+){_EQUAL}(?P<right>{_NUMBER})",
    re.IGNORECASE,
)
_PART = re.compile(
    rf"(?P<part>{_NUMBER}){_UNITS} (?:out )?of (?P<whole>{_NUMBER}){_UNITS}"
    rf"(?:,? (?:that is|which is|or|makes|=)|\s?=|\s?\()\s?(?:about |around )?(?P<share>{_NUMBER})",
    re.IGNORECASE,
)
_SHARE_OF = re.compile(
    rf"(?P<share>\d+(?:\.\d+)?\s?%) of (?:the |these |those )?(?P<whole>{_NUMBER}){_UNITS}"
    rf"{_EQUAL}(?P<right>{_NUMBER})",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    rf"from (?P<before>{_NUMBER}){_UNITS} to (?P<after>{_NUMBER}){_UNITS},? "
    rf"(?:a|an|which is a|that is a|by|so a) ?(?:rise|fall|drop|gain|growth|increase|decrease|"
    rf"change)? ?(?:of )?(?P<share>\d+(?:\.\d+)?\s?%)(?! points?)",
    re.IGNORECASE,
)
_TOKEN = re.compile(rf"{_NUMBER}|[×x*·/÷+−-]|times|divided by", re.IGNORECASE)


@dataclass(frozen=True)
class Statement:
    """One calculation of the answer. ``expected`` is what its left side gives."""

    text: str
    said: float
    expected: float
    is_right: bool

    @property
    def sentence(self) -> str:
        """The statement in words."""
        if self.is_right:
            return f"“{self.text}” holds."
        return f"“{self.text}” does not hold: it gives {self.expected:,.6g}."


def find_statements(answer: AnswerText) -> tuple[Statement, ...]:
    """All calculations written out, in their order.

    >>> [s.sentence for s in find_statements(AnswerText("So 200 × 5% = 20 people."))]
    ['“200 × 5% = 20” does not hold: it gives 10.']
    """
    found: list[tuple[int, Statement]] = []
    for sentence_at, sentence in enumerate(answer.sentences):
        for pattern, read in _READERS:
            for match in pattern.finditer(sentence):
                statement = read(match)
                if statement is not None:
                    found.append((sentence_at * 10_000 + match.start(), statement))
    return tuple(statement for _, statement in sorted(found, key=lambda each: each[0]))


def read_number(text: str) -> tuple[float, float]:
    """A number as written and half a unit of its last digit.

    >>> read_number("4.25 million")
    (4250000.0, 5000.0)
    """
    cleaned = re.sub(r"[,\u00a0\u2009\u202f€$£]", "", text.lower()).strip()
    digits = re.match(r"\d+(?:\.\d+)?", cleaned)
    assert digits is not None
    value, decimals = float(digits[0]), len(digits[0].partition(".")[2])
    rest = cleaned[digits.end() :].strip()
    scale = next((by for word, by in _SCALES.items() if re.match(rf"{word}\b", rest)), 1.0)
    if "%" in rest or "cent" in rest:
        scale /= 100
    return value * scale, 0.5 * 10**-decimals * scale


def _read_chain(match: re.Match[str]) -> Statement | None:
    expected = _calculate(match["left"])
    return None if expected is None else _compare(match[0], expected, match["right"])


def _read_part(match: re.Match[str]) -> Statement | None:
    whole, _ = read_number(match["whole"])
    if not whole or "%" not in match["share"]:
        return None
    return _compare(match[0], read_number(match["part"])[0] / whole, match["share"])


def _read_share_of(match: re.Match[str]) -> Statement | None:
    expected = read_number(match["share"])[0] * read_number(match["whole"])[0]
    return _compare(match[0], expected, match["right"])


def _read_change(match: re.Match[str]) -> Statement | None:
    before, after = read_number(match["before"])[0], read_number(match["after"])[0]
    if not before or "%" in match["before"]:
        return None
    return _compare(match[0], abs(after - before) / before, match["share"])


_READERS = (
    (_CHAIN, _read_chain), (_PART, _read_part), (_SHARE_OF, _read_share_of),
    (_CHANGE, _read_change),
)  # fmt: skip


def _compare(text: str, expected: float, right: str) -> Statement:
    said, half_unit = read_number(right)
    slack = max(half_unit, ROUNDING * abs(said)) * (1 + 1e-9) + 1e-12
    return Statement(" ".join(text.split()), said, expected, abs(said - expected) <= slack)


def _calculate(left: str) -> float | None:
    """Value of a chain: products before sums; None where it cannot be read."""
    total, product, sign, operator = 0.0, None, 1.0, ""
    for token in _TOKEN.findall(left):
        if not token[:1].isdigit() and not re.match(r"[€$£]?\s?\d", token):
            operator = token.lower()
            continue
        value, _ = read_number(token)
        if product is None:
            product = value
        elif operator in {"+", "-", "−"}:
            total, product = total + sign * product, value
            sign = 1.0 if operator == "+" else -1.0
        elif operator in {"/", "÷", "divided by"}:
            if not value:
                return None
            product /= value
        else:
            product *= value
    return None if product is None else total + sign * product
