"""The file formats that can be read, by a file's name."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

from serving.cli.compression import compressed, inner_suffix
from serving.cli.failures import UsageError

Format = Literal["txt", "csv", "jsonl", "parquet", "xlsx"]
FORMATS: tuple[Format, ...] = get_args(Format)

_BY_SUFFIX: dict[str, Format] = {
    ".txt": "txt",
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
}
_HINTS = {
    ".xls": "请用表格软件另存为 .xlsx",
    ".et": "请用表格软件另存为 .xlsx",
    ".json": "请改成每行一个对象的 .jsonl",
    ".zip": "请先解压",
    ".doc": "请把文字存成 .txt，每行一条",
    ".docx": "请把文字存成 .txt，每行一条",
    ".pdf": "请把文字存成 .txt，每行一条",
}
_COMPRESSIBLE = ("txt", "csv", "jsonl")


def format_of(path: Path) -> Format:
    """The format a file's name says.

    Raises:
        UsageError: none that can be read.
    """
    suffix = inner_suffix(path)
    found = _BY_SUFFIX.get(suffix)
    if found is None or (compressed(path) and found not in _COMPRESSIBLE):
        hint = _HINTS.get(
            suffix, "可读 .txt .csv .jsonl .parquet .xlsx（前三种可压缩成 .gz 或 .zst），或用 --input-format 指明"
        )
        raise UsageError(f"不支持的文件格式：{path}。{hint}")
    return found


def looks_like_file(words: str) -> bool:
    """Whether a command line's argument that names no existing file was yet meant as one."""
    if "://" in words or any(c.isspace() for c in words):
        return False
    return inner_suffix(Path(words)) in {*_BY_SUFFIX, *_HINTS} or words.startswith(("/", "./", "../", "~/"))
