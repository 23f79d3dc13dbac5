"""A data folder of each test's own, and the standing people with a product of Alice's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from pilothouse.apps.analytics.services.store import event_store
from pilothouse.apps.workspace.services.access import ProductView
from tests.apps.worlds import World, make_world
from tests.builders import People, make_people, make_product


@pytest.fixture
def data_folder(tmp_path: Path) -> Iterator[Path]:
    """Databases forget between tests, folders do not: each test has its own."""
    event_store.cache_clear()
    with override_settings(CONFIGURATION=replace(settings.CONFIGURATION, data=tmp_path)):
        yield tmp_path
    event_store.cache_clear()


@pytest.fixture
def people(db: None, data_folder: Path) -> People:
    return make_people()


@pytest.fixture
def product(people: People) -> ProductView:
    return make_product(people.alice)


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One world for all tests of a module; what a test changes is rolled back after it."""
    folder = tmp_path_factory.mktemp("world")
    changed = override_settings(CONFIGURATION=replace(settings.CONFIGURATION, data=folder))
    with django_db_blocker.unblock(), changed, transaction.atomic():
        event_store.cache_clear()
        yield make_world(folder)
        transaction.set_rollback(True)
    event_store.cache_clear()


@pytest.fixture
def undone(world: World, db: None) -> None:
    """Take back what this test does to the world: its transaction is inside the world's."""
