"""What the tests of all pages need to know of portfolio."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from pilothouse.apps.analytics.services.metrics import list_metrics
from pilothouse.apps.portfolio.services.journal import EntryDraft, write_entry
from pilothouse.apps.portfolio.services.pictures import add_picture
from pilothouse.apps.portfolio.services.projects import adopt_product
from pilothouse.apps.portfolio.services.publishing import preview_study, publish_study
from pilothouse.apps.portfolio.services.site import publish_site
from pilothouse.apps.portfolio.services.studies import StudyDraft, create_study
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from tests.apps.matrix import Operation, Page
from tests.apps.portfolio import credential_rows

VIEWER, COMMENTER, EDITOR, OWNER = Role.VIEWER, Role.COMMENTER, Role.EDITOR, Role.OWNER

TEXT = {"title": "T", "summary": "S", "confidentiality": "mine", "base": "0", "sources": ""}
PARTS = {
    f"part-{key}": "None."
    for key in (
        "problem", "people", "options", "decision", "result", "failed", "part", "help",
    )
}  # fmt: skip
PROJECT = {
    "idea": "A van that a whole street shares.", "name": "Van", "template": "app",
    "context": "own_product", "industry": "technology", "product": "",
}  # fmt: skip
RETRO = {"went_well": "This.", "went_badly": "That.", "surprised": "", "change": "More of it."}
ENDING = {"ending": "stopped", "why": "Nobody came for it.", "learned": "Ask before building."}
LINE = {
    "kind": "failure", "text": "Nobody came.", "lesson": "Ask.", "who": "", "happened_on": "",
    "decision": "", "corrects": "",
}  # fmt: skip
PROFILE = {"name": "Ann", "headline": "", "about": "", "base_url": "", "links": ""}
LOG = "abcdef1\x1f2026-11-23T10:00:00+00:00\x1fAnn\x1fBegin"
OTHER = {"study_id": "draft_study_id"}
# What only the world that was made can say; ``make`` writes it in.
SEEN = {"seen": "x"}
READING = {"product": "x", "metric": "y"}
READING_FORM = {"metric": "x/y"}

PAGES: dict[str, Page] = {
    "portfolio:home": Page(VIEWER),
    "portfolio:writing": Page(VIEWER),
    "portfolio:published": Page(VIEWER),
    "portfolio:study-new": Page(VIEWER, VIEWER, {"kind": "note", "title": "N"}),
    "portfolio:study": Page(VIEWER, VIEWER, TEXT | PARTS, is_own=True),
    "portfolio:study-act": Page(writes=VIEWER, ids={"act": "unpublish"}, is_own=True),
    "portfolio:study-evidence": Page(VIEWER, VIEWER, {"do": "add"}, is_own=True),
    "portfolio:study-readings": Page(writes=VIEWER, data=READING_FORM, is_own=True),
    "portfolio:study-preview": Page(VIEWER, VIEWER, SEEN, is_own=True),
    "portfolio:study-redactions": Page(
        writes=VIEWER, data={"words": "Acme", "instead": "a bank"}, is_own=True
    ),
    "portfolio:study-pdf": Page(VIEWER, is_own=True),
    "portfolio:study-versions": Page(VIEWER, is_own=True),
    "portfolio:study-version": Page(VIEWER, VIEWER, ids={"number": "1"}, is_own=True),
    "portfolio:pictures": Page(VIEWER, VIEWER, {"alt": "x"}, write_status=400),
    "portfolio:picture": Page(VIEWER, is_own=True),
    "portfolio:picture-act": Page(writes=VIEWER, ids={"act": "delete"}, is_own=True),
    "portfolio:site": Page(VIEWER, VIEWER, PROFILE),
    "portfolio:site-build": Page(writes=VIEWER),
    "portfolio:site-download": Page(VIEWER, is_own=True),
    "portfolio:projects": Page(VIEWER),
    "portfolio:project-new": Page(VIEWER, EDITOR, PROJECT),
    "portfolio:project": Page(VIEWER, is_own=True),
    "portfolio:journal": Page(VIEWER, VIEWER, LINE, is_own=True),
    "portfolio:entry-act": Page(writes=VIEWER, ids={"act": "delete"}, is_own=True),
    "portfolio:retro": Page(VIEWER, VIEWER, RETRO, is_own=True),
    "portfolio:project-git": Page(VIEWER, VIEWER, {"log": LOG}, is_own=True),
    "portfolio:project-ending": Page(VIEWER, VIEWER, ENDING, is_own=True),
    "portfolio:project-people": Page(writes=VIEWER, data={"people": "Bo: draws"}, is_own=True),
    "portfolio:stage-pass": Page(
        writes=VIEWER, data={"why_without": "It is known already."}, ids={"stage": "idea"},
        is_own=True,
    ),
    "portfolio:context": Page(writes=OWNER, data={"context": "volunteer"}),
    **credential_rows.PAGES,
}  # fmt: skip
BASE = "/portfolio"
STUDY = f"{BASE}/studies/{{study_id}}"
WORK = f"{BASE}/projects/{{project_id}}"
STUDY_BODY = {"title": "T", "summary": "", "sections": {"problem": "None."}}
OPERATIONS: dict[str, Operation] = {
    f"GET {BASE}/studies": Operation(VIEWER),
    f"POST {BASE}/studies": Operation(COMMENTER, {"kind": "note", "title": "T", "acts": []}),
    f"GET {STUDY}": Operation(VIEWER, is_own=True),
    f"PUT {STUDY}": Operation(COMMENTER, STUDY_BODY, is_own=True),
    f"DELETE {STUDY}": Operation(COMMENTER, ids=OTHER, is_own=True),
    f"PUT {STUDY}/acts": Operation(COMMENTER, {"add": [], "remove": []}, is_own=True),
    f"POST {STUDY}/readings": Operation(COMMENTER, READING, is_own=True),
    f"GET {STUDY}/check": Operation(VIEWER, is_own=True),
    f"POST {STUDY}/compile": Operation(COMMENTER, is_own=True),
    f"PUT {STUDY}/redactions": Operation(
        COMMENTER, {"redactions": [{"words": "Acme", "instead": "a bank"}]}, is_own=True
    ),
    f"GET {STUDY}/preview": Operation(VIEWER, is_own=True),
    f"POST {STUDY}/publish": Operation(COMMENTER, SEEN, is_own=True),
    f"POST {STUDY}/unpublish": Operation(COMMENTER, is_own=True),
    f"GET {BASE}/acts": Operation(VIEWER, query="?q=item"),
    f"GET {BASE}/builds": Operation(VIEWER),
    f"POST {BASE}/builds": Operation(COMMENTER),
    f"GET {BASE}/projects": Operation(VIEWER),
    f"POST {BASE}/projects": Operation(
        EDITOR, {key: PROJECT[key] for key in ("name", "idea", "template", "context")}
    ),
    f"GET {WORK}": Operation(VIEWER, is_own=True),
    f"POST {WORK}/stages/{{stage}}": Operation(
        COMMENTER, {"why_without": "It is known already."}, ids={"stage": "stage"}, is_own=True
    ),
    f"POST {WORK}/ending": Operation(COMMENTER, ENDING, is_own=True),
    f"GET {WORK}/journal": Operation(VIEWER, is_own=True),
    f"POST {WORK}/journal": Operation(COMMENTER, {"text": "Nobody came."}, is_own=True),
    f"POST {WORK}/retrospectives": Operation(COMMENTER, RETRO, is_own=True),
    f"POST {WORK}/log": Operation(COMMENTER, {"log": LOG}, is_own=True),
    f"PUT {BASE}/contexts/{{product_id}}": Operation(OWNER, {"context": "volunteer"}),
    **credential_rows.OPERATIONS,
}

# Every field of every form, with values that are fine; one of them is made hostile at a time.
FORMS: dict[str, dict[str, Any]] = {
    "portfolio:study-new": {"kind": "note", "title": "N", "summary": ""},
    "portfolio:study": {**TEXT, **PARTS, "do": "compile"},
    "portfolio:study-evidence": {"act": "1", "do": "add", "back": ""},
    "portfolio:study-readings": {"metric": "x/y"},
    "portfolio:study-preview": {"seen": "x"},
    "portfolio:study-redactions": {"words": "Acme", "instead": "a bank"},
    "portfolio:pictures": {"alt": "x"},
    "portfolio:site": PROFILE,
    "portfolio:project-new": PROJECT,
    "portfolio:journal": LINE,
    "portfolio:retro": RETRO,
    "portfolio:project-git": {"log": LOG},
    "portfolio:project-ending": {**ENDING, "do": ""},
    "portfolio:project-people": {"people": "Bo: draws"},
    "portfolio:stage-pass": {"why_without": "It is known already."},
    "portfolio:context": {"context": "volunteer"},
    **credential_rows.FORMS,
}
HAS_NO_TEXT: set[str] = {
    "portfolio:study-act", "portfolio:study-version", "portfolio:picture-act",
    "portfolio:site-build", "portfolio:entry-act", *credential_rows.HAS_NO_TEXT,
}  # fmt: skip
QUERIES: dict[str, dict[str, Any]] = {
    "portfolio:study-new": {"kind": "note"},
    "portfolio:study-evidence": {"q": "a", "kind": "item.", "product": "", "whose": "all",
                                 "before": "9"},
    "portfolio:journal": {"kind": "failure", "write": "note", "correct": "x"},
    **credential_rows.QUERIES,
}  # fmt: skip
# Every field of every body of the API, and fields that it must refuse.
FIELDS: dict[str, tuple[str, ...]] = {
    f"POST {BASE}/studies": ("kind", "title", "summary", "sections", "acts"),
    f"PUT {STUDY}": ("title", "summary", "sections", "sources", "confidentiality", "base"),
    f"PUT {STUDY}/acts": ("add", "remove"),
    f"POST {STUDY}/readings": ("product", "metric"),
    f"PUT {STUDY}/redactions": ("redactions",),
    f"POST {STUDY}/publish": ("seen",),
    f"POST {BASE}/projects": ("name", "idea", "template", "context", "industry"),
    f"POST {WORK}/stages/{{stage}}": ("why_without",),
    f"POST {WORK}/ending": ("ending", "why", "learned"),
    f"POST {WORK}/journal": (
        "text", "kind", "lesson", "who", "happened_on", "decision_id", "corrects",
    ),
    f"POST {WORK}/retrospectives": ("went_well", "went_badly", "change", "surprised"),
    f"POST {WORK}/log": ("log",),
    f"PUT {BASE}/contexts/{{product_id}}": ("context",),
    **credential_rows.FIELDS,
}  # fmt: skip
EXTRA: dict[str, dict[str, Any]] = {
    f"POST {BASE}/studies": {"published_version": 1, "user_id": 2},
    f"PUT {STUDY}": {"slug": "x", "published_at": "2020-01-01"},
    f"PUT {STUDY}/acts": {"acts": [1]},
    f"POST {STUDY}/readings": {"value": 1},
    f"PUT {STUDY}/redactions": {"text": "x"},
    f"POST {STUDY}/publish": {"content": {}},
    f"POST {BASE}/projects": {"stage": "launch", "user_id": 2},
    f"POST {WORK}/stages/{{stage}}": {"found": {}},
    f"POST {WORK}/ending": {"ended_at": "2020-01-01"},
    f"POST {WORK}/journal": {"written_at": "2020-01-01"},
    f"POST {WORK}/retrospectives": {"held_at": "2020-01-01"},
    f"POST {WORK}/log": {"source": "command"},
    f"PUT {BASE}/contexts/{{product_id}}": {"since": 1},
    **credential_rows.EXTRA,
}

# The most queries that a page may ask; it asks the same number for 1 and for 20 of all.
COUNTS: dict[str, int] = {
    "/portfolio/": 5,
    "/portfolio/writing/": 5,
    "/portfolio/pictures/": 5,
    "/portfolio/site/": 8,
    "/portfolio/projects/": 5,
    **credential_rows.COUNTS,
}


def tiny_picture() -> bytes:
    """A picture of four pixels."""
    from PIL import Image

    target = io.BytesIO()
    Image.new("RGB", (2, 2), "red").save(target, "PNG")
    return target.getvalue()


def make(access: Access, product: ProductView, folder: Path, mark: str) -> dict[str, str]:
    """One of everything, with ``mark`` in every text; ids by the names they have in addresses."""
    del folder
    act = record_act(
        access, "reading.taken", "metric", "m", {"name": f"{mark} reading", "value": 0.042},
        product=product,
    )  # fmt: skip
    texts = {key.removeprefix("part-"): f"{mark} says none." for key in PARTS}
    texts["result"] = f"{mark} fell to 4.2 %. {{act:{act.sequence}}}"
    draft = StudyDraft(f"{mark} study", f"{mark} summary", texts, confidentiality="mine")
    study = create_study(access, "case-study", draft, acts=[act.sequence])
    SEEN["seen"] = preview_study(access, study.public_id).digest
    publish_study(access, study.public_id, SEEN["seen"])
    metric = list_metrics(product)[0].public_id
    READING.update(product=product.public_id, metric=metric)
    READING_FORM["metric"] = f"{product.public_id}/{metric}"
    other = create_study(access, "note", StudyDraft(f"{mark} note"))
    publication = publish_site(access)
    project = adopt_product(access, product, f"{mark} is an idea.")
    entry = write_entry(access, project.public_id, EntryDraft(f"{mark} happened", "failure"))
    return {
        "study_id": study.public_id,
        "draft_study_id": other.public_id,
        "picture_id": add_picture(access, [tiny_picture()], f"{mark} picture").public_id,
        "publication_id": publication.public_id,
        "project_id": project.public_id,
        "entry_id": entry.public_id,
        "stage": "idea",
        **credential_rows.make(access, product, mark),
    }


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more of everything."""
    for kind in ("teardown", "note"):
        create_study(access, kind, StudyDraft(f"{kind} {number}"))
    add_picture(access, [tiny_picture()], f"picture {number}")
    credential_rows.fill(access, product, number)
