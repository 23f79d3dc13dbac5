"""Who may do what. Every use case takes an ``Access`` and asks it; none trusts its caller."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from pilothouse.apps.workspace.models import Member, Product, Role, User
from pilothouse.kernel.errors import ForbiddenError, NotFoundError

RANK = {Role.VIEWER: 0, Role.COMMENTER: 1, Role.EDITOR: 2, Role.OWNER: 3}


@dataclass(frozen=True)
class Access:
    """A member acting in a workspace, with the role that counts (a token may lower it)."""

    user_id: int
    user_public_id: str
    user_name: str
    workspace_id: int
    workspace_name: str
    role: Role

    def may(self, role: Role) -> bool:
        """Whether this member has at least ``role``."""
        return RANK[self.role] >= RANK[role]

    # For templates, which cannot call with arguments.
    @property
    def is_owner(self) -> bool:
        return self.may(Role.OWNER)

    @property
    def is_editor(self) -> bool:
        return self.may(Role.EDITOR)

    def require(self, role: Role, *, to: str) -> None:
        """Raise ``ForbiddenError`` unless this member has at least ``role``."""
        if not self.may(role):
            raise ForbiddenError(
                f"needs the role {role.value} or higher; yours is {self.role.value}.",
                value=to,
                remedy="Ask an owner of the workspace.",
            )


@dataclass(frozen=True)
class ProductView:
    """A product as other apps and the screens see it."""

    id: int
    public_id: str
    workspace_id: int
    name: str
    description: str
    world: str
    zone: str
    week_start: int
    currency: str
    industry: str
    clock: datetime | None
    is_archived: bool

    @property
    def is_simulated(self) -> bool:
        return self.world == "simulated"

    @property
    def now(self) -> datetime:
        """The moment at which this product lives: its own clock or the wall's."""
        return self.clock or timezone.now()


def to_product_view(product: Product) -> ProductView:
    """The row as the frozen value that crosses app borders."""
    return ProductView(
        id=product.pk,
        public_id=product.public_id,
        workspace_id=product.workspace_id,
        name=product.name,
        description=product.description,
        world=product.world,
        zone=product.zone,
        week_start=product.week_start,
        currency=product.currency,
        industry=product.industry,
        clock=product.clock,
        is_archived=product.archived_at is not None,
    )


def _to_access(member: Member) -> Access:
    return Access(
        user_id=member.user_id,
        user_public_id=member.user.public_id,
        user_name=member.user.name,
        workspace_id=member.workspace_id,
        workspace_name=member.workspace.name,
        role=Role(member.role),
    )


def list_accesses(user: User) -> list[Access]:
    """All workspaces of a user, the oldest membership first."""
    members = Member.objects.select_related("user", "workspace").filter(user=user).order_by("pk")
    return [_to_access(member) for member in members]


def get_access(user: User, workspace_id: int | None = None) -> Access:
    """The user's access to a workspace, or to the first one. Strangers learn nothing: 404."""
    for access in list_accesses(user):
        if workspace_id in (None, access.workspace_id):
            return access
    raise NotFoundError("there is no such workspace.")


def open_product(user: User, public_id: str) -> tuple[Access, ProductView]:
    """A product by its public id with the user's access to it; 404 for strangers."""
    product = (
        Product.objects.select_related("workspace")
        .filter(public_id=public_id, workspace__members__user=user)
        .first()
    )
    if product is None:
        raise NotFoundError(
            "there is no such product here.",
            value=public_id,
            remedy="Choose one from the switcher.",
        )
    member = Member.objects.select_related("user", "workspace").get(
        workspace_id=product.workspace_id, user=user
    )
    return _to_access(member), to_product_view(product)


def get_product(access: Access, public_id: str) -> ProductView:
    """A product of this workspace by its public id."""
    product = Product.objects.filter(public_id=public_id, workspace_id=access.workspace_id).first()
    if product is None:
        raise NotFoundError("there is no such product here.", value=public_id)
    return to_product_view(product)
