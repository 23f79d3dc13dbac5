"""Files of events (CSV, JSON lines, Parquet, purchase logs) read into batches.

``detect`` looks at a file, ``guess_mapping`` says what its columns mean, ``preview`` shows the
first rows, ``read_batches`` reads it all, ``load_events`` reads it at once.
"""

from __future__ import annotations

from pilothouse.stores.files.blocks import Refusal, Refusals
from pilothouse.stores.files.detect import FileGuess, detect
from pilothouse.stores.files.guess import guess_mapping
from pilothouse.stores.files.log import log_from_table
from pilothouse.stores.files.mapping import (
    ColumnRef,
    Constant,
    Mapping,
    PropertyRef,
    from_json,
    to_json,
)
from pilothouse.stores.files.read import (
    FileBatch,
    LoadedFile,
    Preview,
    load_events,
    load_file,
    preview,
    read_batches,
)

__all__ = [
    "ColumnRef",
    "Constant",
    "FileBatch",
    "FileGuess",
    "LoadedFile",
    "Mapping",
    "Preview",
    "PropertyRef",
    "Refusal",
    "Refusals",
    "detect",
    "from_json",
    "guess_mapping",
    "load_events",
    "load_file",
    "log_from_table",
    "preview",
    "read_batches",
    "to_json",
]
