"""Resumes: no number without evidence, nothing lost, exactly what was sent, nobody else's."""

from __future__ import annotations

import io
import json

import pytest
from pypdf import PdfReader

from pilothouse.apps.jobs.services.resume_checking import check
from pilothouse.apps.jobs.services.resume_exchange import export_resume, import_resume
from pilothouse.apps.jobs.services.resume_facts import FactDraft, list_facts, state_fact
from pilothouse.apps.jobs.services.resume_offers import list_offers, take
from pilothouse.apps.jobs.services.resume_records import (
    begin_resume,
    get_resume,
    list_resumes,
    read_base,
    read_text,
    restore_revision,
    save_content,
    set_look,
    set_resume_deleted,
)
from pilothouse.apps.jobs.services.resume_tailoring import (
    TargetDraft,
    begin_version,
    read_coverage,
    read_tailoring,
    save_tailoring,
)
from pilothouse.apps.jobs.services.resume_versions import (
    FORMS,
    build_version,
    get_version,
    get_version_page,
    list_versions,
    read_file,
)
from pilothouse.apps.portfolio.services.profiles import ProfileView, save_profile
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.engines.jobs.resume_json import to_content
from pilothouse.engines.jobs.resume_tailor import Tailoring
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from tests.apps.jobs.resume_makers import base_of, reading, to_document
from tests.apps.portfolio import makers as portfolio
from tests.builders import make_product


def test_a_number_without_evidence_stops_the_build_and_is_named(people):
    act = reading(people.alice)
    base = base_of(people.alice, f"Took completion to 71 %. {{act:{act.sequence}}}")
    with pytest.raises(InvalidValueError) as refused:
        build_version(people.alice, base.public_id)
    said = refused.value.sentence
    assert "“Took completion to 71 %.”: 71 % stands in none of the evidence" in said
    assert "Experience, Product manager" in said
    assert list_versions(people.alice) == []


def test_what_the_ledger_says_is_built_and_recorded(people):
    act = reading(people.alice)
    base = base_of(
        people.alice, f"31 of 48 finished (64.6 %). {{act:{act.sequence}}}", "Asked why."
    )
    made = build_version(people.alice, base.public_id)
    recorded = list_acts(people.alice)[0]
    assert (recorded.kind, recorded.object_id) == ("resume.built", base.public_id)
    assert recorded.facts["digest"] == made.digest
    assert recorded.facts["acts"] == [act.sequence]
    assert (recorded.facts["bullets"], recorded.facts["with_evidence"]) == (2, 1)
    assert "Ann" not in json.dumps(recorded.facts)


def test_every_form_says_the_same_words(people):
    act = reading(people.alice)
    base = base_of(people.alice, f"31 of 48 finished. {{act:{act.sequence}}}")
    made = build_version(people.alice, base.public_id)
    texts = {form: read_file(people.alice, made.public_id, form)[2] for form in FORMS}
    pdf = PdfReader(io.BytesIO(texts["pdf"]))
    assert pdf.trailer["/Root"]["/Lang"] == "en"
    assert "31 of 48 finished." in pdf.pages[0].extract_text()
    for form in ("text", "markdown", "json", "linkedin"):
        assert b"31 of 48 finished." in texts[form], form
        assert b"{act:" not in texts[form], form
    from docx import Document

    paragraphs = [each.text for each in Document(io.BytesIO(texts["docx"])).paragraphs]
    assert "31 of 48 finished." in paragraphs
    assert [each.holds for each in get_version_page(people.alice, made.public_id).checks[:1]]


def test_a_version_is_never_changed(people):
    base = base_of(people.alice, "Asked why.")
    first = build_version(people.alice, base.public_id)
    pdf = read_file(people.alice, first.public_id, "pdf")[2]
    save_content(people.alice, base.public_id, to_content(take_all_out(people, base)))
    second = build_version(people.alice, base.public_id)
    assert read_file(people.alice, first.public_id, "pdf")[2] == pdf
    assert [v.number for v in list_versions(people.alice)] == [2, 1]
    assert first.digest != second.digest
    assert get_version(people.alice, first.public_id) == first


