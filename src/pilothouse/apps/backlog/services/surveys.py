"""Surveys of a product: made, answered by pasting or a file, evaluated."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.db.models import Count, QuerySet

from pilothouse.apps.backlog.scoring_models import Survey, SurveyAnswer, SurveyKind
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.engines.backlog import KanoResult, OpportunityResult, kano, opportunity
from pilothouse.engines.backlog.kano import SEMANTICS as KANO_SEMANTICS
from pilothouse.engines.backlog.opportunity import METHODS, Method, semantics
from pilothouse.engines.backlog.surveys import (
    COLUMNS,
    SurveyRow,
    kano_answers,
    opportunity_answers,
    read_survey,
)
from pilothouse.engines.backlog.surveys import SurveyKind as EngineKind
from pilothouse.kernel.errors import InvalidValueError, NotFoundError
from pilothouse.kernel.ids import clean_text, new_public_id

MAX_BYTES = 5_000_000
MAX_ANSWERS = 100_000
_SHOWN_FAULTS = 20


@dataclass(frozen=True)
class SurveyView:
    """A survey. ``answers`` counts pairs of answers."""

    public_id: str
    kind: str
    name: str
    asked: str
    created_at: datetime
    answers: int
    subjects: int

    @property
    def kind_title(self) -> str:
        return str(SurveyKind(self.kind).label)


@dataclass(frozen=True)
class AddedAnswers:
    """What a paste or file brought: pairs taken, known already, and left out with the reason."""

    upload: str
    added: int
    known: int
    left_out: tuple[tuple[int, str], ...]
    left_out_count: int


@dataclass(frozen=True)
class SurveyResults:
    """What a survey says of one segment (empty: all)."""

    survey: SurveyView
    segments: tuple[str, ...]
    segment: str
    method: Method
    features: tuple[KanoResult, ...]
    needs: tuple[OpportunityResult, ...]
    semantics: tuple[tuple[str, str], ...]


def list_surveys(product: ProductView) -> list[SurveyView]:
    """The surveys of a product, newest first."""
    return [_to_view(row) for row in _surveys(product).filter(deleted_at=None).order_by("-pk")]


def get_survey(product: ProductView, public_id: str) -> SurveyView:
    """A survey that is not deleted."""
    return _to_view(_find(product, public_id))


def create_survey(
    access: Access, product: ProductView, kind: str, name: str, asked: str = ""
) -> SurveyView:
    """A survey without answers."""
    access.require(Role.EDITOR, to="making a survey")
    name, asked = clean_text(name).strip(), clean_text(asked).strip()
    if kind not in SurveyKind.values:
        raise InvalidValueError(f"a survey is {' or '.join(SurveyKind.values)}.", value=kind)
    if not 1 <= len(name) <= 100:
        raise InvalidValueError("a name has 1 to 100 characters.", value=name)
    if len(asked) > 300:
        raise InvalidValueError("who was asked is told in 300 characters.", value=asked)
    with transaction.atomic():
        row = Survey.objects.create(
            product_id=product.id, user_id=access.user_id, kind=kind, name=name, asked=asked,
            created_at=product.now,
        )  # fmt: skip
        facts = {"name": name, "kind": kind}
        record_act(access, "survey.created", "survey", row.public_id, facts, product=product)
    return get_survey(product, row.public_id)


def set_survey_deleted(
    access: Access, product: ProductView, public_id: str, *, is_deleted: bool
) -> None:
    """Delete a survey, or bring it back."""
    access.require(Role.EDITOR, to="deleting a survey")
    with transaction.atomic():
        row = _find(product, public_id, with_deleted=True)
        row.deleted_at = product.now if is_deleted else None
        row.save(update_fields=["deleted_at"])
        kind = "survey.deleted" if is_deleted else "survey.restored"
        record_act(access, kind, "survey", public_id, {"name": row.name}, product=product)


def parse_table(text: str) -> list[dict[str, str]]:
    """Rows of a pasted table or file: commas, semicolons or tabs, names in the first line."""
    text = clean_text(text).strip("\ufeff")
    first = text.strip().split("\n", 1)[0]
    mark = max(("\t", ";", ","), key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text.strip()), delimiter=mark))
    except csv.Error as error:
        raise InvalidValueError(f"this is no table: {error}.") from error
    if len(lines) < 2:
        raise InvalidValueError(
            "a table has a line of names and at least one of answers.",
            remedy="Take the template as a beginning.",
        )
    if len(lines) > MAX_ANSWERS:
        raise InvalidValueError(f"a table has up to {MAX_ANSWERS:,} lines.", value=len(lines))
    return [dict(zip(lines[0], line, strict=False)) for line in lines[1:] if any(line)]


def read_upload(pieces: Iterable[bytes]) -> str:
    """The text of an uploaded file in UTF-8, up to 5 MB."""
    body = b""
    for piece in pieces:
        body += piece
        if len(body) > MAX_BYTES:
            raise InvalidValueError("a file of answers has up to 5 MB.")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidValueError("the file is not in UTF-8.", remedy="Save it as CSV UTF-8.")


def add_answers(
    access: Access, product: ProductView, public_id: str, rows: Sequence[Mapping[str, str]]
) -> AddedAnswers:
    """Take answers in. A respondent's answer about the same subject counts once."""
    access.require(Role.EDITOR, to="adding answers")
    with transaction.atomic():
        survey = Survey.objects.select_for_update().get(pk=_find(product, public_id).pk)
        read = read_survey(rows, cast("EngineKind", survey.kind))
        fresh, known = _fresh(survey, read.rows)
        if survey.answers.count() + len(fresh) > MAX_ANSWERS:
            raise InvalidValueError(f"a survey holds up to {MAX_ANSWERS:,} answers.")
        upload = new_public_id()
        SurveyAnswer.objects.bulk_create(
            [
                SurveyAnswer(
                    survey=survey, subject=row.subject, first=row.first[:40],
                    second=row.second[:40], segment=row.segment[:100],
                    respondent=row.respondent[:100], upload=upload, added_at=product.now,
                )
                for row in fresh
            ],
            batch_size=1000,
        )  # fmt: skip
        if fresh:
            facts = {"name": survey.name, "answers": len(fresh), "left_out": len(read.left_out)}
            record_act(access, "survey.answered", "survey", public_id, facts, product=product)
    return AddedAnswers(
        upload, len(fresh), known, read.left_out[:_SHOWN_FAULTS], len(read.left_out)
    )


