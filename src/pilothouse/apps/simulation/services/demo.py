"""The demo: a simulated product whose history ends this morning, with something to find in it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.utils import timezone

from pilothouse.apps.analytics.services.bulk import load_batches
from pilothouse.apps.analytics.services.metrics import MetricDraft, save_metric
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.simulation.services.demo_people import lay_out_people
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


def load_watch(pack_key: str) -> Mapping[str, Any]:
    """What the owner of the demo ``pack_key`` watches, and what really happened there."""
    text = files("pilothouse.content.demo").joinpath("watch.toml").read_text("utf-8")
    return tomllib.loads(text)[pack_key]  # type: ignore[no-any-return]


def create_demo(access: Access, name: str = "saas") -> ProductView:
    """A simulated product of the pack ``name``, alive until this morning.

    What stands in it nobody did: its acts are the demo's and never become anybody's evidence.
    """
    access = as_demo(access)
    pack, watch = load_pack(name), load_watch(name)
    zone = parse_zone(pack.company.time_zone)
    today = timezone.now().astimezone(zone).date()
    first_day = today - timedelta(days=DAYS)
    run = simulate(
        pack,
        seed=SEED,
        first_day=first_day,
        days=DAYS + 1,
        users=USERS,
        changes=demo_changes(watch, today),
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
        _save_metrics(access, product, watch)
        if watch.get("desk", False):
            lay_out_work(access, product)
            lay_out_people(access, product)
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


def demo_changes(watch: Mapping[str, Any], today: date) -> tuple[Change, ...]:
    """The truth behind the demo's news: what really happened in its last days."""
    lost, hard = watch["lost"], watch["hard"]
    return (
        Change("tracking", first=today - timedelta(days=1), amount=0.8, **lost),
        Change(
            "friction",
            first=today - timedelta(days=40),
            last=today - timedelta(days=10),
            amount=0.9,
            **hard,
        ),
    )


def _save_metrics(access: Access, product: ProductView, watch: Mapping[str, Any]) -> None:
    for given in watch["metrics"]:
        question = parse_question(given["kind"], given["question"])
        save_metric(access, product, MetricDraft(given["name"], question))
    create_capture(
        access,
        "Look at what moved in Catch up: is it people, or is it the measuring?",
        due=product.now.date(),
        product=product,
    )
