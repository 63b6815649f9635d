"""Compressed files, by their names: gzip and Zstandard, read and written in constant memory."""

from __future__ import annotations

import gzip
import sys
import zlib
from pathlib import Path
from typing import BinaryIO, cast

if sys.version_info >= (3, 14):
    from compression.zstd import ZstdError, ZstdFile
else:
    from backports.zstd import ZstdError, ZstdFile

SUFFIXES = (".gz", ".zst")
# What reading a file raises that is cut off or is not what its name says.
DAMAGED = (gzip.BadGzipFile, EOFError, zlib.error, ZstdError)


def compressed(path: Path) -> bool:
    """Whether the file's name says so."""
    return path.suffix.lower() in SUFFIXES


def inner_suffix(path: Path) -> str:
    """The suffix that says the format, in lower case: ``.csv`` of ``a.csv`` and of ``a.csv.gz``."""
    return (Path(path.stem) if compressed(path) else path).suffix.lower()


def unpacking(file: BinaryIO, path: Path) -> BinaryIO:
    """A stream of what ``file`` holds; the file itself where its name says nothing of compression."""
    if not compressed(path):
        return file
    return cast(BinaryIO, gzip.GzipFile(fileobj=file) if _gzip(path) else ZstdFile(file))


def packing(file: BinaryIO, path: Path) -> BinaryIO:
    """A stream into ``file``, which stays open when the stream is closed.

    Several streams, one after the other, make one ordinary compressed file.
    """
    if _gzip(path):
        # Without name and time the same bytes come out of every run.
        return cast(BinaryIO, gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0))
    return cast(BinaryIO, ZstdFile(file, "wb"))


def _gzip(path: Path) -> bool:
    return path.suffix.lower() == ".gz"
