"""Studies: what compiles, versions, contexts, evidence, and whose they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from pilothouse.apps.analytics.services.metrics import MetricDraft, save_metric
from pilothouse.apps.analytics.services.questions import parse_question
from pilothouse.apps.portfolio.services.compiling import check_study, compile_and_record
from pilothouse.apps.portfolio.services.contexts import (
    declare_context,
    label_contexts,
    read_contexts,
)
from pilothouse.apps.portfolio.services.evidence import (
    Wanted,
    search_acts,
    take_reading,
    to_evidence,
)
from pilothouse.apps.portfolio.services.kinds import list_forms
from pilothouse.apps.portfolio.services.studies import (
    Source,
    StudyDraft,
    choose_acts,
    create_study,
    get_study,
    get_version,
    list_studies,
    list_versions,
    restore_version,
    save_study,
    set_study_deleted,
)
from pilothouse.apps.workspace.services.ledger import (
    find_acts,
    list_acts,
    say_kind,
    verify_ledger,
)
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from tests.apps.decisions.makers import make_metric
from tests.apps.makers import NOW, browser_of, daily_events, make_event, send
from tests.apps.portfolio.makers import NONE, reading, study
from tests.builders import make_product


def test_a_study_whose_numbers_stand_in_its_acts_compiles(people, product):
    made = study(people.alice, reading(people.alice, product))
    compiled = compile_and_record(people.alice, made.public_id)
    assert (compiled.compilation.gaps, compiled.context_label) == ((), "Own product")
    act = list_acts(people.alice, limit=1)[0]
    assert act.kind == "case-study.compiled"
    assert act.facts["claims"] == 1
    assert "Acme" not in str(act.facts)
    compile_and_record(people.alice, made.public_id)
    assert list_acts(people.alice, limit=1)[0].sequence == act.sequence, "a version compiles once"


def test_an_unsupported_number_is_named_with_its_sentence(people, product):
    act = reading(people.alice, product)
    text = f"Of 48 people 40 finished. {{act:{act.sequence}}}"
    made = study(people.alice, act, sections=NONE | {"result": text})
    with pytest.raises(InvalidValueError, match=r"“Of 48 people 40 finished\.”: 40 stands in none"):
        compile_and_record(people.alice, made.public_id)
    page = browser_of(people.alice).post(f"{made.url}compile/")
    assert page.status_code == 400
    assert "40 stands in none of the evidence" in page.content.decode()
    assert not find_acts(people.alice, [act.sequence + 2])


def test_the_title_and_summary_are_claims_too(people, product):
    made = study(people.alice, reading(people.alice, product), summary="Growth of 90 %.")
    (gap,) = check_study(people.alice, made).compilation.gaps
    assert (gap.section, gap.figure) == ("Summary", "90 %")


@pytest.mark.parametrize(
    ("result", "pieces"),
    [
        ("64.6 % finished.", 2),
        ("31 of 48 finished (64.6 %).", 1),
        ("31 of 48 finished (64.6 %, 95 % interval 50 to 77 %).", 0),
        ("31 finished.", 0),
    ],
)
def test_a_rate_is_advised_to_say_its_n_and_interval(result: str, pieces: int, people, product):
    made = study(people.alice, reading(people.alice, product), sections={"result": result})
    assert len(check_study(people.alice, made).advice) == pieces


def test_simulated_evidence_is_always_labelled(people, product):
    from django.utils import timezone

    sim = make_product(people.alice, "Brindle", world="simulated", clock=timezone.now())
    one, two = reading(people.alice, sim), reading(people.alice, product)
    text = f"Of 48 people 31 finished. {{act:{one.sequence}}} {{act:{two.sequence}}}"
    made = study(people.alice, one, sections=NONE | {"result": text})
    made = choose_acts(people.alice, made.public_id, add=[two.sequence])
    compiled = check_study(people.alice, made)
    assert compiled.context_label == "Simulated and own product"
    assert compiled.is_simulated
    assert label_contexts([]) == ""


def test_a_later_word_counts_for_later_acts_only(people, product):
    before = reading(people.alice, product)
    declare_context(people.alice, product, "employment")
    after = reading(people.alice, product)
    book = read_contexts(people.alice)
    assert [book.kind_of(act) for act in (before, after)] == ["own_product", "employment"]
    with pytest.raises(InvalidValueError):
        declare_context(people.alice, product, "simulated")


def test_a_simulated_product_stays_simulated(people):
    from django.utils import timezone

    sim = make_product(people.alice, "Brindle", world="simulated", clock=timezone.now())
    with pytest.raises(ConflictError):
        declare_context(people.alice, sim, "employment")


def test_what_it_said_before_is_kept_and_can_be_said_again(people, product):
    made = study(people.alice, reading(people.alice, product))
    save_study(people.alice, made.public_id, StudyDraft("Another title"))
    assert save_study(people.alice, made.public_id, StudyDraft("Another title")).version == 2
    assert [each.number for each in list_versions(people.alice, made.public_id)] == [2, 1]
    assert get_version(people.alice, made.public_id, 1).content["title"] == made.title
    back = restore_version(people.alice, made.public_id, 1)
    assert (back.title, back.version, back.sections) == (made.title, 3, made.sections)


def test_an_edit_over_a_newer_version_is_refused(people, product):
    made = study(people.alice, reading(people.alice, product))
    save_study(people.alice, made.public_id, StudyDraft("Newer"), base=1)
    with pytest.raises(ConflictError):
        save_study(people.alice, made.public_id, StudyDraft("Older"), base=1)
    form = {"title": "Mine, typed for an hour", "base": "1"}
    page = browser_of(people.alice).post(made.url, form)
    assert page.status_code == 400
    assert "Mine, typed for an hour" in page.content.decode()


def test_others_see_nothing_of_it(people, product):
    made = study(people.alice, reading(people.alice, product))
    assert list_studies(people.bob) == []
    for path in ("", "preview/", "evidence/", "versions/", "pdf/"):
        assert browser_of(people.bob).get(made.url + path).status_code == 404
    with pytest.raises(NotFoundError):
        get_study(people.bob, made.public_id)
    assert "Acme" not in browser_of(people.bob).get("/search/?q=asked").content.decode()


def test_deleting_can_be_undone(people, product):
    made = study(people.alice, reading(people.alice, product))
    set_study_deleted(people.alice, made.public_id, is_deleted=True)
    assert list_studies(people.alice) == []
    set_study_deleted(people.alice, made.public_id, is_deleted=False)
    assert [each.public_id for each in list_studies(people.alice)] == [made.public_id]


def test_a_teardown_rests_on_dated_sources(people):
    sections = {part.key: "None." for part in next(
        form for form in list_forms() if form.key == "teardown").sections}  # fmt: skip
    draft = StudyDraft("Parking", sections=sections | {"model": "It costs $3. {source:1}"})
    made = create_study(people.alice, "teardown", draft)
    assert not check_study(people.alice, made).compilation.is_whole
    source = Source("https://example.org/prices", "Prices", "2026-11-20")
    saved = save_study(
        people.alice, made.public_id, StudyDraft("Parking", "", draft.sections, (source,))
    )
    assert check_study(people.alice, saved).compilation.is_whole
    with pytest.raises(ConflictError):
        choose_acts(people.alice, made.public_id, add=[1])
    bad = (Source("javascript:alert(1)", "", "2026-11-20"),)
    with pytest.raises(InvalidValueError):
        save_study(people.alice, made.public_id, StudyDraft("Parking", sources=bad))


def test_a_reading_of_a_metric_is_evidence(people, product):
    send(people.alice, product, daily_events([5, 6, 7, 5]))
    metric = make_metric(people.alice, product)
    act = take_reading(people.alice, product, metric.public_id)
    (evidence,) = to_evidence(people.alice, [act.sequence])
    assert act.facts["value"] in evidence.numbers
    assert verify_ledger(people.alice.workspace_id).is_whole


def test_acts_are_found_by_kind_product_words_and_person(people, product):
    other = make_product(people.alice, "Other")
    one, two = reading(people.alice, product), reading(people.alice, other, name="Zebra")
    three = reading(people.bob, product)

    def find(**wanted: object) -> list[int]:
        found = search_acts(people.alice, Wanted(kind="reading.", **wanted))
        return [line.sequence for line in found.lines]

    assert find() == [two.sequence, one.sequence]
    assert find(text="zebra") == [two.sequence]
    assert find(product_id=product.public_id) == [one.sequence]
    assert find(only_mine=False) == [three.sequence, two.sequence, one.sequence]
    assert find(before=two.sequence) == [one.sequence]
    assert say_kind("case-study.status-changed") == "Case study: status changed"


def test_an_act_that_is_not_there_is_no_evidence(people):
    for sequence in (0, -1, 999_999, 2**70):
        with pytest.raises(InvalidValueError):
            create_study(people.alice, "note", StudyDraft("N"), acts=[sequence])


def test_positions_digests_and_ids_are_no_measures(people, product):
    act = reading(people.alice, product, position=77, digest="88" * 32, decision_id="99", x=[12.5])
    (evidence,) = to_evidence(people.alice, [act.sequence])
    assert set(evidence.numbers) == {0.6458, 48.0, 31.0, 12.5}


def test_forms_are_whole():
    keys = [form.key for form in list_forms()]
    assert keys == ["case-study", "failure", "teardown", "note"]
    for form in list_forms():
        assert form.name
        assert form.when.endswith(".")
        assert form.evidence in {"acts", "sources", "both"}
        parts = [part.key for part in form.sections]
        assert len(parts) == len(set(parts))
        assert all(part.title and part.ask.endswith(".") for part in form.sections)
        assert any(part.is_required for part in form.sections)
    for key in ("case-study", "failure", "teardown"):
        form = next(each for each in list_forms() if each.key == key)
        assert next(part for part in form.sections if part.key == "help").is_required


def test_every_row_survives_a_backup(people, product):
    from pilothouse.apps.portfolio.models import Picture
    from pilothouse.apps.portfolio.services.pictures import add_picture
    from pilothouse.apps.workspace.services.tables import decode_row, encode_row, iter_rows
    from tests.apps.portfolio.rows import tiny_picture

    add_picture(people.alice, [tiny_picture()], "A picture")
    (row,) = iter_rows(Picture)
    values = decode_row(Picture, encode_row(row))
    assert bytes(row["data"]) in [bytes(v) for v in values if isinstance(v, bytes | memoryview)]


def test_a_reading_of_a_rate_tells_how_many(people, product):
    """31 of 48 is what one writes; the share alone would not let the 31 stand."""
    last_week = NOW - timedelta(days=4)
    events = [make_event("back", "came back", "u1", NOW)]
    events += [make_event(f"o{n}", "opened", f"u{n}", last_week) for n in range(48)]
    events += [make_event(f"j{n}", "joined", f"u{n}", last_week) for n in range(31)]
    send(people.alice, product, events)
    question = parse_question("funnel", {"steps": ["opened", "joined"], "window": "1h"})
    metric = save_metric(people.alice, product, MetricDraft("Joined", question))
    with time_machine.travel(NOW, tick=False):
        act = take_reading(people.alice, product, metric.public_id)
    made = study(people.alice, act)
    assert (act.facts["hits"], act.facts["n"]) == (31, 48)
    assert check_study(people.alice, made).compilation.is_whole


def test_a_piece_of_a_product_begins_with_its_acts(people, product):
    client = browser_of(people.alice)
    form = {"kind": "case-study", "title": "A van", "product": product.public_id}
    answer = client.post("/portfolio/studies/new/", form)
    assert answer["Location"].endswith(f"/evidence/?product={product.public_id}")
    assert reading(people.alice, product).sequence
    (row,) = list_studies(people.alice)
    took = {"do": "add", "act": "1"}
    address = f"/portfolio/studies/{row.public_id}/evidence/?product={product.public_id}"
    assert client.post(address, took)["Location"] == address
    without = client.post("/portfolio/studies/new/", form | {"product": ""})
    assert "/evidence/" not in without["Location"]
