"""Events and exposures of a simulated product as files, a day at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pilothouse.kernel.errors import InvalidValueError, UnavailableError

if TYPE_CHECKING:
    import pyarrow as pa

    from pilothouse.engines.simulation import EventBatch
    from pilothouse.engines.simulation.company.exposures import ExposureBatch

Append = Callable[["pa.Table"], object]


class EventFile:
    """A ``.csv``, ``.jsonl`` or ``.parquet`` file that grows by batches and is whole or not there.

    While it grows it is called ``*.part``: nobody takes half a season for a whole one.
    """

    # Where a named channel or invitations bring people, columns say who came by what.
    by_channel = False

    def __init__(self, target: Path) -> None:
        if target.suffix.lower() not in _WRITERS:
            raise InvalidValueError(
                "events are written to a .csv, .jsonl or .parquet file.", value=str(target)
            )
        self.target, self.rows = target, 0
        self._part = target.with_name(f"{target.name}.part")
        self._names: dict[str, tuple[Any, pa.Array]] = {}
        self._open = ExitStack()

    def __enter__(self) -> EventFile:
        with self._telling():
            writer = _WRITERS[self.target.suffix.lower()](self._part, self._schema())
            self._append: Append = self._open.enter_context(writer)
        return self

    def append(self, batches: Iterable[EventBatch | ExposureBatch]) -> None:
        """Write ``batches``."""
        with self._telling():
            for batch in batches:
                self._append(self._table(batch))
                self.rows += len(batch)

    def _schema(self) -> pa.Schema:
        return _schema(_BY_CHANNEL if self.by_channel else ())

    def _table(self, batch: Any) -> pa.Table:
        return _table(batch, self._names, self._schema())

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with self._telling():
            self._open.close()
            if kind is None:
                self._part.replace(self.target)
            else:
                self._part.unlink(missing_ok=True)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            said = error.strerror or error
            raise UnavailableError(f"cannot be written: {said}.", value=str(self.target)) from error


class ExposureFile(EventFile):
    """The same for first exposures to experiments: who met which arm of which, and when."""

    def _schema(self) -> pa.Schema:
        import pyarrow as pa

        texts = ((name, pa.string()) for name in ("actor", "experiment", "arm"))
        return pa.schema([*texts, ("time", _moment()), ("id", pa.string())])

    def _table(self, batch: Any) -> pa.Table:
        import pyarrow as pa

        hexes = batch.ids.tobytes().hex()
        columns = [
            pa.array(batch.actor.texts.tolist(), pa.string()),
            pa.array([batch.experiment] * len(batch), pa.string()),
            pa.array(batch.arm.texts.tolist(), pa.string()),
            pa.array(batch.time_us).cast(_moment()),
            pa.array([hexes[i : i + 32] for i in range(0, len(hexes), 32)], pa.string()),
        ]
        return pa.table(columns, schema=self._schema())


def _moment() -> pa.DataType:
    import pyarrow as pa

    return pa.timestamp("us", tz="UTC")


_BY_CHANNEL = ("channel", "invited_by")


def _schema(more: tuple[str, ...]) -> pa.Schema:
    """Columns of events, with texts of the names ``more`` among them."""
    import pyarrow as pa

    texts = ("session", "platform", "country", "plan", "segment", *more)
    return pa.schema(
        [
            ("actor", pa.string()),
            ("event", pa.string()),
            ("time", _moment()),
            ("id", pa.string()),
            *((name, pa.string()) for name in texts),
            ("amount", pa.float64()),
            ("received", _moment()),
        ]
    )


def _table(
    batch: EventBatch, known: dict[str, tuple[Any, pa.Array]], schema: pa.Schema
) -> pa.Table:
    """``batch`` as a table. ``known`` keeps the names that batches share: there are many actors."""
    import pyarrow as pa

    def text(name: str) -> pa.Array:
        coded = getattr(batch, name)
        if coded is None:
            return pa.nulls(len(batch), pa.string())
        if name not in known or known[name][0] is not coded.names:
            known[name] = coded.names, _names(coded.names)
        return known[name][1].take(pa.array(coded.codes))

    hexes = batch.ids.tobytes().hex()
    columns = {
        "time": pa.array(batch.time_us).cast(schema.field("time").type),
        "received": pa.array(batch.received_us).cast(schema.field("received").type),
        "id": pa.array([hexes[i : i + 32] for i in range(0, len(hexes), 32)], pa.string()),
        "amount": pa.array(batch.amount, from_pandas=True),
    }
    return pa.table([columns[n] if n in columns else text(n) for n in schema.names], schema=schema)


def _names(names: Any) -> pa.Array:
    import pyarrow as pa

    return pa.array([name or None for name in names.tolist()], pa.string())


@contextmanager
def _parquet(target: Path, schema: pa.Schema) -> Iterator[Append]:
    import pyarrow.parquet as pq

    with pq.ParquetWriter(target, schema) as writer:
        yield writer.write_table


@contextmanager
def _csv(target: Path, schema: pa.Schema) -> Iterator[Append]:
    import pyarrow.csv

    with pyarrow.csv.CSVWriter(target, _written(schema)) as writer:
        yield lambda table: writer.write_table(_readable(table))


@contextmanager
def _jsonl(target: Path, _: pa.Schema) -> Iterator[Append]:
    import orjson

    with target.open("wb") as file:

        def append(table: pa.Table) -> None:
            for row in _readable(table).to_pylist():
                present = {key: value for key, value in row.items() if value is not None}
                file.write(orjson.dumps(present, option=orjson.OPT_APPEND_NEWLINE))

        yield append


_WRITERS = {".csv": _csv, ".jsonl": _jsonl, ".parquet": _parquet}


def _written(schema: pa.Schema) -> pa.Schema:
    import pyarrow as pa

    return pa.schema(
        [(f.name, pa.string() if pa.types.is_timestamp(f.type) else f.type) for f in schema]
    )


def _readable(table: pa.Table) -> pa.Table:
    """Times as ISO 8601 with a Z, as people and every importer read them."""
    import pyarrow.compute as pc

    for name in ("time", "received"):
        place = table.schema.get_field_index(name)
        if place < 0:
            continue
        texts = pc.strftime(table[name], format="%Y-%m-%dT%H:%M:%SZ")
        table = table.set_column(place, name, texts)
    return table
