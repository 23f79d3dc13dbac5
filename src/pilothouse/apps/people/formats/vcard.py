"""vCard 2.1, 3.0 and 4.0: a reader that takes what is there, and a writer of 3.0 and 4.0.

Files in the wild mix versions: quoted-printable with soft line breaks, folded lines, groups
(``item1.EMAIL``), types without ``TYPE=``, Apple's labels, escaped commas. A line that makes no
sense is named and left out; the card stays.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from pilothouse.apps.people.formats.records import (
    MAX_COMPANY,
    MAX_NAME,
    MAX_ROLE,
    MAX_TEXT,
    MAX_VALUES,
    ContactFile,
    Person,
    Problem,
)
from pilothouse.apps.people.formats.texts import tidy
from pilothouse.kernel.ids import clean_text

# Pictures, sounds and keys are no words about a person.
_HEAVY = {"PHOTO", "LOGO", "SOUND", "KEY"}
_TAKEN = {
    "BEGIN", "END", "VERSION", "PRODID", "REV", "FN", "N", "EMAIL", "TEL", "ORG", "TITLE", "ROLE",
    "URL", "NOTE", "CATEGORIES", "UID", "X-ABLABEL", "X-SOCIALPROFILE", "X-PILOTHOUSE-TOPICS",
    "X-PILOTHOUSE-RELATION", "X-PILOTHOUSE-POWER", "X-PILOTHOUSE-INTEREST", "X-PILOTHOUSE-WANTS",
}  # fmt: skip
_LABELS = {"BDAY": "birthday", "ADR": "address", "NICKNAME": "nickname", "IMPP": "chat",
           "ANNIVERSARY": "anniversary", "RELATED": "related", "LANG": "language",
           "TZ": "time zone", "GEO": "place", "LABEL": "address label"}  # fmt: skip
_NAME = re.compile(r"(?:(?P<group>[\w-]+)\.)?(?P<name>[\w-]+)(?P<rest>[;:].*)?", re.DOTALL)
_APPLE = re.compile(r"_\$!<(.*?)>!\$_")
MAX_LINES_OF_CARD = 5_000


@dataclass(frozen=True)
class Line:
    """One property: its name, its parameters (types in lower case), its value still escaped."""

    name: str
    value: str
    group: str = ""
    types: tuple[str, ...] = ()
    number: int = 0


def looks_like_vcard(text: str) -> bool:
    return bool(re.search(r"^\s*BEGIN:VCARD\s*$", text[:100_000], re.IGNORECASE | re.MULTILINE))


def read_vcards(text: str) -> ContactFile:
    """All cards of a file."""
    people: list[Person] = []
    problems: list[Problem] = []
    card: list[Line] | None = None
    for number, raw in _logical_lines(text):
        line = _parse(raw, number)
        if line is None:
            if card is not None and raw.strip():
                problems.append(Problem(number, f"“{tidy(raw, 60)}” is no property; left out."))
        elif line.name == "BEGIN" and line.value.strip().upper() == "VCARD":
            card = []
        elif line.name == "END" and card is not None:
            person = _to_person(card)
            people += [person] if person.name else []
            problems += [] if person.name else [Problem(number, "This card names nobody.")]
            card = None
        elif card is not None and len(card) < MAX_LINES_OF_CARD:
            card.append(line)
    if card:
        problems.append(Problem(card[0].number, "The last card has no end; it was left out."))
    return ContactFile("vcard", tuple(people), tuple(problems))


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their folds undone: those of RFC 6350 and the soft breaks of quoted-printable."""
    plain = clean_text(text).replace("\r\n", "\n").replace("\r", "\n")
    held, start = "", 0
    for number, line in enumerate(plain.split("\n"), start=1):
        if held and _is_soft(held):
            held = held[:-1] + line.strip("\n")
        elif held and line[:1] in {" ", "\t"}:
            held += line[1:]
        else:
            if held:
                yield start, held
            held, start = line, number
    if held:
        yield start, held


def _is_soft(line: str) -> bool:
    head = line.partition(":")[0].upper()
    return line.endswith("=") and "QUOTED-PRINTABLE" in head


