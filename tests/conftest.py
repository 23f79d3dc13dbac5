"""What every test may rely on; the data folder and the database are chosen in ``settings``."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.flushing import ledger_can_be_flushed  # noqa: F401

ROOT = Path(__file__).resolve().parent.parent
_BROWSERS = ("chromium", "google-chrome", "chromium-browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip browser tests, with the reason in sight, where there is no browser; in CI they fail."""
    if os.environ.get("CI") == "true" or any(shutil.which(name) for name in _BROWSERS):
        return
    reason = f"no browser here: one of {', '.join(_BROWSERS)} must be on the PATH"
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the repository."""
    return ROOT


@pytest.fixture
def needs_or_skips():
    """Skip for a reason that a person can see; in CI, where all must be there, fail."""

    def skip(reason: str) -> None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI must not skip this: {reason}")
        pytest.skip(reason)

    return skip
