"""Product analytics on an event log: funnels, retention, trends. Usable without Django.

Importing this loads NumPy only; Numba is loaded by the first question.
"""

from __future__ import annotations

from pilothouse.engines.analytics.baseline import RobustZ, robust_z
from pilothouse.engines.analytics.columns import (
    PropertyColumn,
    PropertySource,
    column_from_values,
    format_value,
)
from pilothouse.engines.analytics.funnel import funnel
from pilothouse.engines.analytics.log import EventLog, build_log
from pilothouse.engines.analytics.queries import (
    Filter,
    FunnelQuery,
    Measure,
    RetentionQuery,
    Selector,
    TrendQuery,
    parse_measure,
)
from pilothouse.engines.analytics.results import (
    Cohort,
    FunnelGroup,
    FunnelResult,
    FunnelStep,
    RetentionResult,
    TrendPoint,
    TrendResult,
    TrendSeries,
)
from pilothouse.engines.analytics.retention import retention
from pilothouse.engines.analytics.trend import trend

__all__ = [
    "Cohort",
    "EventLog",
    "Filter",
    "FunnelGroup",
    "FunnelQuery",
    "FunnelResult",
    "FunnelStep",
    "Measure",
    "PropertyColumn",
    "PropertySource",
    "RetentionQuery",
    "RetentionResult",
    "RobustZ",
    "Selector",
    "TrendPoint",
    "TrendQuery",
    "TrendResult",
    "TrendSeries",
    "build_log",
    "column_from_values",
    "format_value",
    "funnel",
    "parse_measure",
    "retention",
    "robust_z",
    "trend",
]
