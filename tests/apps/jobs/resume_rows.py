"""What the tests of all pages need to know of resumes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pilothouse.apps.jobs.services.resume_exchange import import_document
from pilothouse.apps.jobs.services.resume_facts import FactDraft, state_fact
from pilothouse.apps.jobs.services.resume_records import begin_resume, get_resume, save_content
from pilothouse.apps.jobs.services.resume_tailoring import TargetDraft, begin_version
from pilothouse.apps.jobs.services.resume_versions import build_version
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.jobs.resume_makers import to_document
from tests.apps.matrix import Operation, Page

VIEWER, COMMENTER = Role.VIEWER, Role.COMMENTER
NEW = {"name": "Product manager"}
IMPORT = {"import_name": "Mine", "document": json.dumps({"basics": {"name": "Ann"}})}
FACT = {"text": "Cut invoices from 410 to 270.", "source": "Q3 report", "context": "employment"}
EDIT = {
    "base": "0", "do": "save", "basics.name": "Ann", "basics.label": "PM",
    "basics.email": "a@b.org",
    "basics.phone": "", "basics.url": "", "basics.summary": "I decide.", "location.city": "Leeds",
    "location.region": "", "location.countryCode": "GB", "location.address": "",
    "location.postalCode": "", "profiles": "LinkedIn, ann, https://www.linkedin.com/in/ann",
}  # fmt: skip
LOOK = {"name": "Product manager", "template": "classic", "paper": "a4"}
TARGET = {"name": "For Acme", "posting_id": "", "title": "PM", "text": "Own the checkout."}
CHOICE = {"base": "0", "do": "save", "label": "PM", "summary": "", "entry": "x", "pick": "x:y",
          "shown": "x"}  # fmt: skip
PAGES: dict[str, Page] = {
    "jobs:resumes": Page(VIEWER),
    "jobs:resume-new": Page(VIEWER, VIEWER, NEW),
    "jobs:resume-import": Page(writes=VIEWER, data=IMPORT),
    "jobs:resume-facts": Page(VIEWER, VIEWER, FACT),
    "jobs:resume": Page(VIEWER, VIEWER, EDIT, is_own=True),
    "jobs:resume-preview": Page(writes=VIEWER, data=EDIT, write_status=200, is_own=True),
    "jobs:resume-evidence": Page(VIEWER, is_own=True),
    "jobs:resume-record": Page(VIEWER, VIEWER, {}, is_own=True),
    "jobs:resume-look": Page(VIEWER, VIEWER, LOOK, is_own=True),
    "jobs:resume-page": Page(VIEWER, ids={"template": "clear", "number": "1"}, is_own=True),
    "jobs:resume-tailor": Page(VIEWER, VIEWER, TARGET, is_own=True),
    "jobs:resume-coverage": Page(VIEWER, ids={"resume_id": "tailored_id"}, is_own=True),
    "jobs:resume-posting": Page(
        writes=VIEWER, data=TARGET, ids={"resume_id": "tailored_id"}, is_own=True
    ),
    "jobs:resume-build": Page(VIEWER, VIEWER, is_own=True),
    "jobs:resume-history": Page(VIEWER, is_own=True),
    "jobs:resume-state": Page(writes=VIEWER, ids={"number": "1"}, is_own=True),
    "jobs:resume-linkedin": Page(VIEWER, is_own=True),
    "jobs:resume-json": Page(VIEWER, is_own=True),
    "jobs:resume-version": Page(VIEWER, is_own=True),
    "jobs:resume-file": Page(VIEWER, ids={"form": "pdf"}, is_own=True),
    "jobs:resume-act": Page(
        writes=VIEWER, ids={"act": "delete", "resume_id": "spare_resume_id"}, is_own=True
    ),
}
BASE = "/jobs/resumes"
ONE = f"{BASE}/{{resume_id}}"
TAILORED = {"resume_id": "tailored_id"}
DOCUMENT: dict[str, Any] = {"basics": {"name": "Ann"}}
CHOICE_BODY: dict[str, Any] = {"label": "PM", "entries": [], "picks": {}}
OPERATIONS: dict[str, Operation] = {
    f"GET {BASE}": Operation(VIEWER),
    f"POST {BASE}": Operation(COMMENTER, {"name": "Mine", "document": DOCUMENT}),
    f"GET {BASE}/statements": Operation(VIEWER),
    f"POST {BASE}/statements": Operation(COMMENTER, FACT),
    f"GET {BASE}/versions": Operation(VIEWER),
    f"GET {BASE}/versions/{{version_id}}": Operation(VIEWER, is_own=True),
    f"GET {BASE}/versions/{{version_id}}/files/{{form}}": Operation(
        VIEWER, ids={"form": "form"}, is_own=True
    ),
    f"GET {ONE}": Operation(VIEWER, is_own=True),
    f"PUT {ONE}": Operation(COMMENTER, {"document": DOCUMENT}, is_own=True),
    f"DELETE {ONE}": Operation(COMMENTER, ids={"resume_id": "spare_resume_id"}, is_own=True),
    f"POST {ONE}/restore": Operation(COMMENTER, is_own=True),
    f"GET {ONE}/linkedin": Operation(VIEWER, is_own=True),
    f"PUT {ONE}/look": Operation(COMMENTER, LOOK, is_own=True),
    f"GET {ONE}/record": Operation(VIEWER, is_own=True),
    f"POST {ONE}/record": Operation(COMMENTER, {"keys": []}, is_own=True),
    f"GET {ONE}/check": Operation(VIEWER, is_own=True),
    f"POST {ONE}/versions": Operation(COMMENTER, TARGET, is_own=True),
    f"GET {ONE}/choice": Operation(VIEWER, ids=TAILORED, is_own=True),
    f"PUT {ONE}/choice": Operation(COMMENTER, CHOICE_BODY, ids=TAILORED, is_own=True),
    f"GET {ONE}/coverage": Operation(VIEWER, ids=TAILORED, is_own=True),
    f"POST {ONE}/build": Operation(COMMENTER, is_own=True),
}
FORMS: dict[str, dict[str, Any]] = {
    "jobs:resume-new": NEW,
    "jobs:resume-import": IMPORT,
    "jobs:resume-facts": FACT,
    "jobs:resume": EDIT,
    "jobs:resume-preview": EDIT,
    "jobs:resume-record": {"offer": "piece:x"},
    "jobs:resume-look": LOOK,
    "jobs:resume-tailor": TARGET,
    "jobs:resume-posting": TARGET,
}
HAS_NO_TEXT: set[str] = {"jobs:resume-build", "jobs:resume-state", "jobs:resume-act"}
QUERIES: dict[str, dict[str, Any]] = {
    "jobs:resume": {"open": "x"},
    "jobs:resume-evidence": {"q": "churn"},
    "jobs:resume-tailor": {"name": "x", "posting_id": "y", "title": "z", "text": "t"},
}
FIELDS: dict[str, tuple[str, ...]] = {
    f"POST {BASE}": ("name", "document"),
    f"POST {BASE}/statements": tuple(FACT),
    f"PUT {ONE}": ("document", "base"),
    f"PUT {ONE}/look": tuple(LOOK),
    f"POST {ONE}/record": ("keys",),
    f"POST {ONE}/versions": tuple(TARGET),
    f"PUT {ONE}/choice": ("label", "summary", "entries", "picks", "order", "base"),
}
EXTRA: dict[str, dict[str, Any]] = {
    f"POST {BASE}": {"user_id": 2},
    f"POST {BASE}/statements": {"act_sequence": 1},
    f"PUT {ONE}": {"version": 9},
    f"PUT {ONE}/look": {"content": {}},
    f"POST {ONE}/record": {"entries": []},
    f"POST {ONE}/versions": {"content": {}},
    f"PUT {ONE}/choice": {"bullets": ["invented"]},
}
COUNTS: dict[str, int] = {"/jobs/resumes/": 6, "/jobs/resumes/statements/": 5}


def make(access: Access, product: ProductView, folder: Path, mark: str) -> dict[str, str]:
    """A resume with a version, a build and a statement, with ``mark`` in every text."""
    del product, folder
    fact = state_fact(access, FactDraft(f"{mark} cut 410 to 270.", f"{mark} report"))
    document = to_document(mark, f"{mark} cut 410 to 270. {fact.reference}")
    base = import_document(access, document, f"{mark} resume")
    target = TargetDraft(f"{mark} version", "", f"{mark} posting", f"{mark} wants a checkout.")
    tailored = begin_version(access, base.public_id, target)
    save_content(access, base.public_id, {**get_resume(access, base.public_id).content})
    return {
        "resume_id": base.public_id,
        "tailored_id": tailored.public_id,
        "spare_resume_id": begin_resume(access, f"{mark} spare").public_id,
        "version_id": build_version(access, base.public_id).public_id,
        "form": "pdf",
    }


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more of everything."""
    del product
    begin_resume(access, f"Resume {number}")
    state_fact(access, FactDraft(f"Answered {number} questions.", "My notes"))
