"""Answers as a coloured table in Chinese."""

from __future__ import annotations

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from nlp import Result
from serving.cli.labels import CHANNELS, VERDICT_STYLES, VERDICTS, one_line, opening, printable
from serving.cli.rows import Row

_BLOCK = 200
_ID_WIDTH = 16
_SHOWN = 40
_WORDS = 4
_ADVERTISING = 0.5
_WIDE = 110


class TableWriter:
    """Prints rows in blocks of 200 under one header, so that a file of any size takes little memory."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._block: list[tuple[Row, Result]] = []
        self._id_width = 0

    def write(self, row: Row, result: Result) -> None:
        """Take one row; a full block is printed."""
        self._block.append((row, result))
        if len(self._block) == _BLOCK:
            self._print()

    def finish(self) -> None:
        """Print what was held back."""
        if self._block:
            self._print()

    def _print(self) -> None:
        first = not self._id_width
        if first:
            # Later blocks keep the first one's width, so that the columns stand one below the other.
            self._id_width = min(_ID_WIDTH, 2 + max(cell_len(_id(*entry)) for entry in self._block))
        table = Table(show_header=first, box=None, padding=(0, 2, 0, 0), expand=True, header_style="bold")
        table.add_column("编号", width=self._id_width, overflow="fold")
        table.add_column("渠道", width=4)
        table.add_column("结论", width=4)
        table.add_column("分数", width=5, justify="right")
        table.add_column("类型", width=18 if self._console.width >= _WIDE else 12, overflow="fold")
        table.add_column("依据", ratio=4, overflow="fold")
        table.add_column("内容", ratio=5, overflow="fold")
        for row, result in self._block:
            table.add_row(
                Text(printable(_id(row, result))),
                CHANNELS[result.channel],
                Text(VERDICTS[result.verdict], VERDICT_STYLES[result.verdict]),
                f"{result.score:.3f}",
                Text(_type(result), "" if result.verdict != "normal" else "dim"),
                Text(_evidence(result), "cyan"),
                Text(opening(row.text, _SHOWN)),
            )
        self._console.print(table)
        self._block.clear()


def _id(row: Row, result: Result) -> str:
    return result.id if row.id is None else str(row.id)


def _type(result: Result) -> str:
    if result.verdict != "normal":
        return result.types[0].name if result.types else ""
    return "广告" if result.spam_score >= _ADVERTISING else ""


def _evidence(result: Result) -> str:
    """The words that gave it away; those of a normal text's stray signs would only confuse."""
    if result.verdict == "normal":
        return ""
    words = list(dict.fromkeys(one_line(e.text) for e in result.evidence))
    return "、".join(words[:_WORDS]) + ("…" if len(words) > _WORDS else "")
