"""Applications: histories with days of one's own, silence, what was sent, the funnel."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilothouse.apps.jobs.models import ApplicationMove
from pilothouse.apps.jobs.services.applications import (
    ApplicationChange,
    ApplicationDraft,
    ApplicationView,
    begin_application,
    change_application,
    finish_next_action,
    get_application,
    list_applications,
    set_application_deleted,
)
from pilothouse.apps.jobs.services.boards import CARDS_SHOWN, Wanted, filter_applications, lay_out
from pilothouse.apps.jobs.services.funnels import read_funnel, to_funnel_json
from pilothouse.apps.jobs.services.histories import PAGE
from pilothouse.apps.jobs.services.moves import change_move, move_application, set_move_removed
from pilothouse.apps.jobs.services.postings import PostingDraft, save_posting
from pilothouse.apps.jobs.services.resume_versions import build_version, read_file
from pilothouse.apps.jobs.services.search_settings import SettingsView, save_settings
from pilothouse.apps.jobs.services.sent_files import SentDraft, add_sent, list_sent, read_sent
from pilothouse.apps.jobs.services.texts import today
from pilothouse.apps.jobs.services.timeline import (
    add_person,
    list_people,
    read_timeline,
    write_note,
)
from pilothouse.apps.people.services.contacts import ContactDraft, create_contact
from pilothouse.apps.workspace.services.ledger import WITHHELD, list_acts
from pilothouse.apps.workspace.services.search import search
from pilothouse.engines.jobs import STAGES
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from tests.apps.jobs.resume_makers import base_of
from tests.apps.makers import browser_of


def ago(days: int) -> str:
    return (today() - timedelta(days=days)).isoformat()


def sent(access: Any, *way: tuple[str, int], company: str = "Acme", **more: Any) -> ApplicationView:
    """An application from (stage, days ago)."""
    (stage, first), *rest = way
    draft = ApplicationDraft("PM", company, stage=stage, on=ago(first), **more)
    view = begin_application(access, draft)
    for stage, back in rest:
        view, _ = move_application(access, view.public_id, stage, on=ago(back))
    return view


def resume(access: Any, view: ApplicationView, label: str) -> None:
    add_sent(access, view.public_id, SentDraft(f"{label}.pdf", [b"%PDF"], label=label))


def test_it_is_begun_from_a_posting(people):
    text = "Product manager\nfor our shop."
    posting = save_posting(people.alice, PostingDraft(text, company="Acme"))
    view = begin_application(people.alice, ApplicationDraft(posting_id=posting.public_id))
    assert (view.title, view.company, view.posting_id) == (
        "Product manager", "Acme", posting.public_id,
    )  # fmt: skip
    with pytest.raises(NotFoundError):
        begin_application(people.bob, ApplicationDraft(posting_id=posting.public_id))


def test_going_back_loses_nothing(people):
    view = sent(people.alice, ("applied", 50), ("interview", 30), ("screen", 10))
    assert (view.standing.stage, view.standing.days) == ("screen", 10)
    assert [move.stage for move in view.moves] == ["applied", "interview", "screen"]
    assert view.history.reached(5) is not None


def test_a_changed_day_is_reckoned_anew_and_the_old_one_kept(people):
    view = sent(people.alice, ("applied", 50), ("screen", 40))
    changed = change_move(people.alice, view.public_id, 2, stage="screen", on=ago(20), note="Late")
    move = changed.moves[1]
    assert [each["on"] for each in move.earlier] == [ago(40)]
    assert [span.days for span in changed.history.spans] == [30, 20]
    # A day before the first one turns the order around.
    turned = change_move(people.alice, view.public_id, 2, stage="screen", on=ago(60), note="")
    assert turned.standing.stage in {"applied", "ghosted"}
    assert [each["on"] for each in turned.moves[1].earlier] == [ago(40), ago(20)]


def test_a_mistake_is_taken_back_and_counts_no_longer(people):
    view = sent(people.alice, ("applied", 9), ("offer", 1))
    back = set_move_removed(people.alice, view.public_id, 2, is_removed=True)
    assert (back.standing.stage, back.history.reached(8), len(back.moves)) == ("applied", None, 2)
    again = set_move_removed(people.alice, view.public_id, 2, is_removed=False)
    assert again.standing.stage == "offer"
    set_move_removed(people.alice, view.public_id, 1, is_removed=True)
    with pytest.raises(ConflictError, match="only move that counts"):
        set_move_removed(people.alice, view.public_id, 2, is_removed=True)


def test_silence_ends_it_until_somebody_answers(people):
    view = sent(people.alice, ("applied", 40))
    assert (view.standing.stage, view.standing.is_presumed) == ("ghosted", True)
    write_note(people.alice, view.public_id, "heard", "Still deciding.", ago(10))
    assert get_application(people.alice, view.public_id).standing.stage == "applied"
    save_settings(people.alice, SettingsView(ghost_days=10))
    assert get_application(people.alice, view.public_id).standing.stage == "ghosted"
    change = ApplicationChange("PM", "Acme", "board", ghost_days="0")
    assert change_application(people.alice, view.public_id, change).standing.stage == "applied"


def test_the_file_comes_back_as_it_was_sent(people):
    view = sent(people.alice, ("applied", 3))
    data = b"<script>alert(1)</script>" * 9
    kept = add_sent(people.alice, view.public_id, SentDraft("../a.html", [data], label="B"))
    assert read_sent(people.alice, view.public_id, kept.public_id)[1] == data
    answer = browser_of(people.alice).get(kept.url)
    assert (answer.content, answer["Content-Type"]) == (data, "application/octet-stream")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "/" not in answer["Content-Disposition"].partition("UTF-8''")[2]
    assert get_application(people.alice, view.public_id).version == "B"
    with pytest.raises(NotFoundError):
        read_sent(people.bob, view.public_id, kept.public_id)


def test_a_file_too_large_is_refused(people):
    view = sent(people.alice, ("applied", 3))
    chunks = (b"x" * 1024**2 for _ in range(6))
    with pytest.raises(InvalidValueError, match="at most 5 MB"):
        add_sent(people.alice, view.public_id, SentDraft("a.pdf", chunks))
    assert list_sent(view) == []


@pytest.mark.parametrize(
    ("stage", "on", "note", "words"),
    [
        ("hired", "", "", "a stage is one of"),
        ("screen", "2150-01-01", "", "a day that was"),
        ("screen", "soon", "", "soon"),
        ("skipped", "", "", "needs its reason"),
        ("screen", "", "x" * 501, "at most 500"),
    ],
)
def test_what_is_refused_says_why_and_loses_nothing(people, stage, on, note, words):
    view = sent(people.alice, ("applied", 3))
    with pytest.raises(InvalidValueError, match=words):
        move_application(people.alice, view.public_id, stage, on=on, note=note)
    answer = browser_of(people.alice).post(
        f"{view.url}moves/", {"stage": stage, "on": on, "note": note}
    )
    assert answer.status_code == 400
    assert not note or note.encode() in answer.content
    assert len(get_application(people.alice, view.public_id).moves) == 1


def test_the_ledger_holds_no_name(people):
    view = sent(people.alice, ("applied", 3), company="Zanzibar Ltd", referrer="Zoe")
    add_person(people.alice, view.public_id, "recruiter", "Zoe")
    write_note(people.alice, view.public_id, "note", "Zoe said so")
    resume(people.alice, view, "Zanzibar version")
    text = json.dumps([dict(act.facts) for act in list_acts(people.alice)])
    assert "Zanzibar" not in text
    assert "Zoe" not in text


def test_other_members_learn_nothing_from_the_ledger(people):
    view = sent(people.alice, ("applied", 3))
    mine, theirs = list_acts(people.alice)[0], list_acts(people.bob)[0]
    assert (mine.kind, mine.object_id) == ("application.begun", view.public_id)
    assert (theirs.kind, theirs.user_id, theirs.object_id, theirs.facts) == (WITHHELD, "", "", {})
    assert (theirs.sequence, theirs.hash) == (mine.sequence, mine.hash)
    browser = browser_of(people.bob)
    for address in ("/workspace/ledger/", "/workspace/ledger/export/"):
        page = browser.get(address).content.decode()
        assert "application" not in page
        assert view.public_id not in page


def test_the_next_action_becomes_a_line_when_done(people):
    view = sent(people.alice, ("applied", 3))
    change = ApplicationChange("PM", "Acme", "board", next_action="Ask Ann", next_on=ago(1))
    view = change_application(people.alice, view.public_id, change)
    assert view.is_due
    done = finish_next_action(people.alice, view.public_id)
    assert (done.next_action, done.next_on) == ("", None)
    assert [line.note.text for line in read_timeline(done) if line.note] == ["Done: Ask Ann"]
    with pytest.raises(ConflictError):
        finish_next_action(people.alice, view.public_id)


def test_deleting_is_undone_with_everything(people):
    view = sent(people.alice, ("applied", 9), ("screen", 3))
    set_application_deleted(people.alice, view.public_id, is_deleted=True)
    assert list_applications(people.alice) == []
    set_application_deleted(people.alice, view.public_id, is_deleted=False)
    assert len(get_application(people.alice, view.public_id).moves) == 2


def test_a_version_built_here_is_kept_byte_for_byte(people):
    version = build_version(people.alice, base_of(people.alice, "Led a team.").public_id)
    view = sent(people.alice, ("applied", 3))
    data = {"version": version.public_id, "kind": "other", "label": "", "sent_on": ago(3)}
    browser = browser_of(people.alice)
    assert browser.post(f"{view.url}files/", data).status_code == 302
    (kept,) = list_sent(view)
    assert (kept.kind, kept.label, kept.version_id) == ("resume", version.label, version.public_id)
    pdf = read_file(people.alice, version.public_id, "pdf")[2]
    assert browser.get(kept.url).content == pdf
    assert get_application(people.alice, view.public_id).version == version.label
    theirs = sent(people.bob, ("applied", 3))
    assert browser_of(people.bob).post(f"{theirs.url}files/", data).status_code == 404


def test_search_finds_it_for_its_person_alone(people):
    view = sent(people.alice, ("applied", 3), company="Zanzibar")
    save_posting(people.alice, PostingDraft("Zanzibar looks for somebody."))
    assert {hit.url for hit in search(people.alice, "zanzibar")} >= {view.url}
    assert len(search(people.alice, "zanzibar")) == 2
    assert search(people.bob, "zanzibar") == []
    set_application_deleted(people.alice, view.public_id, is_deleted=True)
    assert len(search(people.alice, "zanzibar")) == 1


def test_next_actions_as_a_calendar(people):
    from icalendar import Calendar

    view = sent(people.alice, ("applied", 3), company="Acme; Söhne, Ltd")
    sent(people.alice, ("applied", 3))
    browser = browser_of(people.alice)
    assert Calendar.from_ical(browser.get("/jobs/history/ics/").content).events == []
    change = ApplicationChange("PM", view.company, "board", next_action="Ask\r\nBEGIN:VEVENT",
                               next_on="2026-12-24")  # fmt: skip
    change_application(people.alice, view.public_id, change)
    (event,) = Calendar.from_ical(browser.get("/jobs/history/ics/").content).events
    assert str(event["summary"]) == "Ask BEGIN:VEVENT: Acme; Söhne, Ltd"
    assert event["dtstart"].dt.isoformat() == "2026-12-24"
    assert str(event["uid"]).startswith(view.public_id)
    other = browser_of(people.bob).get("/jobs/history/ics/").content
    assert Calendar.from_ical(other).events == []


def test_people_known_there_are_shown_and_can_have_referred(people):
    ann = create_contact(people.alice, ContactDraft(name="Ann Example", company="Acme Ltd"))
    view = sent(people.alice, ("applied", 3), company="Acme")
    browser = browser_of(people.alice)
    people_of = f"{view.url}?part=people"
    assert b"Ann Example" in browser.get(people_of).content
    data = {"part": "referrer", "name": "Ann Example", "contact_id": ann.public_id}
    assert browser.post(f"{view.url}people/", data).url == people_of
    assert [each.contact_id for each in list_people(view)] == [ann.public_id]
    theirs = sent(people.bob, ("applied", 3), company="Acme")
    assert b"Ann Example" not in browser_of(people.bob).get(f"{theirs.url}?part=people").content
    assert browser_of(people.bob).post(f"{theirs.url}people/", data).status_code == 404


def search_of(alice: Any) -> None:
    """Counted by hand: applied at least 30 days ago are six, of which two had a talk."""
    for version, way in (
        ("A", (("applied", 90), ("screen", 80), ("offer", 60))),
        ("A", (("applied", 80), ("screen", 70), ("rejected", 60))),
        ("A", (("applied", 70), ("rejected", 60))),
        ("B", (("applied", 60),)),
        ("B", (("applied", 50), ("rejected", 45))),
        ("B", (("applied", 40), ("withdrawn", 39))),
        ("B", (("applied", 10), ("screen", 5))),
    ):
        resume(alice, sent(alice, *way), version)


def test_the_funnel_by_hand(people):
    search_of(people.alice)
    answer = to_funnel_json(read_funnel(people.alice))
    assert answer["reached"] == {"applied": 7, "screen": 3, "interview": 1, "final": 1, "offer": 1}
    first = answer["steps"][0]
    assert (first["went_on"], first["did_not"], first["left"], first["young"]) == (2, 3, 1, 1)
    # Wilson's interval of 2 of 5.
    assert first["rate"]["n"] == 5
    assert first["rate"]["low"] == pytest.approx(0.1176, abs=1e-4)
    assert first["rate"]["high"] == pytest.approx(0.7693, abs=1e-4)
    by = answer["by"]["version"]
    assert {name: (each["went_on"], each["did_not"]) for name, each in by.items()} == {
        "A": (2, 1), "B": (0, 2),
    }  # fmt: skip
    assert answer["diagnosis"]["sentence"].startswith("Not what is sent.")


def test_a_changed_day_changes_the_funnel(people):
    search_of(people.alice)
    young = list_applications(people.alice)[0]
    change_move(people.alice, young.public_id, 1, stage="applied", on=ago(31))
    first = to_funnel_json(read_funnel(people.alice))["steps"][0]
    assert (first["went_on"], first["young"]) == (3, 0)


def test_the_history_as_files(people):
    sent(people.alice, ("applied", 9), ("screen", 3), company="=Acme()")
    browser = browser_of(people.alice)
    text = browser.get("/jobs/history/csv/").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert [row[5:9] for row in rows[1:]] == [
        ["applied", ago(9), ago(3), "6"], ["screen", ago(3), "", "3"],
    ]  # fmt: skip
    assert rows[1][0] == "'=Acme()"
    body = json.loads(browser.get("/jobs/history/json/").content)
    assert [move["stage"] for move in body["applications"][0]["moves"]] == ["applied", "screen"]
    assert browser.get("/jobs/history/exe/").status_code == 404
    of_bob = browser_of(people.bob).get("/jobs/history/json/").content
    assert json.loads(of_bob)["applications"] == []


def test_the_board_shows_a_part_of_a_large_column(people):
    numbers = range(CARDS_SHOWN + 3)
    views = [sent(people.alice, ("applied", n % 9), company=f"C{n}") for n in numbers]
    column = next(each for each in lay_out(views) if each.key == "applied")
    assert (len(column.cards), column.count) == (CARDS_SHOWN, CARDS_SHOWN + 3)
    browser = browser_of(people.alice)
    assert "list/?part=applied" in browser.get("/jobs/applications/").content.decode()
    page = browser.get("/jobs/applications/list/?part=applied").content.decode()
    assert f"1–{CARDS_SHOWN + 3} of {CARDS_SHOWN + 3} applications" in page
    assert "None like that" in browser.get("/jobs/applications/list/?part=offer").content.decode()
    found = filter_applications(views, Wanted("c2", stage="applied", source="board"))
    assert [each.company for each in found] == ["C2", "C20", "C21", "C22"]
    assert filter_applications(views, Wanted("c2", "over")) == []


def test_a_move_of_the_board_comes_back_to_the_card(people):
    view = sent(people.alice, ("applied", 3))
    place = f"/jobs/applications/#card-{view.public_id}"
    data = {"stage": "screen", "on": "", "note": "", "next": place}
    assert browser_of(people.alice).post(f"{view.url}moves/", data)["Location"] == place
    browser_of(people.alice).post(f"{view.url}moves/2/remove/")
    assert get_application(people.alice, view.public_id).standing.stage == "applied"


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["move", "change", "remove", "restore"]), st.sampled_from(list(STAGES)),
        st.integers(0, 200), st.integers(1, 6),
    ),
    max_size=10,
)  # fmt: skip


@given(EDITS)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_edits_keep_the_history_whole(people, edits):
    """Whatever is moved, changed, taken back: nothing is lost and all follows from the moves."""
    alice = people.alice
    view = sent(alice, ("applied", 100))
    said: dict[int, list[str]] = {1: [ago(100)]}
    for what, stage, back, number in edits:
        try:
            if what == "move":
                view, at = move_application(alice, view.public_id, stage, on=ago(back), note="w")
                said[at] = [ago(back)]
            elif what == "change":
                day = ago(back)
                change_move(alice, view.public_id, number, stage=stage, on=day, note="w")
                said[number].append(ago(back))
            else:
                set_move_removed(people.alice, view.public_id, number, is_removed=what == "remove")
        except (NotFoundError, ConflictError):
            continue
    view = get_application(people.alice, view.public_id)
    counted = [move for move in view.moves if not move.is_removed]
    for move in view.moves:
        kept = [each["on"] for each in move.earlier] + [move.on.isoformat()]
        assert set(kept) == set(said[move.number])
    assert [m.number for m in view.moves] == sorted(said)
    assert sorted(span.move.number for span in view.history.spans) == [m.number for m in counted]
    first = min(move.on for move in counted)
    assert sum(span.days for span in view.history.spans) == (today() - first).days
    assert ApplicationMove.objects.filter(application_id=view.id).count() == len(said)


def test_the_history_of_a_period_and_all_of_it_on_one_page(people):
    view = sent(people.alice, ("applied", 40), ("screen", 20), ("rejected", 3), company="Acme")
    sent(people.alice, ("applied", 90), company="Before")
    browser = browser_of(people.alice)
    page = browser.get(f"/jobs/history/?from={ago(25)}&to={ago(10)}").content.decode()
    assert "Acme" in page
    assert "Before" not in page
    assert page.count("First talk") == 1
    assert "Rejected" not in page
    rows = browser.get(f"/jobs/history/csv/?from={ago(25)}&to={ago(10)}").content.decode()
    assert [line.split(",")[5] for line in rows.splitlines()[1:]] == ["screen"]
    assert "Nothing began" in browser.get(f"/jobs/history/?to={ago(400)}").content.decode()
    refused = browser.get(f"/jobs/history/?from={ago(1)}&to={ago(2)}")
    assert refused.status_code == 400
    assert "from its first day to its last" in refused.content.decode()
    for number in range(PAGE):
        sent(people.alice, ("applied", 5), company=f"C{number}")
    assert view.company not in browser.get("/jobs/history/").content.decode()
    assert view.company in browser.get("/jobs/history/?page=2").content.decode()
    assert view.company in browser.get("/jobs/history/?all=1").content.decode()
