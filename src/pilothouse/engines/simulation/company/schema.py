"""The part of a pack that makes a company of it: needs, ideas, people at the table, rivals, gates.

All of it is optional. A pack without it is a world of people only; ``CompanyRun`` needs it. What is
hidden (how good an idea is, how long it takes) is never written here: a world draws it.
"""
# ruff: noqa: RUF009 - bounded() is dataclasses.field with the two bounds a number must keep

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pilothouse.engines.simulation.parameter import Parameter, bounded, numbers, portion

# What people at the table bargain about.
ISSUES = ("date", "scope", "quality", "visibility", "staffing")
# What people come by, besides the channels of a pack: of themselves or by paid visits that no
# campaign names, and by somebody who invited them.
DIRECT, REFERRAL = "direct", "referral"


@dataclass(frozen=True)
class Need:
    """What people want done. ``quality`` is how well the product does it on the first day.

    ``expectation`` is what people are used to; a product is judged by the distance. Both are on one
    open scale where 0 is poor and 1 good. ``reportability`` is how readily a gap is put into words
    (1: like any other). ``weights`` gives a segment's importance; unnamed segments have 1.
    """

    key: str
    title: str
    description: str
    quality: Parameter = bounded(-2.0, 3.0)
    expectation: Parameter = bounded(-2.0, 3.0)
    reportability: Parameter = bounded(0.01, 20.0)
    weights: Mapping[str, float] = numbers(0.0, 10.0)


@dataclass(frozen=True)
class Idea:
    """Something that may be built, as it would stand in a backlog.

    It serves ``need``, or the ``step`` of the funnel it names. ``segments`` limits whom it serves;
    none: everybody. ``estimate_days`` is the engineers' first guess in person-days. Ideas of one
    ``project`` share its overrun. ``champion`` is the stakeholder who wants it, ``gate`` the
    approval it needs before people may use it.
    """

    key: str
    title: str
    description: str
    need: str
    estimate_days: float
    step: str = ""
    segments: tuple[str, ...] = ()
    project: str = ""
    champion: str = ""
    gate: str = ""


@dataclass(frozen=True)
class Effects:
    """How good ideas are: ``shift + scale * t(degrees)`` as a relative change of what they act on.

    A share ``novel`` glows at first: their effect is ``1 + glow * exp(-days / glow_days)`` times
    the lasting one for people who knew the product before. A share ``slow`` is disliked at first:
    ``1 - dip * exp(...)``. Pairs of ideas interact with chance ``pairs``. Each thing shipped costs
    ``upkeep`` of the team's capacity for good.
    """

    degrees: Parameter = bounded(1.05, 50.0)
    scale: Parameter = bounded(0.0, 0.5)
    shift: Parameter = bounded(-0.5, 0.5)
    novel: Parameter = portion()
    glow: Parameter = bounded(0.0, 5.0)
    glow_days: Parameter = bounded(0.5, 90.0)
    slow: Parameter = portion()
    dip: Parameter = bounded(0.0, 3.0)
    pairs: Parameter = portion()
    upkeep: Parameter = bounded(0.0, 0.05)


@dataclass(frozen=True)
class Signals:
    """How well what a source says of an idea tracks the truth: a correlation, 0 to 1."""

    executive: Parameter = portion()
    sales: Parameter = portion()
    tickets: Parameter = portion()
    quick_look: Parameter = portion()
    interviews: Parameter = portion()
    prototype: Parameter = portion()


@dataclass(frozen=True)
class Market:
    """How people judge and choose.

    ``expectation_yearly`` is the share of the distance to the best on offer by which expectations
    rise in a year; ``price_elasticity`` is negative; ``reference_daily`` is how fast a price
    becomes the usual one; ``rival_pull`` multiplies what a better rival adds to the log of
    leaving; ``loyalty`` is what having chosen a brand last time is worth; ``awareness`` is the
    share of the market that knows the product.
    """

    expectation_yearly: Parameter = bounded(0.0, 10.0)
    price_elasticity: Parameter = bounded(-10.0, 0.0)
    reference_daily: Parameter = portion()
    rival_pull: Parameter = bounded(0.0, 10.0)
    loyalty: Parameter = bounded(0.0, 10.0)
    awareness: Parameter = bounded(0.001, 1.0)


