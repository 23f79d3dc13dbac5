"""A pack: one industry's world as frozen parameters, each with its range and where it comes from.

``reading.build_pack`` makes one from the plain mapping that a TOML file becomes.
"""
# ruff: noqa: RUF009 - bounded() is dataclasses.field with the two bounds a number must keep

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from pilothouse.engines.simulation.company.schema import Business, Groups, Purchases
from pilothouse.engines.simulation.parameter import Parameter, bounded, portion


@dataclass(frozen=True)
class Company:
    """Who makes what. ``time_zone`` is an IANA name, ``currency`` a code of ISO 4217."""

    name: str
    product: str
    description: str
    time_zone: str
    currency: str


@dataclass(frozen=True)
class Segment:
    """A kind of customer: its share of the market, its liking, its contract churn a month."""

    key: str
    share: Parameter = portion()
    utility: Parameter = bounded(-3.0, 3.0)
    monthly_churn: Parameter = portion()
    plans: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Platform:
    """Where people use the product. ``ease`` shifts the log-odds of every step of the funnel."""

    key: str
    share: Parameter = portion()
    ease: Parameter = bounded(-3.0, 3.0)
    loss: Parameter = portion()


@dataclass(frozen=True)
class Country:
    """Where people live; ``hours`` is their working day's lag behind the product's time zone."""

    key: str
    share: Parameter = portion()
    hours: Parameter = bounded(-24.0, 24.0)


@dataclass(frozen=True)
class Plan:
    """A paid plan and its price for one billing period."""

    key: str
    price: Parameter = bounded(0.0)


@dataclass(frozen=True)
class Step:
    """A step of the funnel: the event it emits and the share who take it at the first try."""

    event: str
    share: Parameter = bounded(1e-6, 1.0 - 1e-6)


@dataclass(frozen=True)
class Feature:
    """A state of the walk through a session: how often it comes first, and what follows it.

    The shares in ``following`` sum to less than 1; the rest leaves.
    """

    event: str
    first: float
    following: Mapping[str, float]


@dataclass(frozen=True)
class Events:
    """Names of the events every pack emits apart from steps and features."""

    visit: str
    opened: str
    subscribed: str
    paid: str
    payment_failed: str
    cancelled: str


@dataclass(frozen=True)
class Season:
    """A stretch of the year, both ends ``(month, day)`` included, and its factor."""

    first: tuple[int, int]
    last: tuple[int, int]
    factor: Parameter


@dataclass(frozen=True)
class Calendar:
    """Factors from Monday to Sunday, the seasons, and the share of use in each hour of a day."""

    weekdays: tuple[Parameter, ...]
    seasons: tuple[Season, ...]
    hours: tuple[float, ...]


@dataclass(frozen=True)
class Retention:
    """Leaving a free product: theta ~ Beta(a, b) a day, and the share who never return."""

    never_returns: Parameter = portion()
    drop_out_a: Parameter = bounded(0.05, 100.0)
    drop_out_b: Parameter = bounded(0.05, 1000.0)
    satisfaction_effect: Parameter = bounded(0.0, 10.0)
    habit_effect: Parameter = bounded(0.0, 10.0)


@dataclass(frozen=True)
class Activity:
    """Use: lambda ~ Gamma(shape, mean) a day; sessions on an active day are 1 + Poisson."""

    mean: Parameter = bounded(0.001, 50.0)
    shape: Parameter = bounded(0.05, 50.0)
    extra_sessions: Parameter = bounded(0.0, 5.0)
    utility_effect: Parameter = bounded(0.0, 10.0)
    habit_effect: Parameter = bounded(0.0, 10.0)
    seconds_between_events: Parameter = bounded(1.0, 3600.0)


@dataclass(frozen=True)
class Experience:
    """How use forms habit and satisfaction, and what activation and outages are worth."""

    satisfaction_gain: Parameter = portion()
    habit_gain: Parameter = portion()
    habit_decay: Parameter = portion()
    activation_value: Parameter = bounded(0.0, 3.0)
    outage_cost: Parameter = bounded(0.0, 10.0)


@dataclass(frozen=True)
class Acquisition:
    """Who comes to look: paid visits a day, and diffusion after Bass with yearly p and q."""

    paid_visits: Parameter = portion()
    innovation_yearly: Parameter = bounded(0.0, 5.0)
    imitation_yearly: Parameter = bounded(0.0, 20.0)
    satisfaction_effect: Parameter = bounded(0.0, 10.0)


@dataclass(frozen=True)
class Conversion:
    """How intent, activation and satisfaction move the steps, and how customers are billed."""

    intent_effect: Parameter = bounded(0.0, 3.0)
    retry_penalty: Parameter = bounded(0.0, 10.0)
    activation_effect: Parameter = bounded(0.0, 5.0)
    satisfaction_effect: Parameter = bounded(0.0, 10.0)
    trial_days: Parameter = bounded(1.0, 365.0)
    billing_days: Parameter = bounded(1.0, 366.0)
    payment_failure: Parameter = portion()


@dataclass(frozen=True)
class Instrumentation:
    """What measuring adds: doubled and late events, and ``bots``, a share of all visits.

    A bot comes for ``bot_pages`` pages in the mean.
    """

    duplicates: Parameter = portion()
    late: Parameter = portion()
    late_hours: Parameter = bounded(0.01, 240.0)
    bots: Parameter = portion()
    bot_pages: Parameter = bounded(1.0, 100.0)


@dataclass(frozen=True)
class Rename:
    """A release of the client, out on day number ``day``, that calls ``event`` by another name.

    People update after ``days_to_update`` days in the mean, each once. ``platform`` "" is all.
    """

    event: str
    to: str
    day: Parameter = bounded(0.0, 3_650.0)
    days_to_update: Parameter = bounded(0.1, 365.0)
    platform: str = ""


@dataclass(frozen=True)
class Pack:
    """A whole world before anything is drawn. ``steps`` runs from signing up to subscribing."""

    key: str
    title: str
    company: Company
    events: Events
    segments: tuple[Segment, ...]
    platforms: tuple[Platform, ...]
    countries: tuple[Country, ...]
    plans: tuple[Plan, ...]
    steps: tuple[Step, ...]
    features: tuple[Feature, ...]
    calendar: Calendar
    retention: Retention
    activity: Activity
    experience: Experience
    acquisition: Acquisition
    conversion: Conversion
    instrumentation: Instrumentation
    renames: tuple[Rename, ...] = ()
    purchases: Purchases | None = None
    groups: Groups | None = None
    business: Business | None = None
    fingerprint: str = ""

    @property
    def event_names(self) -> tuple[str, ...]:
        """All events, each once; the place of a name is its code."""
        fixed = [getattr(self.events, f.name) for f in fields(Events)]
        names = [*fixed, *(s.event for s in self.steps), *(f.event for f in self.features)]
        if self.purchases is not None:
            names.append(self.purchases.basket_event)
        return tuple(dict.fromkeys(names))
