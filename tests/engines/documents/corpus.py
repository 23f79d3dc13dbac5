"""Snippets with every finding that a careful reader would expect: (rule, line) pairs, no more.

The lists are exact: a finding too many and a finding too few both fail. ``MISSES`` holds what the
heuristics are known to get wrong, so that nobody takes them for more than they are.
"""

from __future__ import annotations

from typing import NamedTuple

from pilothouse.engines.documents.facts import ClaimFact, LintFacts, MetricFact, VagueWord

WORDS = (
    VagueWord("quickly", "within N seconds", True),
    VagueWord("easy to use", "the share who succeed", True),
    VagueWord("easy", "the number of steps", True),
    VagueWord("correctly", "what is seen", True),
    VagueWord("as expected", "what is expected", True),
    VagueWord("various", "which ones"),
    VagueWord("etc", "the whole list"),
    VagueWord("better", "from how much to how much"),
)
FACTS = LintFacts(
    metrics=(
        MetricFact("m1", "Activation rate", ("signed up", "report sent")),
        MetricFact("m2", "Visits", ()),
        MetricFact("m3", "Ghost rate", ("ghost seen",)),
    ),
    events=frozenset({"signed up", "report sent"}),
    objects=frozenset({("metric", "m1"), ("metric", "m2"), ("item", "i1")}),
    names=frozenset({"launch plan"}),
    claims={
        "fresh": ClaimFact("fresh", "fresh", "", "m1"),
        "stale": ClaimFact("stale", "stale", "It was 12 %, it is 9 %.", "m1"),
        "broken": ClaimFact("broken", "broken", "Its metric was deleted."),
        "count": ClaimFact("count", "fresh", "", "", ("report sent",)),
    },
    vague_words=WORDS,
)


class Snippet(NamedTuple):
    """A text of a kind of document with the findings that it must have."""

    name: str
    text: str
    expected: tuple[tuple[str, int], ...] = ()
    kind: str = "note"


STORY = "As a buyer, I want to pay by card, so that the order leaves today."
DONE = "\n\n- Given a cart, when I pay, then a receipt is shown"
CASES = " Errors are shown, the empty list says so, owners have access."

