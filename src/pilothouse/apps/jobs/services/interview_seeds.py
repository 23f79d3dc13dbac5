"""Acts of one's own from which a story can be begun: choices, failures, tests, promises."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pilothouse.apps.jobs.services.interview_stories import StoryDraft
from pilothouse.apps.portfolio.services.evidence import ActLine, read_lines
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import iter_acts
from pilothouse.kernel.errors import NotFoundError

MOST = 12
# What an act of a kind can be told for: why it makes a story, and what it shows.
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "decision.decided": ("a choice between options, with what you expected", ("C03", "C06")),
    "decision.reviewed": ("a decision looked back at", ("C16",)),
    "decision.dissented": ("a disagreement that was written down", ("C14",)),
    "failure.documented": ("a failure, and what it changed", ("C16",)),
    "experiment.read-out": ("a test, and what it decided", ("C10", "C11")),
    "negotiation.agreed": ("a negotiation that ended in an agreement", ("C14",)),
    "promise.kept": ("a promise that was kept", ("C07", "C14")),
    "promise.renegotiated": ("a promise that could not be kept as it was", ("C07", "C14")),
    "release.released": ("something brought to people", ("C12",)),
    "forecast.resolved": ("a forecast, and how it came out", ("C16",)),
    "retrospective.held": ("a look back with a team", ("C16",)),
    "case-study.published": ("work that you wrote up", ("C15",)),
}


@dataclass(frozen=True)
class Seed:
    """An act that could become a story, and why."""

    line: ActLine
    why: str
    best_for: tuple[str, ...]


def list_seeds(access: Access, used: Collection[int]) -> list[Seed]:
    """The newest acts of the person that no story rests on yet."""
    acts = iter_acts(access, user_id=access.user_public_id, kinds=list(KINDS))
    fresh = [act.sequence for act in acts if act.sequence not in set(used)]
    return [_to_seed(line) for line in reversed(read_lines(access, fresh[-MOST:]))]


def draft_from_act(access: Access, sequence: int) -> StoryDraft:
    """A story as it begins from an act: title, where and when, what it shows. The rest is for the
    person to tell."""
    lines = read_lines(access, [sequence])
    if not lines or not lines[0].is_mine:
        raise NotFoundError("there is no such act of yours.", value=sequence)
    seed = _to_seed(lines[0])
    line = seed.line
    place = f", {line.product_name}" if line.product_name else ""
    label = f" ({line.context_label.lower()})" if line.context == "simulated" else ""
    return StoryDraft(
        title=(line.title or line.words)[:200],
        parts={"situation": f"{line.at:%B %Y}{place}{label}."},
        best_for=seed.best_for,
    )


def _to_seed(line: ActLine) -> Seed:
    why, best_for = KINDS.get(line.kind, ("something that you did", ()))
    return Seed(line, why, best_for)
