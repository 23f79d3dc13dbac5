"""Commands about feedback of a language model: off until switched on, shown before it is sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pilothouse.cli.output import print_answer
from pilothouse.cli.person import find_person, person_options
from pilothouse.kernel.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pilothouse.apps.jobs.services.interview_model import Outgoing, ReplyView, SettingView


@click.command("model")
@click.option("--endpoint", default=None, help="Such as http://localhost:11434/v1.")
@click.option("--name", default=None, help="The model's name there.")
@click.option("--on/--off", "is_on", default=None, help="Off until it is switched on.")
@click.option("--key-file", type=click.File("r", encoding="ascii"),
              help="A file with the key; - reads it from what is typed.")  # fmt: skip
@click.option("--forget", is_flag=True, help="Delete the endpoint and its key.")
@person_options
def model_command(
    *, endpoint: str | None, name: str | None, is_on: bool | None, key_file: Any, forget: bool,
    person: str, data: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """The language model that may comment on answers; without options, what is entered.

    Example: pilothouse jobs interviews model --endpoint http://localhost:11434/v1 --name small --on
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services import interview_model as model
    from pilothouse.apps.jobs.services.interview_jsons import to_setting_json

    found = model.read_setting(access)
    if forget:
        model.forget_setting(access)
        found = model.read_setting(access)
    elif (endpoint, name, is_on, key_file) != (None, None, None, None):
        found = model.save_setting(
            access,
            found.endpoint if endpoint is None else endpoint,
            found.model if name is None else name,
            is_on=found.is_on if is_on is None else is_on,
            key=key_file.read() if key_file else "",
        )
    print_answer(to_setting_json(found), [_tell_setting(found)], as_json=as_json)


@click.command("feedback")
@click.argument("answer_id", metavar="ID")
@click.option("--send", "seen", default="", metavar="DIGEST", help="Send what was shown under it.")
@click.option("--list", "is_list", is_flag=True, help="What models said of the answer before.")
@click.option("--delete", default="", metavar="FEEDBACK", help="Delete what a model said.")
@person_options
def feedback(
    *, answer_id: str, seen: str, is_list: bool, delete: str, person: str, data: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """What a language model would be sent of an answer, and where to; --send sends exactly that.

    Example: pilothouse jobs interviews feedback 2bcdfgh3jkmn
    """
    access = find_person(person, data)
    from pilothouse.apps.jobs.services import interview_jsons as jsons
    from pilothouse.apps.jobs.services import interview_model as model
    from pilothouse.apps.jobs.services.interview_answers import get_answer

    if sum(map(bool, (seen, is_list, delete))) > 1:
        raise InvalidValueError("--send, --list and --delete are given one at a time.")
    if delete:
        answer = model.delete_reply(access, delete)
        told = {"deleted": delete, "answer": answer}
        print_answer(told, ["The model's words are deleted."], as_json=as_json)
    elif is_list:
        found = model.list_replies(access, get_answer(access, answer_id))
        lines = [line for each in found for line in _tell_reply(each)]
        said = {"feedback": [jsons.to_reply_json(each) for each in found]}
        print_answer(said, lines or ["No model was asked about it."], as_json=as_json)
    elif seen:
        reply = model.ask_model(access, answer_id, seen)
        print_answer(jsons.to_reply_json(reply), _tell_reply(reply), as_json=as_json)
    else:
        outgoing = model.preview(access, get_answer(access, answer_id))
        lines = list(_tell_outgoing(answer_id, outgoing))
        print_answer(jsons.to_outgoing_json(outgoing), lines, as_json=as_json)


def _tell_setting(found: SettingView) -> str:
    if not found.endpoint:
        return "No language model is entered; nothing is sent anywhere."
    where = "on this machine" if found.is_local else "outside of this machine"
    key = ", with a key" if found.has_key else ""
    return f"{found.model} at {found.endpoint}, {where}{key}: {'on' if found.is_on else 'off'}"


def _tell_outgoing(answer_id: str, outgoing: Outgoing) -> Iterator[str]:
    where = "on this machine" if outgoing.is_local else "outside of this machine"
    key = ", with your key" if outgoing.has_key else ""
    yield f"Not sent yet. To {outgoing.host}, {where}: POST {outgoing.url}{key}"
    yield outgoing.body
    if not outgoing.is_local:
        yield f"Whoever runs {outgoing.host} can read and keep this text."
    yield f"To send it: pilothouse jobs interviews feedback {answer_id} --send {outgoing.seen}"


def _tell_reply(reply: ReplyView) -> list[str]:
    from pilothouse.apps.jobs.services.interview_model import LABEL

    return [f"{reply.public_id}  {reply.at:%Y-%m-%d %H:%M} UTC  {reply.model}: {LABEL}",
            reply.received]  # fmt: skip


COMMANDS = (model_command, feedback)
