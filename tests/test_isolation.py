"""What the core install lacks, the core does without."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from nlp.model_folder import SHIPPED

ROOT = Path(__file__).parents[1]
TRAINING = ["torch", "transformers", "datasets", "sklearn", "scipy", "onnx", "jieba", "pypinyin", "opencc", "pydantic"]
SERVING = ["fastapi", "starlette", "uvicorn", "prometheus_client", "pydantic_settings"]
OURS = ["corpora", "training", "serving"]

WALL = """
import sys
class Wall:
    absent = {absent!r}
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.absent:
            raise ImportError(name + " is absent", name=name)
sys.meta_path.insert(0, Wall())
"""


def run_without(absent: list[str], code: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-W", "error", "-c", WALL.format(absent=set(absent)) + code]
    return subprocess.run(program, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.mark.parametrize("name", ["torch", "fastapi", "corpora.record"])
def test_the_wall_keeps_out_what_it_names(name: str) -> None:
    done = run_without([name.partition(".")[0]], f"import {name}")
    assert done.returncode == 1
    assert done.stderr.strip().endswith("is absent")


def test_the_library_screens_where_nothing_else_is() -> None:
    code = f"""
from nlp import Screener
with Screener.load({str(SHIPPED)!r}) as screener:
    print(len(screener.screen(["请把存款转到安全账户", "您的快件已到"])))
"""
    done = run_without([*TRAINING, *SERVING, *OURS, "typer", "rich", "pyarrow", "openpyxl"], code)
    assert (done.returncode, done.stdout, done.stderr) == (0, "2\n", "")


def test_the_library_pulls_in_nothing_heavy_where_everything_is_installed() -> None:
    code = f"import nlp, sys; print(sorted({set(TRAINING + SERVING + OURS)!r} & set(sys.modules)))"
    done = run_without([], code)
    assert (done.returncode, done.stdout) == (0, "[]\n")


def test_the_command_line_starts_without_torch_and_without_fastapi() -> None:
    done = run_without([*TRAINING, *SERVING, "corpora", "training"], "import serving.cli.main")
    assert (done.returncode, done.stderr) == (0, "")