@dataclass(frozen=True)
class Team:
    """Those who build: people, how they estimate, what slows them and what wears them out."""

    engineers: Parameter = bounded(1.0, 500.0)
    estimate_bias: Parameter = bounded(0.2, 5.0)
    project_spread: Parameter = bounded(0.0, 2.0)
    item_spread: Parameter = bounded(0.0, 2.0)
    day_spread: Parameter = bounded(0.05, 2.0)
    focus_loss: Parameter = bounded(0.0, 2.0)
    talk_loss: Parameter = bounded(0.0, 0.2)
    ramp_days: Parameter = bounded(1.0, 720.0)
    pressure_gain: Parameter = bounded(0.0, 1.0)
    debt_start: Parameter = bounded(0.0, 10.0)
    debt_drag: Parameter = portion()
    debt_made: Parameter = bounded(0.0, 0.1)
    debt_repaid: Parameter = bounded(0.0, 0.5)
    bugs_a_day: Parameter = bounded(0.0, 5.0)
    caught: Parameter = portion()
    incidents_yearly: Parameter = bounded(0.0, 365.0)
    failed_releases: Parameter = portion()
    incident_hours: Parameter = bounded(0.05, 240.0)
    quits_yearly: Parameter = bounded(0.0, 5.0)


@dataclass(frozen=True)
class Stakeholder:
    """Somebody at the table: ``interests`` are needs, ``weights`` how they bargain over ``ISSUES``.

    ``influence`` says whose opinion counts, ``trust`` where they begin with the product manager;
    ``manner`` is how they speak, for those who write their messages. ``source`` is which of
    ``Signals`` their opinion of ideas is worth.
    """

    key: str
    name: str
    role: str
    manner: str
    source: str
    influence: Parameter = portion()
    trust: Parameter = portion()
    interests: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Rival:
    """Another product. ``qualities`` by need stand beside ours; an unnamed need equals our own.

    ``price`` is a multiple of ours. ``reacts`` is the chance that something we ship is answered,
    after about ``lag_days``, up to ``parity`` of the distance.
    """

    key: str
    name: str
    description: str
    price: Parameter = bounded(0.01, 100.0)
    awareness: Parameter = bounded(0.0, 1.0)
    reacts: Parameter = portion()
    lag_days: Parameter = bounded(1.0, 2000.0)
    parity: Parameter = bounded(0.0, 1.5)
    ideas_yearly: Parameter = bounded(0.0, 100.0)
    rumours: Parameter = portion()
    qualities: Mapping[str, float] = numbers(-2.0, 3.0)


@dataclass(frozen=True)
class Gate:
    """An approval from outside: a regulator, an audit, a buyer's list, a school board.

    Acceptance takes ``acceptance_days`` and, refused with chance ``refused``, ``refused_days`` on
    top; review is lognormal around the median ``review_days``; with chance ``questioned`` the
    clock stops for about ``question_days``, at most ``question_most``. ``denied`` is the chance of
    no. While ``tests`` is false, what needs the gate cannot be tried out on people before.
    """

    key: str
    title: str
    authority: str
    acceptance_days: Parameter = bounded(0.0, 720.0)
    refused: Parameter = portion()
    refused_days: Parameter = bounded(0.0, 720.0)
    review_days: Parameter = bounded(0.5, 2000.0)
    review_spread: Parameter = bounded(0.0, 2.0)
    questioned: Parameter = portion()
    question_days: Parameter = bounded(0.5, 2000.0)
    question_most: Parameter = bounded(0.5, 2000.0)
    denied: Parameter = portion()
    tests: bool = False


