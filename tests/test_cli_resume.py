"""``tingzha screen --resume``: a run that was killed ends with the files of one that was not."""

from __future__ import annotations

import fcntl
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pyarrow
import pyarrow.parquet
import pytest
from typer.testing import CliRunner, Result

import nlp.screener
from nlp.model_folder import SHIPPED
from serving.cli.compression import packing
from serving.cli.main import app

ROOT = Path(__file__).resolve().parents[1]
BLOCK = 16
# Small blocks are saved often. With a stopped clock two runs are equal to the last byte: `elapsed_ms` is 0. A run kills
# itself just before the n-th time it would sync or rename a file, or before it renames one to a certain name.
PROCESS = f"""
import os, signal, sys
from types import SimpleNamespace
import nlp.screener
from serving.cli.main import main

nlp.screener.time, nlp.screener._CHUNK = SimpleNamespace(perf_counter=float), {BLOCK}
left, name = int(os.environ.get("KILL_AT_STEP", 0)), os.environ.get("KILL_AT_NAME")

def mortal(function):
    def call(*arguments):
        global left
        left -= 1
        if left == 0 or (name and os.path.basename(str(arguments[-1])) == name):
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments)
    return call

os.fsync, os.replace = mortal(os.fsync), mortal(os.replace)
main()
"""
TEXTS = ("您涉嫌洗钱，把存款转到安全账户", "晚上一起吃饭吗", "快递到了，取件码{}", "刷单返利，先垫付{}元")


@pytest.fixture(autouse=True)
def small_blocks_and_no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nlp.screener, "time", SimpleNamespace(perf_counter=float))
    monkeypatch.setattr(nlp.screener, "_CHUNK", BLOCK)


