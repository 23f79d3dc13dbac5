"""The demo: a simulated product whose history ends this morning, with something to find in it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.utils import timezone

from pilothouse.apps.analytics.services.bulk import load_batches
from pilothouse.apps.analytics.services.metrics import MetricDraft, save_metric
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.simulation.services.demo_work import as_demo, lay_out_work
from pilothouse.apps.simulation.services.feeding import to_batch, until
from pilothouse.apps.simulation.services.packs import load_pack
from pilothouse.apps.workspace.models import World
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.captures import create_capture
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.products import ProductDraft, create_product
from pilothouse.engines.simulation import Change, simulate
from pilothouse.kernel.times import parse_zone

DAYS = 120
USERS = 30_000
SEED = 7
MORNING = time(8, 30)
DESCRIPTION = "{description} Simulated: no person and no company behind these numbers exists."

# What a product manager of a young subscription product would watch.
_METRICS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Daily active people", "trend", {"event": "app_opened", "measure": "actors"}),
    ("Sign-ups", "trend", {"event": "signed_up", "measure": "actors"}),
    ("Comments added", "trend", {"event": "comment_added", "measure": "count"}),
    ("Revenue", "trend", {"event": "payment_succeeded", "measure": "sum:amount"}),
    (
        "Activation within a week",
        "funnel",
        {"steps": ["signed_up", "workspace_created", "project_created"], "last": 60},
    ),
    (
        "Back in the week after",
        "retention",
        {"start": "signed_up", "return": "app_opened", "period": "week", "periods": 8},
    ),
)


def create_demo(access: Access, name: str = "saas") -> ProductView:
    """A simulated product of the pack ``name``, alive until this morning.

    What stands in it nobody did: its acts are the demo's and never become anybody's evidence.
    """
    access = as_demo(access)
    pack = load_pack(name)
    zone = parse_zone(pack.company.time_zone)
    today = timezone.now().astimezone(zone).date()
    first_day = today - timedelta(days=DAYS)
    run = simulate(
        pack,
        seed=SEED,
        first_day=first_day,
        days=DAYS + 1,
        users=USERS,
        changes=demo_changes(today),
    )
    clock = datetime.combine(today, MORNING, tzinfo=zone)
    # One batch a month or so: many small segments would only be merged again.
    tables = [until(to_batch(day), clock) for day in run.events()]
    batches = [pa.concat_tables(tables[at : at + 30]) for at in range(0, len(tables), 30)]
    with transaction.atomic():
        draft = ProductDraft(
            name=pack.company.product,
            description=DESCRIPTION.format(description=pack.company.description),
            zone=pack.company.time_zone,
            currency=pack.company.currency,
        )
        product = create_product(access, draft, world=World.SIMULATED, clock=clock)
        events = load_batches(product, batches)
        _save_metrics(access, product)
        lay_out_work(access, product)
        facts = {
            "pack": pack.key,
            "seed": SEED,
            "users": USERS,
            "days": DAYS,
            "hash": run.state_hash,
            "events": events,
        }
        record_act(access, "simulation.lived", "product", product.public_id, facts, product=product)
    return product


def demo_changes(today: date) -> tuple[Change, ...]:
    """The truth behind the demo's news: what really happened in its last days."""
    return (
        Change(
            "tracking",
            first=today - timedelta(days=1),
            amount=0.8,
            event="comment_added",
            note="Since yesterday comments are logged only by the new editor.",
        ),
        Change(
            "friction",
            first=today - timedelta(days=40),
            last=today - timedelta(days=10),
            amount=0.9,
            platform="android",
            event="workspace_created",
            note="A keyboard covered the button of the second step on Android.",
        ),
    )


def _save_metrics(access: Access, product: ProductView) -> None:
    for name, kind, definition in _METRICS:
        save_metric(access, product, MetricDraft(name, parse_question(kind, definition)))
    create_capture(
        access,
        "Look at what moved in Catch up: is it people, or is it the measuring?",
        due=product.now.date(),
        product=product,
    )
