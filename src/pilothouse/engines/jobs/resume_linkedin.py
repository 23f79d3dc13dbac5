"""A LinkedIn profile's texts with the lengths that its forms take. Nothing is cut off by itself.

The limits are those of LinkedIn's forms as users report them in 2026; LinkedIn publishes no list
and changes them, so the page shows the count beside the limit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pilothouse.engines.jobs.resume_dates import say_day, say_span
from pilothouse.engines.jobs.resume_types import Entry, Resume

LIMITS = {
    "headline": 220, "about": 2600, "title": 100, "company": 100, "description": 2000,
    "project": 2000, "skill": 80, "name": 255,
}  # fmt: skip
MOST_SKILLS = 100


@dataclass(frozen=True)
class ProfileText:
    """One field of the profile: where it goes, its text, and the most characters it takes."""

    place: str
    text: str
    limit: int

    @property
    def count(self) -> int:
        """Characters as browsers count them: UTF-16 units."""
        return len(self.text.encode("utf-16-le")) // 2

    @property
    def over(self) -> int:
        """How many characters too many."""
        return max(self.count - self.limit, 0)


def write_profile(resume: Resume) -> tuple[ProfileText, ...]:
    """The fields of the profile in the order of LinkedIn's forms; those without text are left out.

    >>> you = Entry("basics", "basics", {"name": "Ann", "label": "Product manager"})
    >>> write_profile(Resume(you, Entry("location", "location")))[0].count
    15
    """
    return tuple(text for text in _fields(resume) if text.text)


def write_profile_text(resume: Resume) -> str:
    """All fields in one file, each with its count and limit."""
    parts = [
        f"{field.place} ({field.count} of {field.limit} characters"
        + (f", {field.over} too many" if field.over else "")
        + f")\n\n{field.text}\n"
        for field in write_profile(resume)
    ]
    return "\n".join(parts) or "Nothing yet.\n"


def _fields(resume: Resume) -> Iterator[ProfileText]:
    yield ProfileText("Headline", resume.basics.get("label"), LIMITS["headline"])
    yield ProfileText("About", resume.basics.get("summary"), LIMITS["about"])
    for entry in (*resume.section("work"), *resume.section("volunteer")):
        yield from _job(entry)
    for entry in resume.section("projects"):
        yield from _project(entry)
    for entry in resume.section("education"):
        degree = ", ".join(p for p in (entry.get("studyType"), entry.get("area")) if p)
        text = "\n".join(p for p in (entry.get("institution"), degree, say_span(entry)) if p)
        yield ProfileText(f"Education: {entry.name}", text, 1000)
    for entry in resume.section("certificates"):
        day = say_day(entry.get("date"))
        text = "\n".join(p for p in (entry.get("name"), entry.get("issuer"), day) if p)
        yield ProfileText(f"Licence or certification: {entry.name}", text, LIMITS["name"])
    for place, skill in enumerate(_skills(resume), 1):
        yield ProfileText(f"Skill {place}", skill, LIMITS["skill"])


def _job(entry: Entry) -> Iterator[ProfileText]:
    place = f"Experience: {entry.name}"
    who = entry.get("name") or entry.get("organization")
    yield ProfileText(f"{place}, title", entry.get("position"), LIMITS["title"])
    yield ProfileText(f"{place}, company", who, LIMITS["company"])
    yield ProfileText(f"{place}, dates", say_span(entry), 50)
    yield ProfileText(f"{place}, description", _body(entry, "summary"), LIMITS["description"])


def _project(entry: Entry) -> Iterator[ProfileText]:
    is_simulated = entry.get("type") == "simulation"
    name = f"{entry.name} (Simulation)" if is_simulated else entry.name
    yield ProfileText(f"Project: {entry.name}, name", name, LIMITS["name"])
    text = _body(entry, "description")
    yield ProfileText(f"Project: {entry.name}, description", text, LIMITS["project"])


def _body(entry: Entry, key: str) -> str:
    bullets = [f"• {bullet.shown}" for bullet in entry.bullets if bullet.shown]
    return "\n\n".join(part for part in (entry.get(key), "\n".join(bullets)) if part)


def _skills(resume: Resume) -> list[str]:
    found: list[str] = []
    for entry in resume.section("skills"):
        found += [entry.get("name"), *entry.list("keywords")]
    return list(dict.fromkeys(skill for skill in found if skill))[:MOST_SKILLS]
