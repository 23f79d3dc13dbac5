"""The computation behind the roadmap: the best feasible plan, delivery forecasts, negotiations."""

from pilothouse.engines.roadmap.flow import (
    Ageing,
    CycleTimes,
    FlowDay,
    LittleLaw,
    WorkItem,
    check_littles_law,
    count_throughput,
    cumulate_flow,
    list_ageing,
    measure_cycle_times,
)
from pilothouse.engines.roadmap.forecast import (
    Chance,
    DateForecast,
    ScopeForecast,
    Throughput,
    forecast_date,
    forecast_scope,
)
from pilothouse.engines.roadmap.forecast_simulation import (
    SimulationForecast,
    SimulationPlan,
    simulate_cycle_times,
    simulate_scope,
)
from pilothouse.engines.roadmap.forecast_trend import TrendChange, check_trend
from pilothouse.engines.roadmap.negotiation import (
    Deal,
    DealSheet,
    DealTerms,
    RampUp,
    draw_cut_line,
    make_deals,
)
from pilothouse.engines.roadmap.plan import PlanProgress, PlanWork, solve_plan
from pilothouse.engines.roadmap.plan_check import check_pins, check_plan, used_weeks, value_of
from pilothouse.engines.roadmap.plan_price import price_of_choices
from pilothouse.engines.roadmap.plan_problem import (
    NOT_DONE,
    ChoicePrice,
    PlanBet,
    PlanProblem,
    PlanResult,
    PlanViolation,
    fade_worth,
    live_worth,
)

__all__ = [
    "NOT_DONE",
    "Ageing",
    "Chance",
    "ChoicePrice",
    "CycleTimes",
    "DateForecast",
    "Deal",
    "DealSheet",
    "DealTerms",
    "FlowDay",
    "LittleLaw",
    "PlanBet",
    "PlanProblem",
    "PlanProgress",
    "PlanResult",
    "PlanViolation",
    "PlanWork",
    "RampUp",
    "ScopeForecast",
    "SimulationForecast",
    "SimulationPlan",
    "Throughput",
    "TrendChange",
    "WorkItem",
    "check_littles_law",
    "check_pins",
    "check_plan",
    "check_trend",
    "count_throughput",
    "cumulate_flow",
    "draw_cut_line",
    "fade_worth",
    "forecast_date",
    "forecast_scope",
    "list_ageing",
    "live_worth",
    "make_deals",
    "measure_cycle_times",
    "price_of_choices",
    "simulate_cycle_times",
    "simulate_scope",
    "solve_plan",
    "used_weeks",
    "value_of",
]
