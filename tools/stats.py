"""How large things are and how much there is: guidance, no gate. ``./run stats [--json]``."""

from __future__ import annotations

import ast
import json
import statistics
import sys
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "pilothouse"
STATIC = SOURCE / "web" / "static"
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def collect() -> dict[str, Any]:
    """All figures by name."""
    code = [path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts]
    tests = list((ROOT / "tests").rglob("*.py"))
    trees = {path: parse(path) for path in code}
    functions = [(path, node) for path, tree in trees.items() for node in find(tree, *FUNCTIONS)]
    classes = [node for tree in trees.values() for node in find(tree, ast.ClassDef)]
    lengths = [length(node) for _, node in functions]
    return {
        "python_files": describe([count_lines(path) for path in code], look=400, most=600),
        "functions": describe(lengths, look=30, most=50),
        "parameters": describe([count_parameters(node) for _, node in functions], look=5, most=8),
        "classes": describe([length(node) for node in classes], look=200, most=400),
        "templates": describe(count_all(SOURCE.rglob("*.html")), look=60, most=150),
        "scripts": describe(count_all(own(STATIC.rglob("*.js"))), look=150, most=300),
        "styles": describe(count_all(own(STATIC.rglob("*.css"))), look=150, most=300),
        "tests": describe(
            [
                length(node)
                for path in tests
                for node in find(parse(path), *FUNCTIONS)
                if node.name.startswith("test_")
            ],
            look=30,
            most=50,
        ),
        "content": count_content(),
        "second_readings": count_readings(),
        "longest_files": longest((count_lines(path), relative(path)) for path in code),
        "longest_functions": longest(
            (length(node), f"{relative(path)}:{node.name}") for path, node in functions
        ),
    }


def count_content() -> dict[str, int]:
    """What there is of each kind, from the folders."""
    nouns = [path for path in (SOURCE / "apps").iterdir() if (path / "apps.py").exists()]
    return {
        "nouns": len(nouns),
        "engines": len(list((SOURCE / "engines").glob("[a-z]*/__init__.py"))),
        "worlds": len(list((SOURCE / "content" / "worlds").glob("*.toml"))),
        "world_ideas": count_in_worlds("ideas"),
        "world_stakeholders": count_in_worlds("stakeholders"),
        "world_scenarios": len(list((SOURCE / "content" / "worlds" / "scenarios").glob("*.toml"))),
        "world_texts": count_texts(SOURCE / "content" / "worlds" / "texts"),
        "guides": len(list((ROOT / "docs" / "guides").glob("*.md"))),
        "methods": len(list((ROOT / "docs" / "methods").glob("*.md"))),
        "decisions": len(list((ROOT / "docs" / "decisions").glob("*.md"))),
        "components": len(list((SOURCE / "web" / "templates" / "cotton").glob("*.html"))),
        "benchmarks": len(list((ROOT / "benchmarks").glob("[a-z]*.py"))),
        "library_entries": count_entries("library", leaving_out="acts.toml"),
        "study_cards": count_entries("cards"),
        "industries": len(list((SOURCE / "content" / "industries").glob("*.toml"))),
        "guide_pages": len(list((SOURCE / "content" / "guide").glob("*.md"))),
        "questions": count_entries("faq.toml"),
        "exercise_kinds": count_exercises(),
        "exercise_sentences": count_entries("exercises"),
        "document_templates": len(list((SOURCE / "content" / "documents").glob("*.md"))),
        "locked_packages": (ROOT / "requirements" / "users.txt").read_text().count("=="),
    }


def count_entries(name: str, *, leaving_out: str = "") -> int:
    """The tables, or the tables in the longest list, of each TOML file of a folder or of one."""
    place = SOURCE / "content" / name
    paths = [place] if place.suffix else sorted(place.glob("*.toml"))
    bodies = [tomllib.loads(p.read_text(encoding="utf-8")) for p in paths if p.name != leaving_out]
    return sum(
        max(
            [len(v) for v in body.values() if isinstance(v, list)],
            default=sum(isinstance(v, dict) for v in body.values()),
        )
        for body in bodies
    )


def count_in_worlds(section: str) -> int:
    """The entries of one section of all worlds."""
    paths = (SOURCE / "content" / "worlds").glob("*.toml")
    return sum(len(tomllib.loads(p.read_text(encoding="utf-8"))[section]) for p in paths)


def count_texts(folder: Path) -> int:
    """The different texts of the TOML files of a folder, before their slots are filled."""

    def texts(value: Any) -> Iterable[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            for part in value.values() if isinstance(value, dict) else value:
                yield from texts(part)

    bodies = [tomllib.loads(p.read_text(encoding="utf-8")) for p in folder.glob("*.toml")]
    return len({text for body in bodies for text in texts(body)})


def count_readings() -> dict[str, int]:
    """How much of the content a second reader read, and how many lines that changed."""
    path = SOURCE / "content" / "second_readings.toml"
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["reading"]
    return {
        f"{row['content']}_{what}": sum(r[what] for r in rows if r["content"] == row["content"])
        for row in rows
        for what in ("items", "lines")
    }


def count_exercises() -> int:
    """The kinds of exercises; the engines tell."""
    from pilothouse.apps.skills.services.exercise_kinds import load_kinds

    return len(load_kinds())


def describe(numbers: Sequence[int], *, look: int, most: int) -> dict[str, float]:
    """Count, sum, median, 90th percentile, largest, and how many are above each line."""
    if not numbers:
        return {"count": 0}
    ordered = sorted(numbers)
    return {
        "count": len(ordered),
        "sum": sum(ordered),
        "median": statistics.median(ordered),
        "p90": ordered[min(len(ordered) - 1, round(0.9 * (len(ordered) - 1)))],
        "largest": ordered[-1],
        f"over_{look}": sum(number > look for number in ordered),
        f"over_{most}": sum(number > most for number in ordered),
    }


def parse(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def find(tree: ast.AST, *kinds: type[Any]) -> list[Any]:
    """All nodes of these kinds."""
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def length(node: Any) -> int:
    """Lines of a function or class, decorators left out."""
    return int(node.end_lineno - node.lineno + 1)


def count_parameters(node: Any) -> int:
    """Parameters that a caller gives."""
    names = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return sum(name.arg not in {"self", "cls"} for name in names)


def count_lines(path: Path) -> int:
    """Lines of a file."""
    return len(path.read_text(encoding="utf-8").splitlines())


def count_all(paths: Iterable[Path]) -> list[int]:
    """Lines of each file."""
    return [count_lines(path) for path in paths]


def own(paths: Iterable[Path]) -> list[Path]:
    """Without the files of others."""
    return [path for path in paths if "vendor" not in path.parts]


def relative(path: Path) -> str:
    """The path as a person writes it."""
    return str(path.relative_to(SOURCE))


def longest(pairs: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """The five largest."""
    return sorted(pairs, reverse=True)[:5]


def main() -> None:
    """Print the figures as a table or as JSON."""
    figures = collect()
    if "--json" in sys.argv[1:]:
        print(json.dumps(figures, indent=2))
        return
    for name, values in figures.items():
        print(f"\n{name.replace('_', ' ')}")
        rows = values.items() if isinstance(values, dict) else [(word, n) for n, word in values]
        for word, number in rows:
            print(f"  {word.replace('_', ' '):<50} {number:>8,}")


if __name__ == "__main__":
    main()
