"""``pilothouse portfolio``: checking files of anybody, and signing from the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.test import override_settings

from pilothouse.cli.portfolio import group
from tests.apps.portfolio.credential_makers import give_level, sign_draft
from tests.builders import make_people, make_product


def run(*words: object):
    return CliRunner().invoke(group, [str(word) for word in words])


def ask(*words: object) -> dict:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def badge(tmp_path: Path) -> Path:
    path = tmp_path / "badge.json"
    path.write_text(sign_draft(), encoding="utf-8")
    return path


def test_verify_needs_no_data_folder_and_tells_each_check(badge: Path):
    answer = ask("verify", badge)
    assert answer["valid"]
    told = {each["check"]: each["passed"] for each in answer["checks"]}
    assert told["signature"] is True
    assert told["revocation"] is None
    words = run("verify", badge)
    assert "holds        signature" in words.output
    assert "It is not an examination." in words.output


def test_verify_ends_with_one_where_something_was_changed(badge: Path):
    badge.write_text(badge.read_text("utf-8").replace("L2", "L3"), encoding="utf-8")
    result = run("verify", badge)
    assert result.exit_code == 1
    assert "FAILS        signature" in result.output
    badge.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert run("verify", badge).exit_code == 1


@pytest.mark.django_db
def test_issue_list_and_export(tmp_path: Path):
    with override_settings(CONFIGURATION=replace(settings.CONFIGURATION, data=tmp_path)):
        alice = make_people().alice
        give_level(alice, make_product(alice))
        looked = ask("issue", "C03", "--dry-run")
        assert ask("credentials")["credentials"] == []
        made = ask("issue", "C03", "--holder", "Ann")
        assert looked["document"]["name"] == made["name"]
        assert [each["public_id"] for each in ask("credentials")["credentials"]] == [
            made["public_id"]
        ]
        assert ask("keys")["keys"] == [{"did": made["issuer_did"], "signs": True}]
        for form in ("json", "jwt", "svg", "png", "html"):
            out = tmp_path / f"out.{form}"
            ask("export", made["public_id"], out, "--as", form)
            assert ask("verify", out)["valid"]
        assert run("export", made["public_id"], tmp_path / "x", "--as", "pdf").exit_code == 1
        assert run("issue", "C01").exit_code == 1
        assert "no act of yours" in run("issue", "C01").output
