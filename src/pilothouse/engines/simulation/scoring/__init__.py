"""How judgement is scored: pure functions of what was said or done and what was true.

Decisions are scored by their expected value over many futures and forecasts against the true
probability. Every score is anchored at three points measured in the same world.
"""

from pilothouse.engines.simulation.scoring.anchors import (
    INTEGRITY_CAPS,
    integrity_cap,
    profile_total,
    replay_skill,
    scale,
)
from pilothouse.engines.simulation.scoring.discovery import (
    attention_share,
    discovery_tau,
    open_share,
    order_gain,
    recall_of_top,
    sample_divergence,
)
from pilothouse.engines.simulation.scoring.experiments import (
    Belief,
    Design,
    best_gate,
    decision_loss,
    design_loss,
    design_score,
    estimate_excess,
    false_alarms,
    power,
    reading_loss,
    shrink,
    value_of_asking,
)
from pilothouse.engines.simulation.scoring.forecasts import (
    brier,
    detection,
    diagnosis_gain,
    forecast_loss,
    learning_gain,
    quantile_loss,
)
from pilothouse.engines.simulation.scoring.promises import (
    deal_score,
    early_share,
    own_share,
    promise_reliability,
    told_before_offers,
    trust_gain,
)
from pilothouse.engines.simulation.scoring.writing import (
    TextCheck,
    check_message,
    check_story,
    text_score,
)

__all__ = [
    "INTEGRITY_CAPS",
    "Belief",
    "Design",
    "TextCheck",
    "attention_share",
    "best_gate",
    "brier",
    "check_message",
    "check_story",
    "deal_score",
    "decision_loss",
    "design_loss",
    "design_score",
    "detection",
    "diagnosis_gain",
    "discovery_tau",
    "early_share",
    "estimate_excess",
    "false_alarms",
    "forecast_loss",
    "integrity_cap",
    "learning_gain",
    "open_share",
    "order_gain",
    "own_share",
    "power",
    "profile_total",
    "promise_reliability",
    "quantile_loss",
    "reading_loss",
    "recall_of_top",
    "replay_skill",
    "sample_divergence",
    "scale",
    "shrink",
    "text_score",
    "told_before_offers",
    "trust_gain",
    "value_of_asking",
]
