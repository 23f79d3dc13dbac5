"""The work on the demo's desk: a backlog with a past, a roadmap, a document, a decision.

Nobody did this work: in the ledger its acts are the demo's and not the owner's, so that they
never become anybody's evidence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import Any

from pilothouse.apps.analytics.services.metrics import list_metrics
from pilothouse.apps.backlog.services.items import ItemDraft, ItemView, create_items
from pilothouse.apps.backlog.services.scores import save_score
from pilothouse.apps.decisions.services.decisions import DecisionDraft, OptionDraft, save_decision
from pilothouse.apps.decisions.services.forecasts import ForecastDraft, create_forecast
from pilothouse.apps.documents.services.claims import create_claim
from pilothouse.apps.documents.services.documents import (
    DocumentDraft,
    create_document,
    save_document,
)
from pilothouse.apps.roadmap.services.bets import BetDraft, create_bet
from pilothouse.apps.roadmap.services.dependencies import add_dependency
from pilothouse.apps.roadmap.services.outcomes import OutcomeDraft, save_outcome
from pilothouse.apps.roadmap.services.quarters import add_quarters, quarter_start, today_of
from pilothouse.apps.roadmap.services.releases import ReleaseDraft, save_release
from pilothouse.apps.roadmap.services.teams import save_team, set_capacity
from pilothouse.apps.simulation.services.demo_experiment import run_experiment
from pilothouse.apps.workspace.services.access import Access, ProductView

DEMO_USER = "demo"
QUARTERS = 4
RICE = ("reach", "impact", "confidence", "effort")
CLAIMED = "Activation within a week"
Ids = dict[str, str]
Items = dict[str, ItemView]


def as_demo(access: Access) -> Access:
    """``access`` under whose name the ledger keeps what nobody did."""
    return replace(access, user_public_id=DEMO_USER)


def lay_out_work(access: Access, product: ProductView) -> None:
    """Put the demo's work on the desk; call it inside the transaction that makes the demo."""
    content = files("pilothouse.content.demo")
    plan = tomllib.loads(content.joinpath("brindle.toml").read_text("utf-8"))
    demo = as_demo(access)
    items = _make_items(demo, product, plan)
    for given in plan["items"]:
        if "reach" in given:
            cells = {name: given[name] for name in RICE}
            save_score(demo, product, items[given["key"]].public_id, "rice", cells)
    release = _make_roadmap(demo, product, plan, items)
    _write_document(demo, product, content.joinpath("brindle-prd.md").read_text("utf-8"))
    decision = _decide(demo, product, plan["decision"])
    for given in plan["forecasts"]:
        _forecast(demo, product, given, release, decision)
    run_experiment(demo, product, plan["experiment"])


def _make_items(access: Access, product: ProductView, plan: Mapping[str, Any]) -> Items:
    drafts = [_done_draft(product, row) for row in plan["done"]]
    places: dict[str, int] = {}
    for given in plan["items"]:
        draft = _open_draft(product, given)
        if "parent" in given:
            draft = replace(draft, parent_index=places[given["parent"]])
        if "key" in given:
            places[given["key"]] = len(drafts)
        drafts.append(draft)
    _, views = create_items(access, product, drafts, title="The backlog of the demo", kind="demo")
    return {key: views[place] for key, place in places.items()}


def _done_draft(product: ProductView, row: list[Any]) -> ItemDraft:
    kind, title, created, started, done = row
    return ItemDraft(
        title=title,
        kind=kind,
        status="done",
        created_at=_days_ago(product, created),
        started_at=_days_ago(product, started),
        done_at=_days_ago(product, done),
    )


def _open_draft(product: ProductView, given: Mapping[str, Any]) -> ItemDraft:
    return ItemDraft(
        title=given["title"],
        kind=given["kind"],
        status=given["status"],
        body=given.get("body", ""),
        tags=given.get("tags", ()),
        estimate=given.get("estimate"),
        created_at=_days_ago(product, given["created"]),
        started_at=_days_ago(product, given["started"]) if "started" in given else None,
    )


