"""Whether two names mean one firm."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pilothouse.engines.people.companies import company_key, match_company, to_firm

# What a person would say of each pair; the tier is what the rules must say.
LABELLED = (
    ("Northwind GmbH", "NORTHWIND", "exact"),
    ("Acme, Inc.", "acme inc", "exact"),
    ("Société Générale S.A.", "Societe Generale", "exact"),
    ("The Boring Company", "Boring Co.", "exact"),
    ("Müller & Söhne GmbH & Co. KG", "Mueller & Söhne", "weak"),
    ("DeepMind", "Deep Mind", "exact"),
    ("Northwind Technologies", "Northwind Group", "strong"),
    ("Stripe", "Stripe Payments Europe", "strong"),
    ("Acme Germany", "ACME", "strong"),
    ("Google", "Google Cloud", "strong"),
    ("IBM", "International Business Machines", "weak"),
    ("Google", "ex-Google", "weak"),
    ("Northwind", "Northwynd", "weak"),
    ("First Group", "United Group", None),
    ("Global Solutions", "Global Systems", None),
    ("Bank of America", "Bank of England", None),
    ("Apple", "Applied Materials", None),
    ("Uber", "Huber", None),
    ("Meta", "Metabase", None),
    ("", "Acme", None),
)


@pytest.mark.parametrize(("one", "two", "tier"), LABELLED)
def test_pairs_that_a_person_would_call_so(one: str, two: str, tier: str | None):
    assert match_company(to_firm(one), to_firm(two)) == tier
    assert match_company(to_firm(two), to_firm(one)) == tier


@example("\N{MODIFIER LETTER CAPITAL A}", "GmbH")
@given(st.text(max_size=40), st.sampled_from(["GmbH", "Inc.", "Ltd", "S.A.", "LLC"]))
def test_a_legal_form_changes_nothing(name: str, form: str):
    if company_key(name) and any(w not in ("inc", "gmbh") for w in company_key(name).split()):
        assert match_company(to_firm(name), to_firm(name)) == "exact"
    assert company_key(company_key(name)) == company_key(name)
    assert company_key(f"Zebra {form}") == "zebra"