def take_all_out(people, view):
    from dataclasses import replace

    return replace(read_base(people.alice, view), entries=())


def test_the_same_words_at_the_same_moment_are_the_same_files(people, time_machine):
    time_machine.move_to("2026-11-23T12:00:00Z", tick=False)
    base = base_of(people.alice, "Asked why.")
    one, two = (build_version(people.alice, base.public_id) for _ in range(2))
    for form in FORMS:
        assert (
            read_file(people.alice, one.public_id, form)[2]
            == read_file(people.alice, two.public_id, form)[2]
        ), form


def test_a_deleted_resume_leaves_what_was_sent(people):
    base = base_of(people.alice, "Asked why.")
    made = build_version(people.alice, base.public_id)
    set_resume_deleted(people.alice, base.public_id, is_deleted=True)
    assert list_resumes(people.alice) == []
    assert get_version(people.alice, made.public_id).digest == made.digest
    set_resume_deleted(people.alice, base.public_id, is_deleted=False)
    assert get_resume(people.alice, base.public_id).name == base.name


def test_simulated_work_is_no_job_and_is_labelled_as_a_project(people):
    product = make_product(people.alice, world="simulated")
    act = reading(people.alice, product)
    bullet = f"31 of 48 finished. {{act:{act.sequence}}}"
    job = base_of(people.alice, bullet)
    with pytest.raises(InvalidValueError, match="simulated product and is no job"):
        build_version(people.alice, job.public_id)
    project = base_of(
        people.alice, "Asked.", projects=[{"name": "Harbour", "highlights": [bullet]}]
    )
    made = build_version(people.alice, project.public_id)
    document = json.loads(read_file(people.alice, made.public_id, "json")[2])
    assert document["projects"][0]["type"] == "simulation"
    assert "Harbour (Simulation)" in read_file(people.alice, made.public_id, "text")[2].decode()


def test_a_published_piece_holds_its_numbers(people):
    product = make_product(people.alice)
    piece = portfolio.published(people.alice, portfolio.reading(people.alice, product))
    good = base_of(people.alice, f"31 of 48 finished. {{piece:{piece.public_id}}}")
    assert check(people.alice, good).checked.is_whole
    bad = base_of(people.alice, f"32 of 48 finished. {{piece:{piece.public_id}}}")
    assert [gap.figure for gap in check(people.alice, bad).checked.gaps] == ["32"]


def test_a_statement_fixes_a_number_and_stays_private(people):
    fact = state_fact(people.alice, FactDraft("Cut invoices from 410 to 270.", "Q3 report"))
    assert list_facts(people.bob) == []
    assert list_acts(people.bob)[0].kind == "private.withheld"
    act = list_acts(people.alice)[0]
    assert act.kind == "achievement.stated"
    assert "invoices" not in json.dumps(act.facts)
    mine = base_of(people.alice, f"Cut invoices from 410 to 270 (34 %). {fact.reference}")
    found = check(people.alice, mine).checked
    assert (found.gaps, len(found.stated)) == ((), 1)
    larger = base_of(people.alice, f"Cut invoices from 510 to 270. {fact.reference}")
    assert [gap.figure for gap in check(people.alice, larger).checked.gaps] == ["510"]
    theirs = base_of(people.bob, f"Cut invoices from 410 to 270. {fact.reference}")
    assert "not in your record" in check(people.bob, theirs).checked.gaps[0].sentence


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        (FactDraft("It was good work.", "My notes"), "this has none"),
        (FactDraft("Cut 410 to 270.", ""), "3 to 300 characters"),
        (FactDraft("Cut 410 to 270.", "My notes", "simulated"), "a context is one of"),
    ],
)
def test_a_statement_needs_a_number_a_source_and_a_place(people, draft, words):
    with pytest.raises(InvalidValueError, match=words):
        state_fact(people.alice, draft)


