"""From the name of a page to its address: some pages belong to a product, some to the person."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

# Their pages need a product in the address.
PRODUCT_NOUNS = frozenset(
    {"today", "analytics", "experiments", "backlog", "roadmap", "documents", "decisions"}
)


def page_url(page: str, product_id: str = "") -> str:
    """The address of a page by its name; the list of products where one must be chosen first.

    What stands after a question mark is kept. Empty where there is no such page (yet).
    """
    if not page:
        return ""
    name, mark, query = page.partition("?")
    noun = name.partition(":")[0]
    try:
        if noun not in PRODUCT_NOUNS:
            return reverse(name) + mark + query
        if not product_id:
            return reverse("workspace:products")
        return reverse(name, args=[product_id]) + mark + query
    except NoReverseMatch:
        return ""