def _parse(raw: str, number: int) -> Line | None:
    head, value = _split_head(raw)
    match = _NAME.fullmatch(head.partition(";")[0].strip())
    if value is None or match is None:
        return None
    parameters = [part.strip() for part in _split_outside(head.partition(";")[2], ";")]
    encoded = any(p.upper().rpartition("=")[2] in {"QUOTED-PRINTABLE", "Q"} for p in parameters)
    if encoded:
        value = _unquote(value, _charset(parameters))
    types = []
    for part in parameters:
        key, is_named, listed = part.partition("=")
        if is_named and key.upper() != "TYPE":
            continue
        types += [each.strip('" ').lower() for each in (listed if is_named else key).split(",")]
    return Line(match["name"].upper(), value, (match["group"] or "").lower(), tuple(types), number)


def _split_head(raw: str) -> tuple[str, str | None]:
    """Name with parameters, and value: the first colon outside quotation marks parts them."""
    is_quoted = False
    for place, c in enumerate(raw):
        if c == '"':
            is_quoted = not is_quoted
        elif c == ":" and not is_quoted:
            return raw[:place], raw[place + 1 :]
    head, colon, value = raw.partition(":")
    return head, value if colon else None


def _split_outside(text: str, sign: str) -> list[str]:
    """``text`` cut at ``sign`` where no backslash stands before it and no quotation is open."""
    parts, held, is_escaped, is_quoted = [], "", False, False
    for c in text:
        if c == sign and not is_escaped and not is_quoted:
            parts.append(held)
            held = ""
            continue
        is_quoted = is_quoted != (c == '"' and sign == ";" and "=" in held)
        is_escaped = c == "\\" and not is_escaped
        held += c
    return [*parts, held]


def _cut(text: str, sign: str) -> list[str]:
    """The parts of a structured value, each with its escapes undone."""
    parts, held, is_escaped = [], "", False
    for c in text:
        if is_escaped:
            held += {"n": "\n", "N": "\n"}.get(c, c)
            is_escaped = False
        elif c == "\\":
            is_escaped = True
        elif c == sign:
            parts.append(held)
            held = ""
        else:
            held += c
    return [*parts, held]


def _plain(value: str) -> str:
    return _cut(value, "\x00")[0]


def _charset(parameters: list[str]) -> str:
    for part in parameters:
        key, _, value = part.partition("=")
        if key.strip().upper() == "CHARSET":
            return value.strip('" ')
    return "utf-8"


def _unquote(value: str, charset: str) -> str:
    body = quopri.decodestring(value.encode("utf-8", "replace"))
    try:
        return clean_text(body.decode(charset))
    except (UnicodeDecodeError, LookupError):
        return clean_text(body.decode("cp1252", "replace"))


def _to_person(card: list[Line]) -> Person:
    named = {line.name: line for line in reversed(card)}
    family, given, middle = _names(named.get("N"))
    emails = tuple(_all(card, {"EMAIL"}, 254))
    company = tidy(_cut(named["ORG"].value, ";")[0], MAX_COMPANY) if "ORG" in named else ""
    role = next((named[key].value for key in ("TITLE", "ROLE") if key in named), "")
    name = tidy(_plain(named["FN"].value), MAX_NAME) if "FN" in named else ""
    name = name or " ".join(part for part in (given, middle, family) if part)
    return Person(
        name=(name or company or (emails[0] if emails else ""))[:MAX_NAME],
        given=given,
        family=family,
        role=tidy(_plain(role), MAX_ROLE),
        company=company,
        emails=emails,
        phones=tuple(_all(card, {"TEL"}, 60)),
        links=tuple(_all(card, {"URL", "X-SOCIALPROFILE"}, 500)),
        topics=tuple(_words(card, "X-PILOTHOUSE-TOPICS")),
        groups=tuple(_words(card, "CATEGORIES")),
        notes="\n\n".join(_plain(line.value).strip() for line in card if line.name == "NOTE")[
            :MAX_TEXT
        ],
        uid=tidy(_plain(named["UID"].value), 200) if "UID" in named else "",
        details=tuple(_details(card)),
        relation=tidy(_own(named, "RELATION"), 20),
        power=_step(_own(named, "POWER")),
        interest=_step(_own(named, "INTEREST")),
        wants=_own(named, "WANTS").strip()[:5000],
        line=card[0].number if card else 0,
    )


def _own(named: dict[str, Line], name: str) -> str:
    """A property of our own; empty where a file has none."""
    line = named.get(f"X-PILOTHOUSE-{name}")
    return _plain(line.value) if line else ""


def _step(text: str) -> int | None:
    return int(text) if text.strip() in {"1", "2", "3", "4", "5"} else None


def _names(line: Line | None) -> tuple[str, str, str]:
    parts = [*(_cut(line.value, ";") if line else []), "", "", ""]
    return tidy(parts[0], 100), tidy(parts[1], 100), tidy(parts[2], 60)


