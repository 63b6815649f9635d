"""Answers told apart into several files, by verdict, channel or type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from nlp import Result
from serving.cli.compression import compressed
from serving.cli.labels import CHANNELS, VERDICTS
from serving.cli.rows import Row
from serving.cli.writers import Writer

Partition = Literal["verdict", "channel", "type"]
PARTITIONS: tuple[Partition, ...] = get_args(Partition)

_NO_TYPE = "none"


class PartitionedWriter:
    """Hands each answer to the writer of its key, in order."""

    def __init__(self, partition: Partition, writers: Mapping[str, Writer]) -> None:
        self._partition = partition
        self._writers = writers

    def write(self, row: Row, result: Result) -> None:
        """Take the answer for a row."""
        self._writers[_key(self._partition, result)].write(row, result)

    def finish(self) -> None:
        """Write what was held back."""
        for writer in self._writers.values():
            writer.finish()


def partition_keys(partition: Partition, taxonomy: Mapping[str, Any]) -> Sequence[str]:
    """Every key there can be; each has its file, so that none is left over from an earlier run."""
    if partition == "type":
        return [*(type_["id"] for type_ in taxonomy["types"]), _NO_TYPE]
    return list(VERDICTS if partition == "verdict" else CHANNELS)


def partition_path(path: Path, key: str) -> Path:
    """``a.scam.csv.gz`` for ``a.csv.gz``."""
    packing = path.suffix if compressed(path) else ""
    plain = Path(path.name.removesuffix(packing))
    return path.with_name(f"{plain.stem}.{key}{plain.suffix}{packing}")


def _key(partition: Partition, result: Result) -> str:
    if partition == "verdict":
        return result.verdict
    if partition == "channel":
        return result.channel
    return result.types[0].id if result.types and result.verdict != "normal" else _NO_TYPE
