"""Writers for a destination."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from serving.cli.consoles import console_for
from serving.cli.destination import Destination, OutputFormat
from serving.cli.journal import Journal
from serving.cli.partition import PartitionedWriter
from serving.cli.table import TableWriter
from serving.cli.writers import CsvWriter, JsonlWriter, Writer


@contextmanager
def writer_for(wanted: Destination, journal: Journal) -> Iterator[Writer]:
    """A writer to the journal's files, or to standard output."""
    with ExitStack() as stack:

        def to_file(path: Path) -> Writer:
            return _writer(wanted.format, stack.enter_context(journal.file(path)), header=not journal.has(path))

        if wanted.partition is not None:
            writers = {key: to_file(path) for key, path in zip(wanted.keys, wanted.files, strict=True)}
            yield PartitionedWriter(wanted.partition, writers)
        elif wanted.path is not None:
            yield to_file(wanted.path)
        elif wanted.format == "table":
            yield TableWriter(console_for())
        else:
            yield _writer(wanted.format, sys.stdout.buffer, header=True)


def _writer(format_: OutputFormat, stream: BinaryIO, header: bool) -> Writer:
    if format_ == "jsonl":
        return JsonlWriter(stream)
    if format_ == "csv":
        return CsvWriter(stream, header)
    text = io.TextIOWrapper(stream, "utf-8", errors="replace", write_through=True)
    return TableWriter(console_for(text))
