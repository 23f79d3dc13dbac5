"""Feeds of a person: followed without asking anybody, read only where switched on, kept short."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pilothouse.apps.skills.services import learning_feeds
from pilothouse.apps.skills.services.learning_feeds import (
    KEPT,
    add_feed,
    export_feeds,
    import_feeds,
    list_feeds,
    list_items,
    mark_all_read,
    read_feeds,
    set_feed_deleted,
    set_item_read,
    set_reading,
)
from pilothouse.apps.skills.services.learning_feeds_fetch import Fetched, Fetcher
from pilothouse.apps.skills.services.learning_feeds_opml import Outline, read_opml, write_opml
from pilothouse.apps.skills.services.learning_feeds_parse import MAX_SUMMARY, parse_feed
from pilothouse.kernel.errors import (
    ConflictError,
    InvalidValueError,
    NotFoundError,
    UnavailableError,
)
from tests.apps.makers import browser_of

URL = "https://blog.example/feed"
AT = datetime(2026, 11, 2, 9, tzinfo=timezone.utc)


def rss(items: str = "", title: str = "A blog") -> bytes:
    return (
        f"<?xml version='1.0'?><rss version='2.0'><channel><title>{title}</title>"
        f"<link>https://blog.example/</link>{items}</channel></rss>"
    ).encode()


def item(number: int, day: int = 0) -> str:
    at = AT + timedelta(days=day)
    return (
        f"<item><guid>g{number}</guid><title>Text {number}</title>"
        f"<link>https://blog.example/{number}</link>"
        f"<pubDate>{at:%a, %d %b %Y %H:%M:%S} +0000</pubDate></item>"
    )


class Web(Fetcher):
    """Gives what it is told; keeps what it was asked."""

    def __init__(self, *answers: bytes | Exception | None) -> None:
        self.__dict__["answers"] = list(answers)
        self.__dict__["asked"] = []

    def fetch(self, url: str, *, etag: str = "", modified: str = "") -> Fetched:
        self.asked.append((url, etag))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Fetched(answer, "e1" if answer else "")


@pytest.fixture
def feed(people):
    made = add_feed(people.alice, URL)
    return set_reading(people.alice, made.public_id, is_on=True)


def test_nothing_is_fetched_where_reading_is_off(people):
    off = add_feed(people.alice, URL)
    web = Web()
    assert read_feeds(people.alice, fetcher=web).feeds == 0
    with pytest.raises(ConflictError, match="reading this feed is off"):
        read_feeds(people.alice, off.public_id, fetcher=web)
    assert web.asked == []


def test_what_is_new_is_kept_once(people, feed):
    web = Web(rss(item(1) + item(2)), rss(item(2) + item(3, 1)), None)
    assert read_feeds(people.alice, fetcher=web).items == 2
    assert read_feeds(people.alice, fetcher=web).items == 1
    assert read_feeds(people.alice, feed.public_id, fetcher=web).items == 0
    assert web.asked == [(URL, ""), (URL, "e1"), (URL, "e1")]
    texts = list_items(people.alice)
    assert [text.title for text in texts] == ["Text 3", "Text 2", "Text 1"]
    assert texts[0].published_at == AT + timedelta(days=1)
    (shown,) = list_feeds(people.alice)
    assert (shown.title, shown.kept, shown.new) == ("A blog", 3, 3)


def test_read_and_new(people, feed):
    read_feeds(people.alice, fetcher=Web(rss(item(1) + item(2))))
    first = list_items(people.alice)[0]
    assert not set_item_read(people.alice, first.public_id, is_read=True).is_new
    assert len(list_items(people.alice, only_new=True)) == 1
    set_item_read(people.alice, first.public_id, is_read=False)
    assert mark_all_read(people.alice, feed.public_id) == 2
    assert list_items(people.alice, only_new=True) == []


def test_the_newest_are_kept(people, feed, monkeypatch):
    monkeypatch.setattr(learning_feeds, "KEPT", 3)
    read_feeds(people.alice, fetcher=Web(rss("".join(item(n, n) for n in range(6)))))
    assert [text.title for text in list_items(people.alice)] == ["Text 5", "Text 4", "Text 3"]
    assert KEPT == 500


def test_trouble_is_kept_and_does_not_stop_the_others(people, feed):
    other = add_feed(people.alice, URL + "2", "Other")
    set_reading(people.alice, other.public_id, is_on=True)
    result = read_feeds(people.alice, fetcher=Web(UnavailableError("no answer."), rss(item(1))))
    assert (result.feeds, result.items) == (2, 1)
    assert len(result.troubles) == 1
    by_url = {each.url: each for each in list_feeds(people.alice)}
    assert by_url[URL].trouble == "no answer."
    read_feeds(people.alice, feed.public_id, fetcher=Web(rss()))
    assert {each.trouble for each in list_feeds(people.alice)} == {""}


def test_a_feed_is_followed_once_and_comes_back(people, feed):
    with pytest.raises(ConflictError):
        add_feed(people.alice, URL)
    for bad in ("", "feed", "ftp://a.example", "javascript:alert(1)"):
        with pytest.raises(InvalidValueError):
            add_feed(people.alice, bad)
    read_feeds(people.alice, fetcher=Web(rss(item(1))))
    set_feed_deleted(people.alice, feed.public_id, is_deleted=True)
    assert (list_feeds(people.alice), list_items(people.alice)) == ([], [])
    set_feed_deleted(people.alice, feed.public_id, is_deleted=False)
    assert len(list_items(people.alice)) == 1


def test_nobody_else_sees_my_feeds(people, feed):
    read_feeds(people.alice, fetcher=Web(rss(item(1))))
    text = list_items(people.alice)[0]
    assert (list_feeds(people.bob), list_items(people.bob)) == ([], [])
    for act in (
        lambda: set_reading(people.bob, feed.public_id, is_on=False),
        lambda: set_item_read(people.bob, text.public_id, is_read=True),
        lambda: read_feeds(people.bob, feed.public_id, fetcher=Web()),
        lambda: mark_all_read(people.bob, feed.public_id),
    ):
        with pytest.raises(NotFoundError):
            act()


HOSTILE = {
    "entities": b"""<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">"""
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><rss version='2.0'><channel><title>&j;</title><item><title>&j;</title>"
    b"</item></channel></rss>",
    "a file": b"""<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>"""
    + rss("<item><title>&x;</title></item>"),
    "script": rss(
        "<item><title>&lt;script&gt;alert(1)&lt;/script&gt;x</title>"
        "<description>&lt;img src=x onerror=alert(1)&gt;words</description>"
        "<link>javascript:alert(1)</link></item>"
    ),
    "deep": rss("<item>" * 3000),
    "no end": rss()[:60],
    "bad time": rss("<item><title>a</title><pubDate>99 Foo 99999</pubDate></item>"),
    "far time": rss(
        "<item><title>a</title><pubDate>Fri, 01 Jan 9999 00:00:00 GMT</pubDate></item>"
    ),
    "control": rss("<item><title>a\x00\x07b</title></item>"),
    "long": rss(
        f"<item><title>{'t' * 9000}</title><description>{'d' * 90000}</description></item>"
    ),
    "empty items": rss("<item></item>" * 5),
    "the same": rss(item(1) * 50),
    "other encoding": "<?xml version='1.0' encoding='utf-16'?><rss version='2.0'><channel>"
    "<title>ü</title><item><title>é</title></item></channel></rss>".encode("utf-16"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_feeds_become_plain_words_or_nothing(name):
    try:
        feed = parse_feed(HOSTILE[name], URL)
    except InvalidValueError:
        return
    assert len(feed.items) <= 500
    for text in feed.items:
        assert len(text.title) <= 300
        assert len(text.summary) <= MAX_SUMMARY
        assert text.url.startswith("https://") or text.url == ""
        shown = text.title + text.summary
        assert "<" not in shown or name == "control"
        assert "root:" not in shown
        assert "\x00" not in shown
        assert text.published_at is None or text.published_at.year < 2200


@pytest.mark.parametrize("body", [b"", b"{}", b"<html><body>hi</body></html>", b"/etc/passwd",
                                  b"https://evil.example/feed", b"\x00" * 100])  # fmt: skip
def test_what_is_no_feed_is_refused_and_never_opened(body):
    with pytest.raises(InvalidValueError, match="no feed"):
        parse_feed(body, URL)


def test_atom_is_read():
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Atom</title>
    <link href="https://a.example/"/><entry><id>urn:1</id><title type="html">A &amp;lt;b&amp;gt;
    title</title><link href="/one"/><updated>2026-11-02T09:00:00Z</updated>
    <summary>Short</summary></entry></feed>"""
    feed = parse_feed(body, "https://a.example/feed")
    (text,) = feed.items
    assert (feed.title, feed.site_url) == ("Atom", "https://a.example/")
    assert (text.url, text.published_at, text.summary) == ("https://a.example/one", AT, "Short")


def test_opml_goes_out_and_in(people):
    feeds = [
        Outline("Ünïted & <co>", "https://a.example/feed?x=1&y=2", "https://a.example/", ""),
        Outline("B", "https://b.example/feed", "", "Folder \x07one"),
    ]
    body = write_opml(feeds, "Feeds", AT)
    back = read_opml(body)
    assert back == [feeds[0], Outline("B", "https://b.example/feed", "", "Folder one")]
    added, troubles = import_feeds(people.alice, [*back, Outline("X", "javascript:x")])
    assert (len(added), len(troubles)) == (2, 1)
    assert not any(feed.is_read for feed in list_feeds(people.alice))
    assert {each.url for each in export_feeds(people.alice)} == {each.url for each in back}
    assert import_feeds(people.alice, back)[0] == []


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<rss/>", b"<opml", b"{}", b"x" * (2 * 1024**2 + 1),
        b"<!DOCTYPE opml [<!ENTITY a 'b'>]><opml><body/></opml>",
        "<!DOCTYPE opml [<!ENTITY a 'b'>]><opml><body/></opml>".encode("utf-16"),
        b"<opml><body>" + b"<outline>" * 100_000,
    ],
    ids=range(8),
)  # fmt: skip
def test_bad_lists_are_refused(body):
    with pytest.raises(InvalidValueError):
        read_opml(body)


def test_a_deep_list_ends():
    body = b"<opml><body>" + b"<outline text='a'>" * 500 + b"</outline>" * 500 + b"</body></opml>"
    assert read_opml(body) == []


def test_pages(people):
    alice = browser_of(people.alice)
    body = write_opml([Outline("A", "https://a.example/feed")], "Feeds", AT)
    file = SimpleUploadedFile("feeds.opml", body)
    assert alice.post("/skills/library/feeds/import/", {"list": file}).status_code == 302
    assert alice.post("/skills/library/feeds/", {"url": "nowhere"}).status_code == 400
    assert read_opml(alice.get("/skills/library/feeds/feeds.opml").content)[0].title == "A"
    feed = list_feeds(people.alice)[0]
    answer = alice.post(f"/skills/library/feeds/{feed.public_id}/read/", follow=True)
    assert b"reading this feed is off" in answer.content
    alice.post("/skills/library/feeds/", {"url": URL, "is_on": "yes"})
    assert {each.url: each.is_read for each in list_feeds(people.alice)}[URL]
