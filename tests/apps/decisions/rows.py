"""What the tests of all pages need to know of decisions."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from pilothouse.apps.decisions.services.decisions import (
    DecisionDraft,
    OptionDraft,
    get_decision,
    save_decision,
)
from pilothouse.apps.decisions.services.forecasts import ForecastDraft, create_forecast
from pilothouse.apps.decisions.services.premortems import (
    CauseDraft,
    add_cause,
    create_premortem,
)
from pilothouse.apps.decisions.services.resolving import ResolutionDraft, resolve_by_hand
from pilothouse.apps.decisions.services.reviews import ReviewDraft, add_dissent, review_decision
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from tests.apps.matrix import Operation, Page

VIEWER, COMMENTER, EDITOR, OWNER = Role.VIEWER, Role.COMMENTER, Role.EDITOR, Role.OWNER

RECORD = {
    "title": "Price", "context": "", "reasons": "", "expected": "It sells", "probability": "60%",
    "review_on": "2027-05-01", "door": "two-way", "driver": "Ann", "approver": "Bo",
    "contributors": "Cy, Di", "informed": "", "topics": "pricing", "option_title": ["A", "B"],
    "option_pros": ["p", ""], "option_cons": ["", "c"], "option_cost": ["", ""], "chosen": "0",
    "do": "decide",
}  # fmt: skip
FORECAST = {
    "kind": "binary", "question": "It happens", "probability": "70%", "resolve_by": "2027-05-01",
    "criteria": "", "unit": "", "topics": "", "person": "Ann", "note": "", "source_kind": "",
    "metric": "", "operator": "at-least", "threshold": "", "release": "", "decision": "",
    "capture": "", "low": "", "median": "", "high": "", "level": "80%",
}  # fmt: skip
WORDING = {"question": "Again", "criteria": "c", "unit": "", "topics": "t",
           "resolve_by": "2027-06-01"}  # fmt: skip
OUTCOME = {"outcome": "yes", "value": "", "day": "", "evidence": "seen", "known_on": ""}
REVIEW = {"happened": "It sold", "verdict": "better", "cause": "luck", "learned": "",
          "came_true": "yes"}  # fmt: skip
CAUSE = {"text": "A bug", "likelihood": "2", "harm": "5", "person": "", "mitigation": "",
         "owner": "", "signpost": ""}  # fmt: skip

PAGES: dict[str, Page] = {
    "decisions:home": Page(VIEWER, query={"status": "due"}),
    "decisions:decision-new": Page(VIEWER, EDITOR, RECORD),
    "decisions:decision": Page(VIEWER),
    "decisions:decision-edit": Page(VIEWER, EDITOR, RECORD),
    "decisions:decision-record": Page(VIEWER),
    "decisions:decision-review": Page(writes=EDITOR, data=REVIEW),
    "decisions:decision-dissent": Page(writes=COMMENTER, data={"who": "Ed", "why": "Too dear"}),
    "decisions:dissent-act": Page(writes=EDITOR, ids={"act": "remove"}),
    "decisions:decision-act": Page(writes=EDITOR, ids={"act": "delete"}),
    "decisions:forecasts": Page(
        VIEWER, COMMENTER, {"line": "80% that we ship by 2027-05-01"}, {"state": "open"}
    ),
    "decisions:forecasts-file": Page(VIEWER),
    "decisions:forecast-new": Page(VIEWER, COMMENTER, FORECAST),
    "decisions:forecast": Page(VIEWER),
    "decisions:forecast-edit": Page(writes=EDITOR, data=WORDING),
    "decisions:estimate": Page(writes=EDITOR, data={"probability": "60%", "note": ""}),
    "decisions:resolve": Page(writes=EDITOR, data=OUTCOME),
    "decisions:forecast-act": Page(writes=EDITOR, ids={"act": "delete"}),
    "decisions:calibration": Page(VIEWER, query={"word": "first"}),
    "decisions:premortems": Page(VIEWER, EDITOR, {"title": "It failed"}),
    "decisions:premortem": Page(VIEWER),
    "decisions:cause-new": Page(writes=COMMENTER, data=CAUSE),
    "decisions:cause": Page(writes=EDITOR, data=CAUSE),
    "decisions:cause-act": Page(writes=EDITOR, ids={"act": "came"}),
    "decisions:premortem-act": Page(writes=EDITOR, ids={"act": "delete"}),
}

HERE = "/products/{product_id}/decisions"
API_RECORD = {"title": "By program", "options": [{"title": "A", "is_chosen": True}]}
API_FORECAST = {"question": "It happens", "probability": 0.7, "resolve_by": "2027-05-01"}
OPERATIONS: dict[str, Operation] = {
    f"GET {HERE}/records": Operation(VIEWER),
    f"POST {HERE}/records": Operation(EDITOR, API_RECORD),
    f"GET {HERE}/records/{{decision_id}}": Operation(VIEWER),
    f"PUT {HERE}/records/{{decision_id}}": Operation(EDITOR, API_RECORD),
    f"DELETE {HERE}/records/{{decision_id}}": Operation(EDITOR),
    f"POST {HERE}/records/{{decision_id}}/reviews": Operation(
        EDITOR, {"happened": "It sold", "verdict": "better"}
    ),
    f"POST {HERE}/records/{{decision_id}}/dissent": Operation(COMMENTER, {"why": "Too dear"}),
    f"POST {HERE}/records/{{decision_id}}/ends": Operation(EDITOR, {"by": ""}),
    f"GET {HERE}/forecasts": Operation(VIEWER),
    f"POST {HERE}/forecasts": Operation(COMMENTER, API_FORECAST),
    f"GET {HERE}/forecasts/{{forecast_id}}": Operation(VIEWER),
    f"PUT {HERE}/forecasts/{{forecast_id}}": Operation(EDITOR, {"question": "Again"}),
    f"DELETE {HERE}/forecasts/{{forecast_id}}": Operation(EDITOR),
    f"POST {HERE}/forecasts/{{forecast_id}}/looks": Operation(COMMENTER),
    f"DELETE {HERE}/forecasts/{{forecast_id}}/resolutions": Operation(EDITOR),
    f"POST {HERE}/forecasts/{{forecast_id}}/estimates": Operation(EDITOR, {"probability": 0.4}),
    f"POST {HERE}/forecasts/{{forecast_id}}/resolutions": Operation(EDITOR, {"outcome": "yes"}),
    f"GET {HERE}/track-record": Operation(VIEWER),
    f"GET {HERE}/premortems": Operation(VIEWER),
    f"POST {HERE}/premortems": Operation(EDITOR, {"title": "It failed"}),
    f"GET {HERE}/premortems/{{premortem_id}}": Operation(VIEWER),
    f"POST {HERE}/premortems/{{premortem_id}}/causes": Operation(COMMENTER, {"text": "A bug"}),
    f"PUT {HERE}/premortems/{{premortem_id}}/causes/{{cause_id}}": Operation(
        EDITOR, {"text": "A bug", "came_true": True}
    ),
}

# Every field of every form, with values that are fine; one of them is made hostile at a time.
FORMS: dict[str, dict[str, Any]] = {
    "decisions:decision-new": {**RECORD, "capture": ""},
    # The other fields are read and shown as on the page before.
    "decisions:decision-edit": {"title": "Price", "option_title": ["A"], "option_pros": ["p"],
                                "option_cons": [""], "option_cost": [""], "chosen": "0",
                                "door": "two-way"},
    "decisions:decision-review": REVIEW,
    "decisions:decision-dissent": {"who": "Ed", "why": "Too dear"},
    "decisions:decision-act": {"by": "x"},
    "decisions:forecasts": {"line": "80% that we ship by 2027-05-01"},
    "decisions:forecast-new": FORECAST,
    "decisions:forecast-edit": WORDING,
    "decisions:estimate": {"probability": "60%", "note": "", "low": "", "level": ""},
    "decisions:resolve": OUTCOME,
    "decisions:premortems": {"title": "It failed", "story": "", "judge_on": "2027-05-01",
                             "decision": ""},
    "decisions:cause-new": CAUSE,
    "decisions:cause": CAUSE,
}  # fmt: skip
HAS_NO_TEXT: set[str] = {
    "decisions:dissent-act", "decisions:forecast-act", "decisions:cause-act",
    "decisions:premortem-act",
}  # fmt: skip
QUERIES: dict[str, dict[str, Any]] = {
    "decisions:home": {"status": "due", "person": "Ann", "topic": "pricing"},
    "decisions:forecasts": {"state": "open", "person": "Ann", "topic": "t"},
    "decisions:calibration": {"word": "last", "person": "Ann", "topic": "t"},
    "decisions:decision-new": {"capture": ""},
    "decisions:forecast-new": {"capture": "", "kind": "numeric", "decision": "", "question": "q"},
    "decisions:premortems": {"decision": ""},
}
# Every field of every body of the API, and fields that it must refuse.
FIELDS: dict[str, tuple[str, ...]] = {
    f"POST {HERE}/records": (
        "title", "context", "options", "reasons", "expected", "probability", "review_on", "door",
        "driver", "approver", "contributors", "informed", "topics", "is_decided"),
    f"PUT {HERE}/records/{{decision_id}}": ("title", "probability", "review_on", "options"),
    f"POST {HERE}/records/{{decision_id}}/reviews": (
        "happened", "verdict", "cause", "learned", "came_true"),
    f"POST {HERE}/records/{{decision_id}}/dissent": ("who", "why"),
    f"POST {HERE}/records/{{decision_id}}/ends": ("by",),
    f"PUT {HERE}/forecasts/{{forecast_id}}": (
        "question", "criteria", "unit", "topics", "resolve_by"),
    f"PUT {HERE}/premortems/{{premortem_id}}/causes/{{cause_id}}": ("likelihood", "came_true"),
    f"POST {HERE}/forecasts": (
        "question", "resolve_by", "kind", "criteria", "unit", "topics", "person", "source_kind",
        "source", "decision", "probability", "range", "note"),
    f"POST {HERE}/forecasts/{{forecast_id}}/estimates": ("probability", "range", "note"),
    f"POST {HERE}/forecasts/{{forecast_id}}/resolutions": (
        "outcome", "value", "day", "evidence", "known_on"),
    f"POST {HERE}/premortems": ("title", "story", "judge_on", "decision"),
    f"POST {HERE}/premortems/{{premortem_id}}/causes": (
        "text", "likelihood", "harm", "mitigation", "owner", "signpost", "person"),
}  # fmt: skip
EXTRA: dict[str, dict[str, Any]] = {
    f"POST {HERE}/records": {"status": "reviewed", "number": 7, "decided_at": "2020-01-01"},
    f"PUT {HERE}/records/{{decision_id}}": {"created_at": "2020-01-01", "capture_id": "x"},
    f"POST {HERE}/records/{{decision_id}}/reviews": {"at": "2020-01-01"},
    f"POST {HERE}/records/{{decision_id}}/dissent": {"at": "2020-01-01"},
    f"POST {HERE}/records/{{decision_id}}/ends": {"status": "draft"},
    f"PUT {HERE}/forecasts/{{forecast_id}}": {"kind": "date", "created_at": "2020-01-01"},
    f"PUT {HERE}/premortems/{{premortem_id}}/causes/{{cause_id}}": {"created_at": "2020-01-01"},
    f"POST {HERE}/forecasts": {"created_at": "2020-01-01", "is_expectation": True, "at": "2020"},
    f"POST {HERE}/forecasts/{{forecast_id}}/estimates": {"at": "2020-01-01"},
    f"POST {HERE}/forecasts/{{forecast_id}}/resolutions": {"known_at": "2020", "reading": {}},
    f"POST {HERE}/premortems": {"created_at": "2020-01-01"},
    f"POST {HERE}/premortems/{{premortem_id}}/causes": {"came_true": True},
}

# The most queries that a page may ask; it asks the same number for 1 and for 20 of all.
COUNTS: dict[str, int] = {
    "/p/{id}/decisions/": 11,
    "/p/{id}/decisions/forecasts/": 11,
    "/p/{id}/decisions/calibration/": 10,
    "/p/{id}/decisions/premortems/": 12,
    "/p/{id}/decisions/new/": 6,
    "/p/{id}/decisions/forecasts/new/": 13,
}

LATER = date(2031, 5, 1)


def make(access: Access, product: ProductView, folder: Path, mark: str) -> dict[str, str]:
    """One of everything, with ``mark`` in every text; ids by the names they have in addresses."""
    del folder
    options = (OptionDraft(f"{mark} option", f"{mark} pro", is_chosen=True), OptionDraft("Not"))
    draft = DecisionDraft(
        title=f"{mark} decision", context=f"{mark} context", options=options,
        expected=f"{mark} result", probability=0.6, review_on=LATER, approver=f"{mark} approver",
        topics=(mark.lower(),), is_decided=True,
    )  # fmt: skip
    decision = save_decision(access, product, draft).public_id
    add_dissent(access, product, decision, f"{mark} person", f"{mark} dissent")
    question = ForecastDraft(f"{mark} question", LATER, probability=0.7, criteria=f"{mark} words")
    premortem = create_premortem(access, product, f"{mark} failure", story=f"{mark} story")
    causes = add_cause(access, product, premortem.public_id, CauseDraft(f"{mark} cause")).causes
    return {
        "decision_id": decision,
        "dissent_id": get_decision(product, decision).dissents[0].public_id,
        "forecast_id": create_forecast(access, product, question).public_id,
        "premortem_id": premortem.public_id,
        "cause_id": causes[0].public_id,
    }


def fill(access: Access, product: ProductView, number: int) -> None:
    """One more of everything."""
    options = (OptionDraft("One", is_chosen=True), OptionDraft("Other"))
    draft = DecisionDraft(
        title=f"Decision {number}", options=options, expected="It comes", probability=0.5,
        review_on=LATER, is_decided=True, topics=("growth",),
    )  # fmt: skip
    decision = save_decision(access, product, draft)
    add_dissent(access, product, decision.public_id, "Ed", "No")
    review = ReviewDraft("It came", "better", came_true="yes")
    review_decision(access, product, decision.public_id, review)
    question = ForecastDraft(f"Question {number}", LATER, probability=0.7)
    create_forecast(access, product, question)
    made = create_forecast(access, product, question)
    resolve_by_hand(access, product, made.public_id, ResolutionDraft("no"))
    premortem = create_premortem(access, product, f"Failure {number}")
    add_cause(access, product, premortem.public_id, CauseDraft("A cause"))
