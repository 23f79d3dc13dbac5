"""People of the demo's company, as an import that its owner can undo in one act."""

from __future__ import annotations

from importlib.resources import files

from django.utils import timezone

from pilothouse.apps.people.services.imports import receive_contacts, start_book_import
from pilothouse.apps.people.services.listing import Wanted, list_contacts
from pilothouse.apps.workspace.services.access import Access, ProductView
from pilothouse.apps.workspace.services.links import ObjectRef, add_link

FILE = "brindle-people.vcf"
GROUP = "Brindle (demo)"


def lay_out_people(access: Access, product: ProductView) -> None:
    """Put the stakeholders of the demo into the owner's book, linked with the product."""
    body = files("pilothouse.content.demo").joinpath(FILE).read_bytes()
    row = receive_contacts(access, FILE, [body], now=timezone.now())
    start_book_import(access, row.public_id, now=timezone.now())
    mine = list_contacts(access, Wanted(group=GROUP, relation="stakeholder")).lines
    whole = ObjectRef("product", product.public_id)
    for line in mine:
        add_link(access, product, ObjectRef("contact", line.public_id), whole)