@pytest.fixture(scope="session")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a run was killed on its way."""
    folder = tmp_path_factory.mktemp("killed")
    die("screen", jsonl(folder / "in.jsonl"), "-o", folder / "out.jsonl", at_step=10)
    assert (folder / "out.jsonl.progress.json").exists()
    return folder


@pytest.fixture
def stopped(killed: Path, tmp_path: Path) -> Path:
    return shutil.copytree(killed, tmp_path / "stopped")


def tingzha(*arguments: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], input=stdin)


def start(*arguments: str | Path, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROCESS, *map(str, arguments)]
    # A process group of its own: a shell's background job would ignore Ctrl-C.
    return subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def die(*arguments: str | Path, at_step: int = 0, at_name: str = "") -> None:
    run = start(*arguments, KILL_AT_STEP=str(at_step), KILL_AT_NAME=at_name)
    _, errors = run.communicate(timeout=60)
    assert run.returncode == -signal.SIGKILL, errors


def rows(number: int) -> list[str | None]:
    """Texts, every eleventh missing."""
    return [None if i % 11 == 5 else TEXTS[i % 4].format(i) for i in range(number)]


def jsonl(path: Path, number: int = 150) -> Path:
    lines = [json.dumps({"id": i} if text is None else {"id": i, "text": text}) for i, text in enumerate(rows(number))]
    path.write_text("\n".join(lines))
    return path


def make_input(path: Path) -> Path:
    if path.suffix == ".parquet":
        pyarrow.parquet.write_table(pyarrow.table({"text": rows(60)}), path)
    elif ".csv" in path.suffixes:
        lines = "".join(f"{i},{text or ''}\n" for i, text in enumerate(rows(60)))
        with path.open("wb") as file, packing(file, path) as stream:
            stream.write(f"id,内容\n{lines}".encode("gb18030"))
    elif ".jsonl" in path.suffixes:
        plain = jsonl(path.with_suffix(""), 60)
        with path.open("wb") as file, packing(file, path) as stream:
            stream.write(plain.read_bytes())
        plain.unlink()
    else:
        path.write_text("".join(f"{text or ''}\n" for text in rows(60)), "utf-8")
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith("in.")}


def uninterrupted(folder: Path, sources: Sequence[Path], *arguments: str) -> dict[str, bytes]:
    folder.mkdir()
    output, *rest = arguments
    assert tingzha("screen", *sources, "-o", folder / output, *rest).exit_code == 1
    return contents(folder)


def test_killed_at_random_moments_it_loses_doubles_and_reorders_nothing(tmp_path: Path) -> None:
    source = jsonl(tmp_path / "in.jsonl", 400)
    notes = tmp_path / "out.jsonl.progress.json"
    command = ("screen", source, "-o", tmp_path / "out.jsonl", "--resume")
    kills: list[int] = []
    for _ in range(3):
        before = notes.read_text() if notes.exists() else ""
        run = start(*command)
        while run.poll() is None and not (notes.exists() and notes.read_text() != before):
            time.sleep(0.002)
        time.sleep(random.uniform(0, 0.1))
        run.kill()
        run.communicate(timeout=60)
        if run.returncode == -signal.SIGKILL:
            kills.append(json.loads(notes.read_text())["rows"])
    assert kills == sorted(set(kills))
    assert 0 < kills[0] < kills[-1]
    assert tingzha(*command).exit_code == 1
    assert contents(tmp_path) == uninterrupted(tmp_path / "whole", [source], "out.jsonl")


@pytest.mark.parametrize("arguments", [["out.jsonl.zst"], ["out.csv.gz", "--partition", "verdict"]])
def test_inputs_and_outputs_of_every_format_go_on_where_they_were_killed(tmp_path: Path, arguments: list[str]) -> None:
    output, *rest = arguments
    sources = [make_input(tmp_path / name) for name in ("in.csv.gz", "in.jsonl.zst", "in.parquet", "in.txt")]
    command = ("screen", *sources, "-o", tmp_path / output, *rest)
    die(*command, at_step=random.randint(5, 25))
    die(*command, "--resume", at_step=random.randint(5, 25))
    assert not (tmp_path / output).exists()
    assert tingzha(*command, "--resume").exit_code == 1
    assert contents(tmp_path) == uninterrupted(tmp_path / "whole", sources, *arguments)


def test_killed_between_any_two_steps_of_saving_it_goes_on(tmp_path: Path) -> None:
    source = jsonl(tmp_path / "in.jsonl")
    command = ("screen", source, "-o", tmp_path / "out.jsonl", "--resume")
    # A save syncs the output, the rejects and the notes, and renames the notes.
    for step in (2, 3, 4):
        die(*command, at_step=step)
    assert tingzha(*command).exit_code == 1
    assert contents(tmp_path) == uninterrupted(tmp_path / "whole", [source], "out.jsonl")


def test_killed_while_its_files_get_their_names_it_goes_on(stopped: Path) -> None:
    command = ("screen", stopped / "in.jsonl", "-o", stopped / "out.jsonl", "--resume")
    die(*command, at_name="out.jsonl")
    assert not (stopped / "out.jsonl").exists()
    die(*command, at_name="out.jsonl.rejects.jsonl")
    assert (stopped / "out.jsonl").exists()
    result = tingzha(*command)
    assert result.exit_code == 1
    assert "共 136 条" in result.stderr
    assert "未处理 14 条" in result.stderr
    assert contents(stopped) == uninterrupted(stopped / "whole", [stopped / "in.jsonl"], "out.jsonl")


def test_a_resumed_run_counts_what_was_done_before(stopped: Path) -> None:
    resumed = tingzha("screen", stopped / "in.jsonl", "-o", stopped / "out.jsonl", "--resume")
    whole = tingzha("screen", stopped / "in.jsonl", "-o", stopped / "other.jsonl")
    [counts, *campaigns] = resumed.stderr.splitlines()
    [expected, *same] = whole.stderr.splitlines()
    assert counts.partition("。未处理")[0] == expected.partition("。未处理")[0]
    assert campaigns == same


def test_without_resume_the_run_begins_anew(stopped: Path) -> None:
    (stopped / "in.jsonl").write_text('{"text": "你好"}')
    result = tingzha("screen", stopped / "in.jsonl", "-o", stopped / "out.jsonl")
    assert result.exit_code == 0, result.stderr
    assert len((stopped / "out.jsonl").read_text().splitlines()) == 1
    assert set(contents(stopped)) == {"out.jsonl"}


def test_with_nothing_to_go_on_with_resume_is_an_ordinary_run(tmp_path: Path) -> None:
    source = tmp_path / "in.txt"
    source.write_text("你好\n")
    assert tingzha("screen", source, "-o", tmp_path / "out.jsonl", "--resume").exit_code == 0
    assert set(contents(tmp_path)) == {"out.jsonl"}


def another_model(folder: Path) -> Path:
    folder.mkdir()
    for file in SHIPPED.iterdir():
        (folder / file.name).symlink_to(file)
    card, manifest = folder / "MODEL_CARD.md", folder / "manifest.json"
    sums = manifest.read_text().replace(sha256(card.read_bytes()).hexdigest(), sha256(b"another").hexdigest())
    for file, text in ((card, "another"), (manifest, sums)):
        file.unlink()
        file.write_text(text)
    return folder


@pytest.mark.parametrize(
    ("options", "named"),
    [(["--format", "csv"], "--format"), (["--caution", "1"], "--caution")],
)
def test_a_run_with_other_options_is_not_gone_on_with(stopped: Path, options: Sequence[str], named: str) -> None:
    refused(stopped, f"不能续跑：{named} 与中断前不同", *options)


def test_a_run_with_another_model_is_not_gone_on_with(stopped: Path, tmp_path: Path) -> None:
    refused(stopped, "不能续跑：模型 与中断前不同", "--model", another_model(tmp_path / "model"))


def test_a_run_on_a_changed_input_is_not_gone_on_with(stopped: Path) -> None:
    with (stopped / "in.jsonl").open("a") as file:
        file.write("\n")
    refused(stopped, "不能续跑：输入 与中断前不同；请恢复原样，或去掉 --resume 从头开始（中断前已完成")


def test_a_run_whose_answers_are_gone_is_not_gone_on_with(stopped: Path) -> None:
    (stopped / "out.jsonl.part").write_text("")
    refused(stopped, "out.jsonl.part 缺失或变短了")


def test_a_run_whose_notes_are_broken_is_not_gone_on_with(stopped: Path) -> None:
    (stopped / "out.jsonl.progress.json").write_text("{")
    refused(stopped, "out.jsonl.progress.json 读不出来")


def test_two_runs_never_write_one_output(stopped: Path) -> None:
    with (stopped / "out.jsonl.part").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        refused(stopped, "另一个进程正在写")
        assert tingzha("screen", "你好", "-o", stopped / "out.jsonl").exit_code == 2
    assert tingzha("screen", stopped / "in.jsonl", "-o", stopped / "out.jsonl", "--resume").exit_code == 1


def refused(folder: Path, message: str, *options: str | Path) -> None:
    before = contents(folder)
    result = tingzha("screen", folder / "in.jsonl", "-o", folder / "out.jsonl", "--resume", *options)
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["你好"], "须用 --output 写到文件"),
        (["你好", "-o", "/dev/null", "-f", "jsonl"], "须用 --output 写到文件"),
        (["你好", "-o", "out.txt"], "表格不能接着写；请输出 .jsonl 或 .csv"),
        (["-", "-o", "out.jsonl"], "标准输入和管道不能从头再读；请先存成文件"),
    ],
)
def test_what_cannot_be_resumed_says_so_at_once(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = tingzha("screen", *arguments, "--resume", stdin="你好")
    assert result.exit_code == 2
    assert result.stderr.strip() == f"错误：--resume 不能用：{message}"
    assert not contents(tmp_path)


def test_ctrl_c_says_that_the_run_can_go_on(tmp_path: Path) -> None:
    source = jsonl(tmp_path / "in.jsonl", 2000)
    run = start("screen", source, "-o", tmp_path / "out.jsonl")
    while run.poll() is None and not (tmp_path / "out.jsonl.progress.json").exists():
        time.sleep(0.01)
    run.send_signal(signal.SIGINT)
    _, errors = run.communicate(timeout=60)
    assert run.returncode == 130
    done = json.loads((tmp_path / "out.jsonl.progress.json").read_text())["rows"]
    assert errors.strip() == f"错误：已中断，没有写出结果文件；已完成的 {done} 行已存好，加上 --resume 可接着做"


def test_on_a_full_disk_what_was_saved_is_kept(tmp_path: Path) -> None:
    source = jsonl(tmp_path / "in.jsonl")
    run = start("screen", source, "-o", tmp_path / "out.jsonl")
    resource.prlimit(run.pid, resource.RLIMIT_FSIZE, (60_000, 60_000))
    _, errors = run.communicate(timeout=60)
    assert run.returncode == 2
    assert "读写失败" in errors
    assert "加上 --resume 可接着做" in errors
    assert tingzha("screen", source, "-o", tmp_path / "out.jsonl", "--resume").exit_code == 1
    assert contents(tmp_path) == uninterrupted(tmp_path / "whole", [source], "out.jsonl")
