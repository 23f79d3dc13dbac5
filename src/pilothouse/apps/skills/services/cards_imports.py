"""Files of cards: read, looked at, taken in, taken out again; and all one's cards as a file.

Whose card is here already is left as it is, so that the same file twice changes nothing. Cards of
ours in a file are known by their keys: of these only the memory is taken, where there is none yet.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.db import transaction

from pilothouse.apps.skills.models import (
    CardImport,
    CardImportState,
    CardReview,
    CardStage,
    CardState,
    OwnCard,
)
from pilothouse.apps.skills.services.anki_read import MAX_FILE_BYTES, read_apkg
from pilothouse.apps.skills.services.anki_write import Rated, write_apkg
from pilothouse.apps.skills.services.cards import (
    MAX_OWN_CARDS,
    find_own_by_guid,
    list_cards,
    own_rows,
)
from pilothouse.apps.skills.services.cards_brought import (
    Brought,
    from_json,
    shorten,
    to_json,
)
from pilothouse.apps.skills.services.cards_content import load_cards
from pilothouse.apps.skills.services.cards_files import read_csv, write_csv
from pilothouse.apps.skills.services.cards_texts import check_deck
from pilothouse.apps.skills.services.decks import Habits, get_habits
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.apps.workspace.services.uploads import plain_file_name
from pilothouse.engines.skills.scheduling import MAX_INTERVAL_DAYS
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError

MAX_CSV_BYTES = 10 * 2**20
FORMATS = ("apkg", "csv")
AT_ONCE = 500


@dataclass(frozen=True)
class ImportView:
    """A file of cards. ``cards`` are those that wait; empty once they are in."""

    public_id: str
    file_name: str
    kind: str
    state: CardImportState
    cards: tuple[Brought, ...]
    known_here: frozenset[str]
    problems: tuple[str, ...]
    created: int
    known: int
    at: datetime

    @property
    def fresh(self) -> tuple[Brought, ...]:
        """The cards that are not here yet."""
        return tuple(card for card in self.cards if card.guid not in self.known_here)

    @property
    def with_memory(self) -> int:
        return sum(card.memory is not None for card in self.cards)


def receive_cards(
    access: Access, file_name: str, chunks: Iterable[bytes], *, deck: str, now: datetime
) -> ImportView:
    """Read a file and keep what it holds until the person has looked at it."""
    access.require(Role.VIEWER, to="importing cards")
    name = plain_file_name(file_name, "cards")
    deck = check_deck(deck or "Imported")
    with tempfile.TemporaryFile() as file:
        kind = _spool(chunks, file)
        read = read_apkg(file, deck) if kind == "apkg" else read_csv(file.read(), deck)
    if not read.cards:
        told = " ".join(read.problems[:3])
        raise InvalidValueError(f"this file holds no card that can be read. {told}", value=name)
    row = CardImport.objects.create(
        workspace_id=access.workspace_id,
        user_id=access.user_id,
        file_name=name,
        kind=read.kind,
        cards=[to_json(card) for card in read.cards],
        problems=list(read.problems),
        at=now,
    )
    return _to_view(access, row)


def get_card_import(access: Access, public_id: str) -> ImportView:
    """One file of the person's."""
    return _to_view(access, _find(access, public_id))


def list_card_imports(access: Access) -> list[ImportView]:
    """The person's files, the latest first, without their cards."""
    rows = CardImport.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)
    return [_without_cards(row) for row in rows.defer("cards", "problems").order_by("-pk")[:50]]


def start_card_import(access: Access, public_id: str, *, takes_memory: bool = True) -> ImportView:
    """Take the cards of a file in; those that are here already stay as they are."""
    access.require(Role.VIEWER, to="importing cards")
    with transaction.atomic():
        row = _find(access, public_id, is_locked=True)
        _demand(row, CardImportState.WAITING)
        cards = [from_json(body) for body in row.cards]
        known = _known(access, cards)
        fresh = [card for card in cards if card.guid not in known]
        if own_rows(access).count() + len(fresh) > MAX_OWN_CARDS:
            raise ConflictError(f"a person has at most {MAX_OWN_CARDS:,} own cards.")
        keys = _create(access, row, fresh)
        if takes_memory:
            _take_memories(access, row, cards, keys)
        row.state, row.created, row.known = (
            CardImportState.DONE,
            len(fresh),
            len(cards) - len(fresh),
        )
        row.cards = []
        row.save()
        facts = {"kind": row.kind, "created": row.created, "known": row.known}
        record_act(access, "cards.imported", "card-import", public_id, facts)
    return _to_view(access, row)


def undo_card_import(access: Access, public_id: str) -> ImportView:
    """Take out again what a file brought."""
    access.require(Role.VIEWER, to="undoing an import of cards")
    with transaction.atomic():
        row = _find(access, public_id, is_locked=True)
        _demand(row, CardImportState.DONE)
        cards = OwnCard.objects.filter(batch=row, deleted_at=None)
        keys = list(cards.values_list("public_id", flat=True))
        states = CardState.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)
        for start in range(0, len(keys), AT_ONCE):
            states.filter(card__in=keys[start : start + AT_ONCE]).update(is_gone=True)
        # A memory that a file brought goes only while nothing was rated since.
        states.filter(batch=row, is_touched=False).delete()
        cards.update(deleted_at=row.at)
        row.state = CardImportState.UNDONE
        row.save(update_fields=["state"])
        record_act(access, "cards.import-undone", "card-import", public_id, {"cards": len(keys)})
    return _to_view(access, row)


