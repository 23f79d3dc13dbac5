"""Numbers and answers as exercises write them."""

from __future__ import annotations

from pilothouse.engines.skills.exercises.model import Question

THIN = "\N{NARROW NO-BREAK SPACE}"


def percent(share: float, digits: int = 1) -> str:
    """A share 0..1 in percent.

    >>> percent(0.1234), percent(-0.05, 0)
    ('12.3%', '−5%')
    """
    return plain(100 * share, digits) + "%"


def plain(value: float, digits: int = 0) -> str:
    """A number in groups of three, with ``digits`` decimals and a real minus."""
    text = f"{value:,.{digits}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return text.replace(",", THIN).replace("-", "\N{MINUS SIGN}")


def euros(value: float, digits: int = 0) -> str:
    """An amount of money."""
    return f"€{plain(value, digits)}"


def say_number(question: Question, value: float) -> str:
    """A number with the decimals and the unit of its question."""
    if question.form == "share":
        return percent(value, question.digits)
    if question.unit == "€":
        return euros(value, question.digits)
    text = plain(value, question.digits)
    return f"{text} {question.unit}" if question.unit else text


def say_answer(question: Question, answer: float | str | tuple[str, ...]) -> str:
    """An answer for a person: numbers with units, choices by their labels."""
    if isinstance(answer, int | float):
        return say_number(question, float(answer))
    labels = {each.key: each.label for each in question.choices}
    if question.form == "order" and isinstance(answer, tuple):
        return ", then ".join(answer)
    if isinstance(answer, tuple):
        return "; ".join(labels.get(key, key) for key in answer)
    return labels.get(answer, answer)


def say_tolerance(question: Question) -> str:
    """What still counts as right, in words; empty where the answer is not a number.

    >>> say_tolerance(Question("k", "?", "share", 0.5, tolerance=0.005))
    'within 0.5 percentage points'
    """
    if not question.is_numeric:
        return ""
    if question.form == "share":
        return f"within {question.tolerance * 100:.3g} percentage points"
    if question.tolerance == 0:
        return "exact"
    size = f"{question.tolerance:.2g}" if question.tolerance < 10 else plain(question.tolerance)
    return f"within {size}{f' {question.unit}' if question.unit not in ('', '€') else ''}"
