"""One of everything, so that every address of the project can be asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from pilothouse.apps.analytics.models import EventImport, ImportState
from pilothouse.apps.analytics.services.imports import start_import
from pilothouse.apps.analytics.services.metrics import MetricDraft, save_metric
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.analytics.services.streams import list_write_keys
from pilothouse.apps.workspace.models import Job, JobState, Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.apps.workspace.services.links import ObjectRef, add_outside_link
from pilothouse.apps.workspace.services.login import create_token, list_tokens
from tests.apps.backlog import rows as backlog_rows
from tests.apps.decisions import rows as decisions_rows
from tests.apps.documents import rows as documents_rows
from tests.apps.experiments import rows as experiments_rows
from tests.apps.jobs import rows as jobs_rows
from tests.apps.makers import CSV, daily_events, make_import, send
from tests.apps.people import rows as people_rows
from tests.apps.portfolio import rows as portfolio_rows
from tests.apps.roadmap import rows as roadmap_rows
from tests.apps.skills import rows as skills_rows
from tests.builders import People, make_capture, make_people, make_product, member_id_of

# In every text of Alice's workspace, so that a leak of any of them is seen.
MARK = "Zanzibar"
BACKUP = "pilothouse-20261123-080000-abcdef.zip"


@dataclass(frozen=True)
class World:
    """Alice's workspace with one of everything; ``ids`` fill the addresses by their parts."""

    people: People
    product: ProductView
    ids: dict[str, str]
    tokens: dict[str, str]


def make_world(folder: Path) -> World:
    """Alice's workspace, full; Charlie's, nearly empty."""
    people = make_people()
    alice = people.alice
    product = make_product(alice, f"{MARK} product", description=f"{MARK} description")
    make_product(people.charlie, "Charlie's own")
    send(alice, product, daily_events([5, 6, 7, 5], last=timezone.now() - timedelta(days=1)))
    ids = {
        "product_id": product.public_id,
        "metric_id": _make_metric(alice, product),
        "capture_id": make_capture(alice, f"{MARK} thought", product=product).public_id,
        "member_id": member_id_of(people.bob),
        "key_id": list_write_keys(product)[0].public_id,
        "name": BACKUP,
        **_make_imports(alice, product),
    }
    for rows in (
        backlog_rows, roadmap_rows, documents_rows, decisions_rows, skills_rows, portfolio_rows,
        jobs_rows, experiments_rows, people_rows,
    ):  # fmt: skip
        made = rows.make(alice, product, folder, MARK)
        assert not ids.keys() & made.keys(), "two nouns give one name to their ids"
        ids |= made
    thing = ObjectRef("capture", ids["capture_id"])
    ids["link_id"] = add_outside_link(alice, product, thing, f"https://{MARK}.example").public_id
    backups = folder / "backups"
    backups.mkdir()
    (backups / BACKUP).write_bytes(MARK.encode())
    tokens = _make_tokens(people)
    ids["token_id"] = next(t.public_id for t in list_tokens(alice) if t.name == "to revoke")
    ids["sequence"] = str(next(act.sequence for act in list_acts(alice) if act.personal))
    return World(people, product, ids, tokens)


def _make_metric(access: Access, product: ProductView) -> str:
    question = parse_question("trend", {"event": "opened"})
    draft = MetricDraft(f"{MARK} metric", question, f"{MARK} words")
    return save_metric(access, product, draft).public_id


def _make_imports(access: Access, product: ProductView) -> dict[str, str]:
    """One import that waits, one that is done, and jobs that can be cancelled and retried."""
    waiting = make_import(access, product, CSV, f"{MARK}.csv")
    done = make_import(access, product, CSV, f"{MARK} done.csv")
    job = start_import(access, product, done.public_id)
    failed = Job.objects.create(
        workspace_id=access.workspace_id, kind="backup", title=f"{MARK} job", state=JobState.FAILED
    )
    EventImport.objects.filter(public_id=done.public_id).update(state=ImportState.DONE)
    return {
        "import_id": waiting.public_id,
        "done_import_id": done.public_id,
        "job_id": job.public_id,
        "failed_job_id": failed.public_id,
    }


def _make_tokens(people: People) -> dict[str, str]:
    create_token(people.alice, "to revoke", is_read_only=True)
    tokens = {
        "owner": create_token(people.alice, "all", is_read_only=False),
        "read-only": create_token(people.alice, "reads", is_read_only=True),
        "stranger": create_token(people.charlie, "hers", is_read_only=False),
        "revoked": create_token(people.alice, "old", is_read_only=False),
    }
    for role in (Role.EDITOR, Role.COMMENTER):
        tokens[role.value] = create_token(people.bob, role.value, is_read_only=False)
    tokens["viewer"] = create_token(people.bob, "viewer", is_read_only=True)
    return tokens