def _make_roadmap(
    access: Access, product: ProductView, plan: Mapping[str, Any], items: Items
) -> str:
    """Outcomes, teams, bets and one release; the release's public id."""
    metrics = {metric.name: metric.public_id for metric in list_metrics(product)}
    today = today_of(product)
    outcomes = {
        given["key"]: save_outcome(
            access,
            product,
            OutcomeDraft(
                given["title"],
                given["why"],
                metrics.get(given.get("metric", ""), ""),
                target_text=given.get("target_text", ""),
            ),
        ).public_id
        for given in plan["outcomes"]
    }
    teams = _make_teams(access, product, plan["teams"], today)
    given = plan["release"]
    planned = today + timedelta(days=given["planned_in"])
    release = save_release(access, product, ReleaseDraft(given["name"], planned))
    bets: Ids = {}
    for each in plan["bets"]:
        released = release.public_id if each["item"] in given["bets"] else ""
        draft = _bet_draft(each, items, outcomes, teams, today)
        bet = create_bet(access, product, replace(draft, release_id=released))
        bets[each["item"]] = bet.public_id
        if "needs" in each:
            add_dependency(access, product, bet.public_id, bets[each["needs"]])
    return release.public_id


def _make_teams(
    access: Access, product: ProductView, given: list[Mapping[str, Any]], today: date
) -> Ids:
    teams = {each["name"]: save_team(access, product, each["name"]).public_id for each in given}
    quarters = [add_quarters(quarter_start(today), place) for place in range(QUARTERS)]
    capacity = {
        teams[each["name"]]: dict.fromkeys(quarters, float(each["weeks"])) for each in given
    }
    set_capacity(access, product, capacity)
    return teams


def _bet_draft(
    given: Mapping[str, Any], items: Items, outcomes: Ids, teams: Ids, today: date
) -> BetDraft:
    quarter = given.get("quarter")
    return BetDraft(
        title=items[given["item"]].title,
        item_id=items[given["item"]].public_id,
        outcome_id=outcomes.get(given.get("outcome", ""), ""),
        horizon=given["horizon"],
        quarter=None if quarter is None else add_quarters(quarter_start(today), quarter),
        efforts={teams[name]: float(weeks) for name, weeks in given["efforts"].items()},
        value=float(given["value"]),
        confidence=given["confidence"],
    )


def _write_document(access: Access, product: ProductView, text: str) -> None:
    """Requirements that quote the demo's own activation."""
    draft = DocumentDraft("Templates for new teams", kind="prd", folder="Onboarding")
    document = create_document(access, product, draft)
    metric = next(each for each in list_metrics(product) if each.name == CLAIMED)
    claim = create_claim(
        access,
        product,
        document.public_id,
        kind="metric",
        definition={"metric": metric.public_id, "part": {"step": 3, "of": "first"}},
    )
    body = text.replace("{claim}", claim.markdown)
    save_document(
        access, product, document.public_id,
        title=draft.title, body=body, base=document.digest,
    )  # fmt: skip


def _decide(access: Access, product: ProductView, given: Mapping[str, Any]) -> str:
    plain = ("title", "context", "reasons", "expected", "probability", "door", "driver", "approver")
    options = tuple(
        OptionDraft(o["title"], o["pros"], o["cons"], o["cost"], is_chosen=o.get("chosen", False))
        for o in given["options"]
    )
    draft = DecisionDraft(
        **{name: given[name] for name in plain},
        options=options,
        topics=tuple(given["topics"]),
        review_on=today_of(product) + timedelta(days=given["review_in"]),
        is_decided=True,
    )
    return save_decision(access, product, draft).public_id


def _forecast(
    access: Access, product: ProductView, given: Mapping[str, Any], release: str, decision: str
) -> None:
    is_of_release = given.get("release", False)
    draft = ForecastDraft(
        question=given["question"],
        resolve_by=today_of(product) + timedelta(days=given["days"]),
        probability=given["probability"],
        topics=tuple(given["topics"]),
        source_kind="release" if is_of_release else "",
        source={"release": release} if is_of_release else {},
        decision_id=decision if is_of_release else "",
    )
    create_forecast(access, product, draft)


def _days_ago(product: ProductView, days: int) -> datetime:
    return product.now - timedelta(days=days)
