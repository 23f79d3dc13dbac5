"""A calendar at an address: read when its person presses the button, never by itself."""

from __future__ import annotations

from pilothouse.apps.people.services.calendars import MAX_FILE_BYTES, IcsResult, take_in_ics
from pilothouse.apps.portfolio.services.texts import check_address
from pilothouse.apps.skills.services.learning_feeds_fetch import Fetcher
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import UnavailableError

TYPES = frozenset({"text/calendar", "text/plain", "application/octet-stream", "application/ics"})


def read_calendar(access: Access, address: str, *, fetcher: Fetcher | None = None) -> IcsResult:
    """Fetch a calendar once and take its events in; inner networks are refused."""
    url = address.strip()
    if url.casefold().startswith("webcal://"):
        url = "https://" + url[len("webcal://") :]
    url = check_address("a calendar", url, 2000)
    reader = fetcher or Fetcher(types=TYPES, max_bytes=MAX_FILE_BYTES)
    body = reader.fetch(url).body
    if body is None:
        raise UnavailableError("nothing came.", value=url)
    return take_in_ics(access, body, url)
