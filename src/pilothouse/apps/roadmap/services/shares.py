"""Secret links to a read-only view of the roadmap, for people outside.

Whoever has the link sees titles, outcomes, how far away and how sure: never ids, names of people,
notes or items; quarters, efforts and values only where the share says so. The link is shown once;
only the digest of its token is kept.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.roadmap.models import Audience, Share
from pilothouse.apps.roadmap.services.audiences import Reveal, ToldBet, list_told_bets
from pilothouse.apps.roadmap.services.checks import check_choice, check_title
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access, ProductView, to_product_view
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import digest

MAX_DAYS = 3650
MAX_SHARES = 100
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class ShareDraft:
    """What a person decides about a share. ``days`` is how long it works; None is until revoked."""

    name: str
    audience: str = Audience.CUSTOMERS.value
    days: int | None = 90
    shows_quarters: bool = True
    shows_efforts: bool = False
    shows_values: bool = False

    def checked(self) -> ShareDraft:
        """This draft with clean parts; raises ``InvalidValueError`` for the first bad one."""
        if self.days is not None and not 1 <= self.days <= MAX_DAYS:
            raise InvalidValueError(
                f"a link works for 1 to {MAX_DAYS:,} days, or until it is revoked.",
                value=self.days,
            )
        check_choice(self.audience, Audience.values, "an audience")
        return replace(self, name=check_title(self.name, "a link's name", 100))


@dataclass(frozen=True)
class ShareView:
    """A share; its token is not in it and cannot be found again."""

    public_id: str
    name: str
    audience: str
    shows_quarters: bool
    shows_efforts: bool
    shows_values: bool
    created_at: datetime
    expires_at: datetime | None
    is_revoked: bool
    is_expired: bool

    @property
    def audience_name(self) -> str:
        return Audience(self.audience).label

    @property
    def works(self) -> bool:
        return not (self.is_revoked or self.is_expired)


@dataclass(frozen=True)
class SharedRoadmap:
    """What a stranger with the link sees, and nothing else."""

    product_name: str
    is_simulated: bool
    as_of: datetime
    zone: str
    currency: str
    audience: str
    shows_efforts: bool
    shows_values: bool
    bets: tuple[ToldBet, ...]


def create_share(access: Access, product: ProductView, draft: ShareDraft) -> tuple[ShareView, str]:
    """A new share and its token, which is shown this once."""
    access.require(Role.OWNER, to="sharing the roadmap with outsiders")
    checked = draft.checked()
    token = secrets.token_urlsafe(32)
    now = timezone.now()  # a link is for the people outside, who live by the wall's clock
    with transaction.atomic():
        working = Share.objects.filter(product_id=product.id, revoked_at=None)
        if working.count() >= MAX_SHARES:
            raise ConflictError(
                f"a product has at most {MAX_SHARES} links.", remedy="Revoke one first."
            )
        share = Share.objects.create(
            product_id=product.id,
            user_id=access.user_id,
            name=checked.name,
            audience=checked.audience,
            token_digest=digest(token.encode()),
            shows_quarters=checked.shows_quarters,
            shows_efforts=checked.shows_efforts,
            shows_values=checked.shows_values,
            created_at=now,
            expires_at=None if checked.days is None else now + timedelta(days=checked.days),
        )
        view = _to_view(share)
        facts = {
            "audience": view.audience,
            "quarters": view.shows_quarters,
            "efforts": view.shows_efforts,
            "values": view.shows_values,
            "days": checked.days,
        }
        record_act(
            access, "share.created", "share", view.public_id, facts,
            product=product, personal=view.name,
        )  # fmt: skip
    return view, token


def list_shares(product: ProductView) -> list[ShareView]:
    """The shares of a product, the newest first."""
    shares = Share.objects.filter(product_id=product.id).order_by("-created_at", "-pk")
    return [_to_view(share) for share in shares[:500]]


def revoke_share(access: Access, product: ProductView, public_id: str) -> ShareView:
    """End a share at once."""
    access.require(Role.OWNER, to="revoking a link")
    with transaction.atomic():
        share = Share.objects.filter(product_id=product.id, public_id=public_id).first()
        if share is None:
            raise NotFoundError("there is no such link in this product.", value=public_id)
        if share.revoked_at is not None:
            raise ConflictError("this link was revoked already.", value=share.name)
        share.revoked_at = timezone.now()
        share.save(update_fields=["revoked_at"])
        record_act(access, "share.revoked", "share", public_id, {}, product=product)
    return _to_view(share)


def open_share(token: str) -> SharedRoadmap:
    """What the holder of ``token`` may see; ``NotFoundError`` for any token that does not work.

    The token is looked up by its digest, so the time that takes tells nothing about it.
    """
    wanted = digest(token.encode("utf-8", "replace"))
    share = Share.objects.select_related("product").filter(token_digest=wanted).first()
    if (
        not _TOKEN.fullmatch(token)
        or share is None
        or not hmac.compare_digest(share.token_digest, wanted)
        or not _to_view(share).works
        or share.product.archived_at is not None
    ):
        raise NotFoundError("this link does not work.", remedy="Ask whoever gave it to you.")
    product = to_product_view(share.product)
    reveal = Reveal(quarters=share.shows_quarters, values=share.shows_values)
    told = list_told_bets(product, share.audience, reveal=reveal)
    return SharedRoadmap(
        product_name=product.name,
        is_simulated=product.is_simulated,
        as_of=product.now,
        zone=product.zone,
        currency=product.currency,
        audience=share.audience,
        shows_efforts=share.shows_efforts,
        shows_values=share.shows_values,
        bets=tuple(_reduce(share, bet) for bet in told),
    )


def _reduce(share: Share, bet: ToldBet) -> ToldBet:
    """The bet without what this share does not show; ids and findings are never for outsiders."""
    return replace(
        bet,
        bet_id="",
        outcome_id="",
        findings=(),
        is_withheld=False,
        effort=bet.effort if share.shows_efforts else None,
    )


def _to_view(share: Share) -> ShareView:
    is_expired = share.expires_at is not None and share.expires_at <= timezone.now()
    return ShareView(
        public_id=share.public_id,
        name=share.name,
        audience=share.audience,
        shows_quarters=share.shows_quarters,
        shows_efforts=share.shows_efforts,
        shows_values=share.shows_values,
        created_at=share.created_at,
        expires_at=share.expires_at,
        is_revoked=share.revoked_at is not None,
        is_expired=is_expired,
    )
