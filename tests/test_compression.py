"""Compressed files: read whole or refused in Chinese, and written as any tool reads them."""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from serving.cli.compression import packing, unpacking
from serving.cli.failures import UsageError
from serving.cli.main import app
from serving.cli.readers import ReadOptions
from serving.cli.rows import Reject, Row
from serving.cli.sources import resolve

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

COMPRESS: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".zst": zstd.compress}
DECOMPRESS: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.decompress, ".zst": zstd.decompress}
PLAIN = {
    ".csv": "编号,内容\na,你好\nb\nc,我是市局的\n".encode("gb18030"),
    ".jsonl": '{"id": "a", "text": "你好"}\n{"id": "b"}\n{"id": "c", "text": "我是市局的"}\n'.encode(),
    ".txt": "你好\n\n我是市局的".encode(),
}


def tingzha(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


def rows_of(path: Path) -> list[Row | Reject]:
    [source] = resolve([str(path)], None, ReadOptions())
    return list(source.rows(lambda share: None))


def many(path: Path) -> bytes:
    """A file of 20,000 different lines."""
    lines = b"".join(json.dumps({"text": f"第{i * i}条"}).encode() + b"\n" for i in range(20_000))
    return COMPRESS[path.suffix](lines)


@pytest.mark.parametrize("packed", [".gz", ".zst", ".GZ"])
@pytest.mark.parametrize("plain", PLAIN)
def test_a_compressed_file_has_the_rows_and_rejects_of_the_plain_one(tmp_path: Path, plain: str, packed: str) -> None:
    (tmp_path / f"a{plain}").write_bytes(PLAIN[plain])
    (tmp_path / f"a{plain}{packed}").write_bytes(COMPRESS[packed.lower()](PLAIN[plain]))
    rows = rows_of(tmp_path / f"a{plain}{packed}")
    assert rows == rows_of(tmp_path / f"a{plain}")
    assert [row.text for row in rows if isinstance(row, Row)] == ["你好", "我是市局的"]
    assert [row.line for row in rows] == ([1, 3] if plain == ".txt" else [2, 3, 4] if plain == ".csv" else [1, 2, 3])


@pytest.mark.parametrize("packed", COMPRESS)
def test_archives_one_after_the_other_are_read_to_the_end(tmp_path: Path, packed: str) -> None:
    path = tmp_path / f"a.txt{packed}"
    path.write_bytes(COMPRESS[packed]("第一\n".encode()) + COMPRESS[packed]("第二\n".encode()))
    assert [row.text for row in rows_of(path) if isinstance(row, Row)] == ["第一", "第二"]


@pytest.mark.parametrize("packed", COMPRESS)
def test_an_empty_archive_has_no_rows(tmp_path: Path, packed: str) -> None:
    path = tmp_path / f"a.csv{packed}"
    path.write_bytes(COMPRESS[packed](b""))
    assert rows_of(path) == []


@pytest.mark.parametrize("packed", COMPRESS)
@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data[: len(data) // 2] + bytes(64) + data[len(data) // 2 + 64 :],
        lambda data: data[:-1],
    ],
    ids=["cut off", "overwritten", "a byte short"],
)
def test_a_damaged_archive_says_how_far_it_could_be_read(
    tmp_path: Path, packed: str, damage: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / f"a.jsonl{packed}"
    path.write_bytes(damage(many(path)))
    with pytest.raises(UsageError, match=r"a\.jsonl\.\w+：压缩文件损坏或不完整，只读到第 \d+ 行"):
        rows_of(path)


@pytest.mark.parametrize("packed", COMPRESS)
def test_what_is_no_archive_is_refused_before_anything_is_written(tmp_path: Path, packed: str) -> None:
    path = tmp_path / f"a.csv{packed}"
    path.write_bytes(PLAIN[".csv"])
    result = tingzha("screen", path, "-o", tmp_path / "out.csv")
    assert result.exit_code == 2
    assert result.stderr.strip() == f"错误：{path}：压缩文件损坏或不完整，只读到第 0 行"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["a.parquet.gz", "a.xlsx.zst", "a.gz", "a.docx.zst"])
def test_compressed_files_of_other_formats_are_refused_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(UsageError, match="不支持的文件格式"):
        resolve([str(tmp_path / name)], None, ReadOptions())


@pytest.mark.parametrize(("format_", "packed"), [("jsonl", ".zst"), ("csv", ".gz"), ("txt", ".zst")])
def test_a_compressed_output_holds_the_plain_one(tmp_path: Path, format_: str, packed: str) -> None:
    def answers(name: str) -> bytes:
        assert tingzha("screen", "你好", "我是市局的，把钱转到安全账户", "-o", tmp_path / name).exit_code == 0
        return (tmp_path / name).read_bytes()

    plain = answers(f"out.{format_}")
    packed_ = DECOMPRESS[packed](answers(f"out.{format_}{packed}"))
    elapsed = rb'(?<="elapsed_ms": )[\d.]+|(?<=,false,)[\d.]+'
    assert re.sub(elapsed, b"", packed_) == re.sub(elapsed, b"", plain)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("packed", COMPRESS)
def test_an_output_without_answers_is_an_archive_too(tmp_path: Path, packed: str) -> None:
    (tmp_path / "in.txt").touch()
    assert tingzha("screen", tmp_path / "in.txt", "-o", tmp_path / f"out.jsonl{packed}").exit_code == 0
    assert DECOMPRESS[packed]((tmp_path / f"out.jsonl{packed}").read_bytes()) == b""


@pytest.mark.parametrize("packed", COMPRESS)
def test_packing_again_gives_the_same_bytes_and_unpacking_what_was_packed(tmp_path: Path, packed: str) -> None:
    files = [tmp_path / f"a{packed}", tmp_path / f"b{packed}"]
    for path in files:
        with path.open("wb") as file, packing(file, path) as stream:
            stream.write(b"text")
    with files[0].open("rb") as file, unpacking(file, files[0]) as stream:
        assert stream.read() == b"text"
    assert files[0].read_bytes() == files[1].read_bytes()
