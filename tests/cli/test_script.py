"""./pilothouse on machines that lack something: clear words, nothing half made."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

TOOLS = ("bash", "dirname", "readlink", "mkdir", "cat", "cksum", "find", "rm", "tail", "mv")
OLD = "#!/bin/bash\necho 3 9\n"
# What Debian's Python says without the package that makes environments.
BARE = """#!/bin/bash
case "$2" in
  *ensurepip*) exit 1 ;;
  *%d*) echo 3.11 ;;
  *) echo 3 11 ;;
esac
"""


@pytest.fixture
def machine(tmp_path: Path, root: Path) -> Path:
    """A copy of the script beside a PATH with the least of tools and no Python."""
    copy = tmp_path / "a place" / "pilothouse"
    (copy.parent / "tools").mkdir(parents=True)
    shutil.copy(root / "pilothouse", copy)
    shutil.copy(root / "tools" / "environment.sh", copy.parent / "tools")
    shutil.copytree(root / "requirements", copy.parent / "requirements")
    (tmp_path / "bin").mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found, name
        (tmp_path / "bin" / name).symlink_to(found)
    return tmp_path


def start(machine: Path) -> subprocess.CompletedProcess[str]:
    (machine / "link").symlink_to(machine / "a place" / "pilothouse")
    return subprocess.run(
        [machine / "link", "--version"],
        cwd="/", env={"PATH": str(machine / "bin"), "HOME": str(machine)},
        capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip


def put(machine: Path, name: str, script: str) -> None:
    (machine / "bin" / name).write_text(script)
    (machine / "bin" / name).chmod(0o755)


def test_without_python_it_says_so(machine: Path):
    done = start(machine)
    assert done.returncode == 1
    assert "needs Python 3.11 or newer and there is none on the PATH" in done.stderr


def test_a_python_too_old_is_named(machine: Path):
    put(machine, "python3", OLD)
    done = start(machine)
    assert done.returncode == 1
    assert "needs Python 3.11 or newer, but python3 is Python 3.9" in done.stderr


def test_the_missing_package_of_debian_is_named(machine: Path):
    put(machine, "python3", OLD)
    put(machine, "python3.11", BARE)
    done = start(machine)
    assert done.returncode == 1
    assert "sudo apt install python3.11-venv" in done.stderr
    assert not (machine / "a place" / ".venv" / "bin").exists()
