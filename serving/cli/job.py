"""What a run depends on: its input, options and model, so that only the same run is gone on with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from serving.cli.sources import Source, TextSource

_HEAD = 64 * 1024

Job = dict[str, Any]
Fingerprint = list[str | int]


def fingerprint(source: Source) -> Fingerprint | None:
    """What changes when a source's rows change; None where they cannot be read a second time."""
    if isinstance(source, TextSource):
        return [_sha(source.text.encode())]
    if source.path is None or not source.path.is_file():
        return None
    stat = source.path.stat()
    with source.path.open("rb") as file:
        return [stat.st_size, stat.st_mtime_ns, _sha(file.read(_HEAD))]


def describe(inputs: Sequence[Fingerprint | None], options: Mapping[str, object], model: Path) -> Job:
    """The run in values for JSON, under the names that its user knows them by.

    Args:
        options: those that change an answer, by name; the number of threads does not.
        model: the model's folder; its manifest holds the sums of all its files.
    """
    return {"输入": inputs, "模型": _sha((model / "manifest.json").read_bytes()), **options}


def _sha(data: bytes) -> str:
    return sha256(data).hexdigest()
