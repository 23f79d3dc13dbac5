"""The rules of lint: one table, from which findings, guide and switches take their words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: an error is wrong, a warning probably is, a hint may be."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True)
class Rule:
    """One rule: what it demands, what to do about it, and whether it only guesses.

    A heuristic looks at words; it is wrong at times and says so.
    """

    id: str
    severity: Severity
    demand: str
    remedy: str
    is_heuristic: bool = False


_ERROR, _WARNING, _HINT = Severity.ERROR, Severity.WARNING, Severity.HINT
_TABLE = [
    Rule("requirement-metric", _WARNING, "a requirement names the metric that tells if it worked.",
         "Mention a metric with @, quote a claim, or write “Metric: NAME” below it."),
    Rule("unknown-metric", _ERROR, "a metric that is named exists in this product.",
         "Define it in Analytics, or correct its name."),
    Rule("metric-event", _WARNING, "every metric that is named counts an event.",
         "Choose the event that it counts in its definition."),
    Rule("event-absent", _ERROR, "every event that is named has arrived at least once.",
         "Send it from the product, or correct its name."),
    Rule("duplicate-requirement", _ERROR, "an id names one requirement.",
         "Give one of them the next free number."),
    Rule("story-form", _WARNING, "a story says who wants what: As a …, I want …, so that ….",
         "Name a role and a wish.", True),
    Rule("story-independent", _HINT, "I: a story can be built before or after any other.",
         "Cut it so that it needs no other, or join the two.", True),
    Rule("story-negotiable", _HINT, "N: a story tells the need and leaves the solution open.",
         "Say what the person wants to achieve; move the solution into the design.", True),
    Rule("story-valuable", _WARNING, "V: a story says what somebody gains by it.",
         "Add “so that …” with the gain of a person.", True),
    Rule("story-estimable", _WARNING, "E: a story holds nothing that is still to be found out.",
         "Answer the open point, or move it into the open questions.", True),
    Rule("story-small", _WARNING, "S: a story asks for one thing.",
         "Split it at “and”, by step, by rule or by kind of data.", True),
    Rule("story-testable", _WARNING, "T: a story has acceptance criteria.",
         "Add at least one: Given …, when …, then …."),
    Rule("criterion-vague", _WARNING, "a criterion can be judged by anybody in the same way.",
         "Replace the word by what can be seen or measured.", True),
    Rule("criterion-outcome", _WARNING, "a criterion ends in something that can be observed.",
         "Add “then …” with what is shown, sent, stored or refused.", True),
    Rule("criterion-number", _WARNING, "a criterion about speed or amount has a number.",
         "Write the limit with its unit.", True),
    Rule("case-error", _WARNING, "what people use says what happens when it fails.",
         "Describe the error, or add a section “Errors” for all requirements.", True),
    Rule("case-empty", _WARNING, "what people use says what they see when there is nothing yet.",
         "Describe the empty state, or add a section “Empty states”.", True),
    Rule("case-permission", _WARNING, "what people use says who may use it.",
         "Name the roles, or add a section “Permissions”.", True),
    Rule("vague-words", _HINT, "a word means the same to every reader.",
         "Say what is meant, or leave the word out.", True),
    Rule("number-source", _HINT, "a number in the problem has a source.",
         "Quote it as a live claim, or link to where it comes from.", True),
    Rule("goals-non-goals", _WARNING, "who lists goals also lists what is no goal.",
         "Add a section “Non-goals”."),
    Rule("decision-owner", _HINT, "a decision names who decides or decided.",
         "Name the person with @, or write “Owner: NAME”.", True),
    Rule("broken-mention", _ERROR, "what is mentioned exists.",
         "Mention another object, or leave the words without a link."),
    Rule("broken-link", _ERROR, "a link leads somewhere.",
         "Correct its target."),
    Rule("broken-claim", _ERROR, "a quoted number has a source that can be read.",
         "Choose another source for the number, or write where it comes from."),
    Rule("stale-claim", _WARNING, "a quoted number is still what its source says.",
         "Accept the new number, or keep the old one with a reason."),
    Rule("no-requirements", _HINT, "a PRD holds requirements that can be checked.",
         "Begin each with an id: “R1: …”."),
    Rule("unknown-rule", _HINT, "a comment switches off rules that there are.",
         "Use an id from the list of rules."),
]  # fmt: skip
RULES: Mapping[str, Rule] = {rule.id: rule for rule in _TABLE}


@dataclass(frozen=True)
class Finding:
    """One place that breaks a rule: its line (from 1), the words at fault and what to do.

    ``about`` is the requirement or story that it belongs to, empty for the text as a whole.
    """

    rule: Rule
    line: int
    quoted: str
    remedy: str
    about: str = ""

    @property
    def severity(self) -> Severity:
        """That of its rule."""
        return self.rule.severity

    @property
    def label(self) -> str:
        """What it is about, unless the quoted words say so already."""
        start = self.about.rstrip("…")
        return "" if self.quoted.startswith(start) else self.about

    @property
    def sentence(self) -> str:
        """The whole finding for a person."""
        guess = " (a heuristic)" if self.rule.is_heuristic else ""
        given = f"“{self.quoted}”: " if self.quoted else ""
        return f"{given}{self.rule.demand}{guess} {self.remedy}"


def find(
    rule_id: str, line: int, quoted: str = "", *, remedy: str = "", about: str = ""
) -> Finding:
    """A finding of the rule; the words are shortened to one readable line."""
    rule = RULES[rule_id]
    words = " ".join(quoted.split())
    short = words if len(words) <= 80 else words[:79].rstrip() + "…"
    return Finding(rule, line, short, remedy or rule.remedy, about)
