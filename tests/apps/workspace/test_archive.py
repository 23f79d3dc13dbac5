"""Backups: what comes back is what was there, from and to every database; no bad file comes in."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from pilothouse.apps.analytics.models import InboxEvent, Segment, Stream
from pilothouse.apps.workspace.models import (
    Act,
    Job,
    JobState,
    LoginLink,
    Member,
    Product,
    User,
)
from pilothouse.apps.workspace.services import archive as archive_module
from pilothouse.apps.workspace.services import jobs, leases
from pilothouse.apps.workspace.services import manifest as manifest_module
from pilothouse.apps.workspace.services.access import get_access
from pilothouse.apps.workspace.services.archive import (
    ArchiveInfo,
    find_damaged_segments,
    restore_archive,
    verify_archive,
    write_archive,
)
from pilothouse.apps.workspace.services.ledger import verify_ledger
from pilothouse.apps.workspace.services.search import search
from pilothouse.apps.workspace.services.tables import APPS, LEFT_OUT, list_tables
from pilothouse.apps.workspace.services.worker import run_one
from pilothouse.kernel.errors import (
    ConflictError,
    DamagedError,
    InvalidValueError,
    PilothouseError,
    UnavailableError,
)
from pilothouse.kernel.ids import digest
from tests.builders import People, make_capture, make_people, make_product, user_of

pytestmark = pytest.mark.django_db(transaction=True)
SOURCE = Path(archive_module.__file__).parents[4]


def add_segment(stream: Stream, events: Path, name: str, content: bytes) -> Path:
    path = events / str(stream.pk) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    Segment.objects.create(
        stream=stream, name=name, rows=3, first_us=1, last_us=2, first_sequence=0,
        bytes=len(content), sha256=digest(content), events={"b": 1, "a": 2.5},
    )  # fmt: skip
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    (folder / "events").mkdir(parents=True)
    return folder


@pytest.fixture
def full(home: Path) -> People:
    """A workspace with something in most tables, and two segments."""
    people = make_people()
    product = make_product(people.alice, "Küste 🚢", description="line\nbreak \u2028 end")
    toy = make_product(people.alice, "Toy", world="simulated", clock=timezone.now())
    make_capture(people.bob, "Find the harbour", due=date(2026, 12, 24), product=product)
    Job.objects.create(
        workspace_id=people.alice.workspace_id, kind="k", title="t",
        arguments={"z": [1, 2.5, None, True], "a": {"é": "\\u0041"}}, state="done",
    )  # fmt: skip
    for each in (product, toy):
        stream = Stream.objects.create(product_id=each.id, next_sequence=2**40)
        add_segment(stream, home / "events", "abc.parquet", os.urandom(3000) + bytes(100_000))
    InboxEvent.objects.create(
        stream=stream, event_id=bytes(range(16)), sequence=7, name="a", actor="b", time_us=-5,
        properties='{"x":"\\u0001"}',
    )  # fmt: skip
    return people


@pytest.fixture
def backup(full: People, home: Path, tmp_path: Path) -> Path:
    return write_archive(tmp_path / "backup.zip", events_dir=home / "events").path


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """An empty database and an empty data folder, after whatever was made before."""
    call_command("flush", interactive=False, verbosity=0)
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder


def members_of(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as file:
        members = json.loads(file.read("manifest.json"))["members"]
    return {member["name"]: member["sha256"] for member in members}


def test_what_is_restored_is_what_was_there(
    full: People, backup: Path, empty: Path, tmp_path: Path
) -> None:
    assert Act.objects.count() == 0
    info = restore_archive(backup, data_dir=empty)
    again = write_archive(tmp_path / "again.zip", events_dir=empty / "events")
    assert members_of(again.path) == members_of(backup)
    assert (info.rows, info.segments) == (again.rows, 2)
    assert find_damaged_segments(empty / "events") == (2, [])


def test_a_restored_workspace_goes_on(full: People, backup: Path, empty: Path) -> None:
    restore_archive(backup, data_dir=empty)
    alice = get_access(user_of(full.alice))
    assert [hit.kind for hit in search(alice, "harbour")] == ["capture"]
    make_product(alice, "New after all")
    outcome = verify_ledger(alice.workspace_id)
    assert outcome.is_whole
    assert outcome.acts == Act.objects.filter(workspace_id=alice.workspace_id).count()


def test_ways_in_are_left_out(full: People, backup: Path, home: Path) -> None:
    assert LoginLink.objects.exists()
    names = members_of(backup)
    assert not any("Login" in name or "ession" in name or "secret" in name for name in names)
    assert "tables/workspace.ApiToken.jsonl" in names


def test_every_table_is_in_the_backup(db: None) -> None:
    from django.apps import apps

    ours = {
        model._meta.label for label in APPS for model in apps.get_app_config(label).get_models()
    }
    assert {model._meta.label for model in list_tables()} == ours - LEFT_OUT
    project = {
        config.label
        for config in apps.get_app_configs()
        if config.name.startswith("pilothouse.apps")
    }
    assert set(APPS) == project


def test_parents_come_first() -> None:
    order = list_tables()
    assert order.index(User) < order.index(Member)
    assert order.index(Product) < order.index(Stream) < order.index(Segment)


def test_an_existing_file_is_not_written_over(full: People, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "there.zip"
    path.write_text("mine")
    with pytest.raises(ConflictError, match="already"):
        write_archive(path, events_dir=home / "events")
    assert path.read_text() == "mine"


def test_progress_ends_at_the_whole(full: People, home: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    write_archive(
        tmp_path / "b.zip", events_dir=home / "events", on_progress=lambda *now: seen.append(now)
    )
    assert seen[-1][0] == seen[-1][1] > 200_000
    assert all(before[0] <= after[0] for before, after in pairwise(seen))


@pytest.mark.parametrize("harm", ["missing", "changed"])
def test_a_damaged_segment_is_no_good_backup(
    full: People, home: Path, tmp_path: Path, harm: str
) -> None:
    path = next((home / "events").rglob("*.parquet"))
    if harm == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(DamagedError):
        write_archive(tmp_path / "b.zip", events_dir=home / "events")
    assert find_damaged_segments(home / "events") == (2, [str(path)])
    assert [each.name for each in tmp_path.iterdir()] == ["home"]


def test_segments_merged_meanwhile_are_looked_for_again(
    full: People, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file goes and the catalogue changes after the first snapshot, as when merging."""
    usual, turns = archive_module.find_segments, iter((True, False))

    def find_then_merge(events: Path, **conditions: Any) -> Iterator[Any]:
        found = list(usual(events, **conditions))
        if next(turns):
            found[0].path.unlink()
        else:
            found = found[1:]
        return iter(found)

    monkeypatch.setattr(archive_module, "find_segments", find_then_merge)
    assert write_archive(tmp_path / "b.zip", events_dir=home / "events").segments == 1


