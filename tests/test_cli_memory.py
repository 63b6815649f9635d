"""``tingzha screen`` takes as much memory for a long input as for a short one."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from serving.cli.compression import packing

# Readers, journal, writers and counts are the real ones; the answers come at once.
PROCESS = """
import nlp.screener
from nlp import Result, Scored
from serving.cli.main import main

def answers(self, items):
    return [Result(i.id, "sms", "scam", 0.9, 0.0, (Scored("police", "冒充公检法", 1.0),), (), ()) for i in items]

nlp.screener.Screener._screen = answers
main()
"""
ALLOWED_MB = 2


def peak_mb(folder: Path, rows: int) -> float:
    source = folder / f"in{rows}.jsonl.gz"
    with source.open("wb") as file, packing(file, source) as stream:
        for i in range(rows):
            # No two texts alike, so that the campaigns have to forget; every tenth is a reject.
            text = "".join(chr(0x4E00 + (i * 7919 + k * i) % 20_000) for k in range(60))
            stream.write(json.dumps({"id": i, "text": text if i % 10 else None}, ensure_ascii=False).encode() + b"\n")
    output = folder / f"out{rows}.jsonl.zst"
    child = os.posix_spawn(
        sys.executable, [sys.executable, "-c", PROCESS, "screen", str(source), "-o", str(output)], os.environ
    )
    _, status, usage = os.wait4(child, 0)
    assert os.waitstatus_to_exitcode(status) == 1
    assert output.stat().st_size > rows
    return usage.ru_maxrss / 1024


def test_ten_times_the_rows_take_no_more_memory(tmp_path: Path) -> None:
    assert peak_mb(tmp_path, 20_000) - peak_mb(tmp_path, 2_000) < ALLOWED_MB
