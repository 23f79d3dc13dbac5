"""What the tests of all pages need to know of scoring."""

from __future__ import annotations

from typing import Any

from pilothouse.apps.backlog.services.creating import ItemDraft
from pilothouse.apps.backlog.services.items import create_item
from pilothouse.apps.backlog.services.scores import save_score
from pilothouse.apps.backlog.services.surveys import add_answers, create_survey
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.matrix import Operation, Page

VIEWER, EDITOR = Role.VIEWER, Role.EDITOR
BACKLOG = "/products/{product_id}/backlog"
SCORED = {"item_id": "scored_item_id"}
RICE = {"reach": "1000..4000/quarter", "impact": "0.5|1|2", "confidence": "80%", "effort": "2..6"}
RICE_FORM = {
    "framework": "rice", "input-reach": "1000..4000", "input-reach_period": "quarter",
    "input-impact": "0.5|1|2", "input-confidence": "80%", "input-effort": "2..6", "note": "asked",
}  # fmt: skip
ANSWER = {"respondent": "r1", "feature": "Export", "functional": "like", "dysfunctional": "5"}
TABLE = "respondent,feature,functional,dysfunctional\nr9,Export,like,dislike\n"
SURVEY = {"kind": "kano", "name": "Spring", "asked": "forty customers"}

PAGES: dict[str, Page] = {
    "backlog:ranking": Page(VIEWER, query={"framework": "rice"}),
    "backlog:ranking-apply": Page(writes=EDITOR, data={"framework": "rice"}),
    "backlog:ranking-export": Page(VIEWER),
    "backlog:scorecard": Page(VIEWER, EDITOR, {"weights": "value = 3\nrisk = -1"}),
    "backlog:score": Page(VIEWER, EDITOR, RICE_FORM, ids=SCORED),
    "backlog:score-act": Page(writes=EDITOR, ids=SCORED | {"act": "end"}),
    "backlog:surveys": Page(VIEWER, EDITOR, SURVEY),
    "backlog:survey-template": Page(VIEWER, ids={"survey_kind": "kano"}),
    "backlog:survey": Page(VIEWER, EDITOR, {"answers": TABLE}),
    "backlog:survey-act": Page(writes=EDITOR, ids={"act": "delete"}),
}
ITEM = BACKLOG + "/items/{item_id}/scores"
OPERATIONS: dict[str, Operation] = {
    f"GET {ITEM}": Operation(VIEWER, ids=SCORED),
    f"POST {ITEM}": Operation(
        EDITOR, {"framework": "rice", "inputs": RICE, "note": ""}, ids=SCORED
    ),
    f"DELETE {ITEM}/{{score_id}}": Operation(EDITOR, ids=SCORED),
    f"PUT {ITEM}/{{score_id}}/actuals": Operation(EDITOR, {"actuals": {"reach": 1200}}, ids=SCORED),
    f"GET {BACKLOG}/ranking": Operation(VIEWER, query="?framework=rice"),
    f"POST {BACKLOG}/ranking/apply": Operation(
        EDITOR, {"framework": "rice", "kinds": [], "statuses": []}
    ),
    f"GET {BACKLOG}/scorecard": Operation(VIEWER),
    f"PUT {BACKLOG}/scorecard": Operation(EDITOR, {"weights": {"value": 3, "risk": -1}}),
    f"GET {BACKLOG}/surveys": Operation(VIEWER),
    f"POST {BACKLOG}/surveys": Operation(EDITOR, SURVEY),
    f"GET {BACKLOG}/surveys/{{survey_id}}": Operation(VIEWER),
    f"POST {BACKLOG}/surveys/{{survey_id}}/answers": Operation(EDITOR, {"rows": [ANSWER]}),
    f"DELETE {BACKLOG}/surveys/{{survey_id}}": Operation(EDITOR),
}
FORMS: dict[str, dict[str, Any]] = {
    "backlog:ranking-apply": {"framework": "rice", "kind": "idea", "status": "new", "top": "1"},
    "backlog:scorecard": {"weights": "value = 3\nrisk = -1"},
    "backlog:score": RICE_FORM,
    "backlog:surveys": SURVEY,
    "backlog:survey": {"answers": TABLE},
}
HAS_NO_TEXT: set[str] = {"backlog:score-act", "backlog:survey-act"}
QUERIES: dict[str, dict[str, Any]] = {
    "backlog:ranking": {
        "framework": "rice", "kind": "idea", "status": "new", "top": "2", "page": "1",
    },
    "backlog:ranking-export": {"framework": "rice", "kind": "idea", "status": "new", "top": "2"},
    "backlog:score": {"framework": "rice"},
    "backlog:survey": {"segment": "large", "method": "olsen"},
}  # fmt: skip
FIELDS: dict[str, tuple[str, ...]] = {
    f"POST {ITEM}": ("framework", "inputs", "note"),
    f"PUT {ITEM}/{{score_id}}/actuals": ("actuals",),
    f"POST {BACKLOG}/ranking/apply": ("framework", "kinds", "statuses"),
    f"PUT {BACKLOG}/scorecard": ("weights",),
    f"POST {BACKLOG}/surveys": ("kind", "name", "asked"),
    f"POST {BACKLOG}/surveys/{{survey_id}}/answers": ("rows",),
}
EXTRA: dict[str, dict[str, Any]] = {
    f"POST {ITEM}": {"score": 9, "product_id": 2},
    f"PUT {ITEM}/{{score_id}}/actuals": {"framework": "ice"},
    f"POST {BACKLOG}/ranking/apply": {"order": []},
    f"PUT {BACKLOG}/scorecard": {"product_id": 2},
    f"POST {BACKLOG}/surveys": {"answers": 9},
    f"POST {BACKLOG}/surveys/{{survey_id}}/answers": {"upload": "x"},
}
COUNTS: dict[str, int] = {
    "/p/{id}/backlog/ranking/": 12,
    "/p/{id}/backlog/surveys/": 8,
}


def make(access: Access, product: ProductView, mark: str) -> dict[str, str]:
    """A scored item and a survey with an answer."""
    item = create_item(access, product, ItemDraft(title=f"{mark} scored"))
    score = save_score(access, product, item.public_id, "rice", RICE, note=mark)
    survey = create_survey(access, product, "kano", f"{mark} survey", mark)
    add_answers(access, product, survey.public_id, [ANSWER | {"feature": mark}])
    return {
        "scored_item_id": item.public_id,
        "score_id": score.public_id,
        "survey_id": survey.public_id,
        "survey_kind": "kano",
    }


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more scored item and survey."""
    item = create_item(access, product, ItemDraft(title=f"scored {number}"))
    save_score(access, product, item.public_id, "rice", RICE)
    create_survey(access, product, "kano", f"survey {number}")
