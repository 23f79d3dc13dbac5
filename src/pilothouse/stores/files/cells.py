"""Columns of a file as columns of a batch: clean text, finite numbers, true or false."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pilothouse.stores.batches import MAX_TEXT
from pilothouse.stores.files.blocks import Longs, Mask, Rows

Kind = Literal["text", "number", "bool"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?$"
_WHOLE = r"^[+-]?\d+$"
# From here on doubles no longer hold every whole number.
EXACT = 2**53
TRUE = ("true", "t", "yes", "1")
FALSE = ("false", "f", "no", "0")


def to_mask(values: pa.Array | pa.ChunkedArray, *, null: bool = False) -> Mask:
    """An Arrow array of booleans as NumPy, with ``null`` for its nulls."""
    return np.array(pc.fill_null(values, null).to_numpy(zero_copy_only=False), dtype=np.bool_)


def to_spans(texts: pa.Array) -> tuple[Any, Longs, Longs]:
    """Bytes, starts and ends of an Arrow array of strings, as the kernels take them."""
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset :][: len(texts) + 1]
    body = texts.buffers()[2]
    data = np.frombuffer(body, np.uint8) if body is not None and body.size else _NO_BYTES
    return data, offsets[:-1].astype(np.int64), offsets[1:].astype(np.int64)


_NO_BYTES = np.zeros(0, np.uint8)


def kind_of(kind: pa.DataType) -> Kind:
    """The kind of property that values of an Arrow type naturally are."""
    if pa.types.is_boolean(kind):
        return "bool"
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "number"
    return "text"


def to_text(values: pa.Array) -> pa.Array:
    """``values`` as clean text (NFC), empty ones as null."""
    if pa.types.is_floating(values.type):
        values = _doubles_as_text(values)
    elif not pa.types.is_string(values.type):
        values = values.cast(pa.string())
    if not pc.all(pc.string_is_ascii(values)).as_py():
        values = pc.utf8_normalize(values, form="NFC")
    return pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)


def to_property(values: pa.Array, kind: Kind, name: str, rows: Rows) -> pa.Array:
    """``values`` as a property of ``kind``; rows whose value does not fit are refused."""
    if kind == "text":
        return _property_text(values, name, rows)
    if kind == "number":
        return _property_number(values, name, rows)
    return _property_bool(values, name, rows)


def refuse_text(texts: pa.Array, limit: int, what: str, rows: Rows) -> None:
    """Refuse rows whose text holds a NUL or has more than ``limit`` characters."""
    show = lambda row: texts[row].as_py()  # noqa: E731 - the same short reading three times
    rows.refuse(to_mask(pc.match_substring(texts, "\0")), f"{what}: holds a NUL character", show)
    longer = to_mask(pc.greater(pc.utf8_length(texts), limit))
    rows.refuse(longer, f"{what}: longer than {limit} characters", show)


def _property_text(values: pa.Array, name: str, rows: Rows) -> pa.Array:
    texts = to_text(values)
    refuse_text(texts, MAX_TEXT, f"property {name}", rows)
    return texts


def _property_number(values: pa.Array, name: str, rows: Rows) -> pa.Array:
    def show(row: int) -> Any:
        return values[row].as_py()

    if pa.types.is_string(values.type):
        texts = to_text(pc.utf8_trim_whitespace(values))
        wrong = to_mask(pc.invert(pc.match_substring_regex(texts, _NUMBER)))
        rows.refuse(wrong, f"property {name}: not a number", show)
        if wrong.any():
            texts = pc.if_else(pa.array(wrong), pa.scalar(None, pa.string()), texts)
        numbers = texts.cast(pa.float64())
        whole = to_mask(pc.match_substring_regex(texts, _WHOLE)) if _has_large(numbers) else None
    elif kind_of(values.type) == "number":
        numbers = values.cast(pa.float64(), safe=False)
        whole = np.full(len(values), pa.types.is_integer(values.type))
    else:
        rows.refuse(to_mask(pc.is_valid(values)), f"property {name}: not a number", show)
        return pa.nulls(len(values), pa.float64())
    infinite = to_mask(pc.invert(pc.is_finite(numbers)))
    rows.refuse(infinite, f"property {name}: not a finite number", show)
    if whole is not None:
        large = to_mask(pc.greater_equal(pc.abs(numbers), EXACT)) & whole
        rows.refuse(
            large,
            f"property {name}: a whole number too large to keep exactly; take it as text",
            show,
        )
    return numbers


def _property_bool(values: pa.Array, name: str, rows: Rows) -> pa.Array:
    if pa.types.is_boolean(values.type):
        return values
    texts = pc.utf8_lower(pc.utf8_trim_whitespace(to_text(values)))
    true, false = pc.is_in(texts, pa.array(TRUE)), pc.is_in(texts, pa.array(FALSE))
    wrong = to_mask(pc.is_valid(texts)) & ~to_mask(true) & ~to_mask(false)
    # An empty cell is a missing value in every kind.
    wrong &= ~to_mask(pc.equal(texts, ""))
    rows.refuse(wrong, f"property {name}: neither true nor false", lambda row: values[row].as_py())
    return pc.if_else(pc.or_(true, false), true, pa.scalar(None, pa.bool_()))


def _has_large(numbers: pa.Array) -> bool:
    return bool(pc.any(pc.greater_equal(pc.abs(numbers), EXACT)).as_py())


def _doubles_as_text(values: pa.Array) -> pa.Array:
    """Whole doubles without ``.0``, as they were most likely written."""
    whole = pc.and_(pc.equal(values, pc.floor(values)), pc.less(pc.abs(values), EXACT))
    kept = pc.if_else(whole, values, 0.0).cast(pa.int64()).cast(pa.string())
    return pc.if_else(whole, kept, values.cast(pa.string()))


def infer(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Text as numbers or booleans where every value allows it; codes such as 007 stay text."""
    if not pa.types.is_string(values.type) or values.null_count == len(values):
        return values
    trimmed = pc.utf8_trim_whitespace(values)
    if pc.all(pc.match_substring_regex(trimmed, _NUMBER)).as_py():
        codes = pc.match_substring_regex(trimmed, r"^[+-]?(0\d|\d{16,}$)")
        numbers = trimmed.cast(pa.float64())
        if not pc.any(codes).as_py() and pc.all(pc.is_finite(numbers)).as_py():
            return numbers
    lower = pc.utf8_lower(trimmed)
    if pc.all(pc.is_in(lower, pa.array(["true", "false"]), skip_nulls=False)).as_py() is True:
        return pc.equal(lower, "true")
    return values
