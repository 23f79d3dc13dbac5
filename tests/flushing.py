"""Emptying the ledger between tests that commit: its triggers forbid it, rightly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.backends.base.operations import BaseDatabaseOperations


@pytest.fixture(autouse=True, scope="session")
def ledger_can_be_flushed() -> Iterator[None]:
    """After a test that commits all tables are emptied; on SQLite row by row: triggers see it."""
    usual = BaseDatabaseOperations.execute_sql_flush

    def flush(self: BaseDatabaseOperations, sql_list: list[str]) -> Any:
        if self.connection.vendor != "sqlite":
            return usual(self, sql_list)
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'act_no_delete'")
            trigger = cursor.fetchone()[0]
            cursor.execute("DROP TRIGGER act_no_delete")
            usual(self, sql_list)
            cursor.execute(trigger)
        return None

    BaseDatabaseOperations.execute_sql_flush = flush
    yield
    BaseDatabaseOperations.execute_sql_flush = usual
