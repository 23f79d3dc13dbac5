"""The way in: one-time links and API tokens. There are no passwords to guess or leak."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from pilothouse.apps.workspace.models import ApiToken, LoginLink, Member, Role, User
from pilothouse.apps.workspace.services.access import RANK, Access, get_access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import InvalidValueError, NotFoundError
from pilothouse.kernel.ids import clean_text, digest

LOCAL_LINK_LIFE = timedelta(hours=1)
INVITATION_LIFE = timedelta(days=7)
TOKEN_PREFIX = "ph_"  # noqa: S105


def make_login_token(user: User, life: timedelta = LOCAL_LINK_LIFE) -> str:
    """A new one-time token for ``user``; older unused ones stay valid until they expire."""
    token = secrets.token_urlsafe(32)
    LoginLink.objects.create(
        user=user, token_digest=digest(token.encode()), expires_at=timezone.now() + life
    )
    return token


def use_login_token(token: str) -> User:
    """The user whom a token lets in, once."""
    with transaction.atomic():
        link = (
            LoginLink.objects.select_for_update()
            .select_related("user")
            .filter(token_digest=digest(token.encode()))
            .first()
        )
        if link is None or link.used_at or link.expires_at <= timezone.now():
            raise InvalidValueError(
                "this login link was used already or is too old.",
                remedy="Get a new one with: pilothouse workspace login-link",
            )
        if not link.user.is_active:
            raise InvalidValueError("this person has left the workspace.")
        link.used_at = timezone.now()
        link.save(update_fields=["used_at"])
    return link.user


def create_token(access: Access, name: str, *, is_read_only: bool) -> str:
    """A new API token, shown once."""
    access.require(Role.VIEWER if is_read_only else Role.COMMENTER, to="making a token")
    text = clean_text(name).strip()
    if not text:
        raise InvalidValueError("a token needs a name, such as the script that will use it.")
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        member = Member.objects.get(workspace_id=access.workspace_id, user_id=access.user_id)
        token = ApiToken.objects.create(
            member=member,
            name=text[:100],
            token_digest=digest(secret.encode()),
            is_read_only=is_read_only,
        )
        record_act(access, "token.created", "token", token.public_id, {"read_only": is_read_only})
    return secret


def list_tokens(access: Access) -> list[ApiToken]:
    """The member's own tokens that still work."""
    return list(
        ApiToken.objects.filter(
            member__workspace_id=access.workspace_id,
            member__user_id=access.user_id,
            revoked_at=None,
        ).order_by("-created_at")
    )


def revoke_token(access: Access, public_id: str) -> None:
    """End a token of one's own."""
    with transaction.atomic():
        count = ApiToken.objects.filter(
            public_id=public_id,
            member__workspace_id=access.workspace_id,
            member__user_id=access.user_id,
            revoked_at=None,
        ).update(revoked_at=timezone.now())
        if not count:
            raise NotFoundError("there is no such token.", value=public_id)
        record_act(access, "token.revoked", "token", public_id, {})


def access_by_token(secret: str) -> Access:
    """The access a token gives: its member's, lowered to viewer when it is read-only."""
    token = (
        ApiToken.objects.select_related("member__user")
        .filter(token_digest=digest(secret.encode()), revoked_at=None, member__user__is_active=True)
        .first()
    )
    if token is None:
        raise NotFoundError("this token does not exist or was revoked.")
    now = timezone.now()
    # Once a minute is enough to tell which tokens are in use, and spares a write per request.
    if token.last_used_at is None or now - token.last_used_at > timedelta(minutes=1):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    access = get_access(token.member.user, token.member.workspace_id)
    if token.is_read_only and RANK[access.role] > RANK[Role.VIEWER]:
        return Access(**{**access.__dict__, "role": Role.VIEWER})
    return access