@dataclass(frozen=True)
class Supply:
    """Goods that must be ordered before they are sold.

    Each week ``forecast + adjustment * (cover - stock and orders under way)`` is ordered, where the
    forecast follows sales by ``smoothing``; it comes after ``lead_weeks``. ``demand`` is units a
    week of a usual week, ``noise`` its relative spread, ``persistence`` how long a mood lasts.

    One is in each order; or, with ``needed_for``, everybody who signs up is sent one, and the step
    of that event cannot be taken without.
    """

    lead_weeks: Parameter = bounded(1.0, 52.0)
    smoothing: Parameter = portion()
    adjustment: Parameter = bounded(0.0, 2.0)
    noise: Parameter = bounded(0.0, 2.0)
    persistence: Parameter = bounded(0.0, 0.99)
    unit_cost: Parameter = bounded(0.0, 1e6)
    holding_weekly: Parameter = bounded(0.0, 1.0)
    needed_for: str = ""


@dataclass(frozen=True)
class Accounts:
    """Customers that are organisations, with a contract and a renewal of their own.

    ``segment`` is whom they belong to, ``customers`` how many there are on the first day;
    ``deals_yearly`` prospects come, a share ``won`` signs after about ``cycle_days``. Meeting what
    they ask for adds ``right_need_gain`` to that share, though they say that all depends on it, and
    the need behind it is the one they name only in a share ``right_need``. ``renewal_month`` 0
    means all through the year. Prospects grow with the market won: 1 + ``heard`` times the share of
    it that uses the product times as many come.
    """

    segment: str
    customers: Parameter = bounded(0.0, 5000.0)
    yearly_value: Parameter = bounded(0.0, 1e8)
    value_spread: Parameter = bounded(0.0, 2.0)
    yearly_churn: Parameter = portion()
    renewal_month: Parameter = bounded(0.0, 12.0)
    satisfaction_effect: Parameter = bounded(0.0, 10.0)
    deals_yearly: Parameter = bounded(0.0, 5000.0)
    heard: Parameter = bounded(0.0, 1000.0)
    cycle_days: Parameter = bounded(1.0, 2000.0)
    won: Parameter = portion()
    right_need: Parameter = portion()
    right_need_gain: Parameter = portion()


@dataclass(frozen=True)
class Trade:
    """Partners of a shop who say that they leave: buyers of chains, sellers, category managers.

    So many ``requests_yearly`` come through ``voice``, a stakeholder, about one idea of the backlog
    each. They claim ``claimed_value`` a year (the median; ``value_spread`` of its logarithm), to be
    decided in about ``notice_days``. The need behind it is the one they name in a share
    ``right_need``. It is talk: no partner is modelled who could leave.
    """

    voice: str
    requests_yearly: Parameter = bounded(0.0, 365.0)
    claimed_value: Parameter = bounded(0.0, 1e8)
    value_spread: Parameter = bounded(0.0, 2.0)
    notice_days: Parameter = bounded(1.0, 365.0)
    right_need: Parameter = portion()


@dataclass(frozen=True)
class Freeze:
    """A stretch of the year in which nothing may be released, both ends ``(month, day)`` in."""

    title: str
    first: tuple[int, int]
    last: tuple[int, int]


@dataclass(frozen=True)
class Channel:
    """A way in which visits are bought, and whom it brings.

    At what is usually spent on it, ``visit_cost`` for each visit, it brings a ``share`` of the
    pack's paid visits; ``1 + x`` times the money brings ``(1 + x) ** elasticity`` times as many.
    Whoever comes by it has ``activity`` times the rate of use, ``drop_out`` times the chance to
    leave on a day, and ``intent`` added to theirs, in standard deviations of the market.
    """

    key: str
    title: str
    description: str
    share: Parameter = portion()
    visit_cost: Parameter = bounded(0.001, 1e5)
    elasticity: Parameter = bounded(0.0, 1.0)
    activity: Parameter = bounded(0.05, 5.0)
    drop_out: Parameter = bounded(0.05, 20.0)
    intent: Parameter = bounded(-3.0, 3.0)