def _all(card: list[Line], names: set[str], most: int) -> Iterator[str]:
    """Values of these properties, each once, the preferred first."""
    lines = sorted((x for x in card if x.name in names), key=lambda x: "pref" not in x.types)
    values = (re.sub(r"^(mailto|tel):", "", tidy(_plain(x.value), most), flags=re.I) for x in lines)
    yield from islice(dict.fromkeys(value for value in values if value), MAX_VALUES)


def _words(card: list[Line], name: str) -> Iterator[str]:
    for line in card:
        if line.name == name:
            words = (tidy(word, 60) for word in _cut(line.value, ","))
            yield from (word for word in words if word and word != "myContacts")


def _details(card: list[Line]) -> Iterator[tuple[str, str]]:
    labels = {x.group: _APPLE.sub(r"\1", _plain(x.value)) for x in card if x.name == "X-ABLABEL"}
    for line in card:
        if line.name in _TAKEN or line.name in _HEAVY:
            yield from _further(line)
            continue
        parts = [tidy(part, 300) for part in _cut(line.value, ";")]
        value = ", ".join(part for part in parts if part)
        label = labels.get(line.group) or _LABELS.get(line.name) or line.name.lower()
        kinds = [kind for kind in line.types if kind in {"home", "work"}]
        if value:
            yield " ".join([*kinds, tidy(label, 60)]), value[:1000]


def _further(line: Line) -> Iterator[tuple[str, str]]:
    """What a property that was taken holds besides: departments below the firm."""
    if line.name == "ORG":
        parts = [tidy(part, 200) for part in _cut(line.value, ";")[1:]]
        if any(parts):
            yield "department", ", ".join(part for part in parts if part)


def write_vcards(people: list[Person], version: str = "3.0") -> str:
    """Cards as text with folded lines, CRLF at their ends."""
    lines = [line for person in people for line in _card_lines(person, version)]
    return "".join(f"{folded}\r\n" for line in lines for folded in _fold(line))


def _card_lines(person: Person, version: str) -> Iterator[str]:
    named = person if person.family or person.given else replace(person, given=person.name)
    yield "BEGIN:VCARD"
    yield f"VERSION:{version}"
    yield f"UID:{_escape(person.uid)}"
    yield f"FN:{_escape(person.name)}"
    yield f"N:{_escape(named.family)};{_escape(named.given)};;;"
    yield from (f"ORG:{_escape(person.company)}" for _ in [0] if person.company)
    yield from (f"TITLE:{_escape(person.role)}" for _ in [0] if person.role)
    yield from (f"EMAIL:{_escape(value)}" for value in person.emails)
    for value in person.phones:
        is_uri = version == "4.0"
        yield f"TEL;VALUE=text:{_escape(value)}" if is_uri else f"TEL:{_escape(value)}"
    yield from (f"URL:{value}" for value in person.links if value.isprintable())
    for name, words in (("CATEGORIES", person.groups), ("X-PILOTHOUSE-TOPICS", person.topics)):
        yield from (f"{name}:{','.join(_escape(word) for word in words)}" for _ in [0] if words)
    yield from (f"NOTE:{_escape(person.notes)}" for _ in [0] if person.notes)
    for name, own in (
        ("RELATION", person.relation), ("POWER", person.power), ("INTEREST", person.interest),
        ("WANTS", person.wants),
    ):  # fmt: skip
        yield from (f"X-PILOTHOUSE-{name}:{_escape(str(own))}" for _ in [0] if own)
    yield from _detail_lines(person)
    yield "END:VCARD"


def _detail_lines(person: Person) -> Iterator[str]:
    for number, (label, value) in enumerate(person.details, start=1):
        if label == "birthday" and _is_day(value):
            yield f"BDAY:{value}"
        elif label == "nickname":
            yield f"NICKNAME:{_escape(value)}"
        else:
            yield f"item{number}.X-PILOTHOUSE-DETAIL:{_escape(value)}"
            yield f"item{number}.X-ABLabel:{_escape(label)}"


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _escape(text: str) -> str:
    # A bare carriage return would begin a line, and with it a property, of its own.
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = lines.replace("\\", "\\\\").replace("\n", "\\n")
    return plain.replace(",", "\\,").replace(";", "\\;")


def _fold(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 bytes, each further one begun with a space."""
    held, size = "", 0
    for c in line:
        width = len(c.encode())
        if size + width > 75:
            yield held
            held, size = " ", 1
        held, size = held + c, size + width
    yield held
