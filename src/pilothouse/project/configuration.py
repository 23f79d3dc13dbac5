"""Every setting a person can make: name, type, default and help. Read from the environment.

An unknown or malformed value stops the start with its name, value and rule.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from platformdirs import user_data_path

from pilothouse.kernel.errors import InvalidValueError

PREFIX = "PILOTHOUSE_"


@dataclass(frozen=True)
class Setting:
    """One line of the settings' reference."""

    name: str
    default: str
    help: str
    secret: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting("PILOTHOUSE_DATA", "", "The data folder. Default: the platform's place for user data."),
    Setting("PILOTHOUSE_PORT", "8700", "The port that ./pilothouse listens on."),
    Setting("PILOTHOUSE_HOSTS", "", "Further host names to answer to, separated by commas."),
    Setting("PILOTHOUSE_DEBUG", "no", "yes shows error details in the browser; for developers."),
    Setting("DATABASE_URL", "", "postgres://user:password@host/name, else SQLite.", secret=True),
)


@dataclass(frozen=True)
class Configuration:
    """What the settings say, parsed."""

    data: Path
    port: int
    hosts: tuple[str, ...]
    is_debug: bool
    database_url: str

    @property
    def events_dir(self) -> Path:
        return self.data / "events"

    @property
    def index_dir(self) -> Path:
        return self.data / "index"

    @property
    def uploads_dir(self) -> Path:
        return self.data / "uploads"


def load_configuration(environment: Mapping[str, str] | None = None) -> Configuration:
    """Read the settings; raises ``InvalidValueError`` for anything unknown or malformed."""
    given = os.environ if environment is None else environment
    known = {setting.name for setting in SETTINGS}
    for name in given:
        if name.startswith(PREFIX) and name not in known:
            raise InvalidValueError(
                f"there is no such setting; there are {', '.join(sorted(known))}.", value=name
            )
    values = {setting.name: given.get(setting.name, setting.default) for setting in SETTINGS}
    data = values["PILOTHOUSE_DATA"]
    return Configuration(
        data=Path(data).expanduser().resolve() if data else user_data_path("pilothouse"),
        port=parse_port(values["PILOTHOUSE_PORT"]),
        hosts=tuple(host.strip() for host in values["PILOTHOUSE_HOSTS"].split(",") if host.strip()),
        is_debug=_parse_yes_no("PILOTHOUSE_DEBUG", values["PILOTHOUSE_DEBUG"]),
        database_url=values["DATABASE_URL"],
    )


def parse_port(text: str) -> int:
    """A TCP port a person may use: 1024 to 65535."""
    if not text.isdecimal() or not 1024 <= int(text) <= 65535:
        raise InvalidValueError("a port is a whole number from 1024 to 65535.", value=text)
    return int(text)


def _parse_yes_no(name: str, text: str) -> bool:
    if text not in {"yes", "no"}:
        raise InvalidValueError(f"{name} is yes or no.", value=text)
    return text == "yes"


def database_settings(
    configuration: Configuration, sqlite_version: tuple[int, ...]
) -> dict[str, Any]:
    """Django's DATABASES["default"] for SQLite in the data folder or for a PostgreSQL URL."""
    from pilothouse.project.sqlite import init_command

    if not configuration.database_url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": configuration.data / "workspace.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": init_command(sqlite_version),
            },
        }
    url = urlsplit(configuration.database_url)
    if url.scheme not in {"postgres", "postgresql"} or not url.path.strip("/"):
        raise InvalidValueError(
            "DATABASE_URL looks like postgres://user:password@host:5432/name.",
            value=f"{url.scheme}://…",
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.strip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": 60,
    }


def load_secret_key(data: Path) -> str:
    """The key that signs sessions: made once, kept in the data folder, for its owner's eyes."""
    path = data / "secret.key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = secrets.token_urlsafe(50)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(key)
        return key
