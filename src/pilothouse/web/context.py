"""The frame around every page: navigation, product switcher, member. One query a page at most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from pilothouse.apps.workspace.models import CaptureKind
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.products import list_products
from pilothouse.kernel.times import parse_zone


@dataclass(frozen=True)
class NavigationItem:
    """One link of the navigation."""

    name: str
    url: str
    icon: str
    current: bool
    key: str = ""


@dataclass(frozen=True)
class FrameProduct:
    """A product in the top bar and its switcher."""

    public_id: str
    name: str
    world: str
    zone: str
    is_current: bool


@dataclass(frozen=True)
class NavigationGroup:
    """A labelled group of links."""

    label: str
    items: tuple[NavigationItem, ...]


Page = tuple[str, str, str, str]

# Words, URL names, icons and "g" keys in the order of the product's design.
_PRODUCT_PAGES = (
    ("", (("Today", "today:home", "sunrise", "t"),)),
    (
        "Measure",
        (
            ("Analytics", "analytics:home", "chart-line", "a"),
            ("Experiments", "experiments:home", "flask-conical", "x"),
        ),
    ),
    (
        "Decide",
        (
            ("Backlog", "backlog:home", "list-tree", "b"),
            ("Roadmap", "roadmap:home", "map", "r"),
            ("Documents", "documents:home", "file-text", "d"),
            ("Decisions", "decisions:home", "scale", "e"),
        ),
    ),
)
# What belongs to a person and not to a product.
_PERSON_PAGES = (
    ("Align", (("People", "people:home", "users", "n"),)),
    (
        "Grow",
        (
            ("Skills", "skills:home", "graduation-cap", "s"),
            ("Portfolio", "portfolio:home", "briefcase", "p"),
            ("Jobs", "jobs:home", "handshake", "j"),
        ),
    ),
)
_WORKSPACE_PAGES = (
    ("Products", "workspace:products", "package"),
    ("Members", "workspace:members", "users"),
    ("Ledger", "workspace:ledger", "scroll-text"),
    ("Background work", "workspace:jobs", "list-checks"),
    ("Backups", "workspace:backups", "archive"),
    ("Settings", "workspace:settings", "settings"),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html; nothing for strangers."""
    access: Access | None = getattr(request, "access", None)
    if access is None:
        return {"navigation": (), "product": None, "member": None}
    products = list_products(access)
    product = _current_product(request, products)
    return {
        "navigation": _navigation(request, product),
        "product": product and _to_frame(product),
        "products": [_to_frame(each, is_current=each == product) for each in products],
        "clock_label": product and _clock_label(product),
        "member": access,
        "workspace_pages": [
            NavigationItem(name, reverse(url), icon, request.path.startswith(reverse(url)))
            for name, url, icon in _WORKSPACE_PAGES
        ],
        "search_url": reverse("workspace:search"),
        "capture_url": reverse("workspace:capture"),
        "capture_kinds": CaptureKind.choices,
    }


def _to_frame(product: ProductView, *, is_current: bool = True) -> FrameProduct:
    return FrameProduct(product.public_id, product.name, product.world, product.zone, is_current)


def _current_product(request: HttpRequest, products: list[ProductView]) -> ProductView | None:
    given: ProductView | None = getattr(request, "product", None)
    if given is not None:
        return given
    remembered = request.session.get("product_id")
    return next(
        (product for product in products if product.public_id == remembered),
        products[0] if products else None,
    )


def _navigation(request: HttpRequest, product: ProductView | None) -> tuple[NavigationGroup, ...]:
    of_product = _PRODUCT_PAGES if product else ()
    arguments = [product.public_id] if product else []
    return (
        *(_group(request, label, pages, arguments) for label, pages in of_product),
        *(_group(request, label, pages, []) for label, pages in _PERSON_PAGES),
    )


def _group(
    request: HttpRequest, label: str, pages: tuple[Page, ...], arguments: list[str]
) -> NavigationGroup:
    links = [
        (name, reverse(url_name, args=arguments), icon, key) for name, url_name, icon, key in pages
    ]
    return NavigationGroup(
        label,
        tuple(
            NavigationItem(name, url, icon, request.path.startswith(url), key)
            for name, url, icon, key in links
        ),
    )


def _clock_label(product: ProductView) -> str:
    return product.now.astimezone(parse_zone(product.zone)).strftime("%a %-d %b %Y, %H:%M")
