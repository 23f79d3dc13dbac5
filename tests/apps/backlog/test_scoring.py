"""Scores, rankings and surveys of a product: what is kept, refused, told and undone."""

from __future__ import annotations

import csv
import io
import json

import pytest

from pilothouse.apps.backlog.scoring_models import Score
from pilothouse.apps.backlog.services.batches import undo_batch
from pilothouse.apps.backlog.services.creating import ItemDraft
from pilothouse.apps.backlog.services.frameworks import get_weights, parse_weights, set_weights
from pilothouse.apps.backlog.services.items import create_item, list_items, set_item_deleted
from pilothouse.apps.backlog.services.ranking import (
    RankingQuery,
    apply_ranking,
    check_moscow,
    count_hits,
    next_unscored,
    rank_items,
    ranked_items,
    to_ranking_json,
)
from pilothouse.apps.backlog.services.scores import (
    get_scores,
    list_scores,
    save_actuals,
    save_score,
    set_score_ended,
)
from pilothouse.apps.backlog.services.scoring_exports import write_scores
from pilothouse.apps.backlog.services.surveys import (
    add_answers,
    create_survey,
    evaluate_survey,
    list_surveys,
    parse_table,
    remove_upload,
    set_survey_deleted,
)
from pilothouse.apps.workspace.models import Act
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from tests.apps.makers import browser_of
from tests.builders import make_people, make_product

pytestmark = pytest.mark.django_db
A = {"reach": "1000..4000/quarter", "impact": "0.5|1|2", "confidence": "80%", "effort": "2..6"}
B = {"reach": "500..900/quarter", "impact": "1|2", "confidence": "80%", "effort": "1..2"}


@pytest.fixture
def alice():
    return make_people().alice


@pytest.fixture
def product(alice):
    return make_product(alice)


@pytest.fixture
def item(alice, product):
    def make(title="A", **values):
        return create_item(alice, product, ItemDraft(title=title, **values))

    return make


@pytest.fixture
def scored(alice, product, item):
    """A and B of the reference, scored."""
    first, second = item("A"), item("B")
    save_score(alice, product, first.public_id, "rice", A)
    save_score(alice, product, second.public_id, "rice", B)
    return first, second


def test_a_score_keeps_what_was_typed_and_what_it_means(alice, product, item):
    view = save_score(alice, product, item().public_id, "rice", A, note="12 interviews")
    assert view.inputs == {
        "reach": {"low": 1000, "high": 4000}, "reach_period": "quarter",
        "impact": {"values": [[0.5, 1 / 3], [1, 1 / 3], [2, 1 / 3]]}, "confidence": 0.8,
        "effort": {"low": 2, "high": 6},
    }  # fmt: skip
    texts = {key: text for key, _, text in view.texts}
    assert (texts["reach"], texts["confidence"]) == ("1000..4000/quarter", "80%")
    assert view.score == pytest.approx(461.88, abs=0.01)
    assert view.low < view.score < view.high
    assert (view.user_name, view.note, view.findings) == ("Alice", "12 interviews", ())
    act = Act.objects.get(kind="score.given")
    assert act.product_id == product.public_id


def test_typing_the_shown_texts_again_changes_nothing(alice, product, item):
    public_id = item().public_id
    view = save_score(alice, product, public_id, "rice", A)
    again = save_score(
        alice, product, public_id, "rice", {key: text for key, _, text in view.texts}
    )
    assert again.public_id == view.public_id
    assert Score.objects.count() == 1


def test_an_earlier_belief_is_kept(alice, product, item):
    public_id = item().public_id
    old = save_score(alice, product, public_id, "rice", A)
    new = save_score(alice, product, public_id, "rice", {**A, "effort": "1"})
    other = save_score(alice, product, public_id, "ice", {"impact": 8, "confidence": 5, "ease": 3})
    shown = list_scores(product, public_id)
    assert [view.public_id for view in shown] == [other.public_id, new.public_id, old.public_id]
    assert [view.is_current for view in shown] == [True, True, False]
    assert get_scores(product, [public_id])[public_id].framework == "ice"


