"""Answers as JSON Lines or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import BinaryIO, Protocol

from nlp import Result
from serving.cli.labels import CHANNELS, ELEMENTS, VERDICTS
from serving.cli.rows import Row

CSV_COLUMNS = (
    "id",
    "channel",
    "channel_zh",
    "verdict",
    "verdict_zh",
    "score",
    "spam_score",
    "type",
    "type_zh",
    "type_score",
    "types",
    "signs",
    "signs_zh",
    "evidence",
    "amount",
    "account",
    "phone",
    "link",
    "contact",
    "claimed_identity",
    "app",
    "money_moved",
    "stage",
    "advice",
    "model",
    "truncated",
    "elapsed_ms",
    "text",
)
_AND = "；"
# Spreadsheets show a number of more digits in powers of ten, and from 16 digits on change it.
_DIGITS_KEPT = 11


class Writer(Protocol):
    """Takes answers in order."""

    def write(self, row: Row, result: Result) -> None:
        """Take the answer for a row."""

    def finish(self) -> None:
        """Write what was held back."""


class JsonlWriter:
    """One :class:`nlp.Result` a line, in UTF-8; an id keeps the JSON type it came with."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, row: Row, result: Result) -> None:
        """Write one line."""
        values = result.to_dict()
        if row.id is not None:
            values["id"] = row.id
        try:
            line = json.dumps(values, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            # Half a surrogate pair, which JSON can hold and UTF-8 cannot, stays an escape.
            line = json.dumps(values).encode()
        self._stream.write(line + b"\n")

    def finish(self) -> None:
        """Nothing is held back."""
        self._stream.flush()


class CsvWriter:
    """A flat table with :data:`CSV_COLUMNS`, for spreadsheets: UTF-8 with a mark, several values in one cell by ``；``.

    A cell that a spreadsheet would take for a formula, or a number whose digits it would lose, begins with an
    apostrophe: what a scammer writes must not run on the desk of who reads it. JSON Lines holds the exact values.
    """

    def __init__(self, stream: BinaryIO, header: bool = True) -> None:
        """Begin a table, or, without ``header``, go on with one."""
        self._stream = stream
        if header:
            stream.write("\ufeff".encode())
            self._line(CSV_COLUMNS)

    def write(self, row: Row, result: Result) -> None:
        """Write one row."""
        # Every text has a likeliest type; only for an accused one is it worth a column to count by.
        best = result.types[0] if result.types and result.verdict != "normal" else None
        cells: dict[str, object] = {
            "id": result.id if row.id is None else row.id,
            "channel": result.channel,
            "channel_zh": CHANNELS[result.channel],
            "verdict": result.verdict,
            "verdict_zh": VERDICTS[result.verdict],
            "score": result.score,
            "spam_score": result.spam_score,
            "type": best.id if best else "",
            "type_zh": best.name if best else "",
            "type_score": best.score if best else "",
            "types": _AND.join(f"{t.name} {t.score:.2f}" for t in result.types),
            "signs": _AND.join(s.id for s in result.signs),
            "signs_zh": _AND.join(s.name for s in result.signs),
            "evidence": _safe(_AND.join(dict.fromkeys(e.text for e in result.evidence))),
            "money_moved": result.elements.get("money_moved", ""),
            "stage": result.stage or "",
            "advice": result.advice.get("action", ""),
            "model": result.model,
            "truncated": "true" if result.truncated else "false",
            "elapsed_ms": result.elapsed_ms,
            "text": _safe(row.text),
        }
        for key in ELEMENTS:
            cells[key] = _safe(_AND.join(element["value"] for element in result.elements.get(key, ())))
        self._line(cells[name] for name in CSV_COLUMNS)

    def finish(self) -> None:
        """Nothing is held back."""
        self._stream.flush()

    def _line(self, cells: Iterable[object]) -> None:
        line = io.StringIO(newline="")
        csv.writer(line).writerow(cells)
        self._stream.write(line.getvalue().encode("utf-8", "replace"))


def _safe(cell: str) -> str:
    digits = cell.isascii() and cell.isdigit()
    if cell.startswith(("=", "+", "-", "@", "\t", "\r")) or (digits and (len(cell) > _DIGITS_KEPT or cell[0] == "0")):
        return f"'{cell}"
    return cell