SNIPPETS = (
    Snippet("nothing", ""),
    Snippet("plain prose", "The team meets on Monday and talks about the plan."),
    # Requirements, metrics and events
    Snippet(
        "requirement without metric", "R1: The importer reads CSV.", (("requirement-metric", 1),)
    ),
    Snippet("metric by name", "R1: The importer reads CSV.\nMetric: Activation rate"),
    Snippet("metric by mention", "R1: The importer reads CSV, see [@A](mention:metric/m1)."),
    Snippet("metric by claim", "R1: The importer reads CSV for [12 %](claim:fresh)."),
    Snippet("metric in the sentence", "R1: The importer raises the activation rate."),
    Snippet("count as claim", "R1: The importer serves [9](claim:count)."),
    Snippet(
        "metric in a table",
        "- R1: The importer reads CSV.\n\n"
        "| Requirement | Metric |\n|---|---|\n| R1 | Activation rate |",
    ),
    Snippet(
        "metric in its section",
        "# Requirements\n\n- R1: The importer reads CSV.\n\n"
        "# Metrics\n\n- R1 moves Activation rate",
    ),
    Snippet(
        "metric still open",
        "R1: The importer reads CSV.\nMetric: TBD",
        (("requirement-metric", 1),),
    ),
    Snippet(
        "metric after a sentence",
        "R1: Read CSV. Metric: Joy 2.0. Then rest.",
        (("unknown-metric", 1),),
    ),
    Snippet("unknown metric", "R1: The importer reads CSV.\nMetric: Joy", (("unknown-metric", 2),)),
    Snippet(
        "metric without event",
        "R1: The importer reads CSV.\nMetric: Visits",
        (("metric-event", 2),),
    ),
    Snippet(
        "event absent behind a metric",
        "R1: The importer reads CSV.\nMetric: Ghost rate",
        (("event-absent", 2),),
    ),
    Snippet(
        "event absent",
        "R1: The importer reads CSV.\nMetric: Activation rate\nEvent: `csv read`",
        (("event-absent", 3),),
    ),
    Snippet(
        "event there", "R1: The importer reads CSV.\nMetric: Activation rate\nEvent: `signed up`"
    ),
    Snippet(
        "duplicate id",
        "- R1: Read CSV. Metric: none\n- R2: Write CSV.\n- R-1: Read JSON.",
        (
            ("requirement-metric", 1),
            ("requirement-metric", 2),
            ("duplicate-requirement", 3),
            ("requirement-metric", 3),
        ),
    ),
    Snippet(
        "requirements by their heading",
        "## Requirements\n\n1. The importer reads CSV.",
        (("requirement-metric", 3),),
    ),
    Snippet(
        "prd without requirements", "# Plan\n\nWe shall see.", (("no-requirements", 1),), "prd"
    ),
    # Error, empty and permission cases
    Snippet(
        "no cases",
        "R1: Users see their reports.\nMetric: Activation rate",
        (("case-error", 1), ("case-empty", 1), ("case-permission", 1)),
    ),
    Snippet("all cases", f"R1: Users see their reports.{CASES}\nMetric: Activation rate"),
    Snippet(
        "cases by sections",
        "# R1: Users see their reports\n\nMetric: Activation rate\n\n"
        "# Errors\n\n# Empty states\n\n# Permissions",
    ),
    Snippet(
        "one case forgotten",
        "R1: Users see an error if the list is empty.\nMetric: Activation rate",
        (("case-permission", 1),),
    ),
    Snippet("nobody sees it", "R1: The nightly job deletes old users.\nMetric: Activation rate"),
    # INVEST
    Snippet("good story", STORY + DONE),
    Snippet("story not testable", STORY, (("story-testable", 1),)),
    Snippet(
        "story without gain", "As a buyer, I want to pay by card." + DONE, (("story-valuable", 1),)
    ),
    Snippet(
        "story with a gain that says nothing",
        "As a buyer, I want to pay by card, so that I can pay by card." + DONE,
        (("story-valuable", 1),),
    ),
    Snippet(
        "story of the team",
        "As a developer, I want to pay debts, so that changes take less time." + DONE,
        (("story-valuable", 1),),
    ),
    Snippet(
        "story not small",
        "As a buyer, I want to pay and track the parcel, so that I can plan." + DONE,
        (("story-small", 1),),
    ),
    Snippet(
        "and between nouns is small",
        "As a buyer, I want to see price and weight, so that I can compare." + DONE,
    ),
    Snippet("story not estimable", STORY + " Limits TBD." + DONE, (("story-estimable", 1),)),
    Snippet(
        "story not independent",
        STORY + " It depends on story 4." + DONE,
        (("story-independent", 1),),
    ),
    Snippet(
        "story not negotiable",
        "As a buyer, I want to press a green button, so that the order leaves today." + DONE,
        (("story-negotiable", 1),),
    ),
    Snippet("label without form", "Story: Pay by card" + DONE, (("story-form", 1),)),
    # Criteria
    Snippet(
        "criterion without outcome", "- Given a cart\n- When I pay", (("criterion-outcome", 1),)
    ),
    Snippet(
        "criterion inside a head",
        "- Given a cart, when I pay, then the buyer feels safe",
        (("criterion-outcome", 1),),
    ),
    Snippet(
        "vague criterion",
        "- Given a cart\n- When I pay\n- Then it works as expected",
        (("criterion-vague", 3),),
    ),
    Snippet(
        "criterion without number",
        "Acceptance criteria:\n\n- The latency stays low",
        (("criterion-number", 3),),
    ),
    Snippet("criterion with number", "Acceptance criteria:\n\n- The latency stays below 200 ms"),
    Snippet(
        "criterion with placeholder",
        "- Given <n> rows\n- When I save\n- Then at most <m> are kept\n\n"
        "| n | m |\n|---|---|\n| 9 | 8 |",
    ),
    # Words
    Snippet("vague word", "It must be easy to use.", (("vague-words", 1),)),
    Snippet(
        "two in two lines",
        "It is easy.\nIt helps various people.",
        (("vague-words", 1), ("vague-words", 2)),
    ),
    Snippet("inside a longer word", "An uneasy betterment."),
    Snippet(
        "in code and in quotes",
        'Call `easy()` and say "quickly".\n\n```\nbetter\n```\n\n> It is better.',
    ),
    Snippet("in a table", "| easy |\n|---|\n| better |"),
    Snippet("in a link to code", "See [the notes](https://example.org/easy)."),
    Snippet("switched off", "<!-- lint: off vague-words -->\n\nIt is easy."),
    Snippet(
        "unknown rule switched off",
        "<!-- lint: off vague-wrods -->\n\nIt is there.",
        (("unknown-rule", 1),),
    ),
    Snippet("everything switched off", "<!-- lint: off all -->\n\nR1: easy\n\n[x](#y)"),
    Snippet(
        "switch inside code",
        "```\n<!-- lint: off vague-words -->\n```\n\nIt is easy.",
        (("vague-words", 5),),
    ),
    Snippet("front matter is no text", "---\ntitle: easy\n---\nIt is easy.", (("vague-words", 4),)),
    Snippet(
        "German",
        "Der Bericht wird easy und schnell im Browser gespeichert, damit ihn jeder noch am selben"
        " Tag lesen kann.",
    ),
    # Problem, goals, decisions
    Snippet(
        "number without source", "# Problem\n\nWe lose 12 % of buyers.", (("number-source", 3),)
    ),
    Snippet("number with claim", "# Problem\n\nWe lose [12 %](claim:fresh) of buyers."),
    Snippet(
        "number with a named source",
        "# Problem\n\nWe lose 12 % of buyers (source: the May survey).",
    ),
    Snippet("a date is no number", "# Problem\n\nSince 12 May 2026 and 2026 on we lose buyers."),
    Snippet("number elsewhere", "# Plan\n\nWe win 12 % of buyers."),
    Snippet("goals alone", "# Goals\n\nMore reports.", (("goals-non-goals", 1),)),
    Snippet("goals and non-goals", "# Goals\n\nMore reports.\n\n# Non-goals\n\nSlides."),
    Snippet("decision without owner", "We decided to stop.", (("decision-owner", 1),)),
    Snippet("decision with owner", "We decided to stop (decided by Ann)."),
    # Links
    Snippet("mention gone", "See [@B](mention:item/i9).", (("broken-mention", 1),)),
    Snippet("mention there", "See [@B](mention:item/i1)."),
    Snippet("anchor gone", "# Plan\n\nSee [there](#plans).", (("broken-link", 3),)),
    Snippet("anchor there", "# The plan, again\n\nSee [there](#the-plan-again)."),
    Snippet("script", "See [there](file:///etc/passwd).", (("broken-link", 1),)),
    Snippet("no target", "See [there]().", (("broken-link", 1),)),
    Snippet("wikilinks", "See [[Launch plan]] and [[Lunch plan|x]].", (("broken-link", 1),)),
    Snippet("claim gone", "About [9](claim:gone).", (("broken-claim", 1),)),
    Snippet("claim broken", "About [9](claim:broken).", (("broken-claim", 1),)),
    Snippet("claim stale", "About [12 %](claim:stale).", (("stale-claim", 1),)),
)

# What a careful reader would say and the heuristics do not: (name, text, missed rule).
MISSES = (
    (
        "a solution in other words",
        "As a buyer, I want a green thing to press, so that I pay." + DONE,
        "story-negotiable",
    ),
    (
        "an outcome nobody can see",
        "- Given a cart, when I pay, then confidence grows",
        "criterion-outcome",
    ),
    ("a vague word that is in no list", "The page must be snappy.", "vague-words"),
)
