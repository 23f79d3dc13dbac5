"""What the columns of a file mean: a first mapping, for a person to correct."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from pilothouse.kernel.errors import InvalidValueError
from pilothouse.stores.batches import MAX_PROPERTIES, MAX_PROPERTY_NAME
from pilothouse.stores.files.cells import Kind
from pilothouse.stores.files.detect import FileGuess
from pilothouse.stores.files.mapping import ColumnRef, Constant, Mapping, PropertyRef

PURCHASE = "purchase"
# In order of trust; compared without case and without anything but letters and digits.
# fmt: off
ACTORS = (
    "actor", "distinctid", "userid", "user", "useruuid", "customerid", "customer", "clientid",
    "memberid", "accountid", "userpseudoid", "visitorid", "anonymousid", "deviceid", "personid",
    "subject", "uid", "amplitudeid",
)
EVENTS = ("event", "eventname", "eventtype", "action", "activity", "name", "type")
TIMES = (
    "time", "timestamp", "eventtime", "eventtimestamp", "ts", "datetime", "originaltimestamp",
    "clienteventtime", "occurredat", "createdat", "receivedat", "date", "eventdate", "day",
    "orderdate", "purchasedate", "invoicedate",
)
IDS = ("id", "eventid", "insertid", "uuid", "messageid", "eventuuid")
# When a row came in, not what it says: an event sent twice comes in twice.
ARRIVALS = ("received", "receivedat", "uploadedat", "serveruploadtime", "loadedat", "ingestedat")
# fmt: on
OTHERWISE = {"user_id": "device_id", "userId": "anonymousId"}
# Where a whole number of each unit lies between 1990 and 2100.
_EPOCHS = {"epoch-s": 1, "epoch-ms": 10**3, "epoch-us": 10**6}
_FROM_S, _UNTIL_S = 631_152_000, 4_102_444_800
# Of an id's values at least this share is there once.
_MOSTLY = 0.9

_ISO = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ,].*)?$")
_DAY = re.compile(r"(\d{8}|\d{4}-\d{2}-\d{2})$")
_PARTS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})([ ,T].*)?$")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$")
PATTERNS = (
    "%d %b %Y", "%d-%b-%y", "%d/%b/%y %I:%M %p", "%d %b %Y %H:%M:%S", "%b %d, %Y",
    "%b %d, %Y %H:%M:%S", "%a %b %d %Y %H:%M:%S", "%d %B %Y", "%B %d, %Y",
)  # fmt: skip


@dataclass(frozen=True)
class _Column:
    position: int
    name: str
    values: tuple[str, ...]

    @property
    def key(self) -> str:
        """The name without the object it is in, letters and digits only."""
        return re.sub(r"[^a-z0-9]", "", self.name.rsplit(".", 1)[-1].lower())


def guess_mapping(guess: FileGuess, *, zone: str = "UTC") -> Mapping:
    """The most likely mapping of a file.

    Raises InvalidValueError when no column can be the actor or the time: a person must say.
    """
    columns = _columns(guess)
    time = _find(columns, TIMES, lambda c: _time_format(c, guess) is not None) or next(
        (c for c in columns if _is_calendar(c, guess)), None
    )
    actor = _find([c for c in columns if c != time], ACTORS)
    event = _find([c for c in columns if c not in (time, actor)], EVENTS, _is_name)
    if time is None or actor is None:
        _refuse_unknown(guess, "time" if time is None else "actor")
    assert time is not None
    assert actor is not None
    others = [c for c in columns if c not in (time, actor, event)]
    identifier = _find(others, IDS, partial(_tells_apart, columns))
    actor_ref = _ref(actor, guess, OTHERWISE.get(actor.name, ""))
    event_otherwise = "type" if event and "messageId" in guess.columns else ""
    taken = {time, actor, event, identifier}
    names = {actor_ref.otherwise, event_otherwise}
    rest = [c for c in columns if c not in taken and c.name not in names]
    properties, ignored = _properties(rest, guess)
    return Mapping(
        event=_ref(event, guess, event_otherwise) if event else Constant(PURCHASE),
        actor=actor_ref,
        time=_ref(time, guess),
        time_format=_time_format(time, guess) or "iso",
        zone=zone,
        id=_ref(identifier, guess) if identifier else None,
        properties=properties,
        rest=guess.format == "jsonl",
        flatten=guess.flatten,
        ignored=ignored,
    )


def guess_kind(values: Iterable[str]) -> Kind:
    """The kind that all of ``values`` allow; leading zeros and long numbers stay text."""
    known = [value.strip() for value in values if value and value.strip()]
    if known and all(value.lower() in ("true", "false") for value in known):
        return "bool"
    if known and all(_NUMBER.match(value) and not _is_code(value) for value in known):
        return "number"
    return "text"


def guess_day_order(values: Sequence[str]) -> str | None:
    """``day-first`` or ``month-first`` of dates such as 31/12/2024; day-first if both may be."""
    found = [match for value in values if (match := _PARTS.match(value))]
    if not found or len(found) < len(values):
        return None
    if any(int(match[3]) > 12 for match in found):
        return "month-first"
    american = any(match[2] == "/" and re.search(r"[AP]M", value) for match, value in
                   zip(found, values, strict=True))  # fmt: skip
    sure = any(int(match[1]) > 12 for match in found)
    return "month-first" if american and not sure else "day-first"


def is_day_order_open(values: Sequence[str]) -> bool:
    """Whether no date tells the day from the month."""
    found = [match for value in values if value and (match := _PARTS.match(value.strip()))]
    return bool(found) and all(int(m[1]) <= 12 and int(m[3]) <= 12 for m in found)


def _columns(guess: FileGuess) -> list[_Column]:
    return [
        _Column(position, name, tuple(row[position] or "" for row in guess.sample))
        for position, name in enumerate(guess.columns)
    ]


def _find(
    columns: list[_Column], aliases: Sequence[str], fits: Callable[[_Column], bool] = bool
) -> _Column | None:
    for alias in aliases:
        for column in columns:
            if column.key == alias and fits(column):
                return column
    return None


def _is_name(column: _Column) -> bool:
    """An event's name repeats; a column of free text does not."""
    known = [value for value in column.values if value]
    return len(known) < 50 or len(set(known)) <= len(known) / 2


