"""YAML front matter: the few lines above a Markdown text that say what it is.

Only plain data is read (``safe_load``), and only a little of it: no anchors and aliases, which can
make a small file huge, no deep nesting, at most 64 KB.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pilothouse.kernel.errors import InvalidValueError

MAX_CHARACTERS = 65_536
MAX_DEPTH = 8
_STRANGE = re.compile("[\x85\u2028\u2029\ufeff]|x85|u2028|u2029|ufeff")
_BLOCK = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.S | re.M)


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """What the front matter says and the text after it; an empty mapping where there is none.

    ``InvalidValueError`` for front matter that is no plain mapping or breaks the limits.

    >>> split_front_matter("---\\ntitle: A\\n---\\nBody")
    ({'title': 'A'}, 'Body')
    """
    match = _BLOCK.match(text)
    if match is None:
        return {}, text
    if len(match[1]) > MAX_CHARACTERS:
        raise InvalidValueError(f"front matter has at most {MAX_CHARACTERS:,} characters.")
    return _load(match[1]), text[match.end() :]


def join_front_matter(values: Mapping[str, Any], body: str) -> str:
    """A text with front matter; ``split_front_matter`` gives both back as they are."""
    import yaml

    if not values:
        # A text that begins like front matter would be taken for it.
        return f"---\n---\n{body}" if _BLOCK.match(body) else body
    plain = dict(values)
    # Line ends that only YAML knows must be spelled, or they come back as spaces.
    is_shown = not _STRANGE.search(str(plain) + "".join(map(str, plain)))
    head = yaml.safe_dump(plain, sort_keys=False, allow_unicode=is_shown, width=10_000)
    return f"---\n{head}---\n{body}"


def _load(text: str) -> dict[str, Any]:
    import yaml

    try:
        tokens = list(yaml.scan(text, Loader=yaml.SafeLoader))
        if any(isinstance(token, yaml.AliasToken | yaml.AnchorToken) for token in tokens):
            raise InvalidValueError("front matter has no anchors and aliases.")
        if _depth(tokens) > MAX_DEPTH:
            raise InvalidValueError(f"front matter is nested at most {MAX_DEPTH} deep.")
        loaded = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        first = str(error).splitlines()[0] if str(error) else "it cannot be read"
        raise InvalidValueError(
            "the front matter is no YAML.", value=first, remedy="Mend the lines above the text."
        ) from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise InvalidValueError("front matter is a list of names and values.")
    return {str(key): _plain(value) for key, value in loaded.items()}


def _depth(tokens: list[Any]) -> int:
    import yaml

    opening = (
        yaml.BlockMappingStartToken,
        yaml.BlockSequenceStartToken,
        yaml.FlowMappingStartToken,
        yaml.FlowSequenceStartToken,
    )
    closing = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)
    depth = deepest = 0
    for token in tokens:
        depth += isinstance(token, opening)
        depth -= isinstance(token, closing)
        deepest = max(deepest, depth)
    return deepest


def _plain(value: Any) -> Any:
    """Only what JSON holds: dates become text, keys become text, the rest its spelling."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value - value != 0:
        return str(value)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return str(value)
