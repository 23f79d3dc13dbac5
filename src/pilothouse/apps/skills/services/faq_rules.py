"""Rules that answer a question from a person's record. Each says what is there, or that nothing is.

A rule never judges and never guesses: it counts acts by their kinds, real and simulated apart, and
with nothing recorded it says so and what would change it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pilothouse.apps.skills.services.faq_record import Record, Standing


@dataclass(frozen=True)
class Answer:
    """What the record says, what would change it, and where that is done."""

    says: str
    change: str
    page: str
    is_empty: bool


# The rule that needs the levels of a person and not only counts.
STANDING_RULE = "gaps"
Rule = Callable[[Record], Answer]
RULES: dict[str, Rule] = {}


def rule(name: str) -> Callable[[Rule], Rule]:
    """Enter a rule under ``name``."""

    def enter(function: Rule) -> Rule:
        RULES[name] = function
        return function

    return enter


@rule("real-acts")
def real_acts(record: Record) -> Answer:
    """Acts on real products."""
    real, simulated = record.real_acts, record.simulated_acts
    if not real:
        aside = f" {_acts(simulated)} on simulated products." if simulated else ""
        return _nothing(
            f"Your record holds no act on a real product yet.{aside}",
            "Make a real product, however small, and do one thing on it.",
            "skills:industries",
        )
    products = _count(record.real_products, "real product")
    return _found(
        f"Your record holds {_acts(real)} on {products}, and {_acts(simulated)} on simulated ones.",
        "A reader will look at the real ones first.",
        "skills:map",
    )


@rule("simulated")
def simulated_acts(record: Record) -> Answer:
    """What would have to be called a simulation."""
    if not record.simulated_acts:
        return _nothing(
            "Nothing in your record comes from a simulated product, so there is nothing to label.",
            "Practise in a simulated world; its label stays on everything that comes of it.",
            "today:home",
        )
    worlds = _count(record.simulated_products, "simulated product")
    return _found(
        f"{_acts(record.simulated_acts)} on {worlds} would have to be called a simulation. "
        "The label is set by the ledger and cannot be taken off.",
        "Show them under a heading of their own.",
        "portfolio:home",
    )


@rule("so-far")
def so_far(record: Record) -> Answer:
    """How long it took so far."""
    if record.first_at is None:
        return _nothing(
            "Your record is empty, so the count begins with your next act.",
            "Do one thing today; the date will stand.",
            "skills:home",
        )
    passed = (record.now - record.first_at).days
    return _found(
        f"Your first act was {_count(passed, 'day')} ago, on {record.first_at:%d %B %Y}; "
        f"since then you did something on {_count(record.days, 'day')}.",
        "How far that brought you, the map shows by acts and not by days.",
        "skills:map",
    )


@rule(STANDING_RULE)
def gaps(record: Record) -> Answer:
    """The heaviest gap to the newest target, or what has no evidence; by the rules of the map."""
    standing = record.standing
    if standing is None or (not standing.target and standing.is_bare):
        return _nothing(
            "No competency has evidence in your record yet, so no gap stands out.",
            "Choose a target, and begin with its first line.",
            "skills:gap",
        )
    return _against_target(standing) if standing.target else _without_target(standing)


@rule("technical")
def technical(record: Record) -> Answer:
    """Acts that show technical fluency."""
    return _by_kinds(
        record,
        TECHNICAL,
        "that show some technical fluency: {parts}",
        "Connect a source of events, define a metric on raw events, or release something.",
        "analytics:home",
    )


@rule("analysis")
def analysis(record: Record) -> Answer:
    """Acts of analysis."""
    return _by_kinds(
        record,
        {"metric.defined": "metrics defined", "claim.quoted": "numbers quoted live",
         "exercise.solved": "exercises solved"},
        "of analysis: {parts}",
        "Define one metric so exactly that somebody else would compute the same number.",
        "skills:exercises",
    )  # fmt: skip


@rule("decisions")
def decisions(record: Record) -> Answer:
    """Decisions that were written down."""
    return _by_kinds(
        record,
        {"decision.decided": "decisions taken", "decision.reviewed": "looked back on"},
        "about decisions: {parts}",
        "Write down the next choice with its options before you make it.",
        "decisions:home",
    )


@rule("forecasts")
def forecasts(record: Record) -> Answer:
    """Forecasts made and resolved."""
    return _by_kinds(
        record,
        {"forecast.made": "forecasts made", "forecast.resolved": "resolved"},
        "about forecasts: {parts}",
        "Make one forecast with a date this week; a track record needs dozens.",
        "decisions:forecasts",
    )


@rule("promises")
def promises(record: Record) -> Answer:
    """Promises made, kept, broken."""
    return _by_kinds(
        record,
        {"promise.made": "promises made", "promise.kept": "kept",
         "promise.renegotiated": "renegotiated", "promise.broken": "broken"},
        "about promises: {parts}",
        "Write the next promise down with its date, and settle it when the day comes.",
        "roadmap:promises",
    )  # fmt: skip


@rule("failures")
def failures(record: Record) -> Answer:
    """What went wrong and was written down."""
    return _by_kinds(
        record,
        {"failure.documented": "failures written up", "decision.reversed": "decisions reversed",
         "promise.broken": "promises broken", "premortem.cause-judged": "feared causes judged",
         "release.taken-back": "releases taken back"},
        "about what went wrong: {parts}",
        "Write up one thing that failed: what you expected, what came, what you changed.",
        "portfolio:projects",
    )  # fmt: skip


@rule("dissent")
def dissent(record: Record) -> Answer:
    """Acts in which others appear."""
    return _by_kinds(
        record,
        {"negotiation.agreed": "negotiations agreed", "promise.kept": "promises kept",
         "decision.dissented": "dissents put on record", "document.published": "texts published",
         "endorsement.received": "endorsements"},
        "in which others have a part: {parts}",
        "Put the next disagreement on record, and ask for an endorsement of one act.",
        "skills:map",
    )  # fmt: skip


@rule("scores")
def scores(record: Record) -> Answer:
    """Scores given, and whether they were compared with what came."""
    return _by_kinds(
        record,
        {"score.given": "scores given", "score.came-true": "compared with what came"},
        "of scoring: {parts}",
        "Score three items with ranges and see which of them could change places.",
        "backlog:home",
    )


@rule("study")
def study(record: Record) -> Answer:
    """What was learned and finished."""
    return _by_kinds(
        record,
        {"learning.finished": "things finished", "exercise.solved": "exercises solved"},
        "of study: {parts}",
        "Begin with one exercise; study alone proves nothing, and it shows what to read.",
        "skills:exercises",
    )


@rule("products")
def products(record: Record) -> Answer:
    """Real products one has worked on."""
    if not record.real_products:
        return _nothing(
            "You have not worked on a real product here yet.",
            "Start one from an industry pack; it can be archived again.",
            "skills:industries",
        )
    return _found(
        f"You have worked on {_count(record.real_products, 'real product')} here, with "
        f"{_acts(record.real_acts)}.",
        "Perhaps one of them is the project that you are looking for.",
        "portfolio:projects",
    )


TECHNICAL = {
    "import.started": "imports", "write-key.created": "sources connected",
    "metric.defined": "metrics defined", "release.released": "releases",
    "share.created": "pages shared", "vault.synced": "folders synced",
}  # fmt: skip


def _by_kinds(record: Record, kinds: dict[str, str], about: str, change: str, page: str) -> Answer:
    real, simulated = record.count(*kinds)
    real += sum(record.other.get(kind, 0) for kind in kinds)
    if not real + simulated:
        without = about.partition(":")[0]
        return _nothing(f"Your record holds no act {without} yet.", change, page)
    parts = [
        f"{sum(record.count(kind)) + record.other.get(kind, 0)} {words}"
        for kind, words in kinds.items()
        if any(record.count(kind)) or record.other.get(kind, 0)
    ]
    aside = f", {simulated} of them simulated" if simulated else ""
    says = f"Your record holds {_acts(real + simulated)} {about.format(parts=', '.join(parts))}"
    return _found(f"{says}{aside}.", change, page)


def _against_target(standing: Standing) -> Answer:
    if not standing.gaps:
        return _found(
            f"Your record meets every level that {standing.target} asks for.",
            "Levels rest on acts of the last 24 months; keep one alive.",
            "skills:map",
        )
    first = standing.gaps[0]
    held = f"level {first.gap.held}" if first.gap.held else "no level"
    act = first.acts[0] if first.acts else None
    return _found(
        f"Against {standing.target} the heaviest gap is {first.title}: level "
        f"{first.gap.required} is asked, {held} is held so far. "
        f"{_count(len(standing.gaps), 'gap')} in all.",
        act.words if act else "The map says what is missing.",
        act.page if act else "skills:map",
    )


def _without_target(standing: Standing) -> Answer:
    known = standing.total - len(standing.without_evidence)
    return _found(
        f"Your record has evidence for {known} of {standing.total} competencies. "
        f"Nothing yet for: {'; '.join(standing.without_evidence) or 'none'}.",
        "Save a target, and see which of these it asks for.",
        "skills:gap",
    )


def _nothing(says: str, change: str, page: str) -> Answer:
    return Answer(says, change, page, is_empty=True)


def _found(says: str, change: str, page: str) -> Answer:
    return Answer(says, change, page, is_empty=False)


def _acts(count: int) -> str:
    return _count(count, "act")


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
