"""Setting texts with Typst: what the apps that make PDFs share.

Texts travel as data (JSON files beside the template), never as source: whatever a person writes
cannot become a command of the typesetter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pilothouse.kernel.errors import InvalidValueError

ACCESSIBLE = ("ua-1",)
_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')


def set_pdf(
    files: Mapping[str, bytes],
    main: str,
    at: datetime,
    *,
    standards: Sequence[str] = (),
    has_system_fonts: bool = False,
) -> bytes:
    """The PDF of the template ``main`` among ``files``; ``at`` is its moment of making.

    With a standard such as ``ua-1``, characters that no font draws raise ``InvalidValueError``
    naming them.
    """
    made = _set(files, main, has_system_fonts=has_system_fonts, timestamp=int(at.timestamp()),
                pdf_standards=list(standards))  # fmt: skip
    assert isinstance(made, bytes)
    return made


def set_pictures(
    files: Mapping[str, bytes], main: str, *, ppi: float, has_system_fonts: bool = False
) -> list[bytes]:
    """The same as one PNG a page."""
    made = _set(files, main, has_system_fonts=has_system_fonts, format="png", ppi=ppi)
    return made if isinstance(made, list) else [made]


def _set(
    files: Mapping[str, bytes], main: str, *, has_system_fonts: bool, **options: Any
) -> bytes | list[bytes]:
    import typst

    # Typst reads files from a folder only; it sees nothing outside of this one.
    with TemporaryDirectory(prefix="pilothouse-") as folder:
        for path, data in files.items():
            target = Path(folder) / path
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(data)
        try:
            made: bytes | list[bytes] = typst.compile(
                str(Path(folder) / main), root=folder, font_paths=[str(_font_folder())],
                ignore_system_fonts=not has_system_fonts, **options,
            )  # fmt: skip
        except typst.TypstError as error:
            # The first message is the error's own; its diagnostic tells all of them.
            raise _explain(f"{error} {error.diagnostic}") from error
    return made


class NoGlyphError(InvalidValueError):
    """A text has characters that no font here can draw."""


def _explain(message: str) -> Exception:
    characters = "".join(dict.fromkeys("".join(_NO_GLYPH.findall(message))))
    if characters:
        return NoGlyphError(
            "no font here draws these characters.",
            value=characters[:40],
            remedy="Write them in letters that the font has, or take another form than PDF.",
        )
    return RuntimeError(message)


@cache
def _font_folder() -> Path:
    import fontpkg_inter

    return Path(fontpkg_inter.__file__).parent / "files"
