"""Made-up resumes, from plain ones to those that typesetters and parsers stumble over."""

from __future__ import annotations

import random
from typing import Any

PLAIN = (
    "Cut the first form from nine fields to four.",
    "Asked ten people, wrote down what they did and not what they said they would do.",
    "Declined the loyalty programme that sales had promised; the reason is in the record.",
    "Moved billing to a metered plan in three releases.",
    "Found that the churn figure counted paused shops, and had its definition changed.",
)
ODD = (
    "Office affine difficult file flow: ffi ffl fi fl ff.",
    "Naïve façade, Zażółć gęślą jaźń, Übergrößenträger, piñata, Þórr.",
    "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία; Съешь же ещё этих мягких французских булок.",
    "“Quoted”, ‘single’, an en–dash, an em — dash, an ellipsis … and a non\u00a0breaking space.",
    "state-of-the-art/end-to-end/go-to-market and https://example.org/a/very-long/path?with=query",
    "Supercalifragilisticexpialidocious" * 4,
    "#hash *star* _under_ `tick` $money$ \\slash {brace} [bracket] <angle> @at ~tilde",
    "= not a heading, - not a list, + not an enumeration, / not a term: // not a comment",
    "Grew revenue by 12.5 % (€1,234,567.89) — 3× in ≤ 18 months ± 2.",
    "A.B.C. 1. first 2) second (a) third",
    "decomposed: e\u0301 a\u0308 n\u0303",
)
WORDS = ("product", "user", "billing", "Überblick", "efficient", "roadmap", "fi", "a", "of", "SQL")


def make_document(seed: int) -> dict[str, Any]:
    """A JSON Resume document of any length; the same seed makes the same one."""
    rng = random.Random(seed)
    sections: dict[str, Any] = {
        "basics": _basics(rng),
        "skills": [
            {"name": f"Skill {i}", "level": rng.choice(["", "working"]),
             "keywords": [_words(rng, 2) for _ in range(rng.randrange(4))]}
            for i in range(rng.randrange(5))
        ],
        "work": [_job(rng, i) for i in range(rng.randrange(5))],
        "volunteer": [_volunteer(rng, i) for i in range(rng.randrange(2))],
        "projects": [_project(rng, i) for i in range(rng.randrange(3))],
        "education": [
            {"institution": f"School {i} {_words(rng, 2)}", "studyType": "BSc",
             "area": _words(rng, 2), "startDate": "2010",
             "endDate": rng.choice(["", "2014-06"]), "score": "1.7",
             "courses": [_words(rng, 2) for _ in range(rng.randrange(5))]}
            for i in range(rng.randrange(3))
        ],
        "certificates": [
            {"name": f"Certificate {i}", "issuer": _words(rng, 2), "date": "2024-05-01"}
            for i in range(rng.randrange(3))
        ],
        "languages": [
            {"language": f"Language {i}", "fluency": "fluent"} for i in range(rng.randrange(3))
        ],
    }  # fmt: skip
    return sections


def _basics(rng: random.Random) -> dict[str, Any]:
    return {
        "name": rng.choice(["Ann Example", "Łukasz Żółć", "Ólafur Þórðarson", "Μαρία Ξένου"]),
        "label": _words(rng, 4), "email": "ann@example.org", "phone": "+49 30 1234567",
        "url": "https://ann.example.org/portfolio",
        "summary": " ".join(rng.choice(PLAIN + ODD) for _ in range(rng.randrange(4))),
        "location": {"city": "Kraków", "countryCode": "PL"},
        "profiles": [{"network": "LinkedIn", "url": "https://www.linkedin.com/in/ann-example"}],
    }  # fmt: skip


def _job(rng: random.Random, number: int) -> dict[str, Any]:
    return {
        "name": f"Company {number} {_words(rng, 2)}",
        "position": f"Manager {number} {_words(rng, 1)}",
        "location": "Leeds", "startDate": f"20{10 + number}-0{1 + number}",
        "endDate": rng.choice(["", "2023-12"]), "summary": rng.choice(["", *PLAIN]),
        "highlights": _bullets(rng, number),
    }  # fmt: skip


def _volunteer(rng: random.Random, number: int) -> dict[str, Any]:
    return {"organization": f"Charity {number}", "position": "Trainer", "startDate": "2019",
            "highlights": _bullets(rng, 10 + number)}  # fmt: skip


def _project(rng: random.Random, number: int) -> dict[str, Any]:
    return {
        "name": f"Project {number} {_words(rng, 3)}", "description": rng.choice(PLAIN + ODD),
        "type": rng.choice(["", "simulation", "application"]), "startDate": "2025",
        "url": "https://van.example.org", "highlights": _bullets(rng, 20 + number),
        "keywords": [_words(rng, 1) for _ in range(rng.randrange(4))],
    }  # fmt: skip


def _bullets(rng: random.Random, number: int) -> list[str]:
    """Bullets that differ, one line or many; some fill half a page."""
    found = []
    for place in range(rng.randrange(9)):
        text = rng.choice(PLAIN + ODD)
        if rng.random() < 0.15:
            text = " ".join([text, *(_words(rng, 5) for _ in range(rng.randrange(30)))])
        found.append(f"{number}.{place}: {text}"[:900].strip())
    return found


def _words(rng: random.Random, count: int) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(count))
