"""The texts that ship, for a first look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files

from serving.cli.readers import ReadOptions
from serving.cli.sources import FileSource


@contextmanager
def sample() -> Iterator[FileSource]:
    """``sample.jsonl``: invented calls, notes and SMS, scams and their lawful twins."""
    with as_file(files("serving.cli") / "sample.jsonl") as path:
        yield FileSource(path, "jsonl", ReadOptions())
