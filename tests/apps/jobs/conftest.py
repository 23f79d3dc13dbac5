"""What tests of jobs share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.apps.jobs.fake_model import FakeModel, run_model


@pytest.fixture
def model() -> Iterator[FakeModel]:
    """A language model of this machine."""
    with run_model() as fake:
        yield fake