def test_what_the_record_offers_is_taken_once(people):
    product = make_product(people.alice)
    piece = portfolio.published(people.alice, portfolio.reading(people.alice, product))
    portfolio.van(people.alice)
    save_profile(people.alice, ProfileView("Alice", base_url="https://alice.example.org"))
    text = read_base(people.alice, begin_resume(people.alice, "Mine"))
    offers = list_offers(people.alice, text)
    assert {offer.why for offer in offers} >= {"Published case study", "Side project"}
    taken = take(text, offers, [f"piece:{piece.public_id}"])
    address = f"https://alice.example.org/work/{piece.slug}.html"
    assert taken.entries[0].get("url") == address
    assert taken.entries[0].bullets[0].keys == (f"piece:{piece.public_id}",)
    again = list_offers(people.alice, taken)
    assert [each.key for each in again if each.is_taken] == [f"piece:{piece.public_id}"]
    assert take(taken, again, [f"piece:{piece.public_id}"]) == taken
    with pytest.raises(InvalidValueError, match="offers nothing"):
        take(text, offers, ["piece:nobody"])


POSTING = "Own user research. Our user research shapes pricing. Pricing and Kubernetes, Kubernetes."


def test_a_version_chooses_and_never_adds(people):
    base = base_of(people.alice, "Held standups.", "Ran user research for pricing.", "Wrote notes.")
    made = begin_version(people.alice, base.public_id, TargetDraft("Acme", "", "PM", POSTING))
    job = read_text(people.alice, made).section("work")[0]
    assert job.bullets[0].shown == "Ran user research for pricing."
    known = {bullet.id for bullet in read_base(people.alice, base).bullets}
    chosen = Tailoring(entries=(job.id,), picks={job.id: (job.bullets[0].id, "invented")})
    save_tailoring(people.alice, made.public_id, chosen)
    shown = read_text(people.alice, get_resume(people.alice, made.public_id))
    assert {bullet.id for bullet in shown.bullets} <= known
    assert [bullet.shown for bullet in shown.bullets] == ["Ran user research for pricing."]


def test_coverage_says_what_stands_nowhere(people):
    base = base_of(people.alice, "Ran user research.", "Tested pricing.")
    made = begin_version(people.alice, base.public_id, TargetDraft("Acme", "", "PM", POSTING))
    job = read_text(people.alice, made).section("work")[0]
    research = next(each.id for each in job.bullets if "research" in each.text)
    save_tailoring(
        people.alice, made.public_id, Tailoring(entries=(job.id,), picks={job.id: (research,)})
    )
    view = get_resume(people.alice, made.public_id)
    found = read_coverage(people.alice, view, read_text(people.alice, view))
    told = {each.term.shown: each.found.value for each in found.terms}
    assert told == {"user research": "said", "pricing": "in-base", "Kubernetes": "missing"}


def test_a_corrected_bullet_stays_chosen(people):
    base = base_of(people.alice, "Ran user reserch.", "Wrote notes.")
    made = begin_version(people.alice, base.public_id, TargetDraft("Acme", "", "PM", POSTING))
    from pilothouse.apps.jobs.services.resume_exchange import save_document

    save_document(
        people.alice, base.public_id, to_document("Ann", "Ran user research.", "Wrote notes.")
    )
    shown = read_text(people.alice, get_resume(people.alice, made.public_id))
    assert [bullet.shown for bullet in shown.bullets] == ["Ran user research.", "Wrote notes."]


def test_a_version_rests_on_a_base_that_stays(people):
    base = base_of(people.alice, "Asked why.")
    made = begin_version(people.alice, base.public_id, TargetDraft("Acme", "", "PM", POSTING))
    with pytest.raises(ConflictError, match="Delete those first"):
        set_resume_deleted(people.alice, base.public_id, is_deleted=True)
    with pytest.raises(ConflictError, match="made of a base"):
        begin_version(people.alice, made.public_id, TargetDraft("Again"))
    with pytest.raises(ConflictError, match="base and no version"):
        read_tailoring(base)


