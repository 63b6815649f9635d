"""``tingzha screen``, ``explain`` and ``demo`` as their users call them, with the model that ships."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import nlp
from serving.cli.main import app
from serving.cli.sample import sample

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-c", "from serving.cli.main import main; main()"]
ROWS: list[dict[str, Any]] = [
    {
        "id": "c-9",
        "channel": "call",
        "text": "主叫：我是市局的，你涉嫌洗钱，把存款转到核查账户，不能告诉家人\n被叫：好",
    },
    {"id": 3, "channel": "sms", "text": "【快递】您的包裹已到菜鸟驿站，请凭取件码领取"},
    {"id": "c-1", "channel": "note", "text": "报警人称刷单被骗，已转账3.2万元"},
]


def tingzha(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], input=stdin)


def process(*arguments: str | Path, **extra: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, text=True, cwd=ROOT, check=False, **extra
    )


def jsonl(path: Path, rows: Sequence[object]) -> Path:
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in rows), "utf-8")
    return path


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def three(tmp_path: Path) -> Path:
    return jsonl(tmp_path / "in.jsonl", ROWS)


def test_json_lines_come_back_with_the_same_ids_in_the_same_order_and_every_field(three: Path, tmp_path: Path) -> None:
    result = tingzha("screen", three, "--output", tmp_path / "out.jsonl")
    assert result.exit_code == 0, result.output
    answers = read(tmp_path / "out.jsonl")
    assert [a["id"] for a in answers] == ["c-9", 3, "c-1"]
    assert [a["channel"] for a in answers] == ["call", "sms", "note"]
    for answer in answers:
        assert list(answer) == [field.name for field in fields(nlp.Result)]
        assert answer["verdict"] in ("scam", "suspicious", "normal")
        assert 0 <= answer["score"] <= 1


def test_the_command_line_answers_what_the_library_answers(three: Path, tmp_path: Path) -> None:
    tingzha("screen", three, "-o", tmp_path / "out.jsonl")
    with nlp.Screener.load(os.environ.get("TINGZHA_MODEL")) as screener:
        expected = screener.screen([nlp.Item(r["text"], r["channel"], str(r["id"])) for r in ROWS])
    for answer, own in zip(read(tmp_path / "out.jsonl"), expected, strict=True):
        volatile = {"id": None, "elapsed_ms": None}
        assert {**answer, **volatile} == {**json.loads(json.dumps(own.to_dict())), **volatile}


def test_thousands_of_rows_keep_their_order_in_every_format(tmp_path: Path) -> None:
    rows = [{"id": f"m{i}", "text": f"第{i}条：验证码{i:06d}，请勿告诉他人"} for i in range(1300)]
    path = jsonl(tmp_path / "in.jsonl", rows)
    assert tingzha("screen", path, "-o", tmp_path / "out.csv").exit_code == 0
    assert tingzha("screen", path, "-o", tmp_path / "out.txt").exit_code == 0
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == [row["id"] for row in rows]
    table = (tmp_path / "out.txt").read_text("utf-8").splitlines()
    assert [line.split()[0] for line in table if line.startswith("m")] == [row["id"] for row in rows]


def test_a_text_on_the_command_line_gives_a_table_with_a_summary() -> None:
    result = tingzha("screen", "您的快递到了", "我是你领导，明天来我办公室")
    assert result.exit_code == 0
    assert "结论" in result.stdout
    assert "共 2 条：诈骗" in result.stdout
    assert "条。" in result.stdout


def test_standard_input_is_one_message_a_line_or_json_lines() -> None:
    lines = tingzha("screen", "-f", "jsonl", "-", stdin="第一条\n\n第二条\n".encode("gb18030"))
    assert [json.loads(line)["id"] for line in lines.stdout.splitlines()] == ["1", "3"]
    objects = tingzha("screen", "-f", "jsonl", stdin='\ufeff{"id": "x", "text": "你好"}\n')
    assert [json.loads(line)["id"] for line in objects.stdout.splitlines()] == ["x"]
    table = tingzha("screen", "-", "-f", "jsonl", "--input-format", "csv", stdin="编号,内容\na,你好\n")
    assert [json.loads(line)["id"] for line in table.stdout.splitlines()] == ["a"]


def test_json_on_standard_output_is_nothing_but_json(three: Path) -> None:
    result = tingzha("screen", three, "-f", "jsonl")
    assert len([json.loads(line) for line in result.stdout.splitlines()]) == 3
    assert "共 3 条" in result.stderr


def test_the_channel_option_is_for_rows_that_name_none(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "in.jsonl", [{"text": "你好"}, {"text": "你好", "channel": "call"}])
    tingzha("screen", path, "-o", tmp_path / "out.jsonl", "--channel", "note")
    assert [a["channel"] for a in read(tmp_path / "out.jsonl")] == ["note", "call"]


def test_caution_moves_verdicts_and_leaves_scores(three: Path, tmp_path: Path) -> None:
    answers = {}
    for caution in ("-30", "0", "30"):
        assert tingzha("screen", three, "-o", tmp_path / "out.jsonl", "--caution", caution).exit_code == 0
        answers[caution] = read(tmp_path / "out.jsonl")
    assert {a["verdict"] for a in answers["-30"]} == {"scam"}
    assert {a["verdict"] for a in answers["30"]} == {"normal"}
    assert [a["score"] for a in answers["30"]] == [a["score"] for a in answers["-30"]]


def test_bad_rows_go_to_a_file_beside_the_output_and_the_others_are_screened(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "in.jsonl", [ROWS[0], "{oops", {"id": 5}, "", ROWS[1]])
    result = tingzha("screen", path, "-o", tmp_path / "out.jsonl")
    assert result.exit_code == 1
    assert "未处理 2 条" in result.stderr
    assert [a["id"] for a in read(tmp_path / "out.jsonl")] == ["c-9", 3]
    rejects = read(tmp_path / "out.jsonl.rejects.jsonl")
    assert rejects[0] == {"line": 2, "reason": "不是合法的 JSON（第 2 个字符处）", "raw": "{oops"}
    assert rejects[1] == {"line": 3, "reason": "缺少文本", "raw": '{"id": 5}'}


def test_without_an_output_rejects_are_named_after_the_input(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "in.jsonl", [ROWS[0], "{oops"])
    assert tingzha("screen", path).exit_code == 1
    assert [r["line"] for r in read(tmp_path / "in.jsonl.rejects.jsonl")] == [2]


def test_rejects_of_standard_input_go_to_standard_error() -> None:
    result = tingzha("screen", "-", "-f", "jsonl", stdin='{"text": "你好"}\n{oops\n')
    assert result.exit_code == 1
    assert json.loads(result.stderr.splitlines()[0])["line"] == 2
    assert len(result.stdout.splitlines()) == 1


def test_rejects_of_an_earlier_run_do_not_stay(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "in.jsonl", [ROWS[0], "{oops"])
    tingzha("screen", path, "-o", tmp_path / "out.jsonl")
    jsonl(path, ROWS)
    assert tingzha("screen", path, "-o", tmp_path / "out.jsonl").exit_code == 0
    assert names(tmp_path) == ["in.jsonl", "out.jsonl"]


def test_several_files_are_told_apart(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_bytes(
            "你好\n\xff\n".encode("latin-1", "replace") if name == "c" else "你好\n在吗".encode()
        )
    (tmp_path / "c.jsonl").write_text('{"text": 1}\n{"text": "在"}', "utf-8")
    inputs = [tmp_path / name for name in ("a.txt", "b.txt", "c.jsonl")]
    assert tingzha("screen", *inputs, "一段文字", "-o", tmp_path / "out.jsonl").exit_code == 1
    ids = [a["id"] for a in read(tmp_path / "out.jsonl")]
    assert ids == ["a.txt:1", "a.txt:2", "b.txt:1", "b.txt:2", "c.jsonl:2", "4"]
    assert [(r["file"], r["line"]) for r in read(tmp_path / "out.jsonl.rejects.jsonl")] == [("c.jsonl", 1)]


def test_a_long_text_is_read_to_its_end(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "in.jsonl", [{"text": "今天天气不错。" * 500 + "卡号6222021234567890123"}])
    assert tingzha("screen", path, "-o", tmp_path / "out.jsonl").exit_code == 0
    [answer] = read(tmp_path / "out.jsonl")
    assert answer["truncated"] is False
    assert answer["elements"]["account"][0]["value"] == "6222021234567890123"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["screen", "missing.csv"], "文件不存在：missing.csv"),
        (["screen", "."], "是文件夹"),
        (["screen", "pyproject.toml"], "不支持的文件格式"),
        (["screen", "你好", "-o", "out.docx"], "看不出 out.docx 要什么格式"),
        (["screen", "你好", "-o", "missing/out.csv"], "文件夹不存在"),
        (["screen", "你好", "--format", "xml"], "--format 的值不可用：'xml'；可用 table、jsonl、csv"),
        (["screen", "你好", "--channel", "fax"], "--channel 的值不可用：'fax'"),
        (["screen", "你好", "--threads", "0"], "--threads 的值不可用：'0'；须为正整数"),
        (["screen", "你好", "--caution", "nan"], "--caution 的值不可用"),
        (["screen", "你好", "--model", "missing"], "模型目录不存在"),
        (["screen", "-", "-"], "标准输入（-）只能写一次"),
        (["screen", "-", "--input-format", "xlsx"], "标准输入不支持 xlsx"),
        (["screen", "你好", "--formt", "csv"], "没有选项 --formt，是不是 --format"),
        (["screen", "--output"], "--output 缺少值"),
        (["scren", "你好"], "没有命令 scren；是不是 screen？"),
        (["explain"], "缺少参数"),
        (["explain", "两段", "文字"], "参数过多"),
    ],
)
def test_a_usage_error_is_one_chinese_line_and_exit_code_2(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").touch()
    result = tingzha(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stderr.startswith("错误：")
    assert len(result.stderr.splitlines()) == 1
    assert names(tmp_path) == ["pyproject.toml"]


def test_an_output_never_takes_the_place_of_an_input(three: Path, tmp_path: Path) -> None:
    before = three.read_bytes()
    assert tingzha("screen", three, "-o", three).exit_code == 2
    rejects = jsonl(tmp_path / "out.jsonl.rejects.jsonl", ["{oops"])
    assert tingzha("screen", rejects, "-o", tmp_path / "out.jsonl").exit_code == 2
    assert three.read_bytes() == before
    assert rejects.read_text() == "{oops"


def test_a_file_without_a_text_column_is_reported_before_anything_is_written(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("标题,时间\na,b\n", "utf-8")
    result = tingzha("screen", path, "-o", tmp_path / "out.csv")
    assert result.exit_code == 2
    assert "现有的列：标题、时间" in result.stderr
    assert names(tmp_path) == ["in.csv"]


def test_progress_is_shown_when_asked_for_and_never_by_itself_in_a_pipe(three: Path, tmp_path: Path) -> None:
    quiet = tingzha("screen", three, "-o", tmp_path / "out.jsonl")
    asked = tingzha("screen", three, "-o", tmp_path / "out.jsonl", "--progress")
    assert (quiet.exit_code, asked.exit_code) == (0, 0)
    assert len(quiet.stderr.splitlines()) == 1


def test_explain_shows_text_verdict_and_advice() -> None:
    text = "我是市局的，你涉嫌洗钱，把3.2万元转到核查账户，卡号6222021234567890123"
    result = tingzha("explain", text, "--channel", "call", "--caution", "-30")
    assert result.exit_code == 0
    for words in ("诈骗", "3.2万元（32000）", "6222021234567890123", "还要问", "劝阻这样说", "三问一确认", "建议："):
        assert words in result.stdout


def test_explain_reads_a_whole_text_from_standard_input() -> None:
    result = tingzha("explain", "-", stdin="甲：在吗\n乙：在\n")
    assert result.exit_code == 0
    shown = re.sub("〔[^〕]*〕", "", result.stdout)
    assert "甲：在吗" in shown
    assert "乙：在" in shown


def test_demo_screens_the_sample_that_ships() -> None:
    result = tingzha("demo")
    assert result.exit_code == 0
    assert "共 16 条" in result.stdout
    with sample() as source:
        rows = list(source.rows(lambda share: None))
    assert len(rows) == 16
    assert {getattr(row, "channel", None) for row in rows} == {"call", "note", "sms"}


def test_help_and_version_are_there() -> None:
    assert "screen" in tingzha().stdout
    assert "--text-column" in tingzha("screen", "--help").stdout
    assert tingzha("--version").stdout.startswith("tingzha ")


def test_the_command_starts_without_torch_transformers_and_fastapi() -> None:
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('torch', 'transformers', 'fastapi', 'pandas', 'datasets')));"
        "from serving.cli.main import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "screen", "你好"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "共 1 条" in done.stdout


def test_ctrl_c_ends_with_130_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "in.jsonl", [{"text": f"{ROWS[0]['text']}{i}"} for i in range(50_000)])
    # A process group of its own: a shell's background job would ignore the signal.
    run = subprocess.Popen(
        [*COMMAND, "screen", str(path), "-o", str(tmp_path / "out.jsonl")],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while run.poll() is None and not any(name.endswith(".part") for name in names(tmp_path)):
        time.sleep(0.05)
    time.sleep(0.5)
    run.send_signal(signal.SIGINT)
    _, errors = run.communicate(timeout=60)
    assert run.returncode == 130
    assert errors.strip() == "错误：已中断，没有写出结果文件"
    assert names(tmp_path) == ["in.jsonl"]


@pytest.mark.parametrize("format_", ["table", "jsonl", "csv"])
def test_a_reader_that_has_enough_ends_the_run_quietly(tmp_path: Path, format_: str) -> None:
    path = jsonl(tmp_path / "in.jsonl", [{"text": f"你好{i}"} for i in range(5_000)])
    run = subprocess.Popen(
        [*COMMAND, "screen", str(path), "--format", format_], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert run.stdout is not None
    assert run.stderr is not None
    run.stdout.readline()
    run.stdout.close()
    errors = run.stderr.read()
    run.stderr.close()
    assert run.wait(timeout=60) == 0
    assert errors == b""


def test_a_terminal_that_is_not_set_to_utf8_shows_the_table(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [*COMMAND, "screen", "转账🙂到这个账户"], capture_output=True, cwd=ROOT, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "转账?到这个账户" in done.stdout.decode("gbk")


def test_a_process_reads_standard_input_and_writes_standard_output() -> None:
    done = process("screen", "-", "--format", "csv", input="你好\n我是市局的\n")
    assert done.returncode == 0, done.stderr
    assert [row["text"] for row in csv.DictReader(io.StringIO(done.stdout))] == ["你好", "我是市局的"]
