"""In which encoding a file is written, from its first bytes."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from serving.cli.failures import UsageError

SAMPLE = 256 * 1024
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_ENOUGH_LINES = 0.5
_ENOUGH_COMMON = 0.7


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec, and how many bytes of byte order mark stand before the text."""

    name: str
    bom: int = 0


def named(name: str, sample: bytes) -> Encoding:
    """The encoding the user asked for.

    Raises:
        UsageError: Python has no such codec for texts.
    """
    try:
        codec = codecs.lookup(name).name
        "".encode(codec)
    except LookupError:
        raise UsageError(f"不认识的编码 {name!r}，常用的有 utf-8、gb18030、utf-16、big5") from None
    if codec.startswith(("utf-32", "utf-7")):
        raise UsageError(f"不支持编码 {name!r}，请先转成 utf-8")
    if codec in ("utf-8-sig", "utf-16"):
        codec = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}[codec]
        codec = next((own for bom, own in _BOMS if sample.startswith(bom) and own[:5] == codec[:5]), codec)
    bom = next((len(bom) for bom, own in _BOMS if own == codec and sample.startswith(bom)), 0)
    return Encoding(codec, bom)


def detect(sample: bytes) -> Encoding:
    """The encoding of a text that begins with ``sample`` (up to :data:`SAMPLE` bytes).

    UTF-8 and UTF-16 with their marks, UTF-8, UTF-16 and GB18030 (with GBK and GB2312) without, else what
    charset-normalizer holds likeliest. Lines vote, so that a few broken ones do not decide for the file.
    """
    for bom, name in _BOMS:
        if sample.startswith(bom):
            return Encoding(name, len(bom))
    if b"\0" in sample and (wide := _utf16(sample)):
        return Encoding(wide)
    lines = [line for line in sample.split(b"\n") if not line.isascii()]
    if len(sample) >= SAMPLE and len(lines) > 1:
        lines.pop()
    if not lines or _share(lines, "utf-8") >= _ENOUGH_LINES:
        return Encoding("utf-8")
    if _share(lines, "gb18030") >= _ENOUGH_LINES and _looks_simplified(lines):
        return Encoding("gb18030")
    return Encoding(_likeliest(b"\n".join(lines)))


def _share(lines: list[bytes], name: str) -> float:
    return sum(_decodes(line, name) for line in lines) / len(lines)


def _decodes(line: bytes, name: str) -> bool:
    try:
        # A sample may end in the middle of a character, which is no fault.
        codecs.getincrementaldecoder(name)().decode(line)
    except UnicodeDecodeError:
        return False
    return True


def _utf16(sample: bytes) -> str | None:
    """UTF-16 without its mark: only in the right order of bytes do Chinese and ASCII come out."""
    for name in ("utf-16-le", "utf-16-be"):
        text = codecs.getincrementaldecoder(name)("ignore").decode(sample)
        if sum(map(_chinese_or_ascii, text)) >= _ENOUGH_COMMON * len(text):
            return name
    return None


def _chinese_or_ascii(char: str) -> bool:
    code = ord(char)
    return 0 < code < 0x7F or 0x3000 <= code < 0x3040 or 0x4E00 <= code < 0xA000 or 0xFF00 <= code < 0xFFF0


def _looks_simplified(lines: list[bytes]) -> bool:
    """GB18030 decodes nearly any bytes; only real Chinese keeps to the characters of everyday use."""
    text = b"\n".join(lines).decode("gb18030", "ignore")
    wide = [c for c in text if ord(c) > 0x7F]
    return sum(_everyday(c) for c in wide) >= _ENOUGH_COMMON * len(wide)


def _everyday(char: str) -> bool:
    code = char.encode("gb2312", "ignore")
    # Rows 0xA1-0xA3 are punctuation and full-width forms, 0xB0-0xD7 the 3,755 commonest characters.
    return bool(code) and (0xA1 <= code[0] <= 0xA3 or 0xB0 <= code[0] <= 0xD7)


def _likeliest(sample: bytes) -> str:
    # Imported here: the package takes long to load and most files do not need it.
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=["utf_8", "gb18030", "big5"]).best()
    return best.encoding if best else "utf-8"
