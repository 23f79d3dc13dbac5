"""What every test may rely on; the data folder and the database are chosen in ``settings``."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.flushing import ledger_can_be_flushed  # noqa: F401
from tests.migrated import (  # noqa: F401
    django_db_keepdb,
    django_db_modify_db_settings,
    django_db_setup,
    kept_database,
)
from tests.rendering import pages_tell_of_themselves  # noqa: F401

# A busy machine is no fault: no test of properties fails by the clock.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")
ROOT = Path(__file__).resolve().parent.parent
_BROWSERS = ("chromium", "google-chrome", "chromium-browser")

# Nothing is timed: another process may have the machine while an example is tried.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What collecting makes stays to the end: nothing looks through it for rubbish."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


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
