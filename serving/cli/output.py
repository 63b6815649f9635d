"""In which format the answers go where."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal, get_args

from serving.cli.consoles import console_for
from serving.cli.failures import UsageError
from serving.cli.output_file import replacing
from serving.cli.sources import Source
from serving.cli.table import TableWriter
from serving.cli.writers import CsvWriter, JsonlWriter, Writer

OutputFormat = Literal["table", "jsonl", "csv"]
OUTPUTS: tuple[OutputFormat, ...] = get_args(OutputFormat)

_BY_SUFFIX: dict[str, OutputFormat] = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".txt": "table"}


def output_format(asked: OutputFormat | None, output: Path | None) -> OutputFormat:
    """The format: what was asked for, else by the file's name, else a table.

    Raises:
        UsageError: the name says none.
    """
    if asked is not None or output is None:
        return asked or "table"
    found = _BY_SUFFIX.get(output.suffix.lower())
    if found is None:
        raise UsageError(f"看不出 {output} 要什么格式；文件名可用 .jsonl .csv .txt，或用 --format 指明")
    return found


def check_output(output: Path | None, sources: Sequence[Source]) -> None:
    """Refuse an output that is one of the sources.

    Raises:
        UsageError: it is.
    """
    for source in sources:
        if output is not None and source.path is not None and output.resolve() == source.path.resolve():
            raise UsageError(f"输出文件就是输入文件：{output}")


@contextmanager
def writer_for(format_: OutputFormat, output: Path | None) -> Iterator[Writer]:
    """A writer to a file, which appears when the block ends well, or to standard output."""
    if output is not None:
        with replacing(output) as file:
            yield _writer(format_, file)
    elif format_ == "table":
        yield TableWriter(console_for())
    else:
        yield _writer(format_, sys.stdout.buffer)


def _writer(format_: OutputFormat, stream: BinaryIO) -> Writer:
    if format_ == "jsonl":
        return JsonlWriter(stream)
    if format_ == "csv":
        return CsvWriter(stream)
    text = io.TextIOWrapper(stream, "utf-8", errors="replace", write_through=True)
    return TableWriter(console_for(text))
