"""Files of cards: there and back, hostile packages, looking first, undo."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.apps.skills.models import CardState, OwnCard
from pilothouse.apps.skills.services import anki_read
from pilothouse.apps.skills.services.anki_html import (
    from_source,
    split_cloze,
    to_markdown,
    to_source,
)
from pilothouse.apps.skills.services.anki_read import read_apkg
from pilothouse.apps.skills.services.cards import CardDraft, create_card, get_card, list_cards
from pilothouse.apps.skills.services.cards_content import load_packs
from pilothouse.apps.skills.services.cards_files import read_csv, unguard_cell
from pilothouse.apps.skills.services.cards_imports import (
    ImportView,
    discard_card_import,
    export_cards,
    get_card_import,
    receive_cards,
    start_card_import,
    undo_card_import,
)
from pilothouse.apps.skills.services.reviews import rate_card, set_aside
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from tests.builders import People

NOW = datetime(2026, 11, 23, 8, tzinfo=timezone.utc)
DAY = timedelta(days=1)
TEXTS = [
    ("Plain?", "Yes."),
    ('**Bold** & <b>angle</b> "quotes"', "1. one\n2. two\n\n`code` | pipe"),
    ("=1+1?", "-2\n@x"),
    ("Ünïcödé 日本語 🎈?", "a\\b 'c' \x1funit"),
    ("{{c1::not a cloze}}?", "[sound:no.mp3] stays"),
]


def take(access: Access, body: bytes, name: str = "cards.apkg") -> ImportView:
    row = receive_cards(access, name, [body], deck="From file", now=NOW)
    return start_card_import(access, row.public_id)


def texts_of(access: Access) -> set[tuple[Any, ...]]:
    return {
        (card.text.deck, card.text.question, card.text.answer, card.text.why, card.text.tags)
        for card in list_cards(access)
        if card.text.is_own
    }


def write_some(access: Access) -> list[str]:
    return [
        create_card(
            access, CardDraft("C11" if n % 2 else "My deck: one", *text, "Why?", ("a", "b-c"))
        ).text.key
        for n, text in enumerate(TEXTS)
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["apkg", "csv"])
def test_what_goes_out_comes_back_the_same(people: People, kind: str):
    write_some(people.alice)
    body = export_cards(people.alice, kind, NOW, only_own=True)
    row = take(people.bob, body, f"c.{kind}")
    assert (row.created, row.known, row.problems) == (len(TEXTS), 0, ())
    assert texts_of(people.bob) == texts_of(people.alice)
    # A second time nothing is new, and whose cards they are knows them all.
    assert take(people.bob, body).created == 0
    assert take(people.alice, body).created == 0


@pytest.mark.django_db
def test_cards_of_ours_are_known_by_their_keys(people: People):
    body = export_cards(people.alice, "apkg", NOW)
    row = take(people.bob, body)
    total = sum(len(pack.cards) for pack in load_packs().values())
    assert (row.created, row.known) == (0, total)
    assert not OwnCard.objects.exists()


@pytest.mark.django_db
def test_how_well_cards_are_known_goes_along(people: People):
    alice, bob = people.alice, people.bob
    own, ours = write_some(alice)[0], "c11-peeking"
    for n, key in enumerate((own, ours)):
        rate_card(alice, key, 4, now=NOW - 30 * DAY + n * DAY / 24)
        rate_card(alice, key, 3, now=NOW - 10 * DAY + n * DAY / 24)
    set_aside(alice, ours, "suspend", now=NOW)
    rate_card(alice, "c11-power", 1, now=NOW - DAY)  # a step of learning: it is lost
    take(bob, export_cards(alice, "apkg", NOW))
    (mine,) = [card for card in list_cards(bob, state="review") if card.text.is_own]
    for theirs, back in (
        (get_card(alice, own), mine),
        (get_card(alice, ours), get_card(bob, ours)),
    ):
        assert theirs.memory == back.memory
        assert (theirs.reps, theirs.lapses, theirs.is_suspended) == (
            back.reps, back.lapses, back.is_suspended,
        )  # fmt: skip
    assert get_card(bob, "c11-power").memory is None


@pytest.mark.django_db
def test_a_memory_that_is_here_is_never_overwritten(people: People):
    rate_card(people.alice, "c11-peeking", 4, now=NOW - 30 * DAY)
    rate_card(people.bob, "c11-peeking", 3, now=NOW - DAY)
    before = get_card(people.bob, "c11-peeking")
    take(people.bob, export_cards(people.alice, "apkg", NOW))
    assert get_card(people.bob, "c11-peeking") == before


@pytest.mark.django_db
def test_looking_stores_no_card_and_undo_takes_all_out_again(people: People):
    alice, bob = people.alice, people.bob
    for key in [*write_some(alice), "c11-peeking", "c11-power"]:
        rate_card(alice, key, 4, now=NOW - 30 * DAY)
    body = export_cards(alice, "apkg", NOW)
    row = receive_cards(bob, "a/b\\c.apkg", [body[:100], body[100:]], deck="d", now=NOW)
    assert (row.file_name, len(row.fresh)) == ("c.apkg", len(TEXTS))
    assert texts_of(bob) == set()
    start_card_import(bob, row.public_id)
    rate_card(bob, "c11-power", 3, now=NOW)
    undone = undo_card_import(bob, row.public_id)
    assert (undone.state, texts_of(bob)) == ("undone", set())
    # What was rated since is the person's own by now.
    kept = CardState.objects.filter(user_id=bob.user_id, is_gone=False)
    assert list(kept.values_list("card", flat=True)) == ["c11-power"]
    with pytest.raises(ConflictError):
        undo_card_import(bob, row.public_id)
    assert take(bob, body).created == len(TEXTS)
    kinds = [act.kind for act in list_acts(bob)]
    assert kinds.count("cards.imported") == 2


@pytest.mark.django_db
def test_files_belong_to_their_person(people: People):
    row = receive_cards(people.alice, "a.csv", [b"question,answer\nq,a\n"], deck="d", now=NOW)
    for use in (get_card_import, start_card_import, discard_card_import, undo_card_import):
        with pytest.raises(NotFoundError):
            use(people.bob, row.public_id)
    discard_card_import(people.alice, row.public_id)
    with pytest.raises(NotFoundError):
        get_card_import(people.alice, row.public_id)


# What a package of Anki's own looks like, made without the writer of ours.
TABLES = (
    "CREATE TABLE col (crt integer, models text, decks text);"
    "CREATE TABLE notes (id integer, guid text, mid integer, tags text, flds text);"
    "CREATE TABLE cards (id integer, nid integer, did integer, ord integer, type integer,"
    " queue integer, due integer, ivl integer, reps integer, lapses integer, data text);"
    "CREATE TABLE revlog (id integer, cid integer);"
)


def make_apkg(
    notes: Iterable[tuple[str, str, list[str]]],
    *,
    kind: int = 0,
    templates: int = 1,
    cards: Iterable[tuple[Any, ...]] | None = None,
    name: str = "collection.anki2",
    more: dict[str, bytes] | None = None,
    sql: str = "",
) -> bytes:
    """``notes`` are (guid, tags, fields); a card each, new unless ``cards`` says otherwise."""
    fields = [{"name": each} for each in ("Front", "Back", "Extra")]
    models = {"7": {"flds": fields, "type": kind, "tmpls": [{}] * templates}}
    decks = {"1": {"name": "Default"}, "2": {"name": "Work::Metrics"}}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "collection"
        with closing(sqlite3.connect(path)) as rows:
            rows.executescript(TABLES)
            col = (1_700_000_000, json.dumps(models), json.dumps(decks))
            rows.execute("INSERT INTO col VALUES (?, ?, ?)", col)
            for n, (guid, tags, texts) in enumerate(notes, start=1):
                note = (n, guid, tags, "\x1f".join(texts))
                rows.execute("INSERT INTO notes VALUES (?, ?, 7, ?, ?)", note)
                new = [(n * 100 + o, n, 2, o, 0, 0, 0, 0, 0, 0, "") for o in range(templates)]
                rows.executemany(f"INSERT INTO cards VALUES ({','.join('?' * 11)})", cards or new)
            rows.executescript(sql)
            rows.commit()
        body = io.BytesIO()
        with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as package:
            package.write(path, name)
            for other, content in (more or {}).items():
                package.writestr(other, content)
    return body.getvalue()


def read(body: bytes) -> Any:
    return read_apkg(io.BytesIO(body), "Imported")


def test_notes_of_anki_become_markdown_in_their_deck():
    html = '<div>What is <b>NRR</b>?</div><img src="a.png"><script>steal()</script>'
    body = make_apkg(
        [("g1", " money saas ", [html, "a&amp;b<ul><li>one</li><li>two</li></ul>", "see<br>this"])],
        more={"media": b'{"0": "a.png"}', "0": b"PNG"},
    )
    file = read(body)
    (card,) = file.cards
    assert (card.deck, card.tags) == ("Metrics", ("money", "saas"))
    assert card.question == "What is **NRR**?"
    assert card.answer == "a&b\n\n- one\n\n- two" or card.answer == "a&b\n\n- one\n- two"
    assert (card.why, card.memory) == ("see\nthis", None)
    assert file.problems == ("1 pictures and sounds are left out: cards here are texts.",)


def test_a_cloze_note_becomes_a_card_for_each_number():
    body = make_apkg(
        [("g", "", ["{{c1::LTV}} over {{c2::CAC::cost}} is {{c1::3}}", "usual", ""])], kind=1
    )
    first, second = read(body).cards
    assert first.question == "[…] over CAC is […]"
    assert first.answer == "**LTV** over CAC is **3**"
    assert second.question == "LTV over [cost] is 3"
    assert (first.guid, second.guid, first.why) == ("g", "g-2", "usual")


def test_reversed_cards_and_broken_notes_are_told():
    file = read(make_apkg([("g", "", ["q", "a", ""]), ("h", "", ["", "a", ""])], templates=2))
    assert [card.question for card in file.cards] == ["q"]
    assert "2 reversed cards are left out" in " ".join(file.problems)
    assert "a question has 1 to 2,000" in " ".join(file.problems)


@pytest.mark.parametrize(
    "data",
    ["", "{", "[]", '{"s": -1, "d": 5}', '{"s": 5, "d": 99}', '{"s": "NaN", "d": 5}', '{"s": 1e9}',
     '{"s": null, "d": null}', "7"],
)  # fmt: skip
def test_a_memory_that_cannot_be_is_not_taken(data: str):
    card = (100, 1, 2, 0, 2, 2, 30, 10, 3, 1, data)
    assert read(make_apkg([("g", "", ["q", "a", ""])], cards=[card])).cards[0].memory is None


def test_a_memory_of_anki_is_taken_with_its_days():
    card = (100, 1, 2, 0, 2, -1, 30, 10, 3, 1, '{"s": 12.5, "d": 6.1}')
    (brought,) = read(make_apkg([("g", "", ["q", "a", ""])], cards=[card])).cards
    due = datetime.fromtimestamp(1_700_000_000, timezone.utc) + 30 * DAY
    assert brought.memory == {
        "stability": 12.5, "difficulty": 6.1, "due": due.isoformat(),
        "last_review": (due - 10 * DAY).isoformat(), "reps": 3, "lapses": 1, "is_suspended": True,
    }  # fmt: skip


VIEW = (
    "DROP TABLE notes; CREATE VIEW notes AS SELECT 1 id, 'g' guid, 7 mid, '' tags,"
    " (SELECT group_concat(x) FROM (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
    " SELECT x FROM c)) flds;"
)
ZIP_OF_NOTHING = io.BytesIO()
with zipfile.ZipFile(ZIP_OF_NOTHING, "w") as _package:
    _package.writestr("../../evil", b"x")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"PK\x03\x04 broken", "cannot be read|can be read"),
        (b"", "can be read"),
        (ZIP_OF_NOTHING.getvalue(), "no collection"),
        (make_apkg([], name="collection.anki21b"), "newest form"),
        (make_apkg([], more={"collection.anki21b": b"x"}), "newest form"),
        (make_apkg([("g", "", ["q", "a"])])[:-40], "can be read"),
    ],
)
def test_what_is_no_package_is_refused(body: bytes, words: str):
    with pytest.raises(InvalidValueError, match=words):
        read(body)


def test_a_view_that_never_ends_is_not_run():
    with pytest.raises(InvalidValueError, match="no tables of notes"):
        read(make_apkg([], sql=VIEW))


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("collection.anki2", b"\0" * 5_000_000)
    with pytest.raises(InvalidValueError, match="200 times"):
        read(bomb.getvalue())
    # A directory that lies about the size gives no more than it says, and that is broken.
    honest = bytearray(make_apkg([("g", "", ["q", "a"])]))
    for place in (22, honest.index(b"PK\x01\x02") + 24):
        honest[place : place + 4] = (10).to_bytes(4, "little")
    with pytest.raises(InvalidValueError, match="can be read"):
        read(bytes(honest))


def test_too_many_notes_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(anki_read, "MAX_CARDS", 3)
    with pytest.raises(InvalidValueError, match="at most 3"):
        read(make_apkg([(f"g{n}", "", ["q", "a"]) for n in range(4)]))


@pytest.mark.django_db
def test_a_file_that_is_too_large_is_refused_while_it_comes(people: People):
    def endless() -> Iterable[bytes]:
        yield b"question,answer\n"
        while True:
            yield b"x" * 2**20

    with pytest.raises(InvalidValueError, match="at most 10 MB"):
        receive_cards(people.alice, "a.csv", endless(), deck="d", now=NOW)


@settings(max_examples=200)
@given(text=st.text())
def test_source_fields_come_back_exactly(text: str):
    assert from_source(to_source(text.replace("\r", ""))) == text.replace("\r", "")


@pytest.mark.parametrize("odd", ["<![1", "<![x[", "<![ ", "<![a]", "<![CDATA[1", "<!["])
def test_odd_declarations_are_no_fault(odd: str):
    assert to_markdown(f"a {odd}> b").text == "a  b"
    assert to_markdown(f"a {odd}").text.startswith("a")


@settings(max_examples=200)
@given(html=st.text(alphabet="<>/abci!-&;=\"' \n{}:1[]", max_size=80))
def test_no_tag_comes_through(html: str):
    words = to_markdown(html).text
    assert "<script" not in words
    for _, asked, told in split_cloze(html):
        assert isinstance(asked, str)
        assert isinstance(told, str)


@pytest.mark.parametrize("cell", ["'=1", "'", "''=1", "=1", "a'", "'tis", ""])
def test_the_mark_against_formulas_goes_and_comes(cell: str):
    from pilothouse.apps.workspace.services.export import guard_cell

    assert unguard_cell(guard_cell(cell)) == (cell if cell != "'=1" else "=1")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "names the columns"), (b"a,b\n1,2\n", "names the columns"),
        (b"\xff\xfe", "UTF-8"), (b'question,answer\n"' + b"x" * 200_000, "not a CSV|too large|no"),
    ],
)  # fmt: skip
def test_csv_files_that_cannot_be_read_are_refused(body: bytes, words: str):
    with pytest.raises(InvalidValueError, match=words):
        read_csv(body, "d")


def test_csv_of_other_tools_is_understood():
    file = read_csv(b"Front;Back;Tags\nq1;a1;x y\n;a2;\nq1;a1;\n", "Deck")
    assert [(c.deck, c.question, c.answer, c.tags) for c in file.cards] == [
        ("Deck", "q1", "a1", ("x", "y"))
    ]
    assert len(file.problems) == 2


def test_a_sample_written_by_anki_style_code_is_read(tmp_path: Path):
    """genanki is independent of our reader: what it writes plainly is read."""
    import genanki

    fields = [{"name": "Front"}, {"name": "Back"}]
    template = {"name": "1", "qfmt": "{{Front}}", "afmt": "{{Back}}"}
    model = genanki.Model(99, "Basic", fields=fields, templates=[template])
    deck = genanki.Deck(98, "Study::Retention")
    deck.add_note(genanki.Note(model=model, fields=["What is <i>D7</i>?", "Day seven"], tags=["t"]))
    genanki.Package(deck).write_to_file(str(tmp_path / "d.apkg"))
    (card,) = read((tmp_path / "d.apkg").read_bytes()).cards
    assert (card.deck, card.question, card.answer, card.tags) == (
        "Retention", "What is *D7*?", "Day seven", ("t",),
    )  # fmt: skip
