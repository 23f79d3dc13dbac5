"""The walls that no reader can see at a glance: imports, banned calls, what a start may load."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "src" / "pilothouse"
PURE = [*SOURCE.glob("engines/**/*.py"), *SOURCE.glob("kernel/*.py")]
OURS = [
    path
    for folder in ("src", "tests", "benchmarks", "tools")
    for path in (ROOT / folder).rglob("*.py")
    if "__pycache__" not in path.parts
]

# Time, chance and files come in as arguments or not at all.
BANNED = re.compile(
    r"(datetime\.)?(datetime|date)\.(now|today|utcnow|fromtimestamp)"
    r"|time\.(time|time_ns|sleep|localtime|monotonic|perf_counter)"
    r"|(np|numpy)\.random\.(?!Generator|PCG64|Philox|SeedSequence|BitGenerator|default_rng)\w+"
    r"|random\.\w+|os\.(?!cpu_count|sched_getaffinity|getpid)\w+|print|open|input|exec|eval"
)
# These have no now and no seed only when they are given one.
UNSEEDED = re.compile(r"(np|numpy)\.random\.(default_rng|PCG64|Philox|SeedSequence)")


def calls_in(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def parse(path: Path) -> ast.AST:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def parse_where(words: str, paths: Iterable[Path]) -> Iterator[tuple[Path, ast.AST]]:
    """The files in which there is anything to find; to parse all of them takes seconds."""
    sought = re.compile(words)
    for path in paths:
        if sought.search(path.read_text(encoding="utf-8")):
            yield path, parse(path)


def find_impure(tree: ast.AST) -> list[str]:
    return [
        f"line {node.lineno}: {name}()"
        for name, node in calls_in(tree)
        if BANNED.fullmatch(name) or (UNSEEDED.fullmatch(name) and not node.args)
    ]


def test_imports_keep_their_direction():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(SOURCE)))
def test_engines_take_time_and_chance_as_arguments(path: Path):
    assert find_impure(parse(path)) == []


@pytest.mark.parametrize(
    "line",
    [
        "datetime.now()", "date.today()", "time.time()", "random.random()", "np.random.rand(3)",
        "np.random.default_rng()", "print(1)", "open('x')", "os.getenv('X')",
    ],
)  # fmt: skip
def test_the_check_of_banned_calls_sees_them(line: str):
    assert find_impure(ast.parse(line))


@pytest.mark.parametrize("line", ["np.random.default_rng(7)", "rng.random()", "pack.open"])
def test_the_check_of_banned_calls_lets_the_rest_be(line: str):
    assert not find_impure(ast.parse(line))


def loaded_after(code: str) -> set[str]:
    """The heavy packages that a new process has loaded after ``code``."""
    heavy = ("django", "ninja", "numba", "numpy", "pyarrow", "pandas", "rich", "duckdb")
    probe = f"import sys\n{code}\nprint(*(name for name in {heavy} if name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


def test_the_command_loads_nothing_heavy():
    assert loaded_after("import pilothouse.cli.main, pilothouse.project.start") == set()


def test_a_start_loads_no_compiler():
    loaded = loaded_after(
        "import os\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'pilothouse.project.settings'\n"
        "import django; django.setup()\n"
        "import pilothouse.project.urls, pilothouse.project.server"
    )
    assert "django" in loaded
    # (Where pandas is installed pyarrow takes it; users have none.)
    assert loaded & {"numba", "duckdb"} == set()


def test_engines_can_be_used_without_django():
    assert "django" not in loaded_after(
        "import pilothouse.engines.analytics, pilothouse.engines.simulation"
    )


def test_models_of_other_apps_are_not_fetched_by_name():
    found = [
        str(path.relative_to(ROOT))
        for path, tree in parse_where("get_model", SOURCE.rglob("*.py"))
        if "migrations" not in path.parts
        for name, _ in calls_in(tree)
        if name.split(".")[-1] == "get_model"
    ]
    assert found == []


def test_models_are_used_only_inside_their_own_app():
    """Enums and the row types of the own app aside, other apps go through ``services``."""
    found = []
    for path, tree in parse_where(r"\.models\b", SOURCE.glob("apps/**/*.py")):
        app = path.relative_to(SOURCE / "apps").parts[0]
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                match = re.fullmatch(r"pilothouse\.apps\.(\w+)\.models", node.module)
                if match and match[1] != app:
                    found += [
                        f"{path.relative_to(SOURCE)}: {alias.name} of {match[1]}"
                        for alias in node.names
                        if not _is_choices(match[1], alias.name)
                    ]
    assert found == []


def _is_choices(app: str, name: str) -> bool:
    from importlib import import_module

    from django.db.models import Choices

    kind = getattr(import_module(f"pilothouse.apps.{app}.models"), name)
    return not isinstance(kind, type) or issubclass(kind, Choices)


def test_no_count_of_queries_is_left_unused():
    """``assertNumQueries(n)`` as a line of its own counts nothing: it is a context manager."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in parse_where("ssertNumQueries|django_assert_", OURS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func).split(".")[-1]
        in {"assertNumQueries", "django_assert_num_queries", "django_assert_max_num_queries"}
    ]
    assert found == []


def test_every_public_type_of_an_engine_is_a_word_of_the_glossary():
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").lower()
    words = set(re.findall(r"[a-z]+", glossary)) | ALSO
    unknown = {}
    for package in SOURCE.glob("engines/[a-z]*/__init__.py"):
        for name in public_types(package):
            parts = [part.lower() for part in re.findall(r"[A-Z][a-z]*", name)]
            missing = [part for part in parts if part not in words and part + "s" not in words]
            if missing:
                unknown[name] = missing
    assert unknown == {}


def test_the_glossary_is_one_table_with_each_word_once():
    lines = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    rows = [place for place, line in enumerate(lines) if line.startswith("| ")]
    assert lines[rows[0]] == "| Word | Meaning |"
    # The line of dashes below the heading begins without a space.
    assert rows[1:] == list(range(rows[0] + 2, rows[0] + 1 + len(rows)))
    words = [lines[place].split("|")[1].strip() for place in rows]
    assert len(words) == len(set(words))


# Words of programs, and the world's own nouns, that need no entry in a glossary for people.
ALSO = {
    "query", "result", "error", "spec", "series", "option", "options", "value", "group", "point",
    "parameter", "selector", "source", "coded", "snapshot",
    "simulation", "run", "pack", "change", "metrics",
}  # fmt: skip


def public_types(package: Path) -> list[str]:
    """Names with capitals that an engine's front door gives out."""
    return sorted(
        alias.name
        for node in ast.walk(parse(package))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if re.fullmatch(r"([A-Z][a-z]+)+", alias.name)
    )
