"""Where the answers go, and in which format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from serving.cli.compression import inner_suffix
from serving.cli.failures import UsageError
from serving.cli.part import part_of
from serving.cli.partition import Partition, partition_keys, partition_path
from serving.cli.sources import Source

OutputFormat = Literal["table", "jsonl", "csv"]
OUTPUTS: tuple[OutputFormat, ...] = get_args(OutputFormat)

_BY_SUFFIX: dict[str, OutputFormat] = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".txt": "table"}


@dataclass(frozen=True, slots=True)
class Destination:
    """Standard output, one file, or one file for every key of a partition.

    Attributes:
        path: as the user gave it; None for standard output.
        partition: by what the answers are told apart; None where they stay together.
        keys: of the partition.
    """

    format: OutputFormat
    path: Path | None = None
    partition: Partition | None = None
    keys: Sequence[str] = ()

    @property
    def files(self) -> list[Path]:
        """The files that will be there in the end, in the order of the keys."""
        if self.path is None:
            return []
        if self.partition is None:
            return [self.path]
        return [partition_path(self.path, key) for key in self.keys]

    @property
    def appendable(self) -> bool:
        """Whether more can be written after what is there; a table's columns depend on its first rows."""
        return self.format != "table"


def destination(
    path: Path | None, format_: OutputFormat | None, partition: Partition | None, taxonomy: Mapping[str, Any]
) -> Destination:
    """What the options ask for; without a format it is what the file's name says, else a table.

    Raises:
        UsageError: the name says no format, or a partition has no file.
    """
    if path is None and partition is not None:
        raise UsageError("--partition 须用 --output 写到文件")
    keys = partition_keys(partition, taxonomy) if partition else ()
    return Destination(format_ or _format(path), path, partition, keys)


def check_destination(wanted: Destination, sources: Sequence[Source]) -> None:
    """Refuse a file that is one of the sources, or that is one while it is made.

    Raises:
        UsageError: it is.
    """
    read = {source.path.resolve() for source in sources if source.path}
    for file in wanted.files:
        if read & {file.resolve(), part_of(file)}:
            raise UsageError(f"输出文件就是输入文件：{file}")


def _format(path: Path | None) -> OutputFormat:
    if path is None:
        return "table"
    found = _BY_SUFFIX.get(inner_suffix(path))
    if found is None:
        raise UsageError(f"看不出 {path} 要什么格式；文件名可用 .jsonl .csv .txt（可加 .gz .zst），或用 --format 指明")
    return found
