"""Fetching one thing from the web: with limits, and never from an inner network.

Whoever names an address makes the server ask for it. So: http and https on their own ports, no
credentials in the address, and only addresses that are reachable from everywhere. A name is
resolved once and that very address is connected to (a second look-up could give another one); each
redirect is judged anew. Sizes and times are bounded, and what is not of the type asked for (a feed,
unless said otherwise) is not read.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from pilothouse.kernel.errors import InvalidValueError, PilothouseError, UnavailableError

MAX_BYTES = 2 * 1024**2
MAX_REDIRECTS = 3
TIMEOUT_S = 10.0
CHUNK = 64 * 1024
AGENT = "Pilothouse feed reader"
ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8"
TYPES = frozenset({
    "application/atom+xml", "application/rss+xml", "application/rdf+xml", "application/xml",
    "text/xml", "text/rss+xml", "application/x-rss+xml",
})  # fmt: skip
PORTS = frozenset({80, 443})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

Resolve = Callable[[str, int], Sequence[str]]
Judge = Callable[[str], bool]


class FeedRefusedError(InvalidValueError):
    """The address, or what it answers, is not one that is read."""


@dataclass(frozen=True)
class Fetched:
    """What came. ``body`` is None when nothing changed since the last time."""

    body: bytes | None
    etag: str = ""
    modified: str = ""


def is_public_address(address: str) -> bool:
    """Whether an IP address is reachable from everywhere, whatever it is wrapped in.

    >>> is_public_address("93.184.216.34"), is_public_address("::ffff:127.0.0.1")
    (True, False)
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return is_public_address(str(inner))
        if ip in _NAT64:
            return is_public_address(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def resolve_host(host: str, port: int) -> list[str]:
    """The addresses of a name, as the system gives them."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnavailableError("this name cannot be found.", value=host) from error
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True)
class Fetcher:
    """How something is fetched; tests give it a server of their own. ``noun`` is what it is."""

    resolve: Resolve = resolve_host
    is_allowed: Judge = is_public_address
    ports: frozenset[int] = PORTS
    max_bytes: int = MAX_BYTES
    timeout_s: float = TIMEOUT_S
    noun: str = "feed"
    agent: str = AGENT
    accept: str = ACCEPT
    types: frozenset[str] = TYPES

    def fetch(self, url: str, *, etag: str = "", modified: str = "") -> Fetched:
        """The feed at ``url``; the errors of ``kernel.errors`` where it is not to be had."""
        deadline = time.monotonic() + self.timeout_s
        address = url
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._ask(address, etag, modified, deadline)
            if isinstance(answer, Fetched):
                return answer
            address = urljoin(address, answer)
        raise FeedRefusedError(f"it leads on more than {MAX_REDIRECTS} times.", value=url)

    def _ask(self, url: str, etag: str, modified: str, deadline: float) -> Fetched | str:
        """What one address answers: the feed, or the address it leads on to."""
        scheme, host, port, path = self._split(url)
        with _Line(self._find(host, port), port, deadline) as line:
            try:
                connection = line.open(scheme, host)
                connection.request("GET", path, headers=self._headers(etag, modified))
                with contextlib.closing(connection.getresponse()) as answer:
                    self._refuse_late(deadline)
                    fetched = self._read(answer)
                    self._refuse_late(deadline)
                    return fetched
            except PilothouseError:
                raise
            except (OSError, http.client.HTTPException, ValueError) as error:
                self._refuse_late(deadline, error)
                raise UnavailableError("it cannot be reached or read.", value=host) from error

    def _split(self, url: str) -> tuple[str, str, int, str]:
        try:
            parts = urlsplit(url)
            port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
        except ValueError as error:
            raise FeedRefusedError("this is no address of the web.", value=url) from error
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise FeedRefusedError(f"a {self.noun} begins with https:// or http://.", value=url)
        if parts.username or parts.password:
            raise FeedRefusedError("an address with a name or password in it is not read.")
        if port not in self.ports:
            raise FeedRefusedError(
                f"a {self.noun} is read from the ports 80 and 443 only.", value=port
            )
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if not path.isascii() or any(c.isspace() or not c.isprintable() for c in path):
            raise FeedRefusedError("an address has plain characters, others as %20.", value=url)
        return parts.scheme, parts.hostname, port, path

    def _find(self, host: str, port: int) -> str:
        """The one address that is connected to."""
        addresses = self.resolve(host, port)
        if not addresses or not all(self.is_allowed(address) for address in addresses):
            raise FeedRefusedError(
                "this name leads into an inner network, which is not read.", value=host
            )
        return addresses[0]

    def _read(self, answer: http.client.HTTPResponse) -> Fetched | str:
        if answer.status == 304:
            return Fetched(None)
        if answer.status in _REDIRECTS:
            return answer.getheader("Location") or ""
        if answer.status != 200:
            raise UnavailableError("it answers with an error.", value=answer.status)
        kind = (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower()
        if kind not in self.types:
            raise FeedRefusedError(f"this is no {self.noun}.", value=kind or "no type")
            raise FeedRefusedError("this is no feed.", value=kind or "no type")
        if (answer.getheader("Content-Encoding") or "identity").lower() != "identity":
            raise FeedRefusedError("packed answers are not read.")
        body = self._read_body(answer)
        etag, modified = answer.getheader("ETag") or "", answer.getheader("Last-Modified") or ""
        return Fetched(body, etag[:300], modified[:100])

    def _read_body(self, answer: http.client.HTTPResponse) -> bytes:
        parts, size = [], 0
        while chunk := answer.read1(CHUNK):
            size += len(chunk)
            if size > self.max_bytes:
                raise FeedRefusedError(f"a {self.noun} has at most {self.max_bytes:,} bytes.")
            parts.append(chunk)
        return b"".join(parts)

    def _headers(self, etag: str, modified: str) -> dict[str, str]:
        headers = {
            "User-Agent": self.agent, "Accept": self.accept, "Accept-Encoding": "identity",
            "Connection": "close",
        }  # fmt: skip
        if etag.isprintable() and etag.isascii() and etag:
            headers["If-None-Match"] = etag
        if modified.isprintable() and modified.isascii() and modified:
            headers["If-Modified-Since"] = modified
        return headers

    def _refuse_late(self, deadline: float, cause: Exception | None = None) -> None:
        """Raise after the deadline: a line that was cut looks like the end of head or text."""
        if time.monotonic() >= deadline:
            raise UnavailableError(f"it took longer than {self.timeout_s:g} seconds.") from cause


class _Line:
    """A connection that is cut at the deadline, also when its answer comes drop by drop."""

    def __init__(self, address: str, port: int, deadline: float) -> None:
        self._left = max(0.05, deadline - time.monotonic())
        self._address, self._port = address, port
        self._socket: socket.socket | None = None
        self._connection: http.client.HTTPConnection | None = None
        self._timer = threading.Timer(self._left, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> _Line:
        self._timer.start()
        return self

    def open(self, scheme: str, host: str) -> http.client.HTTPConnection:
        """Connect to the one address; the name is for the certificate and the server."""
        self._socket = socket.create_connection((self._address, self._port), timeout=self._left)
        if scheme == "https":
            secure = ssl.create_default_context().wrap_socket(
                self._socket, server_hostname=host, do_handshake_on_connect=False
            )
            self._socket = secure
            secure.do_handshake()
        self._connection = http.client.HTTPConnection(host, self._port)
        self._connection.sock = self._socket
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        if self._connection is not None:
            self._connection.close()
        if self._socket is not None:
            self._socket.close()

    def _cut(self) -> None:
        with contextlib.suppress(OSError):
            if self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)