def test_a_score_is_taken_back_and_restored_once(alice, product, item):
    public_id = item().public_id
    old = save_score(alice, product, public_id, "rice", A)
    set_score_ended(alice, product, public_id, old.public_id, is_ended=True)
    assert get_scores(product, [public_id]) == {}
    new = save_score(alice, product, public_id, "rice", B)
    with pytest.raises(ConflictError, match="newer score"):
        set_score_ended(alice, product, public_id, old.public_id, is_ended=False)
    set_score_ended(alice, product, public_id, new.public_id, is_ended=True)
    set_score_ended(alice, product, public_id, old.public_id, is_ended=False)
    assert get_scores(product, [public_id])[public_id].public_id == old.public_id


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"reach": "30%"}, "percentage"), ({"reach": "2000"}, "no period"),
        ({"effort": "0"}, "nothing is free"), ({"confidence": "120%"}, "120%"),
        ({"effort": ""}, "not given"), ({"impact": "x"}, "no quantity"),
        ({"luck": "3"}, "no such input"), ({"impact": "1" * 300}, "200 characters"),
    ],
)  # fmt: skip
def test_what_no_score_can_be_made_of_is_refused(alice, product, item, cells, said):
    with pytest.raises(InvalidValueError, match=said):
        save_score(alice, product, item().public_id, "rice", {**A, **cells})
    assert Score.objects.count() == 0


def test_warnings_are_kept_with_the_score(alice, product, item):
    view = save_score(
        alice, product, item().public_id, "rice", {**A, "impact": "5", "confidence": "20%"}
    )
    assert {each.rule for each in view.findings} == {"off-scale-impact", "confidence-below-50"}


def test_ranking_of_two(alice, product, scored):
    view = rank_items(product, RankingQuery("rice"))
    items = ranked_items(product, view)
    assert [each.item.title for each in items] == ["B", "A"]
    assert items[0].row.beats_next == pytest.approx(0.56, abs=0.02)
    assert "A goes first if the" in items[0].turned_by[0]
    assert view.ranking.measure_first[0].name == "A"
    assert (view.unscored_count, to_ranking_json(product, view)["simulated"]) == (0, False)


def test_ranking_takes_what_is_open_unless_asked(alice, product, scored, item):
    done = item("done", status="done", kind="bug")
    save_score(alice, product, done.public_id, "rice", A)
    titles = lambda **asked: {  # noqa: E731
        row.name for row in rank_items(product, RankingQuery("rice", **asked)).ranking.rows
    }
    assert titles() == {"A", "B"}
    assert titles(statuses=("done",)) == {"done"}
    assert titles(kinds=("bug",)) == set()
    set_item_deleted(alice, product, scored[0].public_id, is_deleted=True)
    assert titles() == {"B"}


def test_the_backlog_takes_the_order_and_gives_it_back(alice, product, scored, item):
    item("unscored")
    assert [each.title for each in list_items(product)] == ["A", "B", "unscored"]
    batch = apply_ranking(alice, product, RankingQuery("rice"))
    assert [each.title for each in list_items(product)] == ["B", "A", "unscored"]
    assert apply_ranking(alice, product, RankingQuery("rice")) is None
    undo_batch(alice, product, batch.public_id)
    assert [each.title for each in list_items(product)] == ["A", "B", "unscored"]
    with pytest.raises(InvalidValueError, match="nothing is scored"):
        apply_ranking(alice, product, RankingQuery("ice"))


def test_next_without_a_score(alice, product, scored, item):
    assert next_unscored(product, "rice") is None
    third = item("third")
    assert next_unscored(product, "rice") == third.public_id
    assert next_unscored(product, "ice") == scored[0].public_id


def test_moscow_checks_the_musts(alice, product, item):
    for title, box, effort in (("a", "must", "7"), ("b", "could", "3"), ("c", "wont", "")):
        save_score(alice, product, item(title).public_id, "moscow", {"box": box, "effort": effort})
    view = check_moscow(product, RankingQuery("moscow"))
    assert view.result.must_share == pytest.approx(0.7)
    assert view.result.is_over
    assert [[each.title for each, _ in rows] for rows in view.boxes.values()] == [
        ["a"], [], ["b"], ["c"],
    ]  # fmt: skip
    apply_ranking(alice, product, RankingQuery("moscow"))


