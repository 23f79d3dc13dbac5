"""People for every test here."""

from __future__ import annotations

import pytest

from tests.builders import People, make_people


@pytest.fixture
def people(db: None) -> People:
    return make_people()
