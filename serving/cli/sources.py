"""What the command line's arguments name: texts, files, standard input."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from serving.cli.compression import DAMAGED, unpacking
from serving.cli.encodings import detect
from serving.cli.failures import UsageError
from serving.cli.formats import Format, format_of, looks_like_file
from serving.cli.lines import read_lines
from serving.cli.readers import ReadOptions, Rows, read_csv, read_jsonl, read_txt
from serving.cli.rows import Row
from serving.cli.tables import read_parquet, read_xlsx

_PEEK = 4096


class Source(Protocol):
    """Something with rows.

    Attributes:
        name: for messages, and to tell apart the ids of several sources.
        path: the file; None where there is none that lasts.
        size: bytes, 0 where unknown.
    """

    @property
    def name(self) -> str: ...
    @property
    def path(self) -> Path | None: ...
    @property
    def size(self) -> int: ...
    def rows(self, advance: Callable[[float], None]) -> Rows:
        """Its rows in order; ``advance`` is called now and then with the share that was read, 0-1."""
        ...


@dataclass(frozen=True, slots=True)
class TextSource:
    """A text given as an argument; ``position`` counts the arguments from 1."""

    text: str
    position: int
    name: str = ""
    path: None = None
    size: int = 0

    def rows(self, advance: Callable[[float], None]) -> Rows:
        """The text."""
        yield Row(self.position, self.text)


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file in a known format."""

    path: Path
    format: Format
    options: ReadOptions

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.name

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        return self.path.stat().st_size

    def rows(self, advance: Callable[[float], None]) -> Rows:
        """Rows of the file.

        Raises:
            UsageError: it cannot be read.
        """
        if self.format == "parquet":
            yield from read_parquet(self.path, self.options, advance)
        elif self.format == "xlsx":
            yield from read_xlsx(self.path, self.options, advance)
        else:
            yield from self._text_rows(advance)

    def _text_rows(self, advance: Callable[[float], None]) -> Rows:
        size, line = self.size, 0
        try:
            with self.path.open("rb") as file:

                def advance_by_bytes() -> None:
                    # A named pipe has neither a size nor a position.
                    if size:
                        advance(min(1.0, file.tell() / size))

                stream = unpacking(file, self.path)
                for row in _rows(stream, self.format, str(self.path), self.options, advance_by_bytes):
                    line = row.line
                    yield row
        except DAMAGED as error:
            raise UsageError(f"{self.path}：压缩文件损坏或不完整，只读到第 {line} 行") from error


@dataclass(frozen=True, slots=True)
class StdinSource:
    """Standard input; without a format, objects are JSON Lines and all else is one message a line."""

    format: Format | None
    options: ReadOptions
    name: str = "标准输入"
    path: None = None
    size: int = 0

    def rows(self, advance: Callable[[float], None]) -> Rows:
        """Rows of what comes in."""
        stream = io.BufferedReader(cast(io.RawIOBase, sys.stdin.buffer), _PEEK)
        try:
            format_ = self.format or ("jsonl" if _begins_object(stream.peek(_PEEK)) else "txt")
            yield from _rows(stream, format_, self.name, self.options, lambda: None)
        finally:
            # Standard input belongs to the process and stays open.
            stream.detach()


def resolve(arguments: Sequence[str], format_: Format | None, options: ReadOptions) -> list[Source]:
    """Sources of the arguments; ``-``, or no argument, is standard input.

    Raises:
        UsageError: a missing file, a folder, an unsupported format, or nothing at all.
    """
    if not arguments and sys.stdin.isatty():
        raise UsageError("没有给出内容：请给一段文字、一个文件，或用 - 从标准输入读取")
    if list(arguments).count("-") > 1:
        raise UsageError("标准输入（-）只能写一次")
    return [_resolve(word, position, format_, options) for position, word in enumerate(arguments or ["-"], 1)]


def check(sources: Sequence[Source]) -> None:
    """Read the beginning of every regular file, so that what cannot work fails before anything is screened.

    Raises:
        UsageError: a file that cannot be read, or that has no text column.
    """
    for source in sources:
        if source.path is not None and source.path.is_file():
            next(source.rows(lambda share: None), None)


def _resolve(word: str, position: int, format_: Format | None, options: ReadOptions) -> Source:
    if word == "-":
        if format_ in ("parquet", "xlsx"):
            raise UsageError(f"标准输入不支持 {format_}，请先存成文件")
        return StdinSource(format_, options)
    # Not Path.exists, which raises where a text is too long for a file's name.
    if os.path.exists(word):  # noqa: PTH110
        path = Path(word)
        if path.is_dir():
            raise UsageError(f"{word} 是文件夹；请给出文件，可以一次给多个")
        return FileSource(path, format_ or format_of(path), options)
    if looks_like_file(word):
        raise UsageError(f"文件不存在：{word}")
    return TextSource(_decoded(word), position)


def _decoded(word: str) -> str:
    """An argument from a terminal that is not set to UTF-8 arrives with its bytes in disguise."""
    try:
        word.encode()
    except UnicodeEncodeError:
        raw = os.fsencode(word)
        return raw.decode(detect(raw).name, "replace")
    return word


def _rows(stream: BinaryIO, format_: Format, name: str, options: ReadOptions, advance: Callable[[], None]) -> Rows:
    lines = read_lines(stream, options.encoding, advance)
    if format_ == "jsonl":
        return read_jsonl(lines, name, options)
    return read_csv(lines, name, options) if format_ == "csv" else read_txt(lines)


def _begins_object(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"{")
