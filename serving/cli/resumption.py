"""Which runs can be gone on with, and what their user is told when they stop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from serving.cli.destination import Destination
from serving.cli.failures import UsageError
from serving.cli.job import Fingerprint, describe, fingerprint
from serving.cli.journal import Journal, SavedJournal
from serving.cli.sources import Source


@contextmanager
def journal_for(
    sources: Sequence[Source], wanted: Destination, options: Mapping[str, object], model: Path, resume: bool
) -> Iterator[Journal]:
    """The journal of one run; its files appear when the block ends well.

    Args:
        options: those that change an answer, by name.
        resume: go on with what an earlier run left, if it left something.

    Raises:
        UsageError: the run cannot be gone on with as it was asked to.
    """
    inputs = [fingerprint(source) for source in sources]
    hindrance = _hindrance(inputs, wanted)
    if hindrance is not None or wanted.path is None:
        if resume:
            raise UsageError(f"--resume 不能用：{hindrance}")
        yield Journal()
        return
    journal = SavedJournal(wanted.path, wanted.files, describe(inputs, options, model), resume)
    try:
        yield journal
        journal.finish()
    except (KeyboardInterrupt, OSError) as stop:
        if journal.saved:
            stop.add_note(f"已完成的 {journal.rows} 行已存好，加上 --resume 可接着做")
        raise
    finally:
        journal.close()


def _hindrance(inputs: Sequence[Fingerprint | None], wanted: Destination) -> str | None:
    if not wanted.files or any(file.exists() and not (file.is_file() or file.is_dir()) for file in wanted.files):
        return "须用 --output 写到文件"
    if not wanted.appendable:
        return "表格不能接着写；请输出 .jsonl 或 .csv"
    if None in inputs:
        return "标准输入和管道不能从头再读；请先存成文件"
    return None
