"""Every sum that stands in an answer is worked out again, and must come to what is said."""

from __future__ import annotations

import ast
import math
import operator
import re

from pilothouse.apps.skills.services.cards_content import load_cards

OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
             ast.Div: operator.truediv, ast.Pow: operator.pow}  # fmt: skip
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?(?: ?%)?"
TERM = rf"[(√]*{NUMBER}[){RAISED}]*(?:\^\(1/\d\))?"
SUM = re.compile(
    # Not within a logarithm or a longer sum, and not the first of several steps.
    r"(?<!ln )(?<![\d,.] )(?<![\d.,])"
    rf"({TERM}(?:\s*[×/+−]\s*{TERM})+|\d+(?:\.\d+)?[{RAISED}]+|√\([^)]*\))"
    rf"\s*[=≈]\s*(?:about )?((?>{NUMBER}))(?! [−/])( million| points?)?"
)


def to_python(text: str) -> str:
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    text = re.sub(
        rf"[{RAISED}]+", lambda m: f"**{''.join(str(RAISED.index(c)) for c in m[0])}", text
    )
    text = text.replace("×", "*").replace("−", "-").replace("^", "**").replace("√", "sqrt")
    text = re.sub(r"sqrt(\d+)", r"sqrt(\1)", text)
    return re.sub(r"(\d+(?:\.\d+)?) ?%", r"(\1*0.01)", text)


def work_out(node: ast.AST) -> float:
    if isinstance(node, ast.Constant):
        return float(node.value)  # type: ignore[arg-type]
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)](work_out(node.left), work_out(node.right))
    assert isinstance(node, ast.Call), ast.dump(node)
    return math.sqrt(work_out(node.args[0]))


def balance(text: str) -> str:
    """The sum without a bracket that belongs to what stands around it."""
    missing = text.count(")") - text.count("(")
    return "(" * max(0, missing) + text[max(0, -missing) :]


def test_every_sum_comes_to_what_is_said():
    checked, wrong = 0, []
    for card in load_cards().values():
        for left, right, unit in SUM.findall(f"{card.answer} {card.why}"):
            factor = {" million": 1e-6, " point": 100, " points": 100}.get(unit, 1)
            value = work_out(ast.parse(to_python(balance(left)), mode="eval").body) * factor
            said = work_out(ast.parse(to_python(right), mode="eval").body)
            places = len(right.partition(".")[2].rstrip(" %"))
            step = 10**-places * (0.01 if "%" in right else 1)
            checked += 1
            if abs(value - said) > 0.51 * step:
                wrong.append((card.key, left, right, value))
    assert wrong == []
    assert checked >= 75


def test_the_check_itself_sees_a_wrong_sum():
    ((left, right, _),) = SUM.findall("1 − 0.95²⁰ = 65 %.")
    assert round(work_out(ast.parse(to_python(left), mode="eval").body), 4) == 0.6415
    assert work_out(ast.parse(to_python(right), mode="eval").body) == 0.65