def test_what_came_true_is_held_against_every_belief(alice, product, item):
    public_id = item().public_id
    narrow = save_score(alice, product, public_id, "rice", {**A, "reach": "1000..1100/quarter"})
    wide = save_score(alice, product, public_id, "rice", A)
    for view in (narrow, wide):
        save_actuals(
            alice, product, public_id, view.public_id, {"reach": "2500", "confidence": "90%"}
        )
    hits = count_hits(product, "rice")
    assert (hits.hits, hits.n) == (1, 2)
    with pytest.raises(InvalidValueError, match="one number"):
        save_actuals(alice, product, public_id, wide.public_id, {"reach": "1..2"})
    with pytest.raises(InvalidValueError, match="no such input"):
        save_actuals(alice, product, public_id, wide.public_id, {"luck": "1"})


def test_scorecard_has_its_own_criteria(alice, product, item):
    set_weights(alice, product, parse_weights("Fit = 3\n risk = -1\n"))
    assert list(get_weights(product).items()) == [("fit", 3.0), ("risk", -1.0)]
    first, second = item("a"), item("b")
    save_score(alice, product, first.public_id, "scorecard", {"fit": "8", "risk": "2..6"})
    save_score(alice, product, second.public_id, "scorecard", {"fit": "9", "risk": "1"})
    view = rank_items(product, RankingQuery("scorecard"))
    assert [row.score for row in view.ranking.rows] == pytest.approx([6.5, 5])
    set_weights(alice, product, {"fit": 1, "love": 1})
    findings = rank_items(product, RankingQuery("scorecard")).ranking.findings
    assert {each.rule for each in findings} == {"missing-input"}


@pytest.mark.parametrize(
    "text", ["", "fit", "fit = x", "fit = nan", "box = 1", " = 3", "a = 1\nA = 2", "fit = 9999"]
)
def test_other_criteria_are_refused(alice, product, text):
    with pytest.raises(InvalidValueError):
        set_weights(alice, product, parse_weights(text))


KANO = "respondent\tsegment\tFeature\tFunctional\tDysfunctional\n" + "".join(
    f"r{i}\t{'large' if i % 2 else 'small'}\tExport\tlike\t{'dislike' if i < 15 else 'neutral'}\n"
    for i in range(24)
)


def test_a_survey_takes_a_pasted_table_once(alice, product):
    survey = create_survey(alice, product, "kano", "Spring", "customers of March")
    added = add_answers(alice, product, survey.public_id, parse_table(KANO))
    assert (added.added, added.known, added.left_out_count) == (24, 0, 0)
    assert add_answers(alice, product, survey.public_id, parse_table(KANO)).known == 24
    results = evaluate_survey(product, survey.public_id)
    (feature,) = results.features
    assert (feature.category, feature.n, feature.is_too_few) == ("O", 24, False)
    assert results.segments == ("large", "small")
    part = evaluate_survey(product, survey.public_id, segment="large").features[0]
    assert (part.n, part.is_too_few) == (12, True)
    assert list_surveys(product)[0].answers == 24
    assert remove_upload(alice, product, survey.public_id, added.upload) == 24
    assert evaluate_survey(product, survey.public_id).features == ()


def test_an_opportunity_survey(alice, product):
    survey = create_survey(alice, product, "opportunity", "Needs")
    table = parse_table("need;importance;satisfaction\nSpeed;5;1\nSpeed;9;1\nCalm;2;5\n")
    added = add_answers(alice, product, survey.public_id, table)
    assert added.left_out[0][0] == 3
    assert [each.need for each in evaluate_survey(product, survey.public_id).needs] == [
        "Speed", "Calm",
    ]  # fmt: skip
    olsen = evaluate_survey(product, survey.public_id, method="olsen")
    assert olsen.needs[0].score == 1


def test_deleted_surveys_come_back(alice, product):
    survey = create_survey(alice, product, "kano", "Spring")
    set_survey_deleted(alice, product, survey.public_id, is_deleted=True)
    assert list_surveys(product) == []
    with pytest.raises(NotFoundError):
        evaluate_survey(product, survey.public_id)
    set_survey_deleted(alice, product, survey.public_id, is_deleted=False)
    assert len(list_surveys(product)) == 1