@dataclass(frozen=True)
class Referrals:
    """People who use the product and invite others, while that is rewarded.

    On an active day a person invites somebody with the chance ``daily`` times 1 +
    ``satisfaction_effect`` times their satisfaction; ``accepted`` of invitations bring whom they
    were sent to to the site. Each who joins costs ``reward``. Shifts are those of a ``Channel``.
    """

    title: str
    description: str
    daily: Parameter = portion()
    satisfaction_effect: Parameter = bounded(0.0, 10.0)
    accepted: Parameter = portion()
    reward: Parameter = bounded(0.0, 1e5)
    activity: Parameter = bounded(0.05, 5.0)
    drop_out: Parameter = bounded(0.05, 20.0)
    intent: Parameter = bounded(-3.0, 3.0)


@dataclass(frozen=True)
class Latency:
    """How slow the product is: ``usual_ms`` on an ordinary day with the debt of the first.

    Each unit of debt above that of the first day adds ``debt_effect`` of it, and debt repaid takes
    as much off. A day more than ``headroom`` times as busy as an ordinary one adds ``load_effect``
    for each further time (debt eats the headroom), one on which something broke
    ``incident_effect``. People feel what lies above ``threshold_ms``: each second takes ``harm``
    from the worth.
    """

    usual_ms: Parameter = bounded(1.0, 60_000.0)
    threshold_ms: Parameter = bounded(1.0, 600_000.0)
    debt_effect: Parameter = bounded(0.0, 10.0)
    headroom: Parameter = bounded(0.1, 100.0)
    load_effect: Parameter = bounded(0.0, 10.0)
    incident_effect: Parameter = bounded(0.0, 10.0)
    harm: Parameter = bounded(0.0, 10.0)


@dataclass(frozen=True)
class Purchases:
    """People who buy by the piece instead of subscribing: shops and goods.

    On an active day a basket is begun with ``basket``; the last step of the funnel is the share of
    baskets that are ordered. An order is lognormal around the median ``order_value``; ``returned``
    of it comes back. Names of the two events: ``basket_event`` and the pack's ``paid``.

    A share ``limited`` of orders is for goods of which ``limited_daily`` come each day for every
    1,000 people; ``limited_among`` people numbered next to each other share them.
    """

    basket_event: str
    basket: Parameter = portion()
    order_value: Parameter = bounded(0.01, 1e6)
    order_spread: Parameter = bounded(0.0, 2.0)
    returned: Parameter = portion()
    limited: Parameter = portion()
    limited_daily: Parameter = bounded(0.0, 1e6)
    limited_among: Parameter = bounded(50.0, 1e6)


@dataclass(frozen=True)
class Groups:
    """What people who belong together have in common: a class, a shop, a ward.

    ``size`` people numbered next to each other are one. ``alike`` is the correlation of the normal
    scores of two of them, in each of drop-out, use, eagerness and whether they ever return; what
    people are like one by one does not depend on it. ``intraclass`` is the correlation of days of
    use that follows, for whoever plans a test between groups.
    """

    size: Parameter = bounded(2.0, 10_000.0)
    alike: Parameter = bounded(0.0, 0.95)
    intraclass: Parameter = portion()


@dataclass(frozen=True)
class Business:
    """A company and those around it. Only the sections without a default must be there.

    ``later_fingerprint`` is that of sections which came when worlds had been recorded already; they
    are no part of ``fingerprint``, for whoever makes no use of them lives in the world of before.
    """

    needs: tuple[Need, ...]
    ideas: tuple[Idea, ...]
    effects: Effects
    signals: Signals
    market: Market
    team: Team
    stakeholders: tuple[Stakeholder, ...]
    rivals: tuple[Rival, ...] = ()
    gates: tuple[Gate, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    supply: Supply | None = None
    accounts: Accounts | None = None
    trade: Trade | None = None
    channels: tuple[Channel, ...] = ()
    referrals: Referrals | None = None
    latency: Latency | None = None
    fingerprint: str = ""
    later_fingerprint: str = ""
