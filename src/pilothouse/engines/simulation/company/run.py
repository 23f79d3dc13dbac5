"""A company that lives day by day: people, team, rivals and stakeholders, and what one decides.

A run is a function of pack, seed and the log of commands: straight, day by day, from a snapshot or
by replay, on any number of threads, it is the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from datetime import date

from pilothouse.engines.simulation.batch import EventBatch
from pilothouse.engines.simulation.changes import Change
from pilothouse.engines.simulation.company.accounts import fresh_book
from pilothouse.engines.simulation.company.acting import Stage, act
from pilothouse.engines.simulation.company.aftermath import hear_inquiries
from pilothouse.engines.simulation.company.artefacts import Artefact, Kind
from pilothouse.engines.simulation.company.chance import power
from pilothouse.engines.simulation.company.checking import check_command
from pilothouse.engines.simulation.company.colleagues import hear_colleagues
from pilothouse.engines.simulation.company.command_parts import write_command
from pilothouse.engines.simulation.company.commands import (
    DAY_MINUTES,
    EXPERIMENTS,
    Command,
    Ship,
)
from pilothouse.engines.simulation.company.delivery import fresh_shop
from pilothouse.engines.simulation.company.evening import (
    count_trials,
    expect_more,
    hear_people,
    keep_promises,
    keep_stock,
    meet_stakeholders,
)
from pilothouse.engines.simulation.company.exposures import ExposureBatch, read_exposures
from pilothouse.engines.simulation.company.growth import (
    count_invitations,
    growth_costs,
    part_arrivals,
    remember_channels,
    welcome,
)
from pilothouse.engines.simulation.company.latency import (
    latency_ms,
    report_latency,
    slowness,
)
from pilothouse.engines.simulation.company.morning import (
    build,
    hear_rivals,
    read_letters,
    serve_accounts,
    suffer,
)
from pilothouse.engines.simulation.company.releasing import settle_glows
from pilothouse.engines.simulation.company.rivals import fresh_rivals
from pilothouse.engines.simulation.company.rules_work import check_release
from pilothouse.engines.simulation.company.setting import Setting, build_setting
from pilothouse.engines.simulation.company.settling import miss_updates
from pilothouse.engines.simulation.company.state import OFFERS, CompanyState, digest_of
from pilothouse.engines.simulation.company.talking import hear_answers
from pilothouse.engines.simulation.company.today import FirstDay, build_company_day, first_day
from pilothouse.engines.simulation.company.trade import hear_trade
from pilothouse.engines.simulation.company.trust import Bond
from pilothouse.engines.simulation.pack import Pack
from pilothouse.engines.simulation.records import DayMetrics
from pilothouse.engines.simulation.run import SimulationRun, Snapshot
from pilothouse.engines.simulation.tables import DayTables, visit_probability
from pilothouse.kernel.errors import ConflictError, DamagedError, PilothouseError
from pilothouse.kernel.ids import canonical_json, digest

# Part of every hash: raise it whenever the same arguments give another answer.
COMPANY_VERSION = 3
# A bought visit costs this share of the first price; twice the spend brings 2 ** 0.6 as many.
VISIT_COST, SPEND_POWER = 0.02, 0.6


@dataclass(frozen=True)
class Logged:
    """A command as given on day number ``given``, in force on ``effective``.

    ``digest`` covers it and everything before it.
    """

    given: int
    effective: int
    command: Command
    digest: str


def link(before: str, day: int, command: Command) -> str:
    """The digest of a command given on ``day`` after a log that ends with ``before``."""
    return digest(f"{before}{day}".encode() + canonical_json(write_command(command)))


def check_log(log: Sequence[Logged]) -> None:
    """Raise ``DamagedError`` at the first entry that is not what it was when it was given.

    For whoever reads a log from where others could write.
    """
    before = ""
    for place, entry in enumerate(log):
        if entry.digest != link(before, entry.given, entry.command):
            raise DamagedError(
                "the log was changed after it was written.",
                value=f"entry {place + 1}",
                remedy="Go back to a copy of it.",
            )
        before = entry.digest


@dataclass(frozen=True)
class CompanySnapshot:
    """All a company needs to go on."""

    company_version: int
    fingerprint: str
    people: Snapshot
    state: CompanyState
    log: tuple[Logged, ...]
    revenue: float
    switch_minutes: int = 0
    later_fingerprint: str = ""


class CompanyRun:
    """A company living in a pack. ``give`` commands, ``advance`` days, read ``artefacts``."""

    def __init__(
        self,
        pack: Pack,
        *,
        seed: int,
        first_day: date,
        users: int,
        threads: int = 2,
        changes: Sequence[Change] = (),
        replicate: int = 0,
        feedback: bool = True,
        switch_minutes: int = 0,
    ) -> None:
        """``feedback`` False leaves out tickets, reviews and messages: nothing depends on them.

        ``switch_minutes`` is what turning to another kind of work on the same day takes. Runs of
        before had none, so that is the usual; who plays by hand should have ``SWITCH_MINUTES``.
        """
        self.setting = build_setting(pack, seed=seed, replicate=replicate, first_day=first_day)
        self.people = SimulationRun(
            pack,
            seed=seed,
            first_day=first_day,
            users=users,
            threads=threads,
            changes=changes,
            replicate=replicate,
            remembering=True,
        )
        self.state = fresh_state(self.setting)
        self.first = _yardstick(self.setting)
        self.feedback = feedback
        self.switch_minutes = switch_minutes
        self.log: list[Logged] = []
        self.artefacts: list[Artefact] = []
        self.revenue = 0.0

    @property
    def days(self) -> int:
        """How many days have been lived; the number of the next."""
        return self.people.days

    @property
    def today(self) -> date:
        """The day on which commands are given: the next to be lived."""
        return self.people.next_day

    @property
    def metrics(self) -> list[DayMetrics]:
        """The truth about people, day by day."""
        return self.people.metrics

    @property
    def value(self) -> float:
        """What all days brought: payments and contracts, less campaigns and goods."""
        return self.revenue + self.state.money

    @property
    def state_hash(self) -> str:
        """SHA-256 over people, company and the log of commands."""
        last = self.log[-1].digest if self.log else ""
        business = self.setting.business
        parts = [COMPANY_VERSION, business.fingerprint, last, self.revenue]
        if self.state.growth is not None:
            parts.append(business.later_fingerprint)
        return digest_of((self.people.state_hash, self.state, tuple(parts)))

    def events(self, first: date | None = None, last: date | None = None) -> Iterator[EventBatch]:
        """Events of people, day by day, as of ``SimulationRun``."""
        return self.people.events(first, last)

    def exposures(
        self, first: date | None = None, last: date | None = None
    ) -> Iterator[ExposureBatch]:
        """First exposures to experiments, by day and experiment; days as of ``events``."""
        for batch in self.events(first, last):
            yield from read_exposures(
                self.setting,
                self.state.trials,
                batch,
                self.people.traits,
                self.people.names,
            )

    def give(self, command: Command) -> Logged:
        """Give ``command`` today; raises an error that says why it is refused."""
        switching = self._switching(command)
        check_command(self.setting, self.state, command, self.days, switching=switching)
        self.state.minutes -= command.cost + switching
        before = self.log[-1].digest if self.log else ""
        entry = Logged(
            self.days, self.days + command.delay, command, link(before, self.days, command)
        )
        self.log.append(entry)
        # An experiment takes its slot at once and begins on its day.
        if command.delay == 0 or isinstance(command, EXPERIMENTS):
            self.artefacts += act(self._stage(), command)
        return entry

    def advance(self, days: int = 1) -> tuple[DayMetrics, ...]:
        """Live ``days`` more days; returns the metrics of people."""
        with ThreadPoolExecutor(self.people.threads) as pool:
            lived = tuple(self._live_day(pool) for _ in range(days))
        self.people.metrics.extend(lived)
        return lived

    def snapshot(self) -> CompanySnapshot:
        """A copy of all that the future depends on."""
        return CompanySnapshot(
            COMPANY_VERSION,
            self.setting.business.fingerprint,
            self.people.snapshot(),
            deepcopy(self.state),
            tuple(self.log),
            self.revenue,
            self.switch_minutes,
            self.setting.business.later_fingerprint,
        )

    @classmethod
    def restore(
        cls,
        pack: Pack,
        snapshot: CompanySnapshot,
        *,
        threads: int = 2,
        replicate: int | None = None,
        feedback: bool = True,
    ) -> CompanyRun:
        """The company of ``snapshot``; with another ``replicate`` in another future.

        Raises ``ConflictError`` in another world. The log is taken as it is: see ``check_log``.
        """
        business = pack.business
        prints = (snapshot.fingerprint, snapshot.later_fingerprint)
        same = business is not None and prints == (
            business.fingerprint,
            business.later_fingerprint,
        )
        if not same or snapshot.company_version != COMPANY_VERSION:
            raise ConflictError(
                "a company goes on only in the pack and model version it began in.",
                value=f"version {snapshot.company_version}",
                remedy="Begin a new one from the first day.",
            )
        people = SimulationRun.restore(pack, snapshot.people, threads=threads)
        if replicate is not None:
            people.replicate = replicate
        run = cls.__new__(cls)
        run.setting = build_setting(
            pack, seed=people.seed, replicate=people.replicate, first_day=people.first_day
        )
        run.people, run.state = people, deepcopy(snapshot.state)
        if run.state.growth is not None:
            remember_channels(run.setting, run.state.growth, people.traits)
        run.first = _yardstick(run.setting)
        run.feedback, run.log, run.artefacts = feedback, list(snapshot.log), []
        run.revenue, run.switch_minutes = snapshot.revenue, snapshot.switch_minutes
        return run

    def _switching(self, command: Command) -> int:
        """Minutes to turn to ``command`` from what was done last on this day."""
        if not self.log or self.log[-1].given != self.days:
            return 0
        return 0 if self.log[-1].command.work == command.work else self.switch_minutes

    def _stage(self) -> Stage:
        return Stage(self.setting, self.state, self.people, self.days)

    def _live_day(self, pool: ThreadPoolExecutor) -> DayMetrics:
        setting, state, day = self.setting, self.state, self.days
        made = hear_rivals(setting, state, day) + read_letters(setting, state, day)
        made += self._apply_due(day)
        made += build(setting, state, day)
        broken, told = suffer(setting, state, day)
        made += told
        down = min(1.0, broken.hours / 24.0) if broken else 0.0
        tables, coming = welcome(setting, state, self.people, self._tables(day, down), day)
        metrics = self.people.live(pool, tables)
        if coming is not None:
            part_arrivals(setting, state, self.people, coming)
        made += serve_accounts(
            setting,
            state,
            day,
            first_worth=self.first.worth,
            using=metrics.active / self.people.users,
        )
        made += keep_stock(setting, state, metrics, day)
        made += count_trials(setting, state, self.people, day)
        settle_glows(setting, state, day)
        expect_more(setting, state)
        made += keep_promises(setting, state, day) + miss_updates(setting, state, day)
        made += hear_answers(setting, state, day) + meet_stakeholders(setting, state, day)
        if self.feedback:
            made += hear_people(setting, state, self.people, day)
            made += hear_colleagues(setting, state, day)
            # Last, so that the words of all others stay what they were.
            made += hear_inquiries(setting, state, day) + hear_trade(setting, state, day)
        made += report_latency(setting, state, day, broken=broken is not None)
        made += count_invitations(setting, state, day)
        self._earn(metrics)
        state.minutes = DAY_MINUTES
        self.artefacts += made
        return metrics

    def _apply_due(self, day: int) -> list[Artefact]:
        made: list[Artefact] = []
        for entry in self.log:
            command = entry.command
            if entry.effective != day or command.delay == 0:
                continue
            if isinstance(command, EXPERIMENTS):
                continue
            if isinstance(command, Ship):
                idea = self.setting.idea(command.idea)
                try:
                    check_release(self.setting, self.state, idea, day)
                except PilothouseError as error:
                    facts = {"why": error.rule}
                    made.append(Artefact(self.today, Kind.HELD, command.idea, facts))
                    continue
            made += act(self._stage(), command)
        return made

    def _tables(self, day: int, down: float) -> DayTables:
        more = []
        if down > 0.0:
            more.append(Change("outage", self.today, down, last=self.today))
        more += self._bought_visits(day)
        base = self.people.plain_tables(more)
        slow = slowness(self.setting, latency_ms(self.setting, self.state, day, broken=down > 0.0))
        return build_company_day(
            self.setting, base, state=self.state, first=self.first, day=day, slow=slow
        )

    def _bought_visits(self, day: int) -> list[Change]:
        """What a campaign adds to the visits of a day, and whom it brings."""
        campaign = self.state.campaign
        if campaign is None or day >= campaign.ends:
            return []
        pack, people = self.setting.pack, self.people
        paid = pack.acquisition.paid_visits.value
        usual = paid * people.users * VISIT_COST * pack.plans[0].price.value
        if usual <= 0.0:
            return []
        offer = OFFERS[campaign.offer]
        more = offer.visits * (power(1.0 + campaign.spend / usual, SPEND_POWER) - 1.0)
        more *= paid / visit_probability(pack, people.yesterday, people.users)
        if more <= 0.0:
            return []
        return [Change("visits", self.today, more, last=self.today, crowd=offer.crowd)]

    def _earn(self, metrics: DayMetrics) -> None:
        kept = 1.0
        if self.setting.pack.purchases is not None:
            kept -= self.setting.pack.purchases.returned.value
        self.revenue += kept * metrics.revenue
        campaign = self.state.campaign
        if campaign is not None and self.days <= campaign.ends:
            self.state.money -= campaign.spend
        if self.state.growth is not None:
            self.state.money -= growth_costs(self.state.growth, self.days - 1)


def fresh_state(setting: Setting) -> CompanyState:
    """The company on the eve of its first day."""
    business, segments = setting.business, setting.pack.segments
    state = CompanyState(
        qualities=[[need.quality.value for need in business.needs] for _ in segments],
        expectations=[[need.expectation.value for need in business.needs] for _ in segments],
        usual_price=[1.0] * len(segments),
        shop=fresh_shop(business.team, len(business.needs)),
        bonds=[Bond(person.trust.value) for person in business.stakeholders],
        rivals=fresh_rivals(business),
        ease=[[0.0] * len(setting.pack.steps) for _ in segments],
    )
    if business.accounts is not None:
        when = setting.first_day.timetuple().tm_yday
        state.book = fresh_book(business.accounts, setting.chance, len(business.needs), when)
    return state


def _yardstick(setting: Setting) -> FirstDay:
    return first_day(setting, fresh_state(setting))
