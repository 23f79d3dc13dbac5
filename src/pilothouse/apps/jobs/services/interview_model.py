"""Feedback of a language model, through an endpoint the person enters. Off until it is switched on.

It never gives a level and never replaces one. What is sent, and where to, is shown first; only what
was shown is sent (its digest must match). No other text of the workspace goes with it. Errors are
shown as they are: nothing is made up in their place.

The server itself asks the address, so only an owner of the workspace may enter one; localhost is
allowed, for a model on the same machine. Redirects are not followed.
"""

from __future__ import annotations

import http.client
import json
import os
import ssl
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from pilothouse.apps.jobs.interview_models import ModelReply, ModelSetting
from pilothouse.apps.jobs.services.interview_answers import AnswerView, get_answer
from pilothouse.apps.workspace.models import Role
from pilothouse.apps.workspace.services.access import Access
from pilothouse.kernel.errors import (
    ConflictError,
    InvalidValueError,
    NotFoundError,
    UnavailableError,
)
from pilothouse.kernel.ids import clean_text, digest
from pilothouse.kernel.texts import check_line

TIMEOUT_S = 60.0
MAX_REPLY = 256 * 1024
LABEL = "A language model said this. It is not a score, and it may be wrong."
_LOCAL = {"localhost", "127.0.0.1", "::1"}
_ROLE = (
    "You help somebody to practise job interviews for product management. Comment on the answer: "
    "what is unclear, what is missing, one question an interviewer would ask next. Quote the words "
    "you mean. Give no score, grade or level. Do not invent facts about the person."
)


@dataclass(frozen=True)
class SettingView:
    """The endpoint as its page shows it; the key itself is never shown again."""

    endpoint: str
    model: str
    is_on: bool
    has_key: bool

    @property
    def url(self) -> str:
        return f"{self.endpoint.rstrip('/')}/chat/completions"

    @property
    def is_local(self) -> bool:
        return (urlsplit(self.endpoint).hostname or "") in _LOCAL

    @property
    def host(self) -> str:
        return urlsplit(self.endpoint).netloc


@dataclass(frozen=True)
class Outgoing:
    """Exactly what would be sent, and where to. ``seen`` is its digest."""

    url: str
    host: str
    is_local: bool
    body: str
    has_key: bool
    seen: str


@dataclass(frozen=True)
class ReplyView:
    """What came back, with what had been sent."""

    public_id: str
    url: str
    model: str
    sent: str
    received: str
    at: datetime


def read_setting(access: Access) -> SettingView:
    """The person's endpoint; empty and off where none was entered."""
    row = _row(access)
    if row is None:
        return SettingView("", "", is_on=False, has_key=False)
    return SettingView(row.endpoint, row.model, row.is_on, _key_path(row).exists())


def save_setting(
    access: Access, endpoint: str, model: str, *, is_on: bool, key: str = ""
) -> SettingView:
    """Enter an endpoint. An empty ``key`` keeps the one there is, unless the host changes."""
    access.require(Role.OWNER, to="entering an endpoint that this server will ask")
    address = check_endpoint(endpoint)
    name = check_line("the name of a model", model, 200, least=1)
    secret = _check_key(key)
    with transaction.atomic():
        row = _row(access) or ModelSetting(
            workspace_id=access.workspace_id, user_id=access.user_id, updated_at=timezone.now()
        )
        if row.pk and urlsplit(row.endpoint).netloc != urlsplit(address).netloc:
            _key_path(row).unlink(missing_ok=True)  # a key is for the host it was entered for
        row.endpoint, row.model, row.is_on = address, name, is_on
        row.updated_at = timezone.now()
        row.save()
        if secret:
            _write_key(row, secret)
    return read_setting(access)


def forget_setting(access: Access) -> None:
    """Delete the endpoint and its key."""
    row = _row(access)
    if row is not None:
        _key_path(row).unlink(missing_ok=True)
        row.delete()


def check_endpoint(endpoint: str) -> str:
    """The base of an OpenAI-compatible API, such as ``http://localhost:11434/v1``."""
    address = check_line("an endpoint", endpoint, 500, least=8)
    try:
        parts = urlsplit(address)
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        is_whole = False
    if not is_whole or parts.username or parts.query or parts.fragment or " " in address:
        raise InvalidValueError(
            "an endpoint begins with http:// or https:// and holds no password, ? or #.",
            value=address,
            remedy="A model on this machine is often http://localhost:11434/v1.",
        )
    if parts.scheme == "http" and parts.hostname not in _LOCAL:
        raise InvalidValueError(
            "without encryption only this machine may be asked.",
            value=address,
            remedy="Use https://.",
        )
    return address.rstrip("/")


