"""``tingzha screen --partition``: answers in several files."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from nlp import Screener
from serving.cli.main import app
from serving.cli.partition import partition_path

TEXTS = [
    {"id": "a", "channel": "call", "text": "我是市局的，你涉嫌洗钱，把存款转到核查账户，不能告诉家人"},
    {"id": "b", "channel": "sms", "text": "【快递】您的包裹已到菜鸟驿站，请凭取件码领取"},
    {"id": "c", "channel": "sms"},
    {"id": "d", "channel": "sms", "text": "晚上一起吃饭吗"},
]


def tingzha(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(map(json.dumps, TEXTS)))
    return path


def ids(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_text("utf-8").splitlines()]


def test_answers_are_told_apart_by_verdict_in_their_order(source: Path, tmp_path: Path) -> None:
    result = tingzha("screen", source, "-o", tmp_path / "out.jsonl", "--partition", "verdict")
    assert result.exit_code == 1
    assert ids(tmp_path / "out.scam.jsonl") == ["a"]
    assert ids(tmp_path / "out.suspicious.jsonl") == []
    assert ids(tmp_path / "out.normal.jsonl") == ["b", "d"]
    assert ids(tmp_path / "in.jsonl") == ["a", "b", "c", "d"]
    assert json.loads((tmp_path / "out.jsonl.rejects.jsonl").read_text("utf-8"))["line"] == 3
    assert len(list(tmp_path.iterdir())) == 5


def test_every_channel_has_a_table_of_its_own(source: Path, tmp_path: Path) -> None:
    tingzha("screen", source, "-o", tmp_path / "out.csv.gz", "--partition", "channel")
    found = {}
    for channel in ("call", "note", "sms"):
        with gzip.open(tmp_path / f"out.{channel}.csv.gz", "rt", encoding="utf-8-sig", newline="") as file:
            found[channel] = [row["id"] for row in csv.DictReader(file)]
    assert found == {"call": ["a"], "note": [], "sms": ["b", "d"]}


def test_every_type_of_the_taxonomy_has_a_file_and_normal_texts_have_one(source: Path, tmp_path: Path) -> None:
    tingzha("screen", source, "-o", tmp_path / "out.jsonl", "--partition", "type")
    with Screener.load() as screener:
        types = {type_["id"] for type_ in screener.taxonomy["types"]}
    files = {path.name.split(".")[1]: ids(path) for path in tmp_path.glob("out.*.jsonl") if "rejects" not in path.name}
    assert set(files) == types | {"none"}
    assert files["police"] == ["a"]
    assert files["none"] == ["b", "d"]


def test_files_of_an_earlier_run_are_replaced_also_where_nothing_is_left_for_them(source: Path, tmp_path: Path) -> None:
    for caution in ("-30", "30"):
        tingzha("screen", source, "-o", tmp_path / "out.jsonl", "--partition", "verdict", "--caution", caution)
    assert ids(tmp_path / "out.scam.jsonl") == []
    assert ids(tmp_path / "out.normal.jsonl") == ["a", "b", "d"]


def test_standard_input_is_partitioned_too(tmp_path: Path) -> None:
    arguments = ["screen", "-", "-o", str(tmp_path / "out.jsonl"), "--partition", "channel", "-c", "note"]
    assert CliRunner().invoke(app, arguments, input="你好\n").exit_code == 0
    assert ids(tmp_path / "out.note.jsonl") == ["1"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--partition", "verdict"], "--partition 须用 --output 写到文件"),
        (["--partition", "day", "-o", "out.jsonl"], "--partition 的值不可用：'day'；可用 verdict、channel、type"),
    ],
)
def test_a_partition_that_cannot_be_is_refused_in_chinese(options: list[str], message: str) -> None:
    result = tingzha("screen", "你好", *options)
    assert result.exit_code == 2
    assert message in result.stderr


def test_no_partition_takes_the_place_of_an_input(tmp_path: Path) -> None:
    path = tmp_path / "out.scam.jsonl"
    path.write_text('{"text": "你好"}')
    result = tingzha("screen", path, "-o", tmp_path / "out.jsonl", "--partition", "verdict")
    assert result.exit_code == 2
    assert f"输出文件就是输入文件：{path}" in result.stderr
    assert path.read_text() == '{"text": "你好"}'


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a.csv", "a.scam.csv"), ("d/a.b.jsonl.zst", "d/a.b.scam.jsonl.zst"), ("a.gz", "a.scam.gz"), ("a", "a.scam")],
)
def test_the_key_stands_before_the_format(path: str, expected: str) -> None:
    assert partition_path(Path(path), "scam") == Path(expected)
