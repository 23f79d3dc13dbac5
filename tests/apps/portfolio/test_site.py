"""The site: valid, light, quiet, the same bytes from the same snapshot, and open to be verified."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace

import feedparser
import html5lib
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilothouse.apps.portfolio.models import Publication
from pilothouse.apps.portfolio.services.building import run_build, start_build
from pilothouse.apps.portfolio.services.profiles import (
    ProfileLink,
    ProfileView,
    get_profile,
    read_links,
    save_profile,
)
from pilothouse.apps.portfolio.services.site import (
    build_site,
    finish_site,
    list_publications,
    publish_site,
    read_publication,
    register_site_files,
    to_zip,
    write_folder,
)
from pilothouse.apps.portfolio.services.site_pages import content_digest
from pilothouse.apps.workspace.services.ledger import list_acts
from pilothouse.apps.workspace.services.worker import run_one
from pilothouse.kernel.errors import ConflictError, InvalidValueError, NotFoundError
from pilothouse.kernel.ids import digest
from tests.apps.makers import browser_of
from tests.apps.portfolio.makers import published, reading

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
PROFILE = ProfileView(
    "Ann <b>&amp;", "Learns in the open", "I *write* things down.", "https://ann.example",
    (ProfileLink("Code", "https://example.org/ann"),),
)  # fmt: skip
HOSTILE = "\"><script>alert(1)</script>{{ 7|add:7 }}{% debug %}<!--end--></title>'"
SNAPSHOT = {
    "profile": PROFILE.to_json(), "pictures": {}, "more": {"credentials/a.json": "{}"},
    "head": "ab" * 32, "head_sequence": 7, "now": "2026-11-23T12:00:00+00:00",
    "pieces": [
        {
            "id": f"piece{kind}", "slug": kind, "at": "2026-11-20T10:00:00+00:00", "kind": kind,
            "title": f"Title {HOSTILE}", "summary": HOSTILE, "context": "Simulated",
            "contexts": ["simulated"], "claims": 1, "version": 1,
            "sections": [
                {"key": "text", "title": HOSTILE, "text": f"{HOSTILE}\n\n- a {{act:3}} [x](y 'z')"}
            ],
            "notes": [
                {"number": 1, "key": "act:3", "text": HOSTILE, "day": "2026-11-01",
                 "context": "Simulated", "hash": "cd" * 32, "url": ""},
                {"number": 2, "key": "source:1", "text": "Prices", "day": "2026-11-02",
                 "context": "Source", "hash": "", "url": "https://example.org/?a=1&b='2'"},
            ],
        }
        for kind in ("case-study", "teardown", "note")
    ],
}  # fmt: skip


def build(snapshot=SNAPSHOT) -> dict[str, bytes]:
    return finish_site(snapshot, build_site(snapshot, {}))


def pages_of(files: dict[str, bytes]) -> dict[str, str]:
    return {path: body.decode() for path, body in files.items() if path.endswith(".html")}


def check_html(path: str, page: str) -> None:
    """Strict parsing, except for what the parser does not know of HTML today."""
    html5lib.HTMLParser(strict=True).parse(page)
    ids = re.findall(r'\sid="([^"]*)"', page)
    assert len(ids) == len(set(ids)), path


def test_every_page_is_valid_and_light():
    files = build()
    assert len(pages_of(files)) == 7
    for path, page in pages_of(files).items():
        check_html(path, page)
        assert len(page) < 100_000
        assert page.count("<!--begin-->") == page.count("<!--end-->") == 1, path


def test_no_page_asks_another_host_for_anything():
    for path, page in pages_of(build()).items():
        loaded = re.findall(r'(?:src|srcset|action|data|poster)="([^"]*)"', page)
        loaded += re.findall(r'<link rel="(?:stylesheet|icon|preload)[^>]*href="([^"]*)"', page)
        assert all(not re.match(r"(?:https?:)?//", url) for url in loaded), path
        assert " on" not in re.sub(r">[^<]*<", "><", page).replace("noopener", "")
    style = build()["style.css"].decode()
    assert "url(" not in style
    assert "@import" not in style


def test_no_text_becomes_a_tag():
    for path, page in pages_of(build()).items():
        assert "<script>alert" not in page, path
        assert "{{" not in page or "{{ 7|add:7 }}" in page
        for data in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page):
            assert json.loads(data)["@context"] == "https://schema.org"


def test_links_lead_to_files_that_are_there():
    files = build()
    for path, page in pages_of(files).items():
        folder = path.rpartition("/")[0]
        for url in re.findall(r'(?:href|src)="([^"#:]+)(?:#[^"]*)?"', page):
            parts = [p for p in f"{folder}/{url}".split("/") if p]
            while ".." in parts:
                place = parts.index("..")
                del parts[place - 1 : place + 1]
            assert "/".join(parts) in files or url == "y", (path, url)


def test_each_page_names_the_digest_of_its_content_and_the_ledgers_head():
    files = build()
    manifest = json.loads(files["manifest.json"])
    for path, page in pages_of(files).items():
        shown = re.search(r"Content \(SHA-256\)</dt><dd><code>([0-9a-f]{64})", page)
        assert shown is not None
        assert shown[1] == content_digest(page.encode()), path
        assert SNAPSHOT["head"] in page
    for path, said in manifest["files"].items():
        assert digest(files[path]) == said
    assert set(files) - set(manifest["files"]) == {"verify.html", "manifest.json"}
    assert all(path in files["verify.html"].decode() for path in manifest["files"])


def test_any_changed_byte_of_the_content_is_seen():
    page = build()["work/case-study.html"]
    start, end = page.index(b"<!--begin-->") + 12, page.index(b"<!--end-->")
    said = content_digest(page)
    for place in range(start, end, 97):
        changed = page[:place] + bytes([page[place] ^ 1]) + page[place + 1 :]
        assert content_digest(changed) != said


def test_feeds_are_valid_and_absolute():
    files = build()
    feed = feedparser.parse(files["feed.xml"])
    assert not feed.bozo
    assert feed.feed.title == "Ann <b>&amp;"
    assert [entry.link for entry in feed.entries] == [
        f"https://ann.example/{path}"
        for path in ("work/case-study.html", "work/teardown.html", "writing/note.html")
    ]
    assert len({entry.id for entry in feed.entries}) == 3
    items = json.loads(files["feed.json"])["items"]
    assert [item["url"] for item in items] == [entry.link for entry in feed.entries]
    assert files["CNAME"] == b"ann.example\n"
    assert b"<loc>https://ann.example/work/teardown.html</loc>" in files["sitemap.xml"]
    assert b"Sitemap: https://ann.example/sitemap.xml" in files["robots.txt"]


def test_without_an_address_feeds_still_stand():
    profile = {**SNAPSHOT["profile"], "base_url": ""}
    files = build({**SNAPSHOT, "profile": profile})
    assert not feedparser.parse(files["feed.xml"]).bozo
    assert not {"CNAME", "sitemap.xml"} & set(files)
    below = {**SNAPSHOT["profile"], "base_url": "https://x.example/ann"}
    assert "CNAME" not in build({**SNAPSHOT, "profile": below})


def test_the_same_snapshot_gives_the_same_bytes():
    first, second = build(), build(json.loads(json.dumps(SNAPSHOT)))
    assert first == second
    assert to_zip(first, NOW) == to_zip(second, NOW)
    with zipfile.ZipFile(io.BytesIO(to_zip(first, NOW))) as archive:
        assert set(archive.namelist()) == set(first)
        assert archive.testzip() is None


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(alphabet="<>&\"'`*_[](){}%#!|\\/ \n-:=ab1é\u202e", max_size=120))
def test_any_text_makes_a_valid_page(text: str):
    raw = SNAPSHOT["pieces"][0] | {"title": text, "summary": text}
    raw["sections"] = [{"key": "text", "title": text, "text": text}]
    snapshot = {**SNAPSHOT, "pieces": [raw], "profile": {**SNAPSHOT["profile"], "about": text}}
    from pilothouse.apps.portfolio.services.site_feeds import write_feeds
    from pilothouse.apps.portfolio.services.site_pages import write_pages

    for path, body in write_pages(snapshot):
        if path.endswith(".html"):
            check_html(path, body.decode())
    assert not feedparser.parse(write_feeds(snapshot)["feed.xml"]).bozo


def test_a_build_can_be_made_again_from_what_was_kept(people, product):
    published(people.alice, reading(people.alice, product))
    made = publish_site(people.alice, NOW)
    view, files = read_publication(people.alice, made.public_id)
    assert digest(files["manifest.json"]) == made.digest == view.digest
    act = list_acts(people.alice, limit=1)[0]
    assert (act.kind, act.facts["manifest"]) == ("portfolio.built", made.digest)
    assert json.loads(files["manifest.json"])["ledger"]["acts"] == act.sequence - 1
    with pytest.raises(NotFoundError):
        read_publication(people.bob, made.public_id)
    assert Publication.objects.count() == 1
    url = f"/portfolio/site/{made.public_id}/download/"
    zipped = browser_of(people.alice).get(url).content
    assert zipped == to_zip(files, NOW)


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path):
    files = build()
    assert write_folder(files, tmp_path / "site") == len(files)
    write_folder(files, tmp_path / "site")
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ConflictError):
        write_folder(files, tmp_path)


def test_the_job_builds_with_the_rights_of_whoever_asked(people, product):
    published(people.alice, reading(people.alice, product))
    job = start_build(people.alice)
    assert job.kind == "portfolio.build"

    arguments = {"user": people.alice.user_id, "workspace": people.alice.workspace_id}
    result = run_build(SimpleNamespace(arguments=arguments))  # type: ignore[arg-type]
    assert result["publication"] == list_publications(people.alice)[0].public_id
    arguments["user"] = people.charlie.user_id
    with pytest.raises(NotFoundError):
        run_build(SimpleNamespace(arguments=arguments))  # type: ignore[arg-type]


def test_a_profile_is_checked(people):
    assert get_profile(people.alice).name == "Alice"
    assert save_profile(people.alice, PROFILE).host == "ann.example"
    assert get_profile(people.bob).headline == ""
    for bad in ("ftp://x", "https://x.example/?a", "javascript:1", "https://"):
        with pytest.raises(InvalidValueError):
            save_profile(people.alice, ProfileView("A", base_url=bad))
    assert read_links("Code https://a.example\n\nhttps://b.example") == (
        ProfileLink("Code", "https://a.example"),
        ProfileLink("https://b.example", "https://b.example"),
    )


def test_other_parts_may_add_files(people, product, monkeypatch):
    from pilothouse.apps.portfolio.services import site

    monkeypatch.setattr(site, "_more", [])
    register_site_files(lambda access: {"credentials/mine.json": access.user_name})
    publish_site(people.alice, NOW)
    _, files = read_publication(people.alice)
    assert files["credentials/mine.json"] == b"Alice"


def test_the_job_that_built_the_site_leads_to_it(people, data_folder):
    job = start_build(people.alice)
    assert run_one("test")
    page = browser_of(people.alice).get(f"/workspace/jobs/{job.public_id}/").content.decode()
    assert 'href="/portfolio/site/"' in page