def remove_upload(access: Access, product: ProductView, public_id: str, upload: str) -> int:
    """Take out what one paste or file brought; how many answers that were."""
    access.require(Role.EDITOR, to="taking answers out")
    with transaction.atomic():
        survey = _find(product, public_id)
        count, _ = survey.answers.filter(upload=upload).delete()
        if count:
            facts = {"name": survey.name, "answers": count}
            record_act(access, "answers.removed", "survey", public_id, facts, product=product)
    return int(count)


def evaluate_survey(
    product: ProductView, public_id: str, *, segment: str = "", method: str = "ulwick"
) -> SurveyResults:
    """The results of all answers, or of one segment."""
    row = _find(product, public_id)
    chosen: Method = next((each for each in METHODS if each == method), METHODS[0])
    answers = list(row.answers.order_by("pk").values_list("subject", "first", "second", "segment"))
    segments = tuple(sorted({each[3] for each in answers if each[3]}))
    wanted = [SurveyRow(*each) for each in answers if not segment or each[3] == segment]
    is_kano = row.kind == SurveyKind.KANO
    return SurveyResults(
        survey=_to_view(row),
        segments=segments,
        segment=segment if segment in segments else "",
        method=chosen,
        features=kano(kano_answers(wanted)) if is_kano else (),
        needs=() if is_kano else opportunity(opportunity_answers(wanted), chosen),
        semantics=KANO_SEMANTICS if is_kano else semantics(chosen),
    )


def survey_template(kind: str) -> tuple[list[str], list[list[str]]]:
    """Header and two example rows of a file of answers."""
    if kind not in SurveyKind.values:
        raise NotFoundError("there is no such survey.", value=kind)
    header = ["respondent", "segment", *COLUMNS[cast("EngineKind", kind)]]
    if kind == SurveyKind.KANO:
        return header, [
            ["r1", "small teams", "Export to CSV", "like", "dislike"],
            ["r2", "large teams", "Export to CSV", "must-be", "live-with"],
        ]
    return header, [
        ["r1", "small teams", "Find an invoice quickly", "5", "2"],
        ["r2", "large teams", "Find an invoice quickly", "4", "4"],
    ]


def _fresh(survey: Survey, rows: Sequence[SurveyRow]) -> tuple[list[SurveyRow], int]:
    """Rows that are not in yet; rows without a respondent cannot be told apart and are new."""
    there = survey.answers.exclude(respondent="")
    seen = set(there.values_list("respondent", "subject"))
    fresh = []
    for row in rows:
        place = (row.respondent[:100], row.subject)
        if row.respondent and place in seen:
            continue
        seen.add(place)
        fresh.append(row)
    return fresh, len(rows) - len(fresh)


def _surveys(product: ProductView) -> QuerySet[Any]:
    return Survey.objects.filter(product_id=product.id).annotate(
        pairs=Count("answers"), about=Count("answers__subject", distinct=True)
    )


def _find(product: ProductView, public_id: str, *, with_deleted: bool = False) -> Any:
    rows = _surveys(product).filter(public_id=public_id)
    row = (rows if with_deleted else rows.filter(deleted_at=None)).first()
    if row is None:
        raise NotFoundError("there is no such survey in this product.", value=public_id)
    return row


def _to_view(row: Any) -> SurveyView:
    return SurveyView(
        public_id=row.public_id,
        kind=row.kind,
        name=row.name,
        asked=row.asked,
        created_at=row.created_at,
        answers=row.pairs,
        subjects=row.about,
    )


def to_survey_json(view: SurveyView) -> dict[str, Any]:
    """A survey as programs see it."""
    return {
        "id": view.public_id,
        "kind": view.kind,
        "name": view.name,
        "asked": view.asked,
        "answers": view.answers,
        "created_at": view.created_at.isoformat(),
    }


def to_results_json(product: ProductView, results: SurveyResults) -> dict[str, Any]:
    """The results as programs see them; shares are 0..1."""
    return {
        **to_survey_json(results.survey),
        "product": product.name,
        "simulated": product.is_simulated,
        "segments": list(results.segments),
        "segment": results.segment,
        "method": results.method if results.needs else None,
        "features": [asdict(each) for each in results.features],
        "needs": [asdict(each) for each in results.needs],
        "semantics": dict(results.semantics),
    }
