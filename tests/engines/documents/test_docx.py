"""Word documents: structure there and back, and what must be refused."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilothouse.engines.documents.docx_read import MAX_UNPACKED, read_docx
from pilothouse.engines.documents.docx_write import ClaimNote, write_docx
from pilothouse.kernel.errors import InvalidValueError

TEXT = """# One

Some **bold** and *slanted* words, `code` and [a link](https://example.org/x?a=1#b).

## Two

- a
- b
  1. one
  2. two
     - deep
- c

  more of c

1. x
2. y

Between.

1. again from one

* [ ] open
* [x] done

| a | b |
| --- | --- |
| 1 \\| 2 | **2** |

> quoted words

```
def f():
    return "x"
```

\\# no heading, 2 \\* 3, a\\_b
"""


def there_and_back(text: str) -> str:
    return read_docx(write_docx("A title", text)).body


def test_structure_comes_back():
    text = there_and_back(TEXT)
    # A line with a mark in its middle needs no escape; what it says is the same.
    assert text == TEXT.replace("* [", "- [").replace("\\# no", "# no").replace(
        "# no heading", "\\# no heading"
    )


def test_the_title_and_a_second_round():
    data = write_docx("A title", TEXT, lead="PRD, draft")
    read = read_docx(data)
    assert read.title == "A title"
    assert there_and_back(there_and_back(TEXT)) == there_and_back(TEXT)


def test_claims_point_into_the_list_of_numbers():
    body = "From [12 %](claim:abc) to [9](claim:def), then [12 %](claim:abc)."
    notes = [
        ClaimNote("abc", "Activation: 12 % of 80 (8.8 to 24.4 %), fresh"),
        ClaimNote("def", "Nine"),
    ]
    text = read_docx(write_docx("T", body, notes=notes)).body
    assert text.startswith("From 12 %\\[1\\] to 9\\[2\\], then 12 %\\[1\\].")
    assert (
        "# Numbers in this document\n\n\\[1\\] Activation: 12 % of 80 (8.8 to 24.4 %), fresh"
        in text
    )


def test_mentions_become_links_where_an_address_is_known():
    body = "See [@Plan](mention:document/x) and [@Gone](mention:document/y)."
    text = read_docx(
        write_docx("T", body, links={"mention:document/x": "https://a.example/x"})
    ).body
    assert text == "See [@Plan](https://a.example/x) and @Gone.\n"


def test_a_file_of_another_hand_is_read():
    from docx import Document

    document = Document()
    document.add_heading("Plan", 1)
    paragraph = document.add_paragraph("Half ")
    paragraph.add_run("bold ").bold = True
    paragraph.add_run("and ").bold = True
    paragraph.add_run("done")
    document.add_paragraph("point", style="List Bullet")
    document.add_paragraph("point below", style="List Bullet 2")
    stream = io.BytesIO()
    document.save(stream)
    read = read_docx(stream.getvalue())
    assert read.body == "# Plan\n\nHalf **bold and** done\n\n- point\n  - point below\n"
    assert read.title == ""


def test_images_are_told():
    from docx import Document

    pixel = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763"
        "f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
    )
    document = Document()
    document.add_picture(io.BytesIO(pixel))
    stream = io.BytesIO()
    document.save(stream)
    assert read_docx(stream.getvalue()).notes == ("1 image was left out: documents hold text.",)


def repacked(**changes: bytes) -> bytes:
    """A good file with parts added or replaced."""
    stream = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(write_docx("T", "Text")))
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        names = {
            name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"): name
            for name in changes
        }
        for part in source.infolist():
            if part.filename not in names:
                target.writestr(part, source.read(part))
        for path, name in names.items():
            target.writestr(path, changes[name])
    return stream.getvalue()


BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "cannot be unpacked"),
        (b"PK\x03\x04 nothing", "cannot be unpacked"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "old or encrypted"),
        (repacked(word__vbaProject_bin=b"x"), "macros"),
        (repacked(word__document_xml=BOMB), "entities"),
        (repacked(word__document_xml=b"<x"), "no Word document"),
        (repacked(word__media__big_xml=b"<a>" + b" " * 30_000_000), "unpacks to far more"),
    ],
    ids=["empty", "torn", "old", "macros", "entities", "broken", "bomb"],
)
def test_what_must_not_be_unpacked_is_refused(data, why):
    with pytest.raises(InvalidValueError, match=why):
        read_docx(data)


def test_the_limit_of_all_parts_is_below_what_a_machine_can_bear():
    assert MAX_UNPACKED <= 200 * 1024**2


LINES = st.lists(
    st.sampled_from(
        [
            "# h",
            "## h",
            "a **b** c",
            "- x",
            "  - y",
            "1. n",
            "> q",
            "",
            "```\nc\n```",
            "| a |\n| --- |\n| b |",
            "- [ ] t",
            "`c`",
            "[l](https://e.org)",
        ]
    ),
    max_size=10,
).map("\n".join)


@settings(max_examples=10, deadline=None)
@given(LINES | st.text(max_size=40))
def test_any_text_is_stable_after_one_round(text):
    once = there_and_back(text)
    assert there_and_back(once) == once
