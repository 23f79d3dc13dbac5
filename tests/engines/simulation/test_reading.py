from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from pilothouse.engines.simulation import Pack, Parameter, build_pack
from pilothouse.engines.simulation.company.reading import SECTIONS
from pilothouse.engines.simulation.parameter import CONFIDENCES
from pilothouse.kernel.errors import InvalidValueError


def parameters(value: Any) -> list[Parameter]:
    if isinstance(value, Parameter):
        return [value]
    if isinstance(value, tuple):
        return [p for item in value for p in parameters(item)]
    if is_dataclass(value):
        return [p for part in fields(value) for p in parameters(getattr(value, part.name))]
    return []


def test_every_number_says_where_it_comes_from(saas: Pack) -> None:
    found = parameters(saas)
    assert len(found) > 60
    assert all(p.source and p.confidence in CONFIDENCES for p in found)
    assert all(p.low <= p.value <= p.high for p in found)


def test_names_of_events_are_unique_and_in_order(saas: Pack) -> None:
    assert saas.event_names[0] == "site_visited"
    assert len(set(saas.event_names)) == len(saas.event_names)
    assert {"signed_up", "payment_succeeded", "task_created"} <= set(saas.event_names)


def test_fingerprint_follows_the_numbers(saas: Pack, saas_mapping: dict[str, Any]) -> None:
    assert build_pack(saas_mapping).fingerprint == saas.fingerprint
    saas_mapping["activity"]["mean"]["value"] = 1.4
    assert build_pack(saas_mapping).fingerprint != saas.fingerprint


def put(mapping: dict[str, Any], path: str, value: Any) -> None:
    *way, last = path.split(".")
    place: Any = mapping
    for part in way:
        place = place[int(part)] if part.isdigit() else place[part]
    place[int(last) if last.isdigit() else last] = value


@pytest.mark.parametrize(
    ("path", "value", "rule"),
    [
        ("retention.drop_out_a.value", 9, "retention.drop_out_a.value must lie between low"),
        ("retention.drop_out_a.value", "much", "must be a number"),
        ("retention.drop_out_a.value", float("nan"), "must be a number"),
        ("retention.never_returns.high", 1.5, "must stay between 0 and 1"),
        ("activity.mean.source", " ", "must be a text"),
        ("activity.mean.confidence", "sure", "must be one of: source; memory"),
        ("activity.speed", {}, "activity: speed is not known"),
        ("activity", 3, "activity must be a table"),
        ("segments", [], "segments must have at least one entry"),
        ("segments", "small", "segments must be a list"),
        ("segments.0.share.value", 0.5, "shares of segments must sum to 1"),
        ("segments.1.key", "small", "must not name one entry twice"),
        ("segments.0.plans", {"gold": 1.0}, "must name one of: business, starter, team"),
        ("segments.0.plans", 1, "must be a table of shares"),
        ("segments.0.plans", {"starter": 1.2}, "must be a share between 0 and 1"),
        ("features.0.following", {"project_viewed": 1.0}, "must sum to less than 1"),
        ("features.0.following", {"unknown": 0.1}, "must name one of"),
        ("calendar.weekdays", [], "must have seven factors"),
        ("calendar.hours", [0] * 24, "must be 24 weights"),
        ("calendar.seasons.0.last", "13-40", "must be a month and a day"),
        ("calendar.seasons.0.last", "07-01", "must not end before it begins"),
        ("needs.0.weights", {"small": 11}, "must be a number between 0 and 10"),
        ("needs.0.weights", {"giant": 1}, "weights of overview must name one of"),
        ("ideas.0.need", "fun", "need of board_view must name one of"),
        ("ideas.0.step", "flew", "step of board_view must name one of"),
        ("ideas.0.segments", ["giant"], "segments of board_view must name one of"),
        ("ideas.0.segments", "small", "must be a list"),
        ("ideas.0.champion", "nobody", "champion of board_view must name one of"),
        ("ideas.0.gate", "moon", "gate of board_view must name one of: security_review"),
        ("ideas.0.estimate_days", 0, "must be 0.5 to 1,000 person-days"),
        ("ideas.1.key", "board_view", "must not name one entry twice"),
        ("stakeholders.0.source", "stars", "source of ceo must name one of"),
        ("stakeholders.0.weights", {"date": 0.5}, "weights of ceo must sum to 1"),
        ("stakeholders.0.interests", {"fun": 0.5}, "interests of ceo must name one of"),
        ("rivals.0.qualities", {"fun": 0.5}, "qualities of tackle must name one of"),
        ("rivals.0.reacts.high", 2, "must stay between 0 and 1"),
        ("gates.0.tests", "no", "must be true or false"),
        ("freezes.0.last", "01-02", "must not end before it begins; cut it"),
        ("accounts.segment", "giant", "segment of accounts must name one of"),
        ("company.time_zone", "Mars/Olympus", "a time zone is a name of the IANA list"),
    ],
)
def test_faults_name_place_and_rule(
    saas_mapping: dict[str, Any], path: str, value: Any, rule: str
) -> None:
    put(saas_mapping, path, value)
    with pytest.raises(InvalidValueError, match=rule):
        build_pack(saas_mapping)


def test_the_people_do_not_depend_on_the_backlog(saas: Pack, saas_mapping: dict[str, Any]) -> None:
    saas_mapping["ideas"][0]["title"] = "Another title"
    changed = build_pack(saas_mapping)
    assert changed.fingerprint == saas.fingerprint
    assert changed.business.fingerprint != saas.business.fingerprint


def test_a_pack_may_have_people_only(saas_mapping: dict[str, Any]) -> None:
    for section in SECTIONS:
        saas_mapping.pop(section, None)
    assert build_pack(saas_mapping).business is None


@pytest.mark.parametrize("section", ["rivals", "gates", "freezes", "accounts"])
def test_a_company_may_lack_what_is_optional(saas_mapping: dict[str, Any], section: str) -> None:
    del saas_mapping[section]
    if section == "gates":
        for idea in saas_mapping["ideas"]:
            idea.pop("gate", None)
    assert not getattr(build_pack(saas_mapping).business, section)


def test_half_a_company_is_refused(saas_mapping: dict[str, Any]) -> None:
    del saas_mapping["team"]
    with pytest.raises(InvalidValueError, match="the company of the pack: team is missing"):
        build_pack(saas_mapping)


def test_missing_part_is_named(saas_mapping: dict[str, Any]) -> None:
    del saas_mapping["conversion"]["trial_days"]
    with pytest.raises(InvalidValueError, match="conversion: trial_days is missing"):
        build_pack(saas_mapping)


def test_too_few_steps(saas_mapping: dict[str, Any]) -> None:
    saas_mapping["steps"] = saas_mapping["steps"][:1]
    with pytest.raises(InvalidValueError, match="steps must be 2 to 7"):
        build_pack(saas_mapping)


def test_too_many_entries(saas_mapping: dict[str, Any]) -> None:
    saas_mapping["plans"] = saas_mapping["plans"] * 40
    with pytest.raises(InvalidValueError, match="at most 100 entries"):
        build_pack(saas_mapping)
