"""Fetching feeds: what is refused, what is bounded. A server on this machine plays the web."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pilothouse.apps.skills.services.learning_feeds_fetch import (
    FeedRefusedError,
    Fetcher,
    is_public_address,
    resolve_host,
)
from pilothouse.kernel.errors import InvalidValueError, UnavailableError

FEED = b"<rss version='2.0'><channel><title>T</title></channel></rss>"


class Handler(BaseHTTPRequestHandler):
    """Answers by the path; what was asked is kept in ``server.seen``."""

    def do_GET(self) -> None:
        self.server.seen.append((self.path, dict(self.headers)))  # type: ignore[attr-defined]
        getattr(self, "_" + self.path.partition("?")[0].strip("/").replace("-", "_"))()

    def _give(self, status: int = 200, body: bytes = FEED, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", headers.pop("type", "application/rss+xml; charset=utf-8"))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _feed(self) -> None:
        if self.headers.get("If-None-Match") == '"v1"':
            self._give(304, b"")
        else:
            self._give(ETag='"v1"', Last_Modified="Mon, 02 Nov 2026 09:00:00 GMT")

    def _page(self) -> None:
        self._give(type="text/html")

    def _gone(self) -> None:
        self._give(404)

    def _packed(self) -> None:
        self._give(Content_Encoding="gzip")

    def _large(self) -> None:
        self._give(body=b"x" * 5000)

    def _to_feed(self) -> None:
        self._give(302, b"", Location="/feed")

    def _round(self) -> None:
        self._give(302, b"", Location="/round")

    def _to_metadata(self) -> None:
        self._give(302, b"", Location="http://169.254.169.254/latest/meta-data/")

    def _to_file(self) -> None:
        self._give(302, b"", Location="file:///etc/passwd")

    def _to_nowhere(self) -> None:
        self._give(302, b"")

    def _slow(self) -> None:
        self._give(body=b"")
        for _ in range(40):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def _slow_head(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(40):
            self.wfile.write(b"X-A: b\r\n")
            self.wfile.flush()
            time.sleep(0.05)

    def log_message(self, *_: object) -> None:
        return


class QuietServer(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        return  # a line that was cut is what some tests want


@pytest.fixture(scope="module")
def web() -> Iterator[QuietServer]:
    server = QuietServer(("127.0.0.1", 0), Handler)
    server.seen = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def fetcher_for(web: QuietServer, **changes: object) -> Fetcher:
    """A fetcher for which this one server is the web and every name leads to it."""
    parts: dict[str, object] = {
        "resolve": lambda host, port: [host if host[0].isdigit() else "127.0.0.1"],
        "is_allowed": lambda address: address == "127.0.0.1",
        "ports": frozenset({web.server_port}),
        "max_bytes": 4000,
        "timeout_s": 2.0,
    }
    return Fetcher(**{**parts, **changes})  # type: ignore[arg-type]


def url_of(web: QuietServer, path: str) -> str:
    return f"http://feeds.example:{web.server_port}/{path}"


def test_a_feed_is_fetched_and_the_next_time_asked_for_only_if_it_changed(web):
    first = fetcher_for(web).fetch(url_of(web, "feed?a=1"))
    assert (first.body, first.etag) == (FEED, '"v1"')
    again = fetcher_for(web).fetch(url_of(web, "feed"), etag=first.etag, modified=first.modified)
    assert again.body is None
    path, headers = web.seen[-1]
    assert headers["Host"] == f"feeds.example:{web.server_port}"
    assert headers["If-Modified-Since"] == first.modified
    assert "Cookie" not in headers
    assert "Referer" not in headers
    assert path == "/feed"


def test_a_redirect_is_followed(web):
    assert fetcher_for(web).fetch(url_of(web, "to-feed")).body == FEED


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("page", FeedRefusedError),
        ("packed", FeedRefusedError),
        ("large", FeedRefusedError),
        ("round", FeedRefusedError),
        ("to-file", FeedRefusedError),
        ("to-nowhere", FeedRefusedError),
        ("gone", UnavailableError),
    ],
)
def test_what_is_not_read(web, path, kind):
    with pytest.raises(kind):
        fetcher_for(web).fetch(url_of(web, path))


def test_a_redirect_into_an_inner_network_is_refused(web):
    inner = Fetcher(
        resolve=lambda host, port: [host if host[0].isdigit() else "127.0.0.1"],
        is_allowed=lambda address: address == "127.0.0.1" or is_public_address(address),
        ports=frozenset({web.server_port, 80}),
    )
    with pytest.raises(FeedRefusedError, match="inner network"):
        inner.fetch(url_of(web, "to-metadata"))


@pytest.mark.parametrize("path", ["slow", "slow-head"])
def test_drop_by_drop_ends_at_the_deadline(web, path):
    with pytest.raises(UnavailableError, match="longer than"):
        fetcher_for(web, timeout_s=0.25).fetch(url_of(web, path))


def test_who_never_answers_is_left(web):
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        port = mute.getsockname()[1]
        silent = fetcher_for(web, ports=frozenset({port}), timeout_s=0.2)
        with pytest.raises(UnavailableError):
            silent.fetch(f"http://feeds.example:{port}/")


def test_a_certificate_that_does_not_fit_is_refused(web):
    with pytest.raises(UnavailableError):
        fetcher_for(web).fetch(f"https://feeds.example:{web.server_port}/feed")


@pytest.mark.parametrize(
    "url",
    [
        "", "feed", "ftp://a.example/", "file:///etc/passwd", "gopher://a.example/",
        "http://user:pass@a.example/", "http://a.example:22/", "http://a.example:99999/",
        "http://[::1/", "http:///x", "http://a.example/a b", "http://a.example/\r\nX-Evil: 1",
        "http://a.example/é", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_addresses_that_are_not_asked(url):
    def never(host: str, port: int) -> list[str]:
        pytest.fail(f"{host}:{port} was looked up")

    with pytest.raises(InvalidValueError):
        Fetcher(resolve=never).fetch(url)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.0.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:0a00:0001::",
        "64:ff9b::7f00:1", "64:ff9b::169.254.169.254", "2001:db8::1",
    ],
)  # fmt: skip
def test_inner_addresses_are_told(address):
    assert not is_public_address(address)
    closed = Fetcher(resolve=lambda host, port: [address])
    with pytest.raises(FeedRefusedError, match="inner network"):
        closed.fetch("http://a.example/feed")


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1"])
def test_outer_addresses_are_told(address):
    assert is_public_address(address)


def test_one_inner_address_among_others_is_enough_to_refuse():
    mixed = Fetcher(resolve=lambda host, port: ["93.184.216.34", "127.0.0.1"])
    with pytest.raises(FeedRefusedError):
        mixed.fetch("http://a.example/feed")


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://localhost/", "http://[::1]/feed",
                                 "http://0x7f.1/", "http://2130706433/", "http://0/"])  # fmt: skip
def test_this_machine_is_never_asked(url):
    with pytest.raises((FeedRefusedError, UnavailableError)):
        Fetcher().fetch(url)


def test_a_name_is_looked_up_once_and_that_address_is_connected_to(web):
    """A second look-up could lead elsewhere."""
    answers = iter([["127.0.0.1"]])
    once = Fetcher(
        resolve=lambda host, port: next(answers),
        is_allowed=lambda address: address == "127.0.0.1",
        ports=frozenset({web.server_port}),
    )
    assert once.fetch(url_of(web, "feed")).body == FEED


def test_names_that_are_not_there_are_said():
    with pytest.raises(UnavailableError):
        resolve_host("a" * 300, 80)
