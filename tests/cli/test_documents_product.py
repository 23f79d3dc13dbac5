"""Commands on the documents of a product."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.test import override_settings

from pilothouse.apps.documents.services.documents import list_documents
from pilothouse.apps.workspace.services.access import ProductView
from pilothouse.cli.documents import group
from tests.apps.documents.makers import come, make_document, make_funnel, quote, write
from tests.builders import People, make_people, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def shop(people: People) -> ProductView:
    return make_product(people.alice, "Shop")


def run(*words: str, **options: Any) -> Result:
    return CliRunner().invoke(group, [*words, "--product", "Shop"], **options)


def test_documents_are_begun_listed_and_shown(shop: ProductView):
    begun = json.loads(run("new", "Calm", "--template", "prd", "--folder", "a", "--json").stdout)
    assert (begun["kind"], begun["folder"], begun["version"]) == ("prd", "a", 1)
    piped = run("new", "From a pipe", "--file", "-", input="Some words.\n")
    assert piped.output.startswith("Begun: From a pipe (")
    listed = json.loads(run("list", "--kind", "prd", "--json").stdout)
    assert listed["simulated"] is False
    assert [each["title"] for each in listed["documents"]] == ["Calm"]
    note = next(each for each in list_documents(shop) if each.kind == "note")
    assert run("show", note.public_id).output == "Some words.\n\n"
    assert run("show", note.public_id, "--version", "2").exit_code == 1
    assert "no such template" in run("new", "x", "--template", "poem").output


def test_claims_end_with_1_when_a_number_no_longer_holds(
    people: People, shop: ProductView, tmp_path: Path
):
    from dataclasses import replace

    from django.conf import settings

    from pilothouse.apps.analytics.services.store import event_store

    event_store.cache_clear()
    with override_settings(CONFIGURATION=replace(settings.CONFIGURATION, data=tmp_path)):
        come(people.alice, shop, 80, 12)
        document = make_document(people.alice, shop)
        quote(people.alice, shop, document, make_funnel(people.alice, shop))
        assert run("claims", "--check").output.startswith("fresh    15% (n 80)")
        come(people.alice, shop, 200, 0, "c")
        found = run("claims", "--check", "--stale", "--json")
    event_store.cache_clear()
    assert found.exit_code == 1
    assert json.loads(found.stdout)["claims"][0]["state"] == "stale"
    assert "(1 stale)" in run("list").output


def test_versions_are_shown_as_they_were(people: People, shop: ProductView):
    document = make_document(people.alice, shop, body="First.")
    write(people.alice, shop, document, "Second.")
    assert run("show", document.public_id, "--version", "1").output == "First.\n"