def preview(access: Access, answer: AnswerView) -> Outgoing:
    """What would be sent of an answer. Refused before it is scored: the person judges first."""
    setting = read_setting(access)
    if not setting.is_on:
        raise ConflictError(
            "feedback of a language model is off.", remedy="Switch it on under Language model."
        )
    if not answer.is_scored:
        raise ConflictError("score the answer yourself first.", value=answer.asked[:60])
    if not answer.text:
        raise ConflictError(
            "there is no text to send; recordings are never sent.", value=answer.asked[:60]
        )
    body = json.dumps(_body(setting.model, answer), ensure_ascii=False, indent=1)
    return Outgoing(
        setting.url, setting.host, setting.is_local, body, setting.has_key,
        digest(f"{setting.url}\n{body}".encode()),
    )  # fmt: skip


def ask_model(access: Access, answer_id: str, seen: str) -> ReplyView:
    """Send what was shown, and keep what came back."""
    answer = get_answer(access, answer_id)
    outgoing = preview(access, answer)
    if seen != outgoing.seen:
        raise ConflictError(
            "what would be sent is not what was shown.", remedy="Look at it again, then send."
        )
    row = _row(access)
    assert row is not None
    received = _read_reply(_post(outgoing.url, outgoing.body, _read_key(row)))
    kept = ModelReply.objects.create(
        answer_id=answer.id, url=outgoing.url, model=row.model, sent=outgoing.body,
        received=received, at=timezone.now(),
    )  # fmt: skip
    return _to_view(kept)


def list_replies(access: Access, answer: AnswerView) -> list[ReplyView]:
    """What models said of an answer of one's own, the newest first."""
    rows = ModelReply.objects.filter(
        answer_id=answer.id, answer__user_id=access.user_id,
        answer__workspace_id=access.workspace_id,
    )  # fmt: skip
    return [_to_view(row) for row in rows.order_by("-pk")[:20]]


def delete_reply(access: Access, public_id: str) -> str:
    """Delete what a model said; the id of the answer."""
    row = (
        ModelReply.objects.select_related("answer")
        .filter(
            public_id=public_id,
            answer__user_id=access.user_id,
            answer__workspace_id=access.workspace_id,
        )
        .first()
    )
    if row is None:
        raise NotFoundError("there is no such feedback of yours.", value=public_id)
    answer_id: str = row.answer.public_id
    row.delete()
    return answer_id


def _body(model: str, answer: AnswerView) -> dict[str, Any]:
    said = f"Question: {answer.asked}\n\nAnswer: {answer.text}"
    if answer.follow_up_text:
        said += f"\n\nFollow-up: {answer.follow_up}\n\nAnswer: {answer.follow_up_text}"
    return {
        "model": model,
        "messages": [{"role": "system", "content": _ROLE}, {"role": "user", "content": said}],
        "stream": False,
    }


def _post(url: str, body: str, key: str) -> bytes:
    parts = urlsplit(url)
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    connection = _connect(parts.scheme, parts.hostname or "", parts.port)
    try:
        connection.request("POST", parts.path, body=body.encode(), headers=headers)
        answer = connection.getresponse()
        received = answer.read(MAX_REPLY + 1)
    except (OSError, http.client.HTTPException) as error:
        raise UnavailableError(
            f"it could not be asked ({type(error).__name__}).",
            value=parts.netloc,
            remedy="Nothing was kept. See whether it runs, then try again.",
        ) from error
    finally:
        connection.close()
    if answer.status != 200:
        raise UnavailableError(
            f"it answered with status {answer.status}.",
            value=parts.netloc,
            remedy="Nothing was kept. Look at the address, the name of the model and the key.",
        )
    if len(received) > MAX_REPLY:
        raise UnavailableError("its answer is too long.", value=parts.netloc)
    return received


def _connect(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(
            host, port, timeout=TIMEOUT_S, context=ssl.create_default_context()
        )
    return http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)


def _read_reply(received: bytes) -> str:
    try:
        words = json.loads(received)["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise UnavailableError(
            "its answer has not the form of an OpenAI-compatible chat completion.",
            remedy="Nothing was kept. Look at the address.",
        ) from error
    if not isinstance(words, str) or not words.strip():
        raise UnavailableError("it answered with nothing.", remedy="Nothing was kept.")
    return clean_text(words).strip()[:20_000]


def _row(access: Access) -> ModelSetting | None:
    return ModelSetting.objects.filter(
        workspace_id=access.workspace_id, user_id=access.user_id
    ).first()


def _check_key(key: str) -> str:
    secret = clean_text(key).strip()
    if len(secret) > 500 or not secret.isascii() or any(c.isspace() for c in secret):
        raise InvalidValueError("a key is at most 500 ASCII characters without spaces.")
    return secret


def _key_path(row: ModelSetting) -> Path:
    folder: Path = settings.CONFIGURATION.data / "keys"
    return folder / f"model-{row.public_id}.txt"


def _write_key(row: ModelSetting, secret: str) -> None:
    path = _key_path(row)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Never readable by others, not even between creating and changing its mode.
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(number, "w", encoding="ascii") as file:
        file.write(secret)


def _read_key(row: ModelSetting) -> str:
    path = _key_path(row)
    return path.read_text("ascii").strip() if path.exists() else ""


def _to_view(row: ModelReply) -> ReplyView:
    return ReplyView(row.public_id, row.url, row.model, row.sent, row.received, row.at)
