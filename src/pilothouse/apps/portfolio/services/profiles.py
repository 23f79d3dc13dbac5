"""What the site says about its person, and where it will live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from urllib.parse import urlsplit

from django.db import transaction

from pilothouse.apps.portfolio.models import Profile
from pilothouse.apps.portfolio.services.texts import check_address, check_body, check_line
from pilothouse.apps.workspace.services.access import Access
from pilothouse.apps.workspace.services.ledger import record_act
from pilothouse.kernel.errors import InvalidValueError


@dataclass(frozen=True)
class ProfileLink:
    """A place elsewhere."""

    title: str
    url: str


@dataclass(frozen=True)
class ProfileView:
    """A person as the site shows them. ``base_url`` is empty until the site has an address."""

    name: str
    headline: str = ""
    about: str = ""
    base_url: str = ""
    links: Sequence[ProfileLink] = field(default_factory=tuple)

    @property
    def host(self) -> str:
        """The host of its own domain; empty when the site lives below a path."""
        parts = urlsplit(self.base_url)
        return "" if parts.path.strip("/") else parts.hostname or ""

    def to_json(self) -> dict[str, object]:
        return {**asdict(self), "links": [asdict(link) for link in self.links]}

    @staticmethod
    def from_json(raw: Mapping[str, object]) -> ProfileView:
        links = tuple(ProfileLink(**link) for link in raw["links"])  # type: ignore[attr-defined]
        return ProfileView(**{**raw, "links": links})  # type: ignore[arg-type]


def get_profile(access: Access) -> ProfileView:
    """The person's profile; their name alone before they said more."""
    row = Profile.objects.filter(workspace_id=access.workspace_id, user_id=access.user_id).first()
    if row is None:
        return ProfileView(access.user_name)
    links = tuple(ProfileLink(**link) for link in row.links)
    return ProfileView(row.name, row.headline, row.about, row.base_url, links)


def save_profile(access: Access, profile: ProfileView) -> ProfileView:
    """Change what the next build says."""
    base = profile.base_url.strip().rstrip("/")
    if base:
        base = check_address("the site's address", base, 200)
        if urlsplit(base).query or urlsplit(base).fragment:
            raise InvalidValueError("the site's address has no ? and no #.", value=base)
    checked = ProfileView(
        name=check_line("a name", profile.name, 100, least=1),
        headline=check_line("a headline", profile.headline, 200),
        about=check_body("the text about you", profile.about),
        base_url=base,
        links=tuple(_check_link(link) for link in profile.links[:21]),
    )
    if len(checked.links) > 20:
        raise InvalidValueError("at most 20 places elsewhere.", value=len(profile.links))
    with transaction.atomic():
        Profile.objects.update_or_create(
            workspace_id=access.workspace_id, user_id=access.user_id, defaults=checked.to_json()
        )
        record_act(access, "profile.changed", "profile", access.user_public_id, {})
    return checked


def read_links(text: str) -> tuple[ProfileLink, ...]:
    """Links as a form sends them: one a line, the address last."""
    links = []
    for line in text.splitlines():
        title, _, url = line.strip().rpartition(" ")
        if url:
            links.append(ProfileLink(title.strip() or url, url))
    return tuple(links)


def _check_link(link: ProfileLink) -> ProfileLink:
    url = check_address("a place elsewhere", link.url)
    return ProfileLink(check_line("a link's title", link.title, 100) or url[:100], url)
