"""Where a next act is done: on the pages of the product that the person looked at last."""

from __future__ import annotations

from django.http import HttpRequest

from pilothouse.apps.skills.services.library import next_act_url
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.products import list_products


def act_url_of(request: HttpRequest, access: Access, act: str) -> str:
    """The page of a next act; empty where there is no act."""
    if not act:
        return ""
    products = [product.public_id for product in list_products(access)]
    remembered = request.session.get("product_id")
    chosen = remembered if remembered in products else (products[0] if products else "")
    return next_act_url(act, chosen)
