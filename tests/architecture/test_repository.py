"""What the repository promises as a whole: locks, portable files, sound templates."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "src" / "pilothouse"
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
# Built in pieces: this file is searched as well.
HOSTS = [".".join(each) for each in (("pypi", "org"), ("files", "pythonhosted", "org"),
         ("registry", "npmjs", "org"), ("deb", "debian", "org"))]  # fmt: skip
MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(?:home|Users|root|work)/\w+")
TEXT = {".py", ".md", ".toml", ".txt", ".html", ".css", ".js", ".json", ".sh", ".yml", ""}


def tracked() -> list[Path]:
    """Files under version control that a person reads; those of others are as they came."""
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\n")
    paths = [ROOT / name for name in names if name and "/vendor/" not in name]
    return [path for path in paths if path.suffix in TEXT and path.is_file()]


def find_in_files(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked()
        if path != Path(__file__)
        for match in pattern.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]


def test_no_file_names_a_registry():
    assert find_in_files(re.compile("|".join(map(re.escape, HOSTS)))) == []


def test_no_file_names_a_place_of_one_machine():
    assert find_in_files(MACHINE_PATH) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_locks_pin_every_package_by_hash_and_name_no_place(lock: Path):
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    blocks = re.split(r"\n(?=\S)", text.strip())
    loose = [
        block.split("\n")[0]
        for block in blocks
        if not block.startswith("#")
        and not (re.match(r"[\w.\-]+(\[[\w,]+\])?==\S+", block) and "--hash=sha256:" in block)
    ]
    assert loose == []


def locked_versions(name: str) -> dict[str, list[str]]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for package, version in re.findall(r"^([\w.\-]+)(?:\[[\w,]+\])?==([^\s;\\]+)", text, re.M):
        found.setdefault(_normal(package), []).append(version)
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def wanted() -> dict[str, list[str]]:
    """The requirements of pyproject.toml for each lock."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    users = project["project"]["dependencies"]
    team = users + project["project"]["optional-dependencies"]["team"]
    groups = project["dependency-groups"]
    dev = team + groups["dev"]
    return {"users": users, "team": team, "dev": dev, "bench": dev + groups["bench"]}


@pytest.mark.parametrize("name", ["users", "team", "dev", "bench"])
def test_locks_are_in_step_with_the_project(name: str):
    from packaging.requirements import Requirement

    locked = locked_versions(name)
    missing = []
    for text in wanted()[name]:
        requirement = Requirement(text)
        versions = locked.get(_normal(requirement.name), [])
        if not any(requirement.specifier.contains(version) for version in versions):
            missing.append(f"{text}: locked {versions}; ./run lock mends that")
    assert missing == []


def test_users_install_nothing_that_only_developers_need():
    dev_only = {"pytest", "pandas", "duckdb", "playwright", "polars", "chdb", "mypy", "posthog"}
    assert dev_only & locked_versions("users").keys() == set()


def test_the_commands_of_the_readme_are_there():
    for name in ("pilothouse", "run", ".ci/run"):
        assert os.access(ROOT / name, os.X_OK), f"{name} is not executable"
        subprocess.run(["bash", "-n", str(ROOT / name)], check=True)
    readme = ROOT / "README.md"
    if readme.exists():
        text = readme.read_text(encoding="utf-8")
        assert "./pilothouse" in text
        for word in set(re.findall(r"\./run ([a-z\-]+)", text)):
            assert re.search(rf"^#: {word}\b", (ROOT / "run").read_text(), re.M), word


def test_every_command_of_run_is_told_and_known():
    script = (ROOT / "run").read_text(encoding="utf-8")
    told = set(re.findall(r"^#: ([a-z\-]+)", script, re.M))
    known = re.search(r"^  (setup-dev \|[^)]*)\)", script, re.M)
    assert known
    assert told == {word.strip() for word in known[1].split("|")}


TEMPLATES = sorted(SOURCE.glob("**/templates/**/*.html"))
# The policy forbids both; a browser would drop them without a word.
INLINE = re.compile(r"<style\b|\sstyle=|\son\w+=\"|<script(?![^>]*\bsrc=)[^>]*>|javascript:", re.I)
OUTSIDE = re.compile(r"(?:src|href|action)=\"(?:https?:)?//", re.I)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_style_and_no_script(path: Path):
    text = re.sub(
        r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text("utf-8"), flags=re.S
    )
    data = re.sub(r"<script[^>]*type=\"application/json\"[^>]*>", "", text)
    assert INLINE.findall(data) == []
    assert len(text.splitlines()) <= 150


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_load_nothing_from_elsewhere(path: Path):
    loads = re.findall(r"<(?:script|link|img|iframe|form)\b[^>]*>", path.read_text("utf-8"), re.I)
    assert [each for each in loads if OUTSIDE.search(each)] == []


def test_every_template_compiles():
    from django.template.loader import get_template

    for path in TEMPLATES:
        folder = next(parent for parent in path.parents if parent.name == "templates")
        get_template(str(path.relative_to(folder)))


def test_vendored_files_are_what_they_were_when_they_came():
    import hashlib

    folder = SOURCE / "web" / "static" / "vendor"
    text = json.dumps(json.loads((folder / "vendor.json").read_text(encoding="utf-8")))
    unknown = [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file()
        and path.name not in {"vendor.json", "THIRD_PARTY.md"}
        and hashlib.sha256(path.read_bytes()).hexdigest() not in text
    ]
    assert unknown == []


@pytest.mark.django_db
def test_no_migration_is_missing():
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_python_of_the_project_is_the_python_of_the_script():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    oldest = project["project"]["requires-python"].removeprefix(">=")
    assert f"Python {oldest}" in (ROOT / "tools" / "environment.sh").read_text(encoding="utf-8")
    assert sys.version_info >= tuple(map(int, oldest.split(".")))
