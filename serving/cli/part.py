"""A file in the making that survives a kill: what was saved of it stays, what came later is cut off."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from serving.cli.compression import compressed, packing
from serving.cli.failures import UsageError
from serving.cli.output_file import reason

if sys.platform != "win32":
    import fcntl


class Part(io.RawIOBase):
    """Writes to ``NAME.part``, compressed where the name says so, until :meth:`install` gives it its name."""

    def __init__(self, file: BinaryIO, path: Path, length: int) -> None:
        """Of an opened file that holds ``length`` bytes; see :func:`open_part`."""
        self._file = file
        self._path = part_of(path)
        self._target = path.resolve()
        self._length = length
        self._packed: BinaryIO | None = None

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any, /) -> int:
        """Write bytes."""
        if not compressed(self._target):
            return self._file.write(data)
        if self._packed is None:
            self._packed = packing(self._file, self._target)
        return self._packed.write(data)

    def save(self, last: bool = False) -> int:
        """Bring to the disk what was written, and say how many bytes that is.

        Args:
            last: nothing follows; an empty compressed file, too, needs its frame.
        """
        if last and not self._length:
            self.write(b"")
        if self._packed is not None:
            # A frame of its own, so that the file can be cut here and gone on with.
            self._packed.close()
            self._packed = None
        self._file.flush()
        os.fsync(self._file.fileno())
        self._length = os.fstat(self._file.fileno()).st_size
        return self._length

    def install(self) -> None:
        """Close it and give it its name."""
        self.close()
        self._path.replace(self._target)

    def discard(self) -> None:
        """Close and delete it."""
        self.close()
        self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file; what was saved stays, and the rest need not reach a disk that may be full."""
        for stream in (self._packed, self._file):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        super().close()


def open_part(path: Path, length: int) -> Part:
    """The part of the file that is to be ``path``, cut to ``length`` bytes, which were saved before.

    Raises:
        UsageError: nothing can be written there, another process does, or less than ``length`` is left.
    """
    if path.is_dir():
        raise UsageError(f"{path} 是文件夹，请给出文件名")
    try:
        file = part_of(path).open("ab")
    except OSError as error:
        raise UsageError(f"无法写入 {path}：{reason(error)}") from error
    try:
        _lock(file, path)
        if os.fstat(file.fileno()).st_size < length:
            raise UsageError(f"不能续跑：{part_of(path)} 缺失或变短了；请去掉 --resume 从头开始")
        file.truncate(length)
    except BaseException:
        file.close()
        raise
    return Part(file, path, length)


def part_of(path: Path) -> Path:
    """Where a file lies while it is made; beside what a link points to."""
    target = path.resolve()
    return target.with_name(f"{target.name}.part")


def _lock(file: BinaryIO, path: Path) -> None:
    """Held until the file is closed, or its process is killed."""
    if sys.platform != "win32":
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UsageError(f"另一个进程正在写 {path}；请等它结束，或另选 --output") from error