def _tells_apart(columns: list[_Column], column: _Column) -> bool:
    """Whether ``column`` numbers events: no two that differ have one value.

    Few may be there twice, as clients send again what they are not sure has arrived; those rows
    say the same but for when they came in.
    """
    said = [c.values for c in columns if c.key not in ARRIVALS]
    different, rows = len(set(column.values)), len(column.values)
    if not rows or not all(column.values) or len(set(zip(*said, strict=True))) != different:
        return False
    return different >= _MOSTLY * rows


def _is_code(value: str) -> bool:
    digits = value.lstrip("+-")
    long = digits.isdigit() and len(digits) > 15
    return long or (len(digits) > 1 and digits[0] == "0" and digits[1].isdigit())


def _is_calendar(column: _Column, guess: FileGuess) -> bool:
    """Whether a column of any name holds dates; any number could be an epoch."""
    form = _time_format(column, guess, share=0.9)
    return form is not None and not form.startswith("epoch")


def _time_format(column: _Column, guess: FileGuess, share: float = 0.5) -> str | None:
    """The format that at least ``share`` of the values have; a name like "time" needs fewer."""
    if column.name in guess.time_types:
        return "iso"
    values = [value.strip() for value in column.values if value and value.strip()][:200]
    return _format_of(values, share) if values else None


def _format_of(values: list[str], share: float) -> str | None:
    def most(fits: Callable[[str], object]) -> bool:
        return sum(bool(fits(value)) for value in values) >= share * len(values)

    if most(lambda value: _DAY.match(value) and "1970" < value[:4] < "2200"):
        return "date"
    if most(_ISO.match):
        return "iso"
    if most(_NUMBER.match):
        return _epoch_format(values)
    if most(_PARTS.match):
        return guess_day_order([value for value in values if _PARTS.match(value)])
    return next((each for each in PATTERNS if most(partial(_reads, each))), None)


def _epoch_format(values: list[str]) -> str | None:
    numbers = [float(value) for value in values if _NUMBER.match(value)]
    for name, unit in _EPOCHS.items():
        if all(_FROM_S * unit <= number < _UNTIL_S * unit for number in numbers):
            return name
    return "epoch-s" if all(0 <= number < _UNTIL_S for number in numbers) else None


def _reads(pattern: str, value: str) -> bool:
    from datetime import datetime

    try:
        datetime.strptime(value, pattern)  # noqa: DTZ007 - only whether it can be read
    except ValueError:
        return False
    return True


def _ref(column: _Column, guess: FileGuess, otherwise: str = "") -> ColumnRef:
    known = otherwise if otherwise in guess.columns else ""
    repeated = guess.columns.count(column.name) > 1
    return ColumnRef(column.name, column.position if repeated else None, known)


def _properties(
    columns: list[_Column], guess: FileGuess
) -> tuple[tuple[PropertyRef, ...], tuple[str, ...]]:
    found: list[PropertyRef] = []
    ignored: list[str] = []
    names: set[str] = set()
    for column in columns:
        name = _property_name(column, guess, names)
        if len(found) == MAX_PROPERTIES or not 1 <= len(name) <= MAX_PROPERTY_NAME:
            ignored.append(column.name)
            continue
        names.add(name)
        found.append(PropertyRef(_ref(column, guess), name, _kind(column, guess)))
    return tuple(found), tuple(ignored)


def _property_name(column: _Column, guess: FileGuess, taken: set[str]) -> str:
    owner = next((f"{each}." for each in guess.flatten if column.name.startswith(f"{each}.")), "")
    short = column.name.removeprefix(owner) or f"column {column.position + 1}"
    name, number = short, 1
    while name in taken:
        number += 1
        name = f"{short} {number}"
    return name


def _kind(column: _Column, guess: FileGuess) -> Kind:
    kind = guess_kind(column.values)
    # In JSON and Parquet a number in quotes was meant as text.
    typed = guess.format == "csv" or column.name in guess.number_types
    return "text" if kind == "number" and not typed else kind


def _refuse_unknown(guess: FileGuess, what: str) -> None:
    names = ", ".join(guess.columns[:20])
    example = {"time": "time, timestamp or date", "actor": "actor, user_id or customer_id"}[what]
    raise InvalidValueError(
        f"no column of the file is known to be the {what}.",
        value=names,
        remedy=f"Call one {example}, or give a mapping.",
    )
