"""The ODD document of the simulation: ``tools/odd.md`` with its gaps filled from code and packs."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import textwrap
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from pilothouse.engines import simulation
from pilothouse.engines.simulation import MODEL_VERSION, SimulationRun, company
from pilothouse.engines.simulation.company import run as company_run
from pilothouse.engines.simulation.company import schema
from pilothouse.engines.simulation.company.commands import COMMANDS, DAY_MINUTES
from pilothouse.engines.simulation.company.run import COMPANY_VERSION, CompanyRun
from pilothouse.engines.simulation.company.state import CompanyState
from pilothouse.engines.simulation.parameter import CONFIDENCES
from pilothouse.engines.simulation.philox import OWNERSHIP, Stream
from pilothouse.engines.simulation.run import MAX_DAYS, MAX_USERS
from pilothouse.engines.simulation.scenarios import INSTRUMENTS
from pilothouse.engines.simulation.slots import MAX_SLOTS
from pilothouse.engines.simulation.users import LIFE, STAGE_NAMES, TRAITS

TEMPLATE = Path(__file__).with_name("odd.md")
PACKS = ("saas", "consumer", "health", "ecommerce", "edtech")
LETTERS = {"source": "s", "memory": "m", "memory, unsure": "u", "benchmark": "b", "measured": "f"}
# A variable without a meaning stops the page: whoever adds one says what it is.
MEANINGS = {
    "theta": "chance to leave on a day, Beta",
    "lam": "rate of use on a day, Gamma",
    "intent": "eagerness, a standard normal",
    "returns": "whether they ever come back after signing up",
    "platform": "where they use the product",
    "country": "where they live",
    "segment": "what kind of customer they are",
    "plan": "the plan they would buy",
    "quarter": "quarter of the market by theta, 0 stays longest",
    "habit": "0 to 1, rises with use, fades without",
    "satisfaction": "moves towards what the product is worth to them",
    "first_day": "day of signing up",
    "last_day": "last day of use",
    "renewal_day": "day on which a contract is due",
    "payments": "periods paid",
    "steps": "steps of the funnel done since signing up",
}
COMPANY_MEANINGS = {
    "qualities": "how well the product serves each need of each segment",
    "expectations": "what each segment is used to",
    "usual_price": "the price each segment is used to",
    "shop": "the team: people, work, debt, bugs, exhaustion",
    "bonds": "trust and attention of each stakeholder",
    "rivals": "qualities and plans of each rival",
    "ease": "what shipped ideas add to each step of the funnel",
    "price": "multiple of the first day's prices",
    "split": "how the team's time is divided, and pressure",
    "order": "the order of work",
    "at_once": "how much is worked on at once",
    "built": "ideas that are built and not released",
    "live": "ideas that people have",
    "trials": "experiments, running and ended",
    "tried": "how many experiments there were",
    "submissions": "files with authorities",
    "promises": "what was promised to whom by when",
    "talks": "negotiations under way",
    "talked": "how many there were",
    "campaign": "visits bought, and until when",
    "supply": "stock, orders under way, the forecast",
    "available": "share of demand that goods can meet",
    "wanted": "orders of the days of this week",
    "book": "customers that are organisations, and open deals",
    "hires": "days on which somebody new begins",
    "minutes": "minutes left today",
    "studies": "how many studies there were",
    "releases": "releases of today",
    "money": "what came in besides people's payments, less what was spent",
    "growth": "campaigns of named channels, invitations, by what each person joined; none at first",
    "broken": "what broke lately and is inquired into; no part of hashes",
    "agreed": "what deals left of an idea's work and effect, its tests and hands",
    "owed": "updates owed to stakeholders",
    "waiting": "offers that nobody has answered yet",
    "rulings": "talks that broke off and are decided above",
    "settled": "until when what was settled stands",
    "surprised": "when a deal last took a stakeholder by surprise",
}
# What the parts of a day say about themselves stands in their docstrings; these have none.
STEPS = {
    "_apply_due": "Commands due today come into force; a release that is barred is held.",
    "_tables": "Worth, rivals, prices and tests become the tables that people live under.",
    "_earn": "Payments less returns, less what a campaign costs.",
}
_IGNORED = {"advance", "extend", "min", "max", "Change"}


def odd_page() -> str:
    """The whole document."""
    packs = {key: _parsed(key) for key in PACKS}
    known = {key: dict(parameters(pack)) for key, pack in packs.items()}
    gaps = {
        "versions": f"{MODEL_VERSION} of people, {COMPANY_VERSION} of the company",
        "max_days": f"{MAX_DAYS:,}",
        "max_users": f"{MAX_USERS:,}",
        "traits": _columns(TRAITS),
        "state": _columns(LIFE),
        "stages": ", ".join(STAGE_NAMES),
        "slots": str(MAX_SLOTS),
        "company": _company_table(),
        "entities": _entities(packs),
        "process": _process(),
        "day_minutes": str(DAY_MINUTES),
        "commands": _commands(),
        "streams": _streams(),
        "submodels": _submodels(),
        "confidences": _confidences(known),
        "values": _values(known),
        "evidence": _evidence(known),
        "scenarios": _scenarios(),
    }
    text = TEMPLATE.read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda gap: gaps[gap[1]], text)


def parameters(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every parameter of a parsed pack with its path; entries of lists by key, else by place."""
    if isinstance(value, list):
        for place, item in enumerate(value):
            name = item.get("key") or item.get("event") or _span(item) or str(place + 1)
            yield from parameters(item, f"{path}.{name}")
    elif isinstance(value, dict) and {"value", "source", "confidence"} <= set(value):
        yield path, value
    elif isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, dict | list) and not _is_plain(item):
                yield from parameters(item, f"{path}.{name}" if path else name)