def test_a_bad_disk_is_told(full: People, home: Path) -> None:
    with pytest.raises(UnavailableError, match="could not be written"):
        write_archive(Path("/proc/nothing/b.zip"), events_dir=home / "events")


def test_a_file_that_changes_while_written_is_not_called_good(
    full: People, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = archive_module._write_whole

    def write_badly(temporary: Path, *rest: Any) -> None:
        usual(temporary, *rest)
        content = bytearray(temporary.read_bytes())
        content[len(content) // 2] ^= 1
        temporary.write_bytes(content)

    monkeypatch.setattr(archive_module, "_write_whole", write_badly)
    with pytest.raises(DamagedError):
        write_archive(tmp_path / "b.zip", events_dir=home / "events")
    assert not (tmp_path / "b.zip").exists()


def test_a_backup_holds_up_no_writer(
    full: People, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another connection writes in the midst of a backup; the backup shows the moment it began."""
    from threading import Thread

    from django.db import connection

    done: list[bool] = []
    calls: list[int] = []

    def write() -> None:
        try:
            make_capture(full.bob, "Written during the backup")
            done.append(True)
        finally:
            connection.close()

    usual = archive_module.iter_rows

    def iter_after_write(*table: Any) -> Iterator[Any]:
        # The first table read is that of segments; from then on the snapshot stands.
        if len(calls) == 1:
            thread = Thread(target=write)
            thread.start()
            thread.join(timeout=5)
            assert done
        calls.append(1)
        return usual(*table)

    monkeypatch.setattr(archive_module, "iter_rows", iter_after_write)
    captures = "tables/workspace.Capture.jsonl"
    write_archive(tmp_path / "b.zip", events_dir=home / "events")
    with zipfile.ZipFile(tmp_path / "b.zip") as file:
        assert b"Find the harbour" in file.read(captures)
        assert b"during" not in file.read(captures)


def test_a_backup_runs_as_a_job_that_tells_progress_and_can_be_cancelled(
    full: People, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_handlers", {})
    monkeypatch.setattr(leases, "WRITE_EVERY_S", 0.0)

    def run(context: jobs.JobContext) -> dict[str, Any]:
        path = tmp_path / context.arguments["name"]
        if context.arguments["is_cancelled"]:
            jobs.cancel_job(full.alice, context.job_id)
        write_archive(path, events_dir=home / "events", on_progress=context.progress)
        return {}

    jobs.register_handler("backup", run)
    done, cancelled = (
        jobs.enqueue(full.alice, "backup", "Back up", {"name": name, "is_cancelled": is_cancelled})
        for name, is_cancelled in (("a.zip", False), ("b.zip", True))
    )
    while run_one("w"):
        pass
    assert jobs.get_job(full.alice, done.public_id).share == 1.0
    assert jobs.get_job(full.alice, cancelled.public_id).state == JobState.CANCELLED
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "home"]
    assert [path.name for path in home.iterdir()] == ["events"]


def test_a_backup_inside_a_transaction_is_refused(full: People, home: Path, tmp_path: Path) -> None:
    with transaction.atomic(), pytest.raises(ConflictError, match="snapshot"):
        write_archive(tmp_path / "b.zip", events_dir=home / "events")


def test_only_an_empty_workspace_takes_a_backup(full: People, backup: Path, tmp_path: Path) -> None:
    empty = tmp_path / "other"
    empty.mkdir()
    with pytest.raises(ConflictError, match=r"empty workspace only.* 3 x workspace.User"):
        restore_archive(backup, data_dir=empty)


def test_only_an_empty_folder_takes_a_backup(full: People, backup: Path, empty: Path) -> None:
    (empty / "events" / "1").mkdir(parents=True)
    (empty / "events" / "1" / "x.parquet").write_text("mine")
    with pytest.raises(ConflictError, match="files in"):
        restore_archive(backup, data_dir=empty)
    assert User.objects.count() == 0


def test_a_full_disk_is_told_before_anything_is_written(
    full: People, backup: Path, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 5, 5))
    with pytest.raises(UnavailableError, match="free disk"):
        restore_archive(backup, data_dir=empty)


Change = Callable[[dict[str, bytes], dict[str, Any]], None]


def rewrite(source: Path, target: Path, change: Change, *, entry: Callable[..., Any] = str) -> Path:
    """A copy of an archive after ``change(contents, manifest)``; digests are made right again."""
    with zipfile.ZipFile(source) as file:
        contents = {name: file.read(name) for name in file.namelist()}
    manifest = json.loads(contents.pop("manifest.json"))
    change(contents, manifest)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in contents.items():
            file.writestr(entry(name), content, zipfile.ZIP_DEFLATED)
        if manifest:
            file.writestr("manifest.json", json.dumps(manifest))
    return target


def replace(label: str, old: bytes, new: bytes) -> Change:
    def change(contents: dict[str, bytes], manifest: dict[str, Any]) -> None:
        name = f"tables/{label}.jsonl"
        assert old in contents[name]
        set_content(contents, manifest, name, contents[name].replace(old, new, 1))

    return change


def set_content(
    contents: dict[str, bytes], manifest: dict[str, Any], name: str, content: bytes
) -> None:
    contents[name] = content
    rows = content.count(b"\n") if name.startswith("tables/") else None
    member = {"name": name, "bytes": len(content), "sha256": digest(content), "rows": rows}
    manifest["members"] = [m for m in manifest["members"] if m["name"] != name] + [member]


def add(name: str, content: bytes = b"x") -> Change:
    return lambda contents, manifest: set_content(contents, manifest, name, content)


def set_manifest(**changes: Any) -> Change:
    return lambda contents, manifest: manifest.update(changes)


def drop_segment(contents: dict[str, bytes], manifest: dict[str, Any]) -> None:
    name = next(name for name in contents if name.startswith("events/"))
    del contents[name]
    manifest["members"] = [m for m in manifest["members"] if m["name"] != name]


def change_one_byte(contents: dict[str, bytes], manifest: dict[str, Any]) -> None:
    name = next(name for name in contents if name.startswith("events/"))
    contents[name] = b"!" + contents[name][1:]


def empty_table(label: str) -> Change:
    return add(f"tables/{label}.jsonl", b"")


HOSTILE: dict[str, tuple[Change, str]] = {
    "traversal": (add("../../evil"), "no file of this name"),
    "traversal in a segment": (add("events/1/../../../evil"), "no file of this name"),
    "absolute path": (add("/etc/evil"), "no file of this name"),
    "hidden segment": (add("events/1/.evil"), "no file of this name"),
    "backslash": (add("events\\1\\evil"), "no file of this name|not those"),
    "unknown table": (add("tables/workspace.Evil.jsonl", b""), "no such table"),
    "table of Django": (add("tables/sessions.Session.jsonl", b""), "no such table"),
    "login links": (add("tables/workspace.LoginLink.jsonl", b""), "no such table"),
    "segment nobody names": (add("events/1/evil.parquet"), "no catalogue names"),
    "segment missing": (drop_segment, "not here"),
    "unlisted file": (lambda c, m: c.update({"evil": b"x"}), "not those of its manifest"),
    "lines missing": (lambda c, m: m["members"][0].update(rows=10**6), "has not the rows"),
    "wrong digest": (change_one_byte, "not what was written"),
    "wrong size": (lambda c, m: c.update({"tables/workspace.Act.jsonl": b""}), "size"),
    "bomb": (add("events/1/bomb.parquet", bytes(17_000_000)), "too many times"),
    "newer format": (set_manifest(version=2), "reads archives of format 1"),
    "other format": (set_manifest(format="zip"), "not a Pilothouse archive"),
    "no manifest": (lambda c, m: m.clear(), "no manifest"),
    "manifest without members": (lambda c, m: m.pop("members"), "cannot be read"),
    "members of a wrong kind": (set_manifest(members=[1, None]), "cannot be read"),
    "changed act": (replace("workspace.Act", b'"kind":"capture', b'"kind":"decided'), "is broken"),
    "unknown field": (replace("workspace.User", b'"email"', b'"evil":1,"email"'), "not know"),
    "wrong type": (replace("workspace.Member", b'"user_id":', b'"user_id":"x","a":'), "not"),
    "null": (replace("workspace.Workspace", b'"Lighthouse"', b"null"), "wrong kind"),
    "too long": (replace("workspace.Workspace", b'"Lighthouse"', b'"%101d"' % 1), "wrong kind"),
    "bad date": (replace("workspace.Act", b'"at":"2', b'"at":"soon 2'), "wrong kind"),
    "number too big": (replace("analytics.Stream", b"1099511627776", b"9" * 30), "wrong kind"),
    "not JSON": (replace("workspace.User", b"{", b"["), "not"),
    "deep JSON": (add("tables/workspace.User.jsonl", b"[" * 200_000 + b"\n"), "not"),
    "not an object": (add("tables/workspace.User.jsonl", b"1\n"), "not an object"),
    "nobody": (empty_table("workspace.User"), "do not fit"),
    "twice": (replace("workspace.User", b"bob@", b"alice@"), "do not fit"),
    "half a line": (add("tables/workspace.User.jsonl", b"{}\n{"), "wrong kind"),
    "NUL": (replace("workspace.Workspace", b"Lighthouse", b"Light\\u0000"), "wrong kind"),
    "surrogate": (replace("workspace.Workspace", b"Lighthouse", b"Light\\ud800"), "wrong kind"),
}  # fmt: skip


def test_a_bad_archive_leaves_no_trace(
    full: People, backup: Path, empty: Path, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    for case, (change, message) in HOSTILE.items():
        bad = rewrite(backup, tmp_path / "bad.zip", change)
        with subtests.test(case):
            with pytest.raises(PilothouseError, match=message):
                restore_archive(bad, data_dir=empty)
            assert [model for model in list_tables() if model._default_manager.exists()] == []
            assert not [path for path in empty.rglob("*") if path.is_file()]
            assert not list(tmp_path.rglob("evil*"))


def symlink(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


def test_a_symbolic_link_is_refused(
    full: People, backup: Path, empty: Path, tmp_path: Path
) -> None:
    bad = rewrite(backup, tmp_path / "bad.zip", lambda c, m: None, entry=symlink)
    with pytest.raises(DamagedError, match="not a plain file"):
        restore_archive(bad, data_dir=empty)


def test_two_files_of_one_name_are_refused(full: People, backup: Path, empty: Path) -> None:
    with zipfile.ZipFile(backup, "a") as file, pytest.warns(UserWarning, match="Duplicate"):
        file.writestr("tables/workspace.User.jsonl", "")
    with pytest.raises(DamagedError, match="one name"):
        restore_archive(backup, data_dir=empty)


def test_too_many_files_are_refused(
    full: People, backup: Path, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest_module, "MAX_MEMBERS", 3)
    with pytest.raises(DamagedError, match="at most 3"):
        restore_archive(backup, data_dir=empty)


@pytest.mark.parametrize("content", [b"", b"PK", b"hello" * 100])
def test_no_zip_file_is_told(empty: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.zip").write_bytes(content)
    with pytest.raises(InvalidValueError, match="not a whole zip"):
        restore_archive(tmp_path / "b.zip", data_dir=empty)


def test_no_file_is_told(empty: Path) -> None:
    with pytest.raises(InvalidValueError, match="no such file"):
        restore_archive(empty / "nothing.zip", data_dir=empty)


def test_every_torn_archive_is_refused(full: People, backup: Path, tmp_path: Path) -> None:
    content = backup.read_bytes()
    torn = tmp_path / "torn.zip"
    for at in range(0, len(content), max(1, len(content) // 60)):
        torn.write_bytes(content[:at])
        with pytest.raises((zipfile.BadZipFile, PilothouseError)):
            verify_archive(torn)


def test_every_flipped_bit_in_the_content_is_found(
    full: People, backup: Path, tmp_path: Path
) -> None:
    """In each member's data; the zip's own notes (such as the time) may differ without harm."""
    content = backup.read_bytes()
    flipped = tmp_path / "flipped.zip"
    with zipfile.ZipFile(backup) as file:
        spans = [(each.header_offset + 30 + len(each.filename) + 20, each.compress_size)
                 for each in file.infolist()]  # fmt: skip
    for start, size in spans:
        if size < 40:
            continue
        at = start + size // 2
        flipped.write_bytes(content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :])
        with pytest.raises((zipfile.BadZipFile, PilothouseError)):
            verify_archive(flipped)


def test_an_older_archive_without_a_new_field_is_taken(
    full: People, backup: Path, empty: Path, tmp_path: Path
) -> None:
    def drop_description(contents: dict[str, bytes], manifest: dict[str, Any]) -> None:
        name = "tables/workspace.Product.jsonl"
        rows = [json.loads(line) for line in contents[name].splitlines()]
        for row in rows:
            del row["description"], row["clock"], row["week_start"]
        text = "".join(json.dumps(row) + "\n" for row in rows)
        set_content(contents, manifest, name, text.encode())

    restore_archive(rewrite(backup, tmp_path / "old.zip", drop_description), data_dir=empty)
    assert (
        list(Product.objects.values_list("description", "clock", "week_start"))
        == [("", None, 0)] * 2
    )


def run_command(data: Path, *words: str) -> Any:
    """A command in a process of its own with SQLite in ``data``."""
    own = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    environment = {key: value for key, value in os.environ.items() if key not in own}
    code = "from pilothouse.cli.workspace import group; group()"
    done = subprocess.run(
        [sys.executable, "-c", code, *words, "--data", str(data), "--json"],
        env={**environment, "PYTHONPATH": str(SOURCE)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_an_archive_goes_from_database_to_database_and_back(
    full: People, backup: Path, empty: Path, tmp_path: Path
) -> None:
    """This database -> archive -> a new SQLite -> archive -> this database -> archive."""
    other = tmp_path / "other"
    run_command(other, "restore", str(backup))
    assert run_command(other, "verify")["is_whole"]
    run_command(other, "backup", str(tmp_path / "second.zip"))
    restore_archive(tmp_path / "second.zip", data_dir=empty)
    third: ArchiveInfo = write_archive(tmp_path / "third.zip", events_dir=empty / "events")
    assert members_of(backup) == members_of(tmp_path / "second.zip") == members_of(third.path)