@pytest.mark.parametrize("text", ["", "a,b", "a,b\n1,2\n", 'feature\n"x'])
def test_no_table_of_answers(alice, product, text):
    survey = create_survey(alice, product, "kano", "Spring")
    with pytest.raises(InvalidValueError):
        add_answers(alice, product, survey.public_id, parse_table(text))


@pytest.fixture
def browser(alice, product):
    client = browser_of(alice)
    client.base = f"/p/{product.public_id}/backlog"
    return client


def test_pages_of_a_score(browser, item):
    view = item("Export to CSV")
    url = f"{browser.base}/items/{view.public_id}/score/"
    form = {"framework": "rice", "input-reach": "30%", "input-reach_period": "month",
            "input-impact": "1", "input-confidence": "80", "input-effort": "2"}  # fmt: skip
    refused = browser.post(url, form)
    assert refused.status_code == 400
    assert "of whom?" in refused.text
    assert 'value="30%"' in refused.text
    assert '<option value="month" selected>' in refused.text
    following = item("Another")
    saved = browser.post(url, form | {"input-reach": "300..500", "next": "yes"})
    assert saved.status_code == 302
    assert following.public_id in saved["Location"]
    page = browser.get(url)
    assert 'value="300..500"' in page.text
    assert '<option value="month" selected>' in page.text
    assert "Beliefs so far" in page.text


def test_page_of_a_ranking(browser, scored):
    page = browser.get(f"{browser.base}/ranking/")
    assert "coin flip" in page.text
    assert "Impact of A" in page.text
    file = browser.get(f"{browser.base}/ranking/export/")
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [(row["rank"], row["name"], row["reach"]) for row in rows] == [
        ("1", "B", "500..900/quarter"), ("2", "A", "1000..4000/quarter"),
    ]  # fmt: skip
    applied = browser.post(f"{browser.base}/ranking/apply/", {"framework": "rice"}, follow=True)
    assert "Ordered by RICE: 2 items" in applied.text


def test_ranking_without_scores_teaches(browser, item):
    view = item("Export")
    page = browser.get(f"{browser.base}/ranking/?framework=cd3")
    assert "Nothing is scored here yet" in page.text
    assert f"{view.public_id}/score/?framework=cd3" in page.text


def test_survey_pages_take_a_file(browser, alice, product):
    survey = create_survey(alice, product, "kano", "Spring")
    url = f"{browser.base}/surveys/{survey.public_id}/"
    file = io.BytesIO(KANO.encode())
    file.name = "answers.csv"
    added = browser.post(url, {"file": file}, follow=True)
    assert "Added: 24 answers" in added.text
    assert "one-dimensional" in added.text
    wrong = io.BytesIO(b"\xff\xfe")
    wrong.name = "answers.csv"
    assert browser.post(url, {"file": wrong}).status_code == 400
    refused = browser.post(url, {"answers": "a,b\n1,2"})
    assert (refused.status_code, "a,b" in refused.text) == (400, True)


def test_export_holds_every_belief_and_answer(alice, product, scored, tmp_path):
    save_score(alice, product, scored[0].public_id, "rice", B)
    survey = create_survey(alice, product, "kano", "Spring")
    add_answers(alice, product, survey.public_id, parse_table(KANO))
    assert write_scores([product], tmp_path) == 4
    (body,) = json.loads((tmp_path / "scores.json").read_text())["products"]
    assert [(row["title"], row["ended_at"] is None) for row in body["scores"]] == [
        ("A", False), ("B", True), ("A", True),
    ]  # fmt: skip
    assert len(body["surveys"][0]["answers"]) == 24
    assert body["simulated"] is False


def test_pages_and_ranking_tell_the_same_interval(product, scored):
    alone = get_scores(product, [scored[0].public_id])[scored[0].public_id]
    row = next(
        row for row in rank_items(product, RankingQuery("rice")).ranking.rows if row.name == "A"
    )
    assert (alone.score, alone.low, alone.high) == (row.score, row.low, row.high)
