"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

from serving.cli.compression import compressed, packing
from serving.cli.failures import UsageError


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write to that takes ``path``'s place when the block ends well, and else vanishes.

    It is compressed where its name says so. Devices and pipes (``/dev/null``) are written to as they are.

    Raises:
        UsageError: nothing can be written there.
    """
    if path.is_dir():
        raise UsageError(f"{path} 是文件夹，请给出文件名")
    if path.exists() and not path.is_file():
        with path.open("wb") as device:
            yield device
        return
    # The file a link points to is replaced, not the link.
    target = path.resolve()
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        file = part.open("wb")
    except OSError as error:
        raise UsageError(f"无法写入 {path}：{reason(error)}") from error
    try:
        with file, packing(file, path) if compressed(path) else nullcontext(file) as stream:
            yield stream
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def reason(error: OSError) -> str:
    """Why a file cannot be used, in Chinese where it is one of the usual reasons."""
    if isinstance(error, FileNotFoundError):
        return "文件夹不存在"
    if isinstance(error, PermissionError):
        return "没有权限"
    return error.strerror or str(error)