def _is_plain(item: Any) -> bool:
    return isinstance(item, list) and not any(isinstance(each, dict) for each in item)


def _span(item: dict[str, Any]) -> str:
    return f"{item['first']} to {item['last']}" if "first" in item and "last" in item else ""


def _parsed(key: str) -> dict[str, Any]:
    text = files("pilothouse.content.worlds").joinpath(f"{key}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(str(cell).replace('|', '/') for cell in row)} |" for row in rows]
    return "\n".join(lines)


def _columns(dtype: np.dtype) -> str:
    rows = [(f"`{n}`", dtype[n].name, MEANINGS[n]) for n in dtype.names]
    return table(("Variable", "Type", "Meaning"), rows)


def _company_table() -> str:
    rows = [(f"`{part.name}`", COMPANY_MEANINGS[part.name]) for part in fields(CompanyState)]
    return table(("Variable", "Meaning"), rows)


def _first_line(thing: Any) -> str:
    said = (inspect.getdoc(thing) or "").split("\n\n", maxsplit=1)[0]
    return said.replace("\n", " ").replace("``", "`")


def _entities(packs: dict[str, dict[str, Any]]) -> str:
    lists = {
        "segments": "Segments", "platforms": "Platforms", "countries": "Countries",
        "steps": "Steps of the funnel", "features": "Things done in a session", "needs": "Needs",
        "ideas": "Ideas", "stakeholders": "Stakeholders", "rivals": "Rivals", "gates": "Gates",
        "freezes": "Freezes", "channels": "Channels",
    }  # fmt: skip
    rows = [
        (title, *(len(pack.get(name, [])) for pack in packs.values()))
        for name, title in lists.items()
    ]
    optional = [(s, *("yes" if s.lower() in p else "no" for p in packs.values()))
                for s in ("Purchases", "Groups", "Supply", "Accounts", "Trade", "Referrals",
                          "Latency")]  # fmt: skip
    counted = table(("How many", *PACKS), [*rows, *optional])
    kinds = (schema.Need, schema.Idea, schema.Stakeholder, schema.Rival, schema.Gate,
             schema.Groups, schema.Supply, schema.Accounts, schema.Trade, schema.Channel,
             schema.Referrals, schema.Latency)  # fmt: skip
    told = [f"- **{kind.__name__}**: {_first_line(kind)}" for kind in kinds]
    return f"{counted}\n\n" + "\n".join(told)


