"""Lines of a byte stream of any size, in constant memory, each decoded by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from serving.cli.encodings import SAMPLE, detect, named

LONGEST = 16 * 1024 * 1024
_CHUNK = 64 * 1024
_SHOWN = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end.

    Attributes:
        number: from 1.
        text: decoded; where there is a problem, as far as it is readable.
        problem: why the line cannot be used, in Chinese; None where it can.
    """

    number: int
    text: str
    problem: str | None = None


def read_lines(stream: BinaryIO, encoding: str | None, advance: Callable[[], None]) -> Iterator[Line]:
    """Lines of a stream; ``\\n``, ``\\r\\n`` and, in files that have no other, ``\\r`` end one.

    Args:
        encoding: a codec's name, or None to detect it.
        advance: called after each piece that was read.

    Raises:
        UsageError: an unknown codec.
    """
    head = stream.read(SAMPLE)
    found = detect(head) if encoding is None else named(encoding, head)
    newline = "\n".encode(found.name)
    if newline not in head and "\r".encode(found.name) in head:
        newline = "\r".encode(found.name)
    pieces = _pieces(head[found.bom :], stream, advance)
    for number, (raw, whole) in enumerate(_split(pieces, newline), 1):
        yield _decode(number, raw, whole, found.name)


def _decode(number: int, raw: bytes, whole: bool, encoding: str) -> Line:
    if not whole:
        text = raw[:_SHOWN].decode(encoding, "ignore")
        return Line(number, text, f"一行超过 {LONGEST // 1024 // 1024} MB，未读取；此处只留开头")
    try:
        return Line(number, raw.decode(encoding).removesuffix("\r"))
    except UnicodeDecodeError:
        return Line(number, raw.decode(encoding, "backslashreplace"), f"有无法按 {encoding} 解码的字节")


def _pieces(head: bytes, stream: BinaryIO, advance: Callable[[], None]) -> Iterator[bytes]:
    while head:
        yield head
        advance()
        head = stream.read(_CHUNK)


def _split(pieces: Iterator[bytes], newline: bytes) -> Iterator[tuple[bytes, bool]]:
    """Lines, each with whether it is whole; one longer than :data:`LONGEST` is cut and not kept in memory."""
    width = len(newline)
    rest, cut = b"", b""
    for piece in pieces:
        rest += piece
        start = 0
        while (end := _find(rest, newline, start)) >= 0:
            yield (cut, False) if cut else (rest[start:end], True)
            start, cut = end + width, b""
        rest = rest[start:]
        if len(rest) > LONGEST:
            cut = cut or rest[: _SHOWN * width]
            rest = rest[len(rest) - len(rest) % width :]
    if rest or cut:
        yield (cut, False) if cut else (rest, True)


def _find(data: bytes, newline: bytes, start: int) -> int:
    """Where the next line end begins; in UTF-16 its two bytes also occur across two characters."""
    at = data.find(newline, start)
    while at >= 0 and at % len(newline):
        at = data.find(newline, at + 1)
    return at
