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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this machine, or this database, has no use for; aloud."""
    _skip_without_browser(items)
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        _leave_to_sqlite(config, items)
    # Begun last, a way of a minute through many pages would keep the other processes waiting.
    items.sort(key=lambda item: not item.path.name.endswith("_chain.py"))


def _skip_without_browser(items: list[pytest.Item]) -> None:
    """Skip browser tests, with the reason in sight, where there is no browser; in CI they fail."""
    if os.environ.get("CI") == "true" or any(shutil.which(name) for name in _BROWSERS):
        return
    reason = f"no browser here: one of {', '.join(_BROWSERS)} must be on the PATH"
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=reason))


def _leave_to_sqlite(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what asks for a database is run again; nothing else can get at it.

    pytest-django refuses the database to a test without one of these, and programs that tests start
    have a data folder, and so an SQLite, of their own.
    """
    asking = {item for item in items if _asks_for_database(item)}
    config.hook.pytest_deselected(items=[item for item in items if item not in asking])
    items[:] = [item for item in items if item in asking]


def _asks_for_database(item: pytest.Item) -> bool:
    fixtures = {"db", "transactional_db", "live_server", "django_db_setup"}
    is_asked = not fixtures.isdisjoint(getattr(item, "fixturenames", ()))
    return is_asked or item.get_closest_marker("django_db") is not None


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
