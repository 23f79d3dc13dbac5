"""A number without evidence stops a resume, and the gap names bullet and number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilothouse.engines.jobs.resume_dates import say_span, whole_years_of_work
from pilothouse.engines.jobs.resume_evidence import (
    Proof,
    Why,
    check_resume,
    label_simulations,
)
from pilothouse.engines.jobs.resume_types import Bullet, Entry, Resume
from pilothouse.kernel.evidence import Evidence

NOW = (2026, 11)
READING = Proof(Evidence("act:7", "", (0.0424, 0.061, 31, 48), ((2026, 3, 12),)), "Reading")
PLAYED = Proof(Evidence("act:9", "", (71, 100)), "Score", "simulated")
STATED = Proof(Evidence("act:5", "", (410, 270)), "My word", "employment", is_stated=True)
PROOFS = (READING, PLAYED, STATED)


def resume(*bullets: str, section: str = "work", summary: str = "", **fields: str) -> Resume:
    entry = Entry(
        "e", section, {"name": "Acme", "startDate": "2022-03", **fields},
        tuple(Bullet(f"b{i}", text) for i, text in enumerate(bullets)),
    )  # fmt: skip
    basics = Entry("basics", "basics", {"name": "Ann", "summary": summary})
    return Resume(basics, Entry("location", "location"), (), (entry,))


def gaps_of(made: Resume) -> list[tuple[Why, str]]:
    return [(gap.why, gap.key or gap.figure) for gap in check_resume(made, PROOFS, NOW).gaps]


HOLDS = (
    "Asked why.",
    "Cut churn to 4.2 %. {act:7}",
    "Cut churn from 6.1 to 4.2 %, 31 % less, for 31 of 48. {act:7}",
    "In 2023 it began, and in March 2024 it ended.",
    "On 12 March 2026 it held. {act:7}",
    "Cut invoices from 410 to 270, 34 % less. {act:5}",
    "Q3 and v2 of the B2B roadmap.",
)
FAILS = {
    "Cut churn to 4.2 %.": (Why.NO_EVIDENCE, "4.2 %"),
    "Cut churn to 4.3 %. {act:7}": (Why.UNSUPPORTED, "4.3 %"),
    "Cut churn to 4.2. {act:7}": (Why.UNSUPPORTED, "4.2"),
    "Cut churn. {act:8}": (Why.UNKNOWN_EVIDENCE, "act:8"),
    "Cut churn to 4.2 %. {act:8}": (Why.UNKNOWN_EVIDENCE, "act:8"),
    "Led two teams.": (Why.NO_EVIDENCE, "two"),
    "In 2019 it began.": (Why.NO_EVIDENCE, "2019"),
    "Cut invoices from 510 to 270. {act:5}": (Why.UNSUPPORTED, "510"),
    "Scored 71 of 100. {act:9}": (Why.SIMULATED, "act:9"),
}


@pytest.mark.parametrize("text", HOLDS)
def test_what_stands_in_the_evidence_holds(text: str):
    assert gaps_of(resume(text)) == []


@pytest.mark.parametrize("text", FAILS)
def test_what_does_not_stop_the_build_by_name(text: str):
    why, named = FAILS[text]
    assert gaps_of(resume(text)) == [(why, named)]
    sentence = check_resume(resume(text), PROOFS, NOW).gaps[0].sentence
    assert sentence.startswith("Experience, Acme: “")
    assert named in sentence


def test_a_summary_may_rest_on_any_bullet_and_on_the_years_of_work():
    made = resume("Cut churn to 4.2 %. {act:7}", summary="4 years of work. Cut churn to 4.2 %.")
    assert gaps_of(made) == []
    assert gaps_of(resume("Asked.", summary="Cut churn to 4.2 %.")) == [(Why.UNSUPPORTED, "4.2 %")]
    assert gaps_of(resume("Asked.", summary="5 years of work.")) == [(Why.UNSUPPORTED, "5")]
    assert gaps_of(resume("Asked.", summary="4 products.")) == [(Why.UNSUPPORTED, "4")]


def test_a_summary_says_where_a_simulated_number_is_from():
    played = {"section": "projects"}
    bullet = "Scored 71 of 100. {act:9}"
    silent = resume(bullet, summary="Scored 71 of 100.", **played)
    assert gaps_of(silent) == [(Why.SIMULATED_UNSAID, "71"), (Why.SIMULATED_UNSAID, "100")]
    assert gaps_of(resume(bullet, summary="Scored 71 of 100 in a simulation.", **played)) == []
    reckoned = resume(bullet, summary="Missed 29, from 100 to 71.", **played)
    assert (Why.SIMULATED_UNSAID, "29") in gaps_of(reckoned)


def test_simulated_projects_are_labelled_and_jobs_cannot_be():
    made = resume("Scored 71 of 100. {act:9}", section="projects")
    checked = check_resume(made, PROOFS, NOW)
    assert checked.simulated == {"e"}
    assert label_simulations(made, checked).entries[0].get("type") == "simulation"
    whole = resume("Cut churn to 4.2 %. {act:7}", section="projects", type="app")
    assert label_simulations(whole, check_resume(whole, PROOFS, NOW)) == whole
    award = resume(section="awards", title="Prize", summary="Best of 100. {act:9}")
    assert gaps_of(award)[0][0] is Why.SIMULATED_UNSAID


def test_descriptions_are_held_too_and_a_name_is_needed():
    assert gaps_of(resume(summary="", description="40,000 shops")) == [(Why.NO_EVIDENCE, "40,000")]
    nobody = Resume(Entry("basics", "basics"), Entry("location", "location"))
    assert [gap.why for gap in check_resume(nobody, (), NOW).gaps] == [Why.NO_NAME]


def test_statements_are_counted_as_ones_own_word():
    checked = check_resume(resume("Cut 410 to 270. {act:5}", "Asked."), PROOFS, NOW)
    assert (len(checked.stated), checked.with_evidence, checked.figures) == (1, 1, 2)
    assert checked.used == ("act:5",)


@given(st.floats(0.001, 0.999), st.integers(0, 2))
def test_a_share_holds_as_it_is_rounded_and_no_further(share: float, digits: int):
    proof = Proof(Evidence("act:7", "", (share,)), "")
    said = f"{share * 100:.{digits}f} %"
    off = f"{float(said[:-2]) + 2 * 10**-digits:.{digits}f} %"
    good, bad = (resume(f"Now {text}. {{act:7}}") for text in (said, off))
    assert not check_resume(good, [proof], NOW).gaps
    assert check_resume(bad, [proof], NOW).gaps


@pytest.mark.parametrize(
    ("spans", "years"),
    [
        ([("2020-01", "2023-12")], 4),
        ([("2020-01", "2020-12"), ("2020-06", "2021-05")], 1),
        ([("2022-03", "")], 4),
        ([("2020", "2021")], 1),
        ([("", "2021")], 0),
        ([("2030", "")], 0),
    ],
)
def test_whole_years_of_work_count_no_month_twice(spans: list[tuple[str, str]], years: int):
    jobs = [Entry("e", "work", {"startDate": start, "endDate": end}) for start, end in spans]
    assert whole_years_of_work(jobs, NOW) == years
    learnt = Entry("e", "education", {"startDate": "2010", "endDate": "2020"})
    assert whole_years_of_work([*jobs, learnt], NOW) == years


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"startDate": "2020-01-05", "endDate": "2024-03"}, "Jan 2020 - Mar 2024"),
        ({"startDate": "2020"}, "2020 - Present"),
        ({"endDate": "2020-02"}, "Feb 2020"),
        ({"startDate": "2020-02", "endDate": "2020-02-29"}, "Feb 2020"),
        ({}, ""),
    ],
)
def test_dates_are_said_as_parsers_read_them(fields: dict[str, str], said: str):
    assert say_span(Entry("e", "work", fields)) == said