class _Calls(ast.NodeVisitor):
    """Names of what a function calls, in the order in which it is carried out."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        if name and name not in _IGNORED:
            self.found.append(name)


def _process() -> str:
    calls = _Calls()
    calls.visit(ast.parse(textwrap.dedent(inspect.getsource(CompanyRun._live_day))))
    lines = []
    for number, name in enumerate(dict.fromkeys(calls.found), start=1):
        lines.append(f"{number}. `{name.lstrip('_')}`: {STEPS.get(name) or _said_of(name)}")
    return "\n".join(lines)


def _said_of(name: str) -> str:
    for place in (company_run, CompanyRun, SimulationRun):
        if said := _first_line(getattr(place, name, None)):
            return said
    raise LookupError(f"{name} is part of a day and says nothing about itself; see tools/odd.py")


def _commands() -> str:
    rows = [
        (
            f"`{name}`",
            kind.minutes if "cost" not in vars(kind) else "by size",
            kind.delay,
            "yes" if kind.reversible else "no",
            _first_line(kind),
        )
        for name, kind in COMMANDS.items()
    ]
    return table(("Command", "Minutes", "Delay, days", "Can be undone", "What it does"), rows)


def _streams() -> str:
    rows = [
        (int(s), s.name.lower().replace("_", " "), *(part or "-" for part in OWNERSHIP[s]))
        for s in Stream
    ]
    return table(("Stream", "For", "Who", "When", "What for"), rows)


def _submodels() -> str:
    rows = []
    for package in (simulation, company):
        for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
            if found.ispkg or found.name.startswith("_"):
                continue
            module = importlib.import_module(f"{package.__name__}.{found.name}")
            name = module.__name__.removeprefix(f"{simulation.__name__}.")
            rows.append((f"`{name}`", _first_line(module)))
    return table(("Module", "What it is"), rows)


def _confidences(known: dict[str, dict[str, Any]]) -> str:
    counts = {key: Counter(p["confidence"] for p in found.values()) for key, found in known.items()}
    whole = sum(counts.values(), Counter())
    rows = [(name, *(counts[key][name] for key in PACKS), whole[name]) for name in CONFIDENCES]
    total = ("**all**", *(counts[key].total() for key in PACKS), whole.total())
    evidence = sum(whole[name] for name in ("source", "memory", "memory, unsure", "benchmark"))
    fitted, design = whole["measured"], whole["design"]
    shares = [f"{n} ({n / whole.total():.0%})" for n in (evidence, fitted, design)]
    said = (
        f"Of {whole.total():,} parameters {shares[0]} are evidence, {shares[1]} fitted and "
        f"{shares[2]} design."
    )
    return f"{table(('Confidence', *PACKS, 'all'), [*rows, total])}\n\n{said}"


# Sections whose parameters every pack that has them shares by name.
SHARED = ("retention", "activity", "experience", "acquisition", "conversion", "instrumentation",
          "purchases", "groups", "effects", "signals", "market", "team", "supply", "accounts",
          "trade", "referrals", "latency")  # fmt: skip


def _values(known: dict[str, dict[str, Any]]) -> str:
    names = dict.fromkeys(
        path for found in known.values() for path in found if path.split(".")[0] in SHARED
    )
    ordered = sorted(names, key=lambda path: SHARED.index(path.split(".")[0]))
    rows = [(f"`{path}`", *(_cell(known[key].get(path)) for key in PACKS)) for path in ordered]
    return table(("Parameter", *PACKS), rows)


def _cell(found: dict[str, Any] | None) -> str:
    if found is None:
        return ""
    return f"{found['value']:g} {LETTERS.get(found['confidence'], '')}".strip()


def _evidence(known: dict[str, dict[str, Any]]) -> str:
    parts = []
    for key, found in known.items():
        rows = [
            (f"`{path}`", f"{p['value']:g}", f"{p['low']:g} to {p['high']:g}", p["confidence"],
             p["source"])
            for path, p in found.items()
            if p["confidence"] != "design"
        ]  # fmt: skip
        head = ("Parameter", "Value", "Range", "Confidence", "Source")
        parts.append(f"#### `{key}`\n\n{table(head, rows)}")
    return "\n\n".join(parts)


def _scenarios() -> str:
    folder = files("pilothouse.content.worlds").joinpath("scenarios")
    texts = [e.read_text(encoding="utf-8") for e in folder.iterdir() if e.name.endswith(".toml")]
    found = sorted((tomllib.loads(text) for text in texts), key=lambda each: each["number"])
    rows = [
        (s["number"], s["name"], s["pack"], s["lesson"], INSTRUMENTS[s["instrument"]])
        for s in found
    ]
    return table(("", "Scenario", "Pack", "Lesson", "Instrument"), rows)