def discard_card_import(access: Access, public_id: str) -> None:
    """Forget a file that was only looked at."""
    access.require(Role.VIEWER, to="importing cards")
    row = _find(access, public_id)
    _demand(row, CardImportState.WAITING)
    row.delete()


def export_cards(
    access: Access, format_name: str, now: datetime, *, deck: str = "", only_own: bool = False
) -> bytes:
    """A deck's cards, or all, as ``apkg`` or ``csv``."""
    if format_name not in FORMATS:
        raise InvalidValueError(f"cards are written as {' or '.join(FORMATS)}.", value=format_name)
    cards = [view for view in list_cards(access, deck=deck) if view.text.is_own or not only_own]
    guids = dict(own_rows(access).values_list("public_id", "guid"))
    if format_name == "csv":
        return write_csv(cards, guids)
    reviews = CardReview.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id)
    fields = ("card", "at", "rating", "seconds")
    ratings = [Rated(*row) for row in reviews.order_by("at", "pk").values_list(*fields)]
    return write_apkg(cards, guids, ratings, now)


def _spool(chunks: Iterable[bytes], file: IO[bytes]) -> str:
    """Write the pieces into ``file`` within the limit of its kind; the kind."""
    size, kind = 0, ""
    for chunk in chunks:
        kind = kind or ("apkg" if chunk[:2] == b"PK" else "csv")
        size += len(chunk)
        limit = MAX_FILE_BYTES if kind == "apkg" else MAX_CSV_BYTES
        if size > limit:
            raise InvalidValueError(f"such a file has at most {limit // 2**20} MB.")
        file.write(chunk)
    file.seek(0, io.SEEK_SET)
    return kind


def _known(access: Access, cards: list[Brought]) -> frozenset[str]:
    own = find_own_by_guid(access) if cards else {}
    return frozenset(card.guid for card in cards if card.guid in own or card.our_key)


def _create(access: Access, row: CardImport, fresh: list[Brought]) -> dict[str, str]:
    """Make own cards; their public ids by the ids of the file."""
    made = [
        OwnCard(
            workspace_id=access.workspace_id,
            user_id=access.user_id,
            deck=card.deck,
            question=card.question,
            answer=card.answer,
            why=card.why,
            tags=list(card.tags),
            guid=card.guid,
            batch=row,
            created_at=row.at,
        )
        for card in fresh
    ]
    OwnCard.objects.bulk_create(made, batch_size=AT_ONCE)
    return {card.guid: card.public_id for card in made}


def _take_memories(
    access: Access, row: CardImport, cards: list[Brought], keys: dict[str, str]
) -> None:
    """States of cards that are new here, and of cards of ours that were not begun."""
    has = set(
        CardState.objects.filter(
            workspace_id=access.workspace_id, user_id=access.user_id
        ).values_list("card", flat=True)
    )
    habits, ours = get_habits(access), load_cards()
    states = []
    for card in cards:
        key = keys.get(card.guid) or card.our_key
        if not key or key in has or card.memory is None:
            continue
        deck = ours[key].deck if key in ours else card.deck
        state = _to_state(row, card.memory, habits)
        state.card, state.deck = key, deck
        states.append(state)
    CardState.objects.bulk_create(states, batch_size=AT_ONCE)


def _to_state(row: CardImport, memory: dict[str, Any], habits: Habits) -> CardState:
    last = datetime.fromisoformat(memory["last_review"])
    return CardState(
        workspace_id=row.workspace_id,
        user_id=row.user_id,
        stage=CardStage.REVIEW,
        stability=min(memory["stability"], MAX_INTERVAL_DAYS),
        difficulty=memory["difficulty"],
        # What a file says of a last review in the future is not believed.
        last_review=min(last, row.at),
        due=datetime.fromisoformat(memory["due"]),
        reps=memory["reps"],
        lapses=memory["lapses"],
        is_suspended=memory["is_suspended"],
        begun_on=habits.day_of(min(last, row.at)),
        batch=row,
    )


def _find(access: Access, public_id: str, *, is_locked: bool = False) -> CardImport:
    rows = CardImport.objects.select_for_update() if is_locked else CardImport.objects.all()
    row = rows.filter(
        workspace_id=access.workspace_id, user_id=access.user_id, public_id=public_id
    ).first()
    if row is None:
        raise NotFoundError("there is no such import of cards of yours.", value=public_id)
    return row


def _demand(row: CardImport, state: CardImportState) -> None:
    if row.state != state:
        raise ConflictError(f"this import is {row.state}, not {state.value}.", value=row.file_name)


def _to_view(access: Access, row: CardImport) -> ImportView:
    cards = tuple(from_json(body) for body in row.cards)
    return _view(row, cards, _known(access, list(cards)), shorten(list(row.problems)))


def _without_cards(row: CardImport) -> ImportView:
    return _view(row, (), frozenset(), ())


def _view(
    row: CardImport,
    cards: tuple[Brought, ...],
    known: frozenset[str],
    problems: tuple[str, ...],
) -> ImportView:
    return ImportView(
        public_id=row.public_id,
        file_name=row.file_name,
        kind=row.kind,
        state=CardImportState(row.state),
        cards=cards,
        known_here=known,
        problems=problems,
        created=row.created,
        known=row.known,
        at=row.at,
    )
