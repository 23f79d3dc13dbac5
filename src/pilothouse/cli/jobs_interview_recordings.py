"""Commands about voice recordings: files of this machine that only their person hears."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from pilothouse.cli.output import print_answer
from pilothouse.cli.person import find_person, person_options

PIECE = 64 * 1024


@click.command("record")
@click.argument("answer_id", metavar="ID")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@person_options
def record(*, answer_id: str, file: Path, person: str, data: Path | None, as_json: bool) -> None:
    """Keep a recording (WebM, Ogg or MP4) with an answer that is not scored yet.

    Example: pilothouse jobs interviews record 2bcdfgh3jkmn answer.webm
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.interview_answers import add_recording
    from pilothouse.apps.jobs.services.interview_jsons import to_recording_json
    from pilothouse.apps.jobs.services.interview_recordings import NewRecording

    made = add_recording(access, answer_id, NewRecording(_read(file)))
    line = f"Kept {made.public_id}: {made.media_type}, {made.size:,} bytes, on this machine only"
    print_answer(to_recording_json(made), [line], as_json=as_json)


@click.command("recordings")
@click.argument("answer_id", metavar="ID")
@person_options
def recordings(*, answer_id: str, person: str, data: Path | None, as_json: bool) -> None:
    """The recordings of an answer.

    Example: pilothouse jobs interviews recordings 2bcdfgh3jkmn
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.interview_answers import get_answer
    from pilothouse.apps.jobs.services.interview_jsons import to_recording_json

    found = get_answer(access, answer_id).recordings
    lines = [
        f"{each.public_id}  {each.made_at:%Y-%m-%d %H:%M}  {each.media_type:<10}  {each.size:>10,}"
        for each in found
    ]
    answer = {"recordings": [to_recording_json(each) for each in found]}
    print_answer(answer, lines or ["No recording."], as_json=as_json)


@click.command("recording")
@click.argument("recording_id", metavar="ID")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write the sound there.")  # fmt: skip
@click.option("--delete", is_flag=True, help="Delete it and its file for good.")
@person_options
def recording(
    *, recording_id: str, out: Path | None, delete: bool, person: str, data: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """One recording: what it is, written to a file, or deleted for good.

    Example: pilothouse jobs interviews recording 2bcdfgh3jkmn --out answer.webm
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services.interview_jsons import to_recording_json
    from pilothouse.apps.jobs.services.interview_recordings import delete_recording, read_recording

    if delete:
        answer = delete_recording(access, recording_id)
        told = {"deleted": recording_id, "answer": answer}
        print_answer(told, ["The recording and its file are deleted."], as_json=as_json)
        return
    view, body = read_recording(access, recording_id)
    lines = [f"{view.public_id}  {view.media_type}, {view.size:,} bytes, sha256 {view.digest}"]
    if out:
        out.write_bytes(body)
        lines.append(f"wrote {out}")
    plain = {**to_recording_json(view), "file": str(out) if out else None}
    print_answer(plain, lines, as_json=as_json)


def _read(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while piece := stream.read(PIECE):
            yield piece


COMMANDS = (record, recordings, recording)