def test_a_state_that_was_changed_elsewhere_is_refused(people):
    base = base_of(people.alice, "Asked why.")
    content = {**base.content, "order": ["work"]}
    save_content(people.alice, base.public_id, content, base=1)
    with pytest.raises(ConflictError, match="now it is state 2"):
        save_content(people.alice, base.public_id, base.content, base=1)
    assert restore_revision(people.alice, base.public_id, 1).content == base.content
    assert get_resume(people.alice, base.public_id).version == 3


def test_a_file_comes_back_as_it_went_out(people):
    fact = state_fact(people.alice, FactDraft("Cut invoices from 410 to 270.", "Q3 report"))
    base = base_of(people.alice, f"Cut 410 to 270. {fact.reference}", **{"x-mine": {"a": [1]}})
    out = export_resume(people.alice, base)
    again = import_resume(people.alice, json.dumps(out).encode())
    assert export_resume(people.alice, again) == out
    assert check(people.alice, again).checked.is_whole


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"{", "this is not JSON"),
        (b"\xff\xfe", "this is not JSON"),
        (b"[]", "the file must be an object"),
        (b'{"work": [{"startDate": "last year"}]}', r"work\[0\].startDate"),
        (b'{"work": [{"highlights": [1]}]}', r"work\[0\].highlights must be a list of texts"),
        (b'{"basics": {"name": 5}}', "basics.name must be a text"),
        (b'{"x": NaN}', "no number in JSON"),
        (b'{"x": ' + b"[" * 100 + b"]" * 100 + b"}", "nested deeper"),
        (b'{"x": "' + b"a" * 1_000_001 + b'"}', "at most 1,000,000 bytes"),
    ],
)
def test_a_file_that_is_none_says_why(people, data, words):
    with pytest.raises(InvalidValueError, match=words):
        import_resume(people.alice, data)


def test_characters_that_no_font_draws_are_named(people, monkeypatch):
    from pilothouse.apps import typesetting

    whole = typesetting._set
    # No font of the machine that runs this test may decide it.
    monkeypatch.setattr(
        typesetting, "_set", lambda *a, **k: whole(*a, **{**k, "has_system_fonts": False})
    )
    base = base_of(people.alice, "Launched in 日本 with 🚀.")
    with pytest.raises(InvalidValueError, match="no font here draws") as refused:
        build_version(people.alice, base.public_id)
    assert {"日", "本", "🚀"} <= set(refused.value.sentence)


WORDS = ("reasons", "options", "doubts", "what failed", "who disagreed", "what came of it")


def test_all_looks_build(people):
    base = base_of(people.alice, *(f"Asked why, and wrote down {word}." for word in WORDS))
    for template in ("clear", "classic", "plain", "compact"):
        set_look(people.alice, base.public_id, "Mine", template, "us-letter")
        made = build_version(people.alice, base.public_id)
        checks = get_version_page(people.alice, made.public_id).checks
        assert {each.name: each.says for each in checks if each.outcome.value == "fails"} == {}


def test_nobody_else_sees_a_resume(people):
    base = base_of(people.alice, "Asked why.")
    made = build_version(people.alice, base.public_id)
    for other in (people.bob, people.charlie):
        for ask in (get_resume, read_nothing(base)):
            with pytest.raises(NotFoundError):
                ask(other, base.public_id)
        with pytest.raises(NotFoundError):
            get_version(other, made.public_id)
        with pytest.raises(NotFoundError):
            read_file(other, made.public_id, "pdf")
        assert (list_versions(other), list_resumes(other)) == ([], [])


def read_nothing(view):
    return lambda access, _id: (
        read_text(access, view) if view.is_tailored else get_resume(access, _id)
    )
