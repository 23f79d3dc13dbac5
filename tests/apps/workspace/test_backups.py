"""Backups from the pages: for whoever owns every workspace of the data folder."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from pilothouse.apps.workspace.services import backups
from pilothouse.apps.workspace.services.members import found_workspace
from pilothouse.kernel.errors import ForbiddenError, NotFoundError
from tests.builders import user_of


@pytest.fixture
def owner(db, settings, tmp_path):
    settings.CONFIGURATION = replace(settings.CONFIGURATION, data=tmp_path)
    return found_workspace("Lighthouse", "Alice", "alice@example.org")


def write_backup(name="pilothouse-20260101-120000-abcdef.zip"):
    backups.backups_dir().mkdir(parents=True)
    (backups.backups_dir() / name).write_bytes(b"everything")
    return name


def test_the_owner_makes_lists_and_takes_backups(owner):
    name = write_backup()
    assert backups.start_backup(owner).kind == backups.JOB_KIND
    assert [(each.name, each.bytes) for each in backups.list_backups(owner)] == [(name, 10)]
    assert backups.find_backup(owner, name).read_bytes() == b"everything"


def test_a_name_that_is_not_listed_does_not_exist(owner):
    write_backup()
    for name in ("secret.key", "../secret.key", "pilothouse-1.zip"):
        with pytest.raises(NotFoundError):
            backups.find_backup(owner, name)


def test_with_a_second_owner_nobody_takes_everything(owner):
    name = write_backup()
    found_workspace("Elsewhere", "Charlie", "charlie@example.org")
    with pytest.raises(ForbiddenError, match="not all of them are yours"):
        backups.start_backup(owner)
    with pytest.raises(NotFoundError):
        backups.find_backup(owner, name)


def test_the_page_teaches_while_there_is_none(owner):
    client = Client()
    client.force_login(user_of(owner))
    page = client.get("/workspace/backups/")
    assert page.status_code == 200
    assert b"No backup yet" in page.content
